//! Finds cases, newest first: along an index that holds everything that a list can be narrowed by.

use sqlx::QueryBuilder;
use sqlx::Sqlite;
use xl_model::case::Stage;
use xl_model::case::query::CaseMark;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::MAX_PAGE;
use xl_model::id::AccountName;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::id::UnitId;

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
        let limit = filter.query.limit.clamp(1, MAX_PAGE);
        let mut statement = narrowed(&filter);
        statement.push(" ORDER BY opened_ms DESC, id DESC LIMIT ").push_bind(i64::from(limit) + 1);
        let rows = statement.build().fetch_all(&self.shared.readers).await?;
        let mut cases = rows.iter().map(case_from).collect::<Result<Vec<_>, _>>()?;
        let more = cases.len() > limit as usize;
        cases.truncate(limit as usize);
        let next = cases.last().filter(|_| more).map(CaseMark::of);
        Ok(CasePage { cases, next })
    }
}

/// The statement with the conditions that are asked for and no other: each costs time for each entry that is passed over.
fn narrowed(filter: &CaseFilter) -> QueryBuilder<Sqlite> {
    let query = &filter.query;
    let open = !query.stages.is_empty() && query.stages.iter().copied().all(Stage::is_open);
    // Open cases have indexes of their own, so has a township: the planner has no choice to make.
    let mut statement = QueryBuilder::new(match (&filter.township, open) {
        (Some(_), true) => {
            "SELECT document FROM cases INDEXED BY cases_open_of_township WHERE closed_ms IS NULL AND township = "
        }
        (Some(_), false) => "SELECT document FROM cases INDEXED BY cases_of_township WHERE township = ",
        (None, true) => "SELECT document FROM cases INDEXED BY cases_open_of_all WHERE closed_ms IS NULL",
        (None, false) => "SELECT document FROM cases INDEXED BY cases_of_all WHERE true",
    });
    if let Some(township) = &filter.township {
        statement.push_bind(columns::township_number(township));
    }
    if let Some(after) = &query.after {
        statement.push(" AND (opened_ms, id) < (").push_bind(after.opened_ms);
        statement.push(", ").push_bind(after.id.clone()).push(")");
    }
    if let Some(from_ms) = query.from_ms {
        statement.push(" AND opened_ms >= ").push_bind(from_ms);
    }
    if let Some(to_ms) = query.to_ms {
        statement.push(" AND opened_ms < ").push_bind(to_ms);
    }
    if query.overdue {
        statement.push(" AND overdue = 1");
    }
    // The index of open cases says already what all open stages say.
    let some = Stage::ALL.iter().any(|stage| (!open || stage.is_open()) && !query.stages.contains(stage));
    let one_of: [(&str, Vec<&str>); 6] = [
        (" AND plugin IN (", filter.plugin.iter().map(PluginId::as_str).collect()),
        (" AND unit IN (", query.units.iter().map(UnitId::as_str).collect()),
        (" AND handler IN (", query.handler.iter().map(AccountName::as_str).collect()),
        (" AND grid IN (", query.grid.iter().map(String::as_str).collect()),
        (" AND code IN (", query.codes.iter().map(String::as_str).collect()),
        (" AND stage IN (", query.stages.iter().filter(|_| some).map(|stage| stage.word()).collect()),
    ];
    for (condition, values) in one_of.into_iter().filter(|(_, values)| !values.is_empty()) {
        statement.push(condition);
        let mut listed = statement.separated(", ");
        for value in values {
            listed.push_bind(value.to_owned());
        }
        statement.push(")");
    }
    if let Some(place) = &query.place {
        begins_with_one_of(&mut statement, [place.significant()]);
    }
    // Every place of a township is within what the township itself is within.
    let whole = |digits: &String| filter.township.as_ref().is_some_and(|it| it.as_str().starts_with(digits.as_str()));
    if let Some(within) = filter.within.as_ref().filter(|within| !within.iter().any(whole)) {
        begins_with_one_of(&mut statement, within.iter().map(String::as_str));
    }
    statement
}

/// Only at places whose code begins with one of these digits; `:` comes after `9`.
fn begins_with_one_of<'a>(statement: &mut QueryBuilder<Sqlite>, all: impl IntoIterator<Item = &'a str>) {
    statement.push(" AND (false");
    for digits in all {
        statement.push(" OR (place >= ").push_bind(digits.to_owned());
        statement.push(" AND place < ").push_bind(format!("{digits}:")).push(")");
    }
    statement.push(")");
}
