//! One plan a camera out of the wishes of all modules. Pure: the time and the wishes come in, what is due comes out.
//!
//! A look is due at fixed times of the clock: multiples of the wish's period, moved by a phase of the camera's own. So the
//! load spreads over the period, a restart changes no time, and modules that want the same share one look.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use sha2::Digest as _;
use sha2::Sha256;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::id::ModuleKey;
use xl_model::region::Region;

/// A look may come this much of its period early to share another's, as a divisor: a tenth.
const EARLY: i64 = 10;

/// What one module wants of one camera.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wish {
    /// Who.
    pub(super) module: ModuleKey,
    /// The name of the manifest's entry.
    pub(super) name: String,
    /// What for.
    pub(super) purpose: String,
    /// How often, in milliseconds.
    pub(super) every_ms: i64,
    /// Where in the picture.
    pub(super) region: Option<Region>,
}

/// A look that is due.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Due {
    /// At which camera.
    pub(super) camera: CameraKey,
    /// When it was due.
    pub(super) due_ms: TimestampMs,
    /// The shortest period among those who want it, in milliseconds.
    pub(super) period_ms: i64,
    /// For whom.
    pub(super) wishes: Vec<Wish>,
}

/// The plans of all cameras.
#[derive(Debug, Default)]
pub(super) struct Plans {
    /// The wishes of each camera, and when each is due next.
    cameras: BTreeMap<CameraKey, Vec<(Wish, TimestampMs)>>,
    /// When each camera is looked at next.
    next: BTreeSet<(TimestampMs, CameraKey)>,
}

impl Plans {
    /// Replaces all wishes; what was due for a wish that stays stays due.
    pub(super) fn set(&mut self, wishes: BTreeMap<CameraKey, Vec<Wish>>, now_ms: TimestampMs) {
        let mut before = std::mem::take(&mut self.cameras);
        self.next.clear();
        for (camera, wishes) in wishes {
            let old = before.remove(&camera).unwrap_or_default();
            let timed = wishes.into_iter().map(|wish| {
                let same = |(known, _): &&(Wish, _)| {
                    known.module == wish.module && known.name == wish.name && known.every_ms == wish.every_ms
                };
                let due_ms = old.iter().find(same).map(|(_, due_ms)| *due_ms);
                let due_ms = due_ms.unwrap_or_else(|| next_after(&camera, wish.every_ms, now_ms));
                (wish, due_ms)
            });
            self.plan(camera.clone(), timed.collect());
        }
    }

    /// When the next look is due; `None`: nobody wants any.
    pub(super) fn next_ms(&self) -> Option<TimestampMs> {
        self.next.first().map(|(due_ms, _)| *due_ms)
    }

    /// The next look that is due by `now_ms`.
    pub(super) fn take(&mut self, now_ms: TimestampMs) -> Option<Due> {
        let (due_ms, _) = self.next.first().filter(|(due_ms, _)| *due_ms <= now_ms)?;
        let due_ms = *due_ms;
        let (_, camera) = self.next.pop_first()?;
        let (mut wishes, mut timed) = (Vec::new(), Vec::new());
        for (wish, wish_due_ms) in self.cameras.remove(&camera)? {
            if wish_due_ms - wish.every_ms / EARLY <= due_ms {
                // Times that passed meanwhile are not made up for: one look shows what there is to see.
                let after_ms = now_ms.max(wish_due_ms);
                timed.push((wish.clone(), next_after(&camera, wish.every_ms, after_ms)));
                wishes.push(wish);
            } else {
                timed.push((wish, wish_due_ms));
            }
        }
        self.plan(camera.clone(), timed);
        let period_ms = wishes.iter().map(|wish| wish.every_ms).min().unwrap_or_default();
        Some(Due { camera, due_ms, period_ms, wishes })
    }

    fn plan(&mut self, camera: CameraKey, wishes: Vec<(Wish, TimestampMs)>) {
        let Some(next_ms) = wishes.iter().map(|(_, due_ms)| *due_ms).min() else { return };
        self.next.insert((next_ms, camera.clone()));
        self.cameras.insert(camera, wishes);
    }
}

/// The first due time after `now_ms`.
fn next_after(camera: &CameraKey, every_ms: i64, now_ms: TimestampMs) -> TimestampMs {
    let every_ms = every_ms.max(1);
    let phase_ms = phase(camera, every_ms);
    let passed = (now_ms - phase_ms).div_euclid(every_ms);
    phase_ms + (passed + 1) * every_ms
}

/// Where in the period this camera's turn is: the same after every restart, spread evenly over cameras.
fn phase(camera: &CameraKey, every_ms: i64) -> i64 {
    let hash = Sha256::digest(camera.to_string());
    let number = hash.iter().take(6).fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
    number % every_ms
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;
    const START_MS: TimestampMs = 1_795_420_800_000;

    fn camera(number: u32) -> CameraKey {
        CameraKey { township: "371122102".parse().unwrap(), camera: format!("c{number}").parse().unwrap() }
    }

    fn wish(plugin: &str, every_ms: i64) -> Wish {
        let module = ModuleKey { township: "371122102".parse().unwrap(), plugin: plugin.parse().unwrap() };
        Wish { module, name: "watch".to_owned(), purpose: "sanitation".to_owned(), every_ms, region: None }
    }

    fn plans(cameras: u32, wishes: &[Wish]) -> Plans {
        let mut plans = Plans::default();
        plans.set((0..cameras).map(|number| (camera(number), wishes.to_vec())).collect(), START_MS);
        plans
    }

    /// Every look of a span, with the clock moved to each.
    fn looks(plans: &mut Plans, span_ms: i64) -> Vec<Due> {
        let mut looks = Vec::new();
        while let Some(next_ms) = plans.next_ms().filter(|next_ms| *next_ms < START_MS + span_ms) {
            looks.push(plans.take(next_ms).unwrap());
        }
        looks
    }

    #[test]
    fn modules_that_want_the_same_share_one_look_a_period() {
        let wishes = ["city", "sanitation", "trace"].map(|plugin| wish(plugin, 5 * MINUTE_MS));
        let looks = looks(&mut plans(700, &wishes), 60 * MINUTE_MS);
        assert_eq!(looks.len(), 700 * 12);
        assert!(looks.iter().all(|due| due.wishes.len() == 3));
    }

    #[test]
    fn looks_are_spread_evenly_over_the_period() {
        let looks = looks(&mut plans(700, &[wish("city", 5 * MINUTE_MS)]), 5 * MINUTE_MS);
        let mut minutes = [0; 5];
        looks.iter().for_each(|due| minutes[((due.due_ms - START_MS) / MINUTE_MS) as usize] += 1);
        assert!(minutes.iter().all(|count| (100..=180).contains(count)), "{minutes:?}");
    }

    #[test]
    fn a_slower_wish_rides_on_a_faster_one() {
        let looks = looks(&mut plans(1, &[wish("city", 5 * MINUTE_MS), wish("trace", 15 * MINUTE_MS)]), 60 * MINUTE_MS);
        assert_eq!(looks.len(), 12);
        assert_eq!(looks.iter().filter(|due| due.wishes.len() == 2).count(), 4);
    }

    #[test]
    fn no_wish_waits_longer_than_its_period() {
        let (fast, slow) = (wish("city", 7 * MINUTE_MS), wish("trace", 10 * MINUTE_MS));
        let looks = looks(&mut plans(20, &[fast.clone(), slow.clone()]), 600 * MINUTE_MS);
        for number in 0..20 {
            for wanted in [&fast, &slow] {
                let mine = looks.iter().filter(|due| due.camera == camera(number) && due.wishes.contains(wanted));
                let times: Vec<_> = mine.map(|due| due.due_ms).collect();
                let longest = times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
                assert!(longest <= wanted.every_ms + wanted.every_ms / EARLY, "{number} {wanted:?}: {longest}");
            }
        }
    }

    #[test]
    fn a_restart_changes_no_due_time() {
        let mut running = plans(50, &[wish("city", 5 * MINUTE_MS)]);
        looks(&mut running, 17 * MINUTE_MS);
        let mut restarted = Plans::default();
        let wishes = (0..50).map(|number| (camera(number), vec![wish("city", 5 * MINUTE_MS)])).collect();
        restarted.set(wishes, START_MS + 17 * MINUTE_MS - 1);
        assert_eq!(looks(&mut restarted, 40 * MINUTE_MS), looks(&mut running, 40 * MINUTE_MS));
    }

    #[test]
    fn times_that_passed_are_not_made_up_for() {
        let mut plans = plans(1, &[wish("city", 5 * MINUTE_MS)]);
        let late_ms = START_MS + 60 * MINUTE_MS;
        assert!(plans.take(late_ms).is_some());
        assert!(plans.take(late_ms).is_none());
        assert!(plans.next_ms().is_some_and(|next_ms| next_ms > late_ms));
    }

    #[test]
    fn a_wish_that_is_gone_is_not_looked_for_any_more() {
        let mut plans = plans(3, &[wish("city", 5 * MINUTE_MS)]);
        plans.set(BTreeMap::new(), START_MS);
        assert_eq!(plans.next_ms(), None);
    }
}
