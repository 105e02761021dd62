//! Maintenance: what a person declares is laid over what was seen, and never replaces it.
//!
//! The store keeps what the ladder found; a window is laid over it whenever it is read. So a window that is withdrawn
//! gives the truth back, and the rate cannot be improved for good by declaring.

use std::sync::Arc;

use crate::camera::CameraKey;
use crate::fault::Code;
use crate::status::HOUR_US;
use crate::status::Interval;
use crate::status::Level;
use crate::status::Reason;
use crate::status::SECOND_US;
use crate::status::TimestampUs;

/// Longest window: what is out of order for more than 30 days is down.
pub const MOST_WINDOW_US: i64 = 30 * 24 * HOUR_US;

/// How far in the past a window may begin without a second person: what filling in a form takes.
pub const BACK_DATE_US: i64 = 5 * 60 * SECOND_US;

/// Longest name of a person, in bytes.
const PERSON_BYTES: usize = 128;

/// A time in which a camera is worked on, as somebody declared it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Which one.
    pub camera: CameraKey,
    /// Its first moment.
    pub from_us: TimestampUs,
    /// The first moment after it.
    pub until_us: TimestampUs,
    /// Why.
    pub reason: Reason,
    /// Who declared it.
    pub person: Arc<str>,
    /// Who else agreed, which a window that begins in the past needs.
    pub second: Option<Arc<str>>,
}

/// Why a window is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// It has no sense: it ends before it begins, is over already or too long. Code XL0321.
    #[error("a maintenance window needs an end that lies ahead, at most 30 days after its start: {detail}")]
    Times {
        /// What is wrong.
        detail: &'static str,
    },
    /// Nobody stands for it, or nobody says why. Code XL0322.
    #[error("a maintenance window needs {what}")]
    Missing {
        /// What is missing.
        what: &'static str,
    },
    /// It begins in the past, and only one person says so. Code XL0323.
    #[error("a maintenance window that begins in the past needs a second person")]
    Alone,
}

impl WindowError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Times { .. } => 321,
            Self::Missing { .. } => 322,
            Self::Alone => 323,
        })
    }
}

impl Window {
    /// Whether it may be declared at `now_us`.
    ///
    /// # Errors
    /// [`WindowError`], with the rule that it breaks.
    pub fn check(&self, now_us: TimestampUs) -> Result<(), WindowError> {
        let named = |name: &str| !name.trim().is_empty() && name.len() <= PERSON_BYTES;
        if !named(&self.person) {
            return Err(WindowError::Missing { what: "the person who declares it" });
        }
        if self.reason.as_str() == "unsaid" {
            return Err(WindowError::Missing { what: "a reason" });
        }
        if self.until_us <= self.from_us {
            return Err(WindowError::Times { detail: "it ends before it begins" });
        }
        if self.until_us.saturating_sub(self.from_us) > MOST_WINDOW_US {
            return Err(WindowError::Times { detail: "it is longer than 30 days" });
        }
        let second = self.second.as_deref().is_some_and(|second| named(second) && *second != *self.person);
        if self.from_us < now_us.saturating_sub(BACK_DATE_US) && !second {
            return Err(WindowError::Alone);
        }
        if self.until_us <= now_us && !second {
            return Err(WindowError::Times { detail: "it is over already" });
        }
        Ok(())
    }

    /// Whether it covers `at_us`.
    pub fn covers(&self, at_us: TimestampUs) -> bool {
        self.from_us <= at_us && at_us < self.until_us
    }
}

/// Lays windows over the intervals of the same camera, which are in order; what comes out is in order too, without gap
/// where there was none. Where two windows overlap, the one that began first is told.
pub fn lay_over(intervals: Vec<Interval>, windows: &[Window]) -> Vec<Interval> {
    if windows.is_empty() {
        return intervals;
    }
    let mut windows: Vec<&Window> = windows.iter().collect();
    windows.sort_by(|a, b| (a.from_us, a.until_us, &a.person).cmp(&(b.from_us, b.until_us, &b.person)));
    let mut laid: Vec<Interval> = Vec::with_capacity(intervals.len() + 2 * windows.len());
    for interval in intervals {
        let end = interval.to_us.unwrap_or(TimestampUs::MAX);
        let mut at = interval.from_us;
        for window in &windows {
            // One that was taken back before it began ends where it begins.
            let is_empty = window.until_us <= window.from_us;
            if is_empty || window.camera != interval.camera || window.until_us <= at || window.from_us >= end {
                continue;
            }
            let from = window.from_us.max(at);
            if from > at {
                push(&mut laid, Interval { from_us: at, to_us: Some(from), ..interval.clone() });
            }
            let to = window.until_us.min(end);
            push(
                &mut laid,
                Interval {
                    level: Level::Maintenance,
                    reason: window.reason.clone(),
                    source: Arc::clone(&window.person),
                    from_us: from,
                    to_us: if to == TimestampUs::MAX { None } else { Some(to) },
                    camera: interval.camera.clone(),
                },
            );
            at = to;
        }
        if at < end {
            push(&mut laid, Interval { from_us: at, ..interval });
        }
    }
    laid
}

/// Adds an interval, or lengthens the one before when it only goes on.
fn push(laid: &mut Vec<Interval>, next: Interval) {
    match laid.last_mut() {
        Some(last)
            if last.to_us == Some(next.from_us)
                && last.level == Level::Maintenance
                && (&last.camera, last.level, &last.reason, &last.source)
                    == (&next.camera, next.level, &next.reason, &next.source) =>
        {
            last.to_us = next.to_us;
        }
        _ => laid.push(next),
    }
}

#[cfg(test)]
mod tests;
