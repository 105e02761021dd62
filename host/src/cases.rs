//! Cases as people and the clock move them: reads a case, asks the model what comes of a step, commits both with an event.
//!
//! What a step changes is [`xl_model::case`]'s answer, who may make it the API's question. Modules move their cases with
//! their own effects, not by this. [`run`] is the clock: it says that a limit has ended unkept.

mod clock;
mod error;
#[cfg(test)]
mod tests;

pub use clock::look;
pub use clock::recalculate;
pub use clock::run;
pub use error::CasesError;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::Notify;
use xl_model::case::Actor;
use xl_model::case::Case;
use xl_model::case::CaseError;
use xl_model::case::Draft;
use xl_model::case::FieldFault;
use xl_model::case::Moved;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::Step;
use xl_model::case::figures::Figures;
use xl_model::case::matter::Matters;
use xl_model::case::query::CasePage;
use xl_model::case::query::Grouping;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::day::Day;
use xl_model::id::CaseId;
use xl_model::id::Digest;
use xl_model::id::TownshipId;
use xl_model::id::UnitId;
use xl_model::people::member::Member;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::cases::CaseFilter;
use xl_store::cases::CaseScope;

use crate::config;
use crate::effect::case_event;

/// How often a number is drawn again when somebody else took it meanwhile: more people than a township has.
const TRIES: usize = 16;

/// The cases of all townships; clones share them.
#[derive(Clone)]
pub struct Cases(Arc<Shared>);

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    config: config::Cases,
    rules: Mutex<HashMap<TownshipId, Arc<Rules>>>,
    moved: Notify,
}

impl Cases {
    /// The cases of `store`, by the rules of the configuration.
    pub fn new(store: Store, clock: Arc<dyn Clock>, config: config::Cases) -> Self {
        Self(Arc::new(Shared { store, clock, config, rules: Mutex::default(), moved: Notify::new() }))
    }

    /// What holds in a township; made once, since tables do not change while the hub runs.
    pub fn rules(&self, township: &TownshipId) -> Arc<Rules> {
        let mut rules = self.0.rules.lock().unwrap_or_else(PoisonError::into_inner);
        rules.entry(township.clone()).or_insert_with(|| Arc::new(self.0.config.rules(township))).clone()
    }

    /// Whether somebody can belong to this unit.
    pub fn has_unit(&self, member: &Member) -> bool {
        self.0.config.has_unit(member)
    }

    /// Every unit that whoever belongs to these acts for somewhere.
    pub fn units_of(&self, members: &[Member]) -> Vec<UnitId> {
        self.0.config.with_below(members.iter().map(|member| member.unit.clone())).into_iter().collect()
    }

    /// What a case can be about, in all versions.
    pub fn matters(&self) -> &Matters {
        self.0.config.matters()
    }

    /// One case.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn one(&self, id: &CaseId) -> Result<Option<Case>, StoreError> {
        self.0.store.case(id).await
    }

    /// What was done with a case, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn history(&self, id: &CaseId) -> Result<Vec<Past>, StoreError> {
        self.0.store.case_history(id).await
    }

    /// Cases that pass `filter`, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, filter: CaseFilter) -> Result<CasePage, StoreError> {
        self.0.store.find_cases(filter).await
    }

    /// Counts from `from_ms` to before `to_ms`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn figures(
        &self,
        scope: CaseScope,
        from_ms: TimestampMs,
        to_ms: TimestampMs,
        by: Grouping,
    ) -> Result<Vec<(String, Figures)>, StoreError> {
        self.0.store.case_figures(scope, from_ms, to_ms, by).await
    }

    /// Opens a case for a person, under the township's next number.
    ///
    /// # Errors
    /// [`CasesError::Case`], or the store's fault.
    pub async fn open(&self, draft: Draft, actor: &Actor) -> Result<Case, CasesError> {
        let (township, now_ms) = (draft.township.clone(), self.now_ms());
        let rules = self.rules(&township);
        self.know(&township, &draft.pictures).await?;
        let year = Day::in_china(now_ms).year();
        for _ in 0..TRIES {
            let number = self.0.store.next_case_number(&township, year).await?;
            let id = CaseId::of(&township, year, number);
            let moved = Case::open(draft.clone(), id, None, actor, now_ms, &rules)?;
            match self.commit(moved).await {
                // Somebody else took the number.
                Err(CasesError::Overtaken) => {}
                done => return done,
            }
        }
        Err(CasesError::Overtaken)
    }

    /// Makes a step of a case as who made it saw it: at `revision`.
    ///
    /// # Errors
    /// [`CasesError::Overtaken`] when it was moved since, [`CasesError::Case`], or the store's fault.
    pub async fn step(&self, case: &Case, revision: u32, step: &Step, actor: &Actor) -> Result<Case, CasesError> {
        if case.revision != revision {
            return Err(CasesError::Overtaken);
        }
        let rules = self.rules(&case.township);
        let moved = case.take(step, actor, self.now_ms(), &rules)?;
        self.know(&case.township, &step.pictures).await?;
        self.commit(moved).await
    }

    async fn commit(&self, moved: Moved) -> Result<Case, CasesError> {
        let (case, event) = (moved.case.clone(), case_event(&moved, self.now_ms()));
        self.0.store.move_case(moved, event).await.map_err(|error| match error {
            StoreError::Conflict { .. } => CasesError::Overtaken,
            error => CasesError::Store(error),
        })?;
        // Its limit may be the next that ends.
        self.0.moved.notify_one();
        Ok(case)
    }

    /// Whether a camera of the township sent each of these pictures or somebody attached it to a form there: a hash alone
    /// shows nothing to anybody.
    async fn know(&self, township: &TownshipId, pictures: &[Digest]) -> Result<(), CasesError> {
        for sha256 in pictures {
            let store = &self.0.store;
            let is_sent = store.provenance(township, sha256).await?.is_some();
            if !is_sent && store.upload(township, sha256, None).await?.is_none() {
                let en = format!("no event of the township brought `{sha256}`: send the picture first");
                let zh = format!("本乡镇没有图片 {sha256}，请先上传");
                return Err(CaseError::Invalid(vec![FieldFault::new("pictures", en, zh)]).into());
            }
        }
        Ok(())
    }

    fn now_ms(&self) -> TimestampMs {
        self.0.clock.now_ms()
    }
}
