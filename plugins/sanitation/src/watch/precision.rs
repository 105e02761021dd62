//! How often people agreed with a method at a camera, and when it had better be silent.

use serde::Deserialize;
use serde::Serialize;

/// Judgements kept.
const KEPT: usize = 50;

/// When a method mutes itself at a camera; a township sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Precision in percent below which it is silent.
    pub percent: u32,
    /// Judgements needed before anything is concluded.
    pub judgements: u32,
}

/// What people said about the candidates of one method at one camera.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Precision {
    /// The camera.
    pub camera: String,
    /// The method.
    pub method: String,
    /// Confirmed since the beginning.
    pub confirmed: u64,
    /// Dismissed since the beginning.
    pub dismissed: u64,
    /// The newest judgements, the newest last; true: confirmed.
    pub recent: Vec<bool>,
    /// Whether it is silent.
    pub muted: bool,
    /// Changes that would have become candidates while it was silent.
    pub held_back: u64,
}

impl Precision {
    /// Takes a person's judgement; may mute the method.
    pub fn judge(&mut self, confirmed: bool, threshold: Threshold) {
        if confirmed {
            self.confirmed += 1;
        } else {
            self.dismissed += 1;
        }
        if self.recent.len() == KEPT {
            self.recent.remove(0);
        }
        self.recent.push(confirmed);
        let (right, all) = self.recent_counts();
        // In whole numbers, so that 3 of 10 is not below 30 percent.
        self.muted = all >= u64::from(threshold.judgements) && right * 100 < u64::from(threshold.percent) * all;
    }

    /// Speaks again; what was judged before does not count any more.
    pub fn unmute(&mut self) {
        self.muted = false;
        self.recent.clear();
    }

    /// Confirmed and all of the newest judgements.
    pub fn recent_counts(&self) -> (u64, u64) {
        (self.recent.iter().filter(|right| **right).count() as u64, self.recent.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLD: Threshold = Threshold { percent: 30, judgements: 10 };

    fn judged(right: u32, wrong: u32) -> Precision {
        let mut precision = Precision::default();
        (0..right).for_each(|_| precision.judge(true, THRESHOLD));
        (0..wrong).for_each(|_| precision.judge(false, THRESHOLD));
        precision
    }

    #[test]
    fn a_method_below_the_threshold_is_silent_and_one_at_it_speaks() {
        assert!(!judged(0, 9).muted, "too few judgements");
        assert!(!judged(3, 7).muted, "exactly 30 percent");
        assert!(judged(2, 8).muted);
    }

    #[test]
    fn after_it_may_speak_again_only_new_judgements_count() {
        let mut precision = judged(0, 10);
        precision.unmute();
        precision.judge(false, THRESHOLD);
        assert!(!precision.muted);
        assert_eq!((precision.dismissed, precision.recent_counts()), (11, (0, 1)));
    }
}
