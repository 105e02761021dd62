//! Cases (案卷, 工单): matters with a responsible unit, stages and time limits, shared by all modules.
//!
//! Pure: [`Case::open`] and [`Case::take`] answer how a case stands after a step, [`table`] says who may make which step
//! where, [`timer`] when limits end. Who asks, what is stored and when the clock is looked at is the caller's affair.

pub mod actor;
pub mod amount;
mod apply;
pub mod crosswalk;
pub mod draft;
pub mod error;
pub mod event;
pub mod figures;
pub mod limit;
pub mod matter;
pub mod past;
pub mod query;
pub mod rules;
pub mod stage;
pub mod step;
pub mod table;
mod take;
mod text;
pub mod timer;
pub mod unit;

use serde::Deserialize;
use serde::Serialize;

pub use crate::case::actor::Actor;
pub use crate::case::actor::Power;
pub use crate::case::actor::Powers;
pub use crate::case::draft::Draft;
pub use crate::case::draft::DraftForm;
pub use crate::case::draft::Position;
pub use crate::case::draft::Source;
pub use crate::case::error::CaseError;
pub use crate::case::error::FieldFault;
pub use crate::case::limit::Limit;
pub use crate::case::limit::Unit;
pub use crate::case::matter::Matter;
pub use crate::case::past::Past;
pub use crate::case::rules::Rules;
pub use crate::case::stage::Stage;
pub use crate::case::step::Step;
pub use crate::case::step::StepForm;
pub use crate::case::step::StepName;
pub use crate::case::timer::Timer;
pub use crate::case::timer::TimerName;
use crate::clock::TimestampMs;
use crate::id::AccountName;
use crate::id::CameraId;
use crate::id::CaseId;
use crate::id::Digest;
use crate::id::PluginId;
use crate::id::TownshipId;
use crate::id::UnitId;
use crate::place::code::PlaceCode;

/// Most pictures of each side, before and after, that a case gathers.
pub const MOST_PICTURES: usize = 200;

/// A case as it stands: the document that the store keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its number in the county.
    pub id: CaseId,
    /// The township that it belongs to.
    pub township: TownshipId,
    /// The module that opened it; none: a person did.
    pub plugin: Option<PluginId>,
    /// The module's own name for it; empty when a person opened it.
    pub key: String,
    /// What it is about, with the version it was opened under.
    pub matter: Matter,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Where it came from.
    pub source: Source,
    /// Where it is: the township or a village of it.
    pub place: PlaceCode,
    /// In words.
    pub address: Option<String>,
    /// On the ground.
    pub position: Option<Position>,
    /// A grid cell or section.
    pub grid: Option<String>,
    /// The camera that it is about.
    pub camera: Option<CameraId>,
    /// Pictures of the state before.
    pub before: Vec<Digest>,
    /// Pictures of the state after.
    pub after: Vec<Digest>,
    /// A JSON object of the module's own, as text.
    pub data: String,
    /// Where it stands.
    pub stage: Stage,
    /// The responsible unit.
    pub unit: Option<UnitId>,
    /// The unit to which it was escalated last.
    pub escalated_to: Option<UnitId>,
    /// The person who works on it.
    pub handler: Option<AccountName>,
    /// Who gave a feedback: they check, close and evaluate nothing here.
    pub feedback_by: Vec<AccountName>,
    /// The extension that is asked for.
    pub asked: Option<Limit>,
    /// When it was opened.
    pub opened_ms: TimestampMs,
    /// When its last step was made.
    pub updated_ms: TimestampMs,
    /// When it was filed first.
    pub filed_ms: Option<TimestampMs>,
    /// When it was closed, rejected or voided.
    pub closed_ms: Option<TimestampMs>,
    /// All limits that ran or run, in the order in which they began.
    pub timers: Vec<Timer>,
    /// How often it went back for rework.
    pub reworks: u32,
    /// How many extensions were approved.
    pub extensions: u32,
    /// The number of its last step: counts up from 1.
    pub revision: u32,
}

/// A case after a step, and the step.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// How it stands now.
    pub case: Case,
    /// What was done.
    pub past: Past,
}

impl Case {
    /// When the running limit ends; none: none runs, or it is suspended.
    pub fn due_ms(&self) -> Option<TimestampMs> {
        self.running().filter(|timer| timer.stopped.is_none()).map(|timer| timer.due_ms)
    }

    /// When it should be closed (应结案): the end of the last handling limit; none before dispatch and while suspended.
    pub fn final_due_ms(&self) -> Option<TimestampMs> {
        let last = self.timers.iter().rev().find(|timer| timer.timer == TimerName::Handling)?;
        let stopped = self.timers.iter().any(|timer| timer.stopped.is_some());
        (!stopped).then_some(last.due_ms)
    }

    /// The first moment at which the clock has to make the step `overdue`; none: nothing can become overdue.
    pub fn next_overdue_ms(&self) -> Option<TimestampMs> {
        self.timers.iter().filter_map(Timer::overdue_from_ms).min()
    }

    /// Whether a time limit of it has ended unkept.
    pub fn is_overdue(&self) -> bool {
        self.timers.iter().any(|timer| timer.overdue)
    }

    /// Whether it was closed by the time at which it should have been (按期结案), and no handling limit before that ended
    /// unkept: what a rework is given is no second chance for what was late.
    pub fn is_closed_on_time(&self) -> bool {
        let closed = matches!(self.stage, Stage::Closed | Stage::Evaluated);
        let late = self.timers.iter().any(|timer| timer.timer == TimerName::Handling && timer.overdue);
        closed
            && !late
            && self.closed_ms.zip(self.final_due_ms()).is_some_and(|(closed_ms, due_ms)| closed_ms <= due_ms)
    }

    /// The limit that runs: the first that has not ended.
    pub fn running(&self) -> Option<&Timer> {
        self.timers.iter().find(|timer| timer.ended_ms.is_none())
    }
}

#[cfg(test)]
mod tests;
