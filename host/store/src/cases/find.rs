//! Finds cases, newest first: along an index that holds everything that a list can be narrowed by.

use xl_model::case::Stage;
use xl_model::case::query::CaseMark;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::MAX_PAGE;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;

use super::case_from;
use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// Whose cases, and which of them; what is not said does not matter.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Only of this township.
    pub township: Option<TownshipId>,
    /// Only such as this module opened.
    pub plugin: Option<PluginId>,
    /// Only at places whose code begins with one of these digits.
    pub within: Option<Vec<String>>,
    /// Which of them.
    pub query: CaseQuery,
}

impl Store {
    /// Cases that pass `filter`, the newest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn find_cases(&self, filter: CaseFilter) -> Result<CasePage, StoreError> {
        self.found(filter).await.map_err(not_read("cases"))
    }

    async fn found(&self, filter: CaseFilter) -> Result<CasePage, sqlx::Error> {
        let CaseFilter { township, plugin, within, query } = filter;
        let limit = query.limit.clamp(1, MAX_PAGE);
        // One index for a township and one for all: with either the planner has no choice to make.
        let text = match township {
            Some(_) => {
                "SELECT document FROM cases WHERE number IN (SELECT number FROM cases INDEXED BY cases_of_township \
                 WHERE township = ?1 \
                 AND opened_ms >= ?2 AND opened_ms < ?3 AND (opened_ms, id) < (?4, ?5) \
                 AND (?6 IS NULL OR plugin = ?6) AND (?7 IS NULL OR stage IN (SELECT value FROM json_each(?7))) \
                 AND (?8 IS NULL OR substr(place, 1, length(?8)) = ?8) AND (?9 IS NULL OR unit IN (SELECT value FROM json_each(?9))) \
                 AND (?10 IS NULL OR handler = ?10) AND (?11 IS NULL OR grid = ?11) AND (?12 IS NULL OR code IN (SELECT value FROM json_each(?12))) \
                 AND (?13 = 0 OR overdue = 1) AND (?14 IS NULL OR EXISTS (SELECT 1 FROM json_each(?14) \
                     WHERE substr(place, 1, length(value)) = value)) \
                 ORDER BY opened_ms DESC, id DESC LIMIT ?15) ORDER BY opened_ms DESC, id DESC"
            }
            None => {
                "SELECT document FROM cases WHERE number IN (SELECT number FROM cases INDEXED BY cases_of_all \
                 WHERE (?1 IS NULL OR township = ?1) \
                 AND opened_ms >= ?2 AND opened_ms < ?3 AND (opened_ms, id) < (?4, ?5) \
                 AND (?6 IS NULL OR plugin = ?6) AND (?7 IS NULL OR stage IN (SELECT value FROM json_each(?7))) \
                 AND (?8 IS NULL OR substr(place, 1, length(?8)) = ?8) AND (?9 IS NULL OR unit IN (SELECT value FROM json_each(?9))) \
                 AND (?10 IS NULL OR handler = ?10) AND (?11 IS NULL OR grid = ?11) AND (?12 IS NULL OR code IN (SELECT value FROM json_each(?12))) \
                 AND (?13 = 0 OR overdue = 1) AND (?14 IS NULL OR EXISTS (SELECT 1 FROM json_each(?14) \
                     WHERE substr(place, 1, length(value)) = value)) \
                 ORDER BY opened_ms DESC, id DESC LIMIT ?15) ORDER BY opened_ms DESC, id DESC"
            }
        };
        let stages: Vec<String> = query.stages.iter().map(|stage: &Stage| stage.word().to_owned()).collect();
        let units: Vec<String> = query.units.iter().map(ToString::to_string).collect();
        let after = query.after.unwrap_or(CaseMark { opened_ms: i64::MAX, id: String::new() });
        let rows = sqlx::query(text)
            .bind(township.as_ref().map(columns::township_number))
            .bind(query.from_ms.unwrap_or(i64::MIN))
            .bind(query.to_ms.unwrap_or(i64::MAX))
            .bind(after.opened_ms)
            .bind(after.id)
            .bind(plugin.as_ref().map(PluginId::as_str))
            .bind((!stages.is_empty()).then(|| columns::list(stages)))
            .bind(query.place.as_ref().map(|place| place.significant().to_owned()))
            .bind((!units.is_empty()).then(|| columns::list(units)))
            .bind(query.handler.as_ref().map(|handler| handler.as_str()))
            .bind(query.grid)
            .bind((!query.codes.is_empty()).then(|| columns::list(query.codes)))
            .bind(query.overdue)
            .bind(within.map(columns::list))
            .bind(i64::from(limit) + 1)
            .fetch_all(&self.shared.readers)
            .await?;
        let mut cases = rows.iter().map(case_from).collect::<Result<Vec<_>, _>>()?;
        let more = cases.len() > limit as usize;
        cases.truncate(limit as usize);
        let next = cases.last().filter(|_| more).map(CaseMark::of);
        Ok(CasePage { cases, next })
    }
}
