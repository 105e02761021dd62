//! What somebody reads of a township by a role that he holds above it (TEN-9): of an account with its roles and key, a kind of
//! thing and a township the first read of an hour is a row before it is shown, and those that follow are one row more.

use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::clock::TimestampMs;
use xl_model::id::TownshipId;

use crate::audit::counted::Often;

/// A read by a role from above.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadFromAbove {
    who: String,
    unit: String,
    kind: &'static str,
    township: Option<TownshipId>,
}

impl ReadFromAbove {
    /// That `actor` reads things of a kind in a township; no township: a list over all of his.
    pub fn new(actor: &Actor, kind: &'static str, township: Option<TownshipId>) -> Self {
        let Actor { who, unit } = actor;
        Self { who: who.to_string(), unit: unit.to_string(), kind, township }
    }
}

impl Often for ReadFromAbove {
    const MORE: &'static str = "more";

    fn row(&self, _: u64, now_ms: TimestampMs) -> Entry {
        let Self { who, unit, kind, township } = self;
        Entry::new(now_ms, Actor::new(who, unit), "read.from-above", kind).in_township(township.clone())
    }
}
