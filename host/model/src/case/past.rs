//! What was done with a case; never changed afterwards.

use serde::Deserialize;
use serde::Serialize;

use crate::case::limit::Limit;
use crate::case::stage::Stage;
use crate::case::step::StepName;
use crate::case::timer::TimerName;
use crate::clock::TimestampMs;
use crate::id::AccountName;
use crate::id::Digest;
use crate::id::UnitId;

/// A step that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Counts up from 1; the case's revision after it.
    pub number: u32,
    /// When.
    pub at_ms: TimestampMs,
    /// Who: `account:{name}`, `module:{plugin}`, `link:{id}`, `clock`.
    pub actor: String,
    /// What.
    pub name: StepName,
    /// The stage before; for `open` the one after.
    pub from: Stage,
    /// The stage after.
    pub to: Stage,
    /// What was said.
    pub note: Option<String>,
    /// The unit that was named.
    pub unit: Option<UnitId>,
    /// The account that was named.
    pub handler: Option<AccountName>,
    /// The limit that was named.
    pub limit: Option<Limit>,
    /// The limit that ended unkept, of `overdue`; that was met, of `phase`.
    pub timer: Option<TimerName>,
    /// Its phase; empty: it has but one.
    pub phase: Option<String>,
    /// When the running limit ended before the step.
    pub due_before_ms: Option<TimestampMs>,
    /// When it ends since.
    pub due_after_ms: Option<TimestampMs>,
    /// The pictures that came with it.
    pub pictures: Vec<Digest>,
}
