//! Cases in memory, on top of committed ones: what a replay has opened and moved so far.
//!
//! Only the module's own steps are repeated: what people did to its cases meanwhile is not in the events that it handles,
//! so a replay from the beginning shows its cases without it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use async_trait::async_trait;
use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::figures::Figures;
use xl_model::case::query::CaseMark;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
use xl_model::clock::TimestampMs;
use xl_model::effect::Effect;
use xl_model::id::CaseId;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_runtime::port::Cases;
use xl_runtime::port::PortError;

/// The cases of a replay.
pub(super) struct CaseOverlay {
    live: Arc<dyn Cases>,
    /// Whether it begins with what is committed; else with nothing.
    over_committed: bool,
    changes: Mutex<Changes>,
}

#[derive(Default)]
struct Changes {
    cases: BTreeMap<CaseId, Case>,
    steps: BTreeMap<CaseId, Vec<Past>>,
}

impl CaseOverlay {
    /// Nothing done yet, over what `live` has where `over_committed`; rules are those of `live`.
    pub(super) fn new(live: Arc<dyn Cases>, over_committed: bool) -> Self {
        Self { live, over_committed, changes: Mutex::default() }
    }

    /// Takes the effects of a run.
    pub(super) fn apply(&self, effects: &[Effect]) {
        let mut changes = self.changes();
        for effect in effects {
            if let Effect::MoveCase { case, past, .. } = effect {
                changes.steps.entry(case.id.clone()).or_default().push(Past::clone(past));
                changes.cases.insert(case.id.clone(), Case::clone(case));
            }
        }
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn own(&self, id: &CaseId) -> Option<Case> {
        self.changes().cases.get(id).cloned()
    }

    /// The committed cases that the query asks for and the replay has not touched, one more than asked where there are so many.
    async fn committed(&self, module: &ModuleKey, query: &CaseQuery) -> Result<Vec<Case>, PortError> {
        let mut found = Vec::new();
        if !self.over_committed {
            return Ok(found);
        }
        let mut asked = query.clone();
        loop {
            let page = self.live.find(module, asked.clone()).await?;
            found.extend(page.cases.into_iter().filter(|case| self.own(&case.id).is_none()));
            if page.next.is_none() || found.len() > query.limit as usize {
                return Ok(found);
            }
            asked.after = page.next;
        }
    }
}

#[async_trait]
impl Cases for CaseOverlay {
    async fn get(&self, module: &ModuleKey, id: &CaseId) -> Result<Option<Case>, PortError> {
        match self.own(id) {
            None if self.over_committed => self.live.get(module, id).await,
            own => Ok(own),
        }
    }

    async fn by_key(&self, module: &ModuleKey, key: &str) -> Result<Option<Case>, PortError> {
        let own = self.changes().cases.values().find(|case| case.key == key).cloned();
        match own {
            None if self.over_committed => self.live.by_key(module, key).await,
            own => Ok(own),
        }
    }

    async fn find(&self, module: &ModuleKey, query: CaseQuery) -> Result<CasePage, PortError> {
        let mut found = self.committed(module, &query).await?;
        let is_behind = |case: &Case| query.after.as_ref().is_none_or(|after| CaseMark::of(case) < *after);
        found.extend(self.changes().cases.values().filter(|case| query.fits(case) && is_behind(case)).cloned());
        found.sort_by_key(|case| std::cmp::Reverse(CaseMark::of(case)));
        let more = found.len() > query.limit as usize;
        found.truncate(query.limit as usize);
        let next = found.last().filter(|_| more).map(CaseMark::of);
        Ok(CasePage { cases: found, next })
    }

    async fn history(&self, module: &ModuleKey, id: &CaseId) -> Result<Option<Vec<Past>>, PortError> {
        let own = self.changes().steps.get(id).cloned();
        let before = if self.over_committed { self.live.history(module, id).await? } else { None };
        Ok(match (before, own) {
            (None, own) => own,
            (before, None) => before,
            (Some(before), Some(own)) => Some(before.into_iter().chain(own).collect()),
        })
    }

    /// As committed; what the replay itself has changed is not counted.
    async fn figures(
        &self,
        module: &ModuleKey,
        from_ms: TimestampMs,
        to_ms: TimestampMs,
        by: Grouping,
    ) -> Result<Vec<(String, Figures)>, PortError> {
        if self.over_committed { self.live.figures(module, from_ms, to_ms, by).await } else { Ok(Vec::new()) }
    }

    async fn rules(&self, township: &TownshipId) -> Result<Arc<Rules>, PortError> {
        self.live.rules(township).await
    }

    async fn next_number(&self, township: &TownshipId, year: u16) -> Result<u32, PortError> {
        let next = self.live.next_number(township, year).await?;
        let begins = format!("{township}-{year:04}-");
        let serial = |id: &CaseId| id.as_str().strip_prefix(&begins)?.parse::<u32>().ok();
        let own = self.changes().cases.keys().filter_map(serial).max();
        Ok(own.map_or(next, |own| next.max(own.saturating_add(1))))
    }
}

#[cfg(test)]
mod tests;
