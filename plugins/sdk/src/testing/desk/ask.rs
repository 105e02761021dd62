//! Questions about the cases of the desk.

use std::collections::BTreeMap;

use super::Desk;
use super::Filed;
use crate::bindings::xueliang::hub::cases::Query;
use crate::cases::Case;
use crate::cases::CasesError;
use crate::cases::Counts;
use crate::cases::Grouping;
use crate::cases::MAX_PAGE;
use crate::cases::Page;
use crate::cases::Past;

impl Desk {
    /// A case as it stands at `now_ms`.
    pub(in crate::testing) fn get(&self, id: &str, now_ms: i64) -> Result<Case, CasesError> {
        self.filed.iter().find(|filed| filed.case.id == id).map(|filed| filed.at(now_ms)).ok_or(CasesError::NotFound)
    }

    /// All cases, oldest first.
    pub(in crate::testing) fn all(&self, now_ms: i64) -> Vec<Case> {
        self.filed.iter().map(|filed| filed.at(now_ms)).collect()
    }

    /// What happened to a case.
    pub(in crate::testing) fn history(&self, id: &str) -> Result<Vec<Past>, CasesError> {
        self.filed.iter().find(|filed| filed.case.id == id).map(|filed| filed.past.clone()).ok_or(CasesError::NotFound)
    }

    /// The cases that the question asks for, newest first.
    pub(in crate::testing) fn find(&self, query: &Query, now_ms: i64) -> Result<Page, CasesError> {
        if !(1..=MAX_PAGE).contains(&query.limit) {
            return Err(CasesError::Invalid(format!("limit: 1 to {MAX_PAGE}")));
        }
        let start = match &query.after {
            None => 0,
            Some(after) => after.parse().map_err(|_| CasesError::Invalid("after: no such token".to_owned()))?,
        };
        let mut hits: Vec<Case> = self.all(now_ms).into_iter().filter(|case| fits(query, case)).collect();
        hits.sort_by(|one, other| (other.opened_ms, &other.id).cmp(&(one.opened_ms, &one.id)));
        let end = hits.len().min(start + query.limit as usize);
        let next = (end < hits.len()).then(|| end.to_string());
        Ok(Page { cases: hits.drain(start.min(end)..end).collect(), next })
    }

    /// Counts of a period.
    pub(in crate::testing) fn figures(
        &self,
        from: i64,
        to: i64,
        by: Grouping,
        now_ms: i64,
    ) -> Result<Vec<Counts>, CasesError> {
        if to < from {
            return Err(CasesError::Invalid("to: lies before `from`".to_owned()));
        }
        let mut rows: BTreeMap<String, Counts> = BTreeMap::new();
        let inside = |time: Option<i64>| u64::from(time.is_some_and(|time| (from..to).contains(&time)));
        for filed in &self.filed {
            let case = filed.at(now_ms);
            let key = key(&case, by);
            let row = rows.entry(key.clone()).or_insert_with(|| empty(key));
            let (due, in_force) = (inside(filed.last_due_ms), inside(filed.filed_ms));
            let closed = u64::from(matches!(case.stage.as_str(), "closed" | "evaluated"));
            row.reported += inside(Some(case.opened_ms));
            row.filed += in_force;
            row.due += due;
            row.closed += due * closed;
            row.closed_on_time += due * closed * u64::from(!case.overdue);
            row.reworked += due * closed * u64::from(case.reworks > 0);
            row.extended += in_force * u64::from(case.extensions > 0);
            row.overdue_open += u64::from(case.is_open() && case.overdue);
        }
        Ok(rows.into_values().collect())
    }
}

impl Filed {
    fn at(&self, now_ms: i64) -> Case {
        let late = self.case.due_ms.is_some_and(|due| due < now_ms);
        Case { overdue: self.case.overdue || late, ..self.case.clone() }
    }
}

fn fits(query: &Query, case: &Case) -> bool {
    let same = |asked: &Option<String>, have: Option<&String>| asked.as_ref().is_none_or(|asked| Some(asked) == have);
    (query.stages.is_empty() || query.stages.contains(&case.stage))
        && query.place.as_ref().is_none_or(|place| case.place.starts_with(place.trim_end_matches('0')))
        && same(&query.unit, case.unit.as_ref())
        && same(&query.handler, case.handler.as_ref())
        && same(&query.grid, case.grid.as_ref())
        && same(&query.code, Some(&case.matter.code))
        && (!query.overdue || case.overdue)
        && query.from.is_none_or(|from| case.opened_ms >= from)
        && query.to.is_none_or(|to| case.opened_ms < to)
}

fn key(case: &Case, by: Grouping) -> String {
    match by {
        Grouping::All => String::new(),
        Grouping::Place => case.place.clone(),
        Grouping::Unit => case.unit.clone().unwrap_or_default(),
        Grouping::Grid => case.grid.clone().unwrap_or_default(),
        Grouping::Code => case.matter.code.clone(),
        Grouping::Source => case.source.clone(),
    }
}

fn empty(key: String) -> Counts {
    Counts {
        key,
        reported: 0,
        filed: 0,
        due: 0,
        closed: 0,
        closed_on_time: 0,
        reworked: 0,
        extended: 0,
        overdue_open: 0,
    }
}
