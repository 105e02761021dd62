//! Waits until a change has lasted, and then speaks once. One eye a camera; kept as a record between two pictures.

use serde::Deserialize;
use serde::Serialize;

use super::rules::Rules;

/// Time without a usable picture after which the last one says nothing about how sudden a change is, in milliseconds.
const GAP_MS: i64 = 90 * 60_000;

/// Clear pictures in a row after which a place counts as clear.
const CALM: u32 = 2;

/// Shares kept for the page and for the median of a rise.
const RECENT: usize = 24;

/// What is remembered of one camera's region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Eye {
    /// When the last usable picture was taken.
    pub last_ms: i64,
    /// Its share.
    pub last_share: f64,
    /// Share that people have judged already: only what is added to it counts, until the place was clear.
    pub floor: f64,
    /// Clear pictures in a row.
    pub calm: u32,
    /// A change that is not old enough yet.
    pub rise: Option<Rise>,
    /// Whether a candidate waits for a person.
    pub waiting: bool,
    /// No candidate before.
    pub cool_until_ms: i64,
    /// The newest shares, the newest last.
    pub recent: Vec<f64>,
    /// Since when the place has not been clear.
    pub unclear_since_ms: Option<i64>,
    /// When it was seen unclear last.
    pub unclear_last_ms: i64,
    /// When it was unclear last, from and to: a picture of that time is no reference.
    pub unclear: Option<(i64, i64)>,
}

/// A change on its way to a candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rise {
    /// When it was first seen.
    pub since_ms: i64,
    /// SHA-256 of the picture that showed it first.
    pub picture: String,
    /// Whether it came between two pictures.
    pub sudden: bool,
    /// Shares of the pictures that showed it.
    pub shares: Vec<f64>,
}

/// A change that has lasted.
#[derive(Debug, Clone, PartialEq)]
pub struct Raised {
    /// When it was first seen.
    pub first_seen_ms: i64,
    /// SHA-256 of the picture that showed it first.
    pub first_picture: String,
    /// Whether it came between two pictures.
    pub sudden: bool,
    /// Median share over the pictures that showed it.
    pub score: f64,
}

impl Eye {
    /// Takes the share of a usable picture; `Some` when the change has lasted long enough for a person to look.
    pub fn see(&mut self, time_ms: i64, share: f64, picture: &str, rules: &Rules) -> Option<Raised> {
        if time_ms <= self.last_ms {
            return None; // An older picture that arrives late changes nothing.
        }
        let level = (share - self.floor).max(0.0);
        let before = (self.last_share - self.floor).max(0.0);
        let known = self.last_ms > 0 && time_ms - self.last_ms <= GAP_MS;
        self.remember(time_ms, share);
        if level < rules.clear_share {
            self.calm += 1;
            self.rise = None;
            // What was judged is gone when the whole share is, not only what was added to it.
            if share < rules.clear_share && self.calm >= CALM {
                self.clear();
            }
            return None;
        }
        self.calm = 0;
        self.unclear_since_ms.get_or_insert(time_ms);
        self.unclear_last_ms = time_ms;
        if self.waiting || time_ms < self.cool_until_ms || level < rules.raise_share {
            return None;
        }
        let sudden = !known || level - before >= rules.sudden_share;
        let rise = self.rise.get_or_insert_with(|| Rise {
            since_ms: time_ms,
            picture: picture.to_owned(),
            sudden,
            shares: Vec::new(),
        });
        if rise.shares.len() == RECENT {
            rise.shares.remove(0);
        }
        rise.shares.push(share);
        let lasted = rise.shares.len() >= rules.samples as usize;
        let stayed = !rise.sudden || time_ms - rise.since_ms >= rules.sudden_ms();
        if !(lasted && stayed) {
            return None;
        }
        let rise = self.rise.take()?;
        self.waiting = true;
        Some(Raised {
            first_seen_ms: rise.since_ms,
            first_picture: rise.picture,
            sudden: rise.sudden,
            score: median(&rise.shares),
        })
    }

    /// A person has judged the candidate: nothing more for a while, and then only what is added to it.
    pub fn judged(&mut self, now_ms: i64, rules: &Rules) {
        self.waiting = false;
        self.rise = None;
        self.floor = self.last_share;
        self.cool_until_ms = now_ms + rules.cool_down_ms();
    }

    /// Whether the place was unclear at that time, as far as is known: then it is no reference.
    ///
    /// Known is what was seen: otherwise a place that was unclear all day would never be judged by the day before again.
    pub fn was_unclear(&self, time_ms: i64) -> bool {
        self.unclear_since_ms.is_some_and(|since_ms| (since_ms..=self.unclear_last_ms).contains(&time_ms))
            || self.unclear.is_some_and(|(from_ms, to_ms)| (from_ms..=to_ms).contains(&time_ms))
    }

    fn remember(&mut self, time_ms: i64, share: f64) {
        (self.last_ms, self.last_share) = (time_ms, share);
        if self.recent.len() == RECENT {
            self.recent.remove(0);
        }
        self.recent.push((share * 1_000.0).round() / 1_000.0);
    }

    fn clear(&mut self) {
        self.floor = 0.0;
        self.waiting = false;
        if let Some(since_ms) = self.unclear_since_ms.take() {
            self.unclear = Some((since_ms, self.unclear_last_ms));
        }
    }
}

fn median(shares: &[f64]) -> f64 {
    let mut sorted = shares.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP_MS: i64 = 10 * 60_000;
    const NONE: [usize; 0] = [];

    /// Shows shares ten minutes apart; gives the numbers of the pictures at which a candidate came.
    fn shown(eye: &mut Eye, shares: &[f64]) -> Vec<usize> {
        let rules = Rules::default();
        let start_ms = eye.last_ms.max(1_000_000_000);
        let mut raised = Vec::new();
        for (at, share) in shares.iter().enumerate() {
            let time_ms = start_ms + (at as i64 + 1) * STEP_MS;
            if eye.see(time_ms, *share, &format!("p{at}"), &rules).is_some() {
                raised.push(at);
            }
        }
        raised
    }

    fn repeated(share: f64, times: usize) -> Vec<f64> {
        vec![share; times]
    }

    #[test]
    fn a_heap_that_grows_becomes_one_candidate_after_it_has_lasted() {
        let grows = [0.0, 0.02, 0.05, 0.08, 0.11, 0.14, 0.18, 0.22, 0.26, 0.30, 0.30, 0.30, 0.30];
        assert_eq!(shown(&mut Eye::default(), &grows), [9]);
    }

    #[test]
    fn a_passer_by_is_no_candidate_however_often_he_comes() {
        let passing: Vec<f64> = (0..60).map(|at| if at % 3 == 0 { 0.4 } else { 0.01 }).collect();
        assert_eq!(shown(&mut Eye::default(), &passing), NONE);
    }

    #[test]
    fn a_van_that_parks_for_ninety_minutes_is_no_candidate_and_what_stays_longer_is() {
        let parks = |steps| [repeated(0.01, 4), repeated(0.6, steps), repeated(0.01, 4)].concat();
        assert_eq!(shown(&mut Eye::default(), &parks(9)), NONE);
        assert_eq!(shown(&mut Eye::default(), &parks(14)), [4 + 12]);
    }

    #[test]
    fn a_share_that_flutters_around_the_threshold_is_one_candidate_at_most() {
        let flutters: Vec<f64> = (0..80).map(|at| if at % 2 == 0 { 0.16 } else { 0.14 }).collect();
        assert_eq!(shown(&mut Eye::default(), &flutters).len(), 1);
    }

    #[test]
    fn what_people_have_judged_is_not_raised_again_until_it_was_clear_or_grew() {
        let rules = Rules::default();
        let mut eye = Eye::default();
        let slow = [0.0, 0.08, 0.16, 0.2, 0.2, 0.2, 0.2];
        assert_eq!(shown(&mut eye, &slow).len(), 1);
        eye.judged(eye.last_ms, &rules);
        assert_eq!(shown(&mut eye, &repeated(0.2, 60)), NONE, "it is still there");
        let mut grown = eye.clone();
        assert_eq!(shown(&mut grown, &[0.28, 0.36, 0.37, 0.37, 0.37, 0.37]).len(), 1, "more was added");
        assert_eq!(shown(&mut eye, &[0.01, 0.02, 0.01]), NONE);
        assert_eq!(shown(&mut eye, &slow).len(), 1, "it was clear, and came again");
    }

    #[test]
    fn nothing_is_raised_during_the_cool_down() {
        let rules = Rules::default();
        let mut eye = Eye::default();
        eye.see(1_000_000_000, 0.0, "p", &rules);
        eye.judged(1_000_000_000, &rules);
        let raised = shown(&mut eye, &[0.08, 0.16, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]);
        assert_eq!(raised, NONE, "{} minutes", rules.cool_down_minutes);
    }

    #[test]
    fn an_older_picture_changes_nothing() {
        let mut eye = Eye::default();
        shown(&mut eye, &[0.0, 0.05]);
        let before = eye.clone();
        assert_eq!(eye.see(eye.last_ms - 1, 0.9, "late", &Rules::default()), None);
        assert_eq!(eye, before);
    }

    #[test]
    fn a_picture_of_an_unclear_time_is_no_reference() {
        let mut eye = Eye::default();
        shown(&mut eye, &[0.0, 0.06, 0.13, 0.2]);
        let during_ms = eye.last_ms;
        assert!(eye.was_unclear(during_ms) && !eye.was_unclear(during_ms - 10 * STEP_MS));
        assert!(!eye.was_unclear(during_ms + 1), "nobody has looked since");
        shown(&mut eye, &[0.0, 0.0, 0.0]);
        assert!(eye.was_unclear(during_ms) && !eye.was_unclear(eye.last_ms));
    }
}
