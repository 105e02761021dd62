//! Reported key figures: what is replaced stays, and a report that says the same again changes nothing.

use sqlx::SqliteConnection;
use xl_model::effect::Effect;
use xl_model::kpi::Report;

use crate::modules::Commit;
use crate::sqlite::columns;

/// Writes the reports of commits, in order.
pub(super) async fn write(connection: &mut SqliteConnection, commits: &[(i64, &Commit)]) -> Result<(), sqlx::Error> {
    for (_, commit) in commits {
        for effect in &commit.effects {
            if let Effect::ReportKpi(report) = effect {
                put(connection, commit, report).await?;
            }
        }
    }
    Ok(())
}

async fn put(connection: &mut SqliteConnection, commit: &Commit, report: &Report) -> Result<(), sqlx::Error> {
    let (township, plugin) = (columns::township_number(&commit.module.township), commit.module.plugin.as_str());
    sqlx::query(
        "UPDATE kpis SET replaced_ms = ?1 WHERE replaced_ms IS NULL AND township = ?2 AND plugin = ?3 AND kpi = ?4 \
         AND version = ?5 AND period = ?6 AND place = ?7 AND (numerator <> ?8 OR denominator <> ?9)",
    )
    .bind(report.at_ms)
    .bind(township)
    .bind(plugin)
    .bind(&report.kpi)
    .bind(report.version)
    .bind(report.period.as_str())
    .bind(report.place.as_str())
    .bind(report.numerator)
    .bind(report.denominator)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO kpis (township, plugin, kpi, version, period, place, numerator, denominator, at_ms) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (township, plugin, kpi, version, period, place) WHERE replaced_ms IS NULL DO NOTHING",
    )
    .bind(township)
    .bind(plugin)
    .bind(&report.kpi)
    .bind(report.version)
    .bind(report.period.as_str())
    .bind(report.place.as_str())
    .bind(report.numerator)
    .bind(report.denominator)
    .bind(report.at_ms)
    .execute(connection)
    .await
    .map(drop)
}
