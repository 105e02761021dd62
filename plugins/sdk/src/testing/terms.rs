//! One call: what it may do, and what is left of it.

use super::Running;
use super::with;
use crate::plugin::Visit;

/// What a call may do.
pub(super) struct Terms {
    running: Running,
    read_only: bool,
    public: bool,
    now_ms: i64,
}

impl Terms {
    pub(super) fn batch(now_ms: i64) -> Self {
        Self { running: Running::Batch, read_only: false, public: false, now_ms }
    }

    pub(super) fn page(visit: &Visit, read_only: bool) -> Self {
        Self { running: Running::Person, read_only, public: visit.public, now_ms: visit.now_ms }
    }

    pub(super) fn call(now_ms: i64, writes: bool) -> Self {
        Self { running: Running::Person, read_only: !writes, public: false, now_ms }
    }
}

/// Calls the plugin, and forgets what it changed unless the answer is one after which that is kept.
pub(super) fn transaction<A>(terms: &Terms, call: impl FnOnce() -> A, kept: impl FnOnce(&A) -> bool) -> A {
    let before = with(|state| {
        (state.running, state.read_only, state.public) = (terms.running, terms.read_only, terms.public);
        state.now_ms = terms.now_ms;
        state.kept.clone()
    });
    let answer = call();
    with(|state| {
        (state.running, state.read_only, state.public) = (Running::Nothing, false, false);
        if !kept(&answer) {
            state.kept = before;
        }
    });
    answer
}
