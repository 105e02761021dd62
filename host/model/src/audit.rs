//! The audit log: who did what to what, or looked at what, and when; each row bound to the one before by a hash.
//!
//! [`chain`] says what a row's hash is made of, [`checkpoint`] signs how far a log had come, [`verify`] compares a log with
//! both and names the first row that cannot be trusted. Rows come from the hub's API and stages; the store writes them.

pub mod chain;
pub mod checkpoint;
pub mod text;
pub mod verify;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;
use crate::id::CameraId;
use crate::id::Digest;
use crate::id::TownshipId;

use text::Text;

/// How long nobody can remove a row, in days: six months (Cybersecurity Law of 2016, article 21).
pub const KEEP_DAYS_LEAST: u32 = 183;

/// How long nobody can remove a row, in milliseconds.
pub const KEEP_MS_LEAST: TimestampMs = KEEP_DAYS_LEAST as TimestampMs * 86_400_000;

/// The clock counts as set back when a row is so much older than the one before, in milliseconds.
///
/// Below it, requests that ran side by side have only passed each other.
pub const CLOCK_STEP_MS: TimestampMs = 2_000;

/// What a row says was done when the clock was set back.
pub const CLOCK_SET_BACK: &str = "clock.set-back";

/// Who acted, as the row keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Person, program, module or stage.
    pub who: Text,
    /// Unit and role, as far as they are known.
    pub unit: Text,
}

impl Actor {
    /// An actor by name and unit.
    pub fn new(who: &str, unit: &str) -> Self {
        Self { who: Text::new(who), unit: Text::new(unit) }
    }

    /// The hub itself: its stages, its clock.
    pub fn hub() -> Self {
        Self::new("hub", "")
    }
}

/// What became of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was let through, and happened unless a later row says otherwise. Written before it began.
    Allowed,
    /// It was let through and did not come about; `about` names the row that let it through.
    Failed,
    /// It was not let through.
    Refused,
    /// Something that happened by itself, such as the clock being set back.
    Noted,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Allowed, Self::Failed, Self::Refused, Self::Noted];

    /// Its word in the database and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Noted => "noted",
        }
    }
}

/// What makes a row one of the call-up register: Order 799, article 16, wants reason, content, unit and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedAt {
    /// The camera, in the row's township.
    pub camera: CameraId,
    /// Code of the purpose.
    pub purpose: Text,
    /// Why, in the words of whoever looked.
    pub reason: Text,
}

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, by the hub's clock.
    pub at_ms: TimestampMs,
    /// Who.
    pub actor: Actor,
    /// In which township; nothing: in none or in all.
    pub township: Option<TownshipId>,
    /// What was done: dotted words such as `camera.register`.
    pub action: Text,
    /// To what, as a path or an id.
    pub object: Text,
    /// Which camera was looked at; nothing: it was no look.
    pub look: Option<LookedAt>,
    /// What became of it.
    pub outcome: Outcome,
    /// The row that this one is about.
    pub about: Option<u64>,
    /// What else there is to say.
    pub detail: Text,
}

impl Entry {
    /// An act that was let through.
    pub fn new(at_ms: TimestampMs, actor: Actor, action: &str, object: &str) -> Self {
        Self {
            at_ms,
            actor,
            township: None,
            action: Text::new(action),
            object: Text::new(object),
            look: None,
            outcome: Outcome::Allowed,
            about: None,
            detail: Text::default(),
        }
    }

    /// Says in which township.
    pub fn in_township(mut self, township: Option<TownshipId>) -> Self {
        self.township = township;
        self
    }

    /// Says what became of it.
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// Says what else there is to say.
    pub fn with_detail(mut self, detail: &str) -> Self {
        self.detail = Text::new(detail);
        self
    }

    /// Makes it a row of the call-up register.
    pub fn with_look(mut self, look: LookedAt) -> Self {
        self.look = Some(look);
        self
    }

    /// The row that says that this act, let through as row `seq`, did not come about.
    pub fn failed(mut self, at_ms: TimestampMs, seq: u64, detail: &str) -> Self {
        self.at_ms = at_ms;
        self.outcome = Outcome::Failed;
        self.about = Some(seq);
        self.detail = Text::new(detail);
        self
    }

    /// The row that has to stand before this one when the row before was written at `last_ms`: the clock was set back.
    pub fn step_back(&self, last_ms: TimestampMs) -> Option<Self> {
        let back_ms = last_ms.saturating_sub(self.at_ms);
        (back_ms >= CLOCK_STEP_MS).then(|| {
            Self::new(self.at_ms, Actor::hub(), CLOCK_SET_BACK, "clock")
                .with_outcome(Outcome::Noted)
                .with_detail(&format!("from {last_ms} to {}, by {back_ms} ms", self.at_ms))
        })
    }
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1 without gaps: the order of the log, whatever the clock says.
    pub seq: u64,
    /// What it records.
    pub entry: Entry,
    /// Its hash, see [`chain::hash`].
    pub hash: Digest,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at_ms: TimestampMs) -> Entry {
        Entry::new(at_ms, Actor::new("Li", ""), "camera.register", "371122102/gh-1")
    }

    #[test]
    fn a_clock_that_is_set_back_is_a_row_and_requests_that_pass_each_other_are_not() {
        let step = entry(10_000).step_back(12_000).unwrap();
        assert_eq!((step.at_ms, step.action.as_str(), step.outcome), (10_000, CLOCK_SET_BACK, Outcome::Noted));
        assert_eq!(step.detail.as_str(), "from 12000 to 10000, by 2000 ms");
        for last_ms in [11_999, 10_000, 0, TimestampMs::MIN] {
            assert_eq!(entry(10_000).step_back(last_ms), None, "{last_ms}");
        }
    }

    #[test]
    fn a_failed_act_names_the_row_that_let_it_through() {
        let failed = entry(1).failed(2, 7, "XL0307");
        assert_eq!((failed.at_ms, failed.about, failed.outcome), (2, Some(7), Outcome::Failed));
        assert_eq!(failed.object, entry(1).object);
    }

    #[test]
    fn an_outcome_is_the_word_that_serde_writes() {
        for outcome in Outcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.word());
        }
    }
}
