//! Key figures that modules reported.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use xl_model::id::ModuleKey;
use xl_model::kpi::Period;
use xl_model::kpi::Report;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// Most figures of one answer: a county's modules with all their villages.
const MOST: u32 = 50_000;

/// A figure with the module that reported it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// Who.
    pub module: ModuleKey,
    /// What.
    pub report: Report,
}

impl Store {
    /// The figures that hold for a period, at places whose code begins with one of these digits; of one plugin, or of all.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn kpis(
        &self,
        period: &Period,
        within: Vec<String>,
        plugin: Option<&str>,
    ) -> Result<Vec<Reported>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM kpis WHERE replaced_ms IS NULL AND period = ?1 AND (?2 IS NULL OR plugin = ?2) \
             AND EXISTS (SELECT 1 FROM json_each(?3) WHERE substr(place, 1, length(value)) = value) \
             ORDER BY township, plugin, kpi, version, place LIMIT ?4",
        )
        .bind(period.as_str())
        .bind(plugin)
        .bind(columns::list(within))
        .bind(MOST)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(reported_from).collect()).map_err(not_read("key figures"))
    }

    /// All figures that a module ever reported for a period, the replaced ones too, oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn kpi_history(&self, module: &ModuleKey, period: &Period) -> Result<Vec<Reported>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM kpis WHERE township = ? AND plugin = ? AND period = ? ORDER BY number LIMIT ?")
                .bind(columns::township_number(&module.township))
                .bind(module.plugin.as_str())
                .bind(period.as_str())
                .bind(MOST)
                .fetch_all(&self.shared.readers)
                .await;
        rows.and_then(|rows| rows.iter().map(reported_from).collect()).map_err(not_read("key figures"))
    }
}

fn reported_from(row: &SqliteRow) -> Result<Reported, sqlx::Error> {
    let module = ModuleKey {
        township: columns::township_id(row.try_get("township")?)?,
        plugin: columns::parsed(row, "plugin")?,
    };
    let report = Report {
        kpi: row.try_get("kpi")?,
        version: columns::small(row, "version")?,
        period: columns::parsed(row, "period")?,
        place: columns::parsed(row, "place")?,
        numerator: row.try_get("numerator")?,
        denominator: row.try_get("denominator")?,
        at_ms: row.try_get("at_ms")?,
    };
    Ok(Reported { module, report })
}
