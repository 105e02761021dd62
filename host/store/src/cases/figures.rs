//! Counts of cases in a period.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use xl_model::case::figures::Figures;
use xl_model::case::query::Grouping;
use xl_model::case::query::MAX_ROWS;
use xl_model::clock::TimestampMs;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// Whose cases are counted; what is not said does not matter.
#[derive(Debug, Clone, Default)]
pub struct CaseScope {
    /// Only of this township.
    pub township: Option<TownshipId>,
    /// Only such as this module opened.
    pub plugin: Option<PluginId>,
    /// Only at places whose code begins with one of these digits.
    pub within: Option<Vec<String>>,
}

impl Store {
    /// Counts from `from_ms` to before `to_ms`, by the key of each row, at most [`MAX_ROWS`]; what counts nothing has no row.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn case_figures(
        &self,
        scope: CaseScope,
        from_ms: TimestampMs,
        to_ms: TimestampMs,
        by: Grouping,
    ) -> Result<Vec<(String, Figures)>, StoreError> {
        // Each part reads the entries of the period in an index of its own, township by township.
        let rows = sqlx::query(
            "WITH counted AS ( \
                 SELECT place, unit, grid, code, matter_set, source, plugin, 1 AS reported, 0 AS filed, 0 AS due, 0 AS closed, \
                     0 AS on_time, 0 AS reworked, 0 AS extended, 0 AS overdue \
                 FROM cases INDEXED BY cases_of_township WHERE opened_ms >= ?2 AND opened_ms < ?3 \
                 AND township IN (SELECT township FROM townships WHERE ?4 IS NULL OR township = ?4) \
                 UNION ALL \
                 SELECT place, unit, grid, code, matter_set, source, plugin, 0, 1, 0, 0, 0, 0, extensions > 0, 0 \
                 FROM cases INDEXED BY cases_filed WHERE filed_ms >= ?2 AND filed_ms < ?3 \
                 AND township IN (SELECT township FROM townships WHERE ?4 IS NULL OR township = ?4) \
                 UNION ALL \
                 SELECT place, unit, grid, code, matter_set, source, plugin, 0, 0, 1, done, on_time, done AND reworks > 0, 0, 0 \
                 FROM cases INDEXED BY cases_to_close WHERE final_due_ms >= ?2 AND final_due_ms < ?3 \
                 AND township IN (SELECT township FROM townships WHERE ?4 IS NULL OR township = ?4) \
                 UNION ALL \
                 SELECT place, unit, grid, code, matter_set, source, plugin, 0, 0, 0, 0, 0, 0, 0, 1 \
                 FROM cases INDEXED BY cases_open_of_township WHERE closed_ms IS NULL AND overdue = 1 \
                 AND township IN (SELECT township FROM townships WHERE ?4 IS NULL OR township = ?4)) \
             SELECT CASE ?1 WHEN 'place' THEN place WHEN 'unit' THEN unit WHEN 'grid' THEN grid WHEN 'code' THEN code \
                 WHEN 'matter' THEN matter_set || ':' || code WHEN 'source' THEN source ELSE '' END AS label, \
             sum(reported) AS reported, sum(filed) AS filed, \
             sum(due) AS due, sum(closed) AS closed, sum(on_time) AS closed_on_time, sum(reworked) AS reworked, \
             sum(extended) AS extended, sum(overdue) AS overdue_open \
             FROM counted WHERE (?5 IS NULL OR plugin = ?5) \
             AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(?6) WHERE substr(place, 1, length(value)) = value)) \
             GROUP BY 1 ORDER BY 1 LIMIT ?7",
        )
        .bind(word(by))
        .bind(from_ms)
        .bind(to_ms)
        .bind(scope.township.as_ref().map(columns::township_number))
        .bind(scope.plugin.as_ref().map(PluginId::as_str))
        .bind(scope.within.map(columns::list))
        .bind(MAX_ROWS)
        .fetch_all(&self.shared.readers)
        .await;
        let rows: Result<Vec<_>, _> = rows.and_then(|rows| rows.iter().map(figures_from).collect());
        let mut rows = rows.map_err(not_read("figures of cases"))?;
        if by == Grouping::All && rows.is_empty() {
            rows.push(Default::default());
        }
        Ok(rows)
    }
}

fn word(by: Grouping) -> &'static str {
    match by {
        Grouping::All => "all",
        Grouping::Place => "place",
        Grouping::Unit => "unit",
        Grouping::Grid => "grid",
        Grouping::Code => "code",
        Grouping::Matter => "matter",
        Grouping::Source => "source",
    }
}

fn figures_from(row: &SqliteRow) -> Result<(String, Figures), sqlx::Error> {
    let count = |column: &str| columns::uint(row, column);
    let figures = Figures {
        reported: count("reported")?,
        filed: count("filed")?,
        due: count("due")?,
        closed: count("closed")?,
        closed_on_time: count("closed_on_time")?,
        reworked: count("reworked")?,
        extended: count("extended")?,
        overdue_open: count("overdue_open")?,
    };
    Ok((row.try_get::<Option<String>, _>("label")?.unwrap_or_default(), figures))
}
