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
        // The set stands in the document alone: whoever does not ask for it does not pay for reading that. The first value
        // is bound all the same, so that both statements take the same ones.
        let text = match by {
            Grouping::Matter => {
                "SELECT json_extract(document, '$.matter.set') || ':' || code AS label, \
                 total(opened_ms >= ?2 AND opened_ms < ?3) AS reported, total(filed_ms >= ?2 AND filed_ms < ?3) AS filed, \
                 total(final_due_ms >= ?2 AND final_due_ms < ?3) AS due, \
                 total(final_due_ms >= ?2 AND final_due_ms < ?3 AND done) AS closed, \
                 total(final_due_ms >= ?2 AND final_due_ms < ?3 AND on_time) AS closed_on_time, \
                 total(final_due_ms >= ?2 AND final_due_ms < ?3 AND done AND reworks > 0) AS reworked, \
                 total(filed_ms >= ?2 AND filed_ms < ?3 AND extensions > 0) AS extended, \
                 total(closed_ms IS NULL AND overdue) AS overdue_open \
                 FROM cases WHERE (?4 IS NULL OR township = ?4) AND (?5 IS NULL OR plugin = ?5) \
                 AND ((opened_ms >= ?2 AND opened_ms < ?3) OR (filed_ms >= ?2 AND filed_ms < ?3) \
                     OR (final_due_ms >= ?2 AND final_due_ms < ?3) OR (closed_ms IS NULL AND overdue)) \
                 AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(?6) WHERE substr(place, 1, length(value)) = value)) \
                 GROUP BY 1 ORDER BY 1 LIMIT ?7"
            }
            _ => {
                "SELECT CASE ?1 WHEN 'place' THEN place WHEN 'unit' THEN unit WHEN 'grid' THEN grid WHEN 'code' THEN code \
                     WHEN 'source' THEN source ELSE '' END AS label, \
                 total(opened_ms >= ?2 AND opened_ms < ?3) AS reported, total(filed_ms >= ?2 AND filed_ms < ?3) AS filed, \
                 total(final_due_ms >= ?2 AND final_due_ms < ?3) AS due, \
                 total(final_due_ms >= ?2 AND final_due_ms < ?3 AND done) AS closed, \
                 total(final_due_ms >= ?2 AND final_due_ms < ?3 AND on_time) AS closed_on_time, \
                 total(final_due_ms >= ?2 AND final_due_ms < ?3 AND done AND reworks > 0) AS reworked, \
                 total(filed_ms >= ?2 AND filed_ms < ?3 AND extensions > 0) AS extended, \
                 total(closed_ms IS NULL AND overdue) AS overdue_open \
                 FROM cases WHERE (?4 IS NULL OR township = ?4) AND (?5 IS NULL OR plugin = ?5) \
                 AND ((opened_ms >= ?2 AND opened_ms < ?3) OR (filed_ms >= ?2 AND filed_ms < ?3) \
                     OR (final_due_ms >= ?2 AND final_due_ms < ?3) OR (closed_ms IS NULL AND overdue)) \
                 AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(?6) WHERE substr(place, 1, length(value)) = value)) \
                 GROUP BY 1 ORDER BY 1 LIMIT ?7"
            }
        };
        let rows = sqlx::query(text)
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
    // `total` counts with a fraction; so many cases are exact far beyond what a county has.
    let count = |column: &str| row.try_get::<f64, _>(column).map(|count| count as u64);
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
