//! A session in memory: until when it lasts, and what was shown with it.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use xl_model::clock::TimestampMs;
use xl_store::people::Session;

use super::fresh::FRESH_MS;
use super::moment::Last;
use super::moment::Moment;
use super::moment::Written;
use super::session::IDLE_MS;
use super::session::SESSION_MS;

/// By how much the wall's clock may be set back before a start without ending what was open: what time servers correct.
const SET_BACK_MS: i64 = 5_000;

/// A session with what only this process knows of it.
pub(super) struct Open {
    pub(super) it: Session,
    opened: Moment,
    used: Last,
    written: Written,
    /// When a second factor was shown with it; a restart forgets that.
    shown: Last,
    missed: AtomicU32,
}

impl Open {
    /// One that is opened now, or that was before the hub's start: that is as old as the wall's clock says now.
    pub(super) fn new(it: Session, now: Moment) -> Self {
        Self {
            opened: now.at(it.opened_ms),
            used: Last::new(now.at(it.seen_ms)),
            written: Written::new(it.seen_ms),
            shown: Last::new(Moment::NEVER),
            missed: AtomicU32::new(0),
            it,
        }
    }

    /// Whether it still lasts.
    pub(super) fn is_on(&self, now: Moment) -> bool {
        self.age_ms(now) < SESSION_MS && now.since(self.used.get()) < IDLE_MS
    }

    /// How long ago it was opened.
    pub(super) fn age_ms(&self, now: Moment) -> i64 {
        now.since(self.opened)
    }

    /// When it was last used.
    pub(super) fn seen_ms(&self) -> TimestampMs {
        self.used.get().wall_ms
    }

    /// Notes a use; what to write of it, where it is time to. After the clock was set back that lies ahead of it by as much:
    /// at a start the session has ended then, where it would seem younger than it is.
    pub(super) fn touch(&self, now: Moment) -> Option<TimestampMs> {
        self.used.set(now);
        self.written.is_due(now.wall_ms).then(|| self.it.opened_ms.saturating_add(self.age_ms(now)))
    }

    /// Notes that a second factor was shown with it.
    pub(super) fn show(&self, now: Moment) {
        self.shown.set(now);
        self.missed.store(0, Ordering::Relaxed);
    }

    /// Whether a second factor was shown with it just now.
    pub(super) fn is_fresh(&self, now: Moment) -> bool {
        now.since(self.shown.get()) < FRESH_MS
    }

    /// Counts a wrong code; how many there were in a row.
    pub(super) fn miss(&self) -> u32 {
        self.missed.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Whether the wall's clock was set back since a session was written: nobody knows how old it is.
pub(super) fn is_ahead(session: &Session, now: Moment) -> bool {
    session.opened_ms.max(session.seen_ms).saturating_sub(now.wall_ms) > SET_BACK_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn session(opened_ms: TimestampMs, seen_ms: TimestampMs) -> Session {
        Session { sha256: String::new(), account: "li".parse().unwrap(), key: None, opened_ms, seen_ms }
    }

    /// A moment at which the wall's clock is ahead of the steady one by so much.
    fn at(steady_ms: i64, ahead_ms: i64) -> Moment {
        Moment { wall_ms: steady_ms + ahead_ms, steady_ms }
    }

    /// ID-9.
    #[test]
    fn a_session_ends_after_half_an_hour_unused_after_twelve_hours_and_by_no_jump_of_the_clock_later() {
        for (used_ms, now_ms, ahead_ms, is_on) in [
            (0, 0, 0, true),
            (0, IDLE_MS - 1, 0, true),
            (0, IDLE_MS, 0, false),
            (11 * HOUR_MS, 11 * HOUR_MS + 1, 0, true),
            (SESSION_MS - 1, SESSION_MS - 1, 0, true),
            (SESSION_MS - 1, SESSION_MS, 0, false),
            // Set back.
            (0, IDLE_MS - 1, 1 - IDLE_MS, true),
            (0, IDLE_MS, 1 - IDLE_MS, false),
            (0, IDLE_MS, -20 * HOUR_MS, false),
            (SESSION_MS - 1, SESSION_MS - 1, -HOUR_MS, true),
            (SESSION_MS - 1, SESSION_MS, -HOUR_MS, false),
            // Set forward, or woken up.
            (0, 1_000, IDLE_MS - 1_001, true),
            (0, 1_000, IDLE_MS - 1_000, false),
        ] {
            let open = Open::new(session(0, 0), at(0, 0));
            open.touch(at(used_ms, 0));
            assert_eq!(open.is_on(at(now_ms, ahead_ms)), is_on, "{used_ms} {now_ms} {ahead_ms}");
        }
    }

    /// ID-9, at a start: the steady clock begins anew there.
    #[test]
    fn a_session_of_before_the_start_is_as_old_as_the_wall_says_and_over_where_that_lies_ahead() {
        let (start, ahead_ms) = (at(7, HOUR_MS), HOUR_MS);
        let open = Open::new(session(0, HOUR_MS / 2 + 8), start);
        assert!(open.is_on(start) && !open.is_on(at(8, ahead_ms)), "half an hour");
        assert!(!open.is_on(at(8, 0)), "set back meanwhile");
        for (opened_ms, seen_ms, ahead) in [
            (0, HOUR_MS + 7, false),
            (0, HOUR_MS + 7 + SET_BACK_MS, false),
            (0, HOUR_MS + 8 + SET_BACK_MS, true),
            (2 * HOUR_MS, HOUR_MS, true),
        ] {
            assert_eq!(is_ahead(&session(opened_ms, seen_ms), start), ahead, "{opened_ms} {seen_ms}");
        }
    }
}
