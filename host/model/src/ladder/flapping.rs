//! Flapping: a camera that changes so often that telling each change would hide what matters.

use std::collections::VecDeque;

use crate::ladder::timeline::Steady;
use crate::status::HOUR_US;

/// So many debounced changes within [`HOUR_US`] are flapping (judgement).
pub(super) const CHANGES: usize = 6;

/// The newest changes of a camera.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes(VecDeque<Steady>);

impl Changes {
    /// Notes a change.
    pub(super) fn note(&mut self, at: Steady) {
        if self.0.len() >= CHANGES {
            self.0.pop_front();
        }
        self.0.push_back(at);
    }

    /// Until when the camera counts as flapping, if it does.
    pub(super) fn until(&self, now: Steady) -> Option<Steady> {
        let first = self.0.front().filter(|_| self.0.len() >= CHANGES)?;
        let until = first.plus(HOUR_US);
        (until > now).then_some(until)
    }
}
