//! Looks of modules, counted: of a module, a camera and a purpose the first look of an hour is a row before anything is shown, and
//! those that follow are one row more, so that 700 cameras sampled every five minutes are 1,400 rows an hour and not 8,400.
//!
//! The second row follows its looks by an hour at most; a hub that is killed loses the counts of the hours that were under way.

use std::collections::BTreeMap;

use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::LookedAt;
use xl_model::audit::Outcome;
use xl_model::audit::text::Text;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::id::ModuleKey;

/// How long looks are counted into one row, in milliseconds.
const HOUR_MS: TimestampMs = 3_600_000;

/// Most rows that are open at once: each camera of a county for a few modules. More are written at once.
const MOST_OPEN: usize = 65_536;

/// Looks of a module at a camera.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModuleLook {
    /// Who looked.
    pub module: ModuleKey,
    /// At which camera.
    pub camera: CameraKey,
    /// For which purpose.
    pub purpose: String,
    /// What was shown, or asked for.
    pub shown: Shown,
    /// Whether it was shown nothing, because it may not be.
    pub is_refused: bool,
}

/// What a module was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// Figures about a picture, no pixels.
    Figures,
    /// A picture under the camera's masks.
    Masked,
    /// A picture as it is.
    Raw,
    /// A picture that was taken because it asked.
    Snapshot,
    /// A picture that was taken on its plan.
    Sample,
}

impl Shown {
    /// Its word in the register.
    fn word(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Masked => "masked",
            Self::Raw => "raw",
            Self::Snapshot => "snapshot",
            Self::Sample => "sample",
        }
    }
}

/// Hours that are under way: since when each, and how many looks its first row does not stand for.
#[derive(Debug, Default)]
pub(super) struct Counted(BTreeMap<ModuleLook, (TimestampMs, u64)>);

impl Counted {
    /// Counts a look of an hour that is under way; `false` where there is none, and the look needs a row of its own.
    pub(super) fn add(&mut self, look: &ModuleLook) -> bool {
        self.0.get_mut(look).map(|(_, more)| *more = more.saturating_add(1)).is_some()
    }

    /// Begins the hour of a look that has its row.
    pub(super) fn begin(&mut self, look: ModuleLook, now_ms: TimestampMs) {
        self.0.entry(look).or_insert((now_ms, 0));
    }

    /// Whether there are so many that they should be written now.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MOST_OPEN
    }

    /// The rows of what is over, or of everything.
    pub(super) fn over(&mut self, now_ms: TimestampMs, everything: bool) -> Vec<Entry> {
        // A clock that was set back ends an hour too.
        let is_over = |since_ms: TimestampMs| everything || !(0..HOUR_MS).contains(&(now_ms - since_ms));
        let mut rows = Vec::new();
        self.0.retain(|look, (since_ms, more)| {
            let over = is_over(*since_ms);
            if over && *more > 0 {
                let minutes = (now_ms - *since_ms).max(0) / 60_000;
                rows.push(row(look, *more, now_ms).with_detail(&format!("{more} more looks within {minutes} min")));
            }
            !over
        });
        rows
    }
}

/// The row of the first look of an hour.
pub(super) fn first(look: &ModuleLook, now_ms: TimestampMs) -> Entry {
    row(look, 1, now_ms).with_detail("those of the next hour are counted")
}

fn row(look: &ModuleLook, looks: u64, now_ms: TimestampMs) -> Entry {
    let ModuleLook { module, camera, purpose, shown, is_refused } = look;
    let actor = Actor::new(&format!("module {}", module.plugin), module.township.as_str());
    Entry::new(now_ms, actor, "look.module", &format!("{looks} × {}", shown.word()))
        .in_township(Some(camera.township.clone()))
        .with_look(LookedAt {
            camera: camera.camera.clone(),
            purpose: Text::new(purpose),
            reason: Text::new("granted to the module"),
        })
        .with_outcome(if *is_refused { Outcome::Refused } else { Outcome::Allowed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(camera: &str, is_refused: bool) -> ModuleLook {
        ModuleLook {
            module: ModuleKey { township: "371122102".parse().unwrap(), plugin: "street".parse().unwrap() },
            camera: camera.parse().unwrap(),
            purpose: "sanitation".to_owned(),
            shown: Shown::Masked,
            is_refused,
        }
    }

    /// The row that the look needs before it, where it needs one.
    fn looks(counted: &mut Counted, look: ModuleLook, now_ms: TimestampMs) -> Option<Entry> {
        if counted.add(&look) {
            return None;
        }
        let row = first(&look, now_ms);
        counted.begin(look, now_ms);
        Some(row)
    }

    fn told(row: &Entry) -> (&str, &str, &str) {
        (row.actor.who.as_str(), row.object.as_str(), row.detail.as_str())
    }

    #[test]
    fn seven_hundred_cameras_sampled_every_five_minutes_are_fourteen_hundred_rows_an_hour() {
        let (mut counted, mut firsts, mut rows) = (Counted::default(), Vec::new(), Vec::new());
        for minute in 0..=60 {
            let now_ms = minute * 60_000;
            rows.extend(counted.over(now_ms, false));
            if minute % 5 == 0 && minute < 60 {
                let each = (0..700).map(|n| look(&format!("371122102/c{n}"), false));
                firsts.extend(each.filter_map(|look| looks(&mut counted, look, now_ms)));
            }
        }
        assert_eq!((firsts.len(), rows.len()), (700, 700));
        assert_eq!(told(&firsts[0]), ("module street", "1 × masked", "those of the next hour are counted"));
        assert_eq!(told(&rows[0]), ("module street", "11 × masked", "11 more looks within 60 min"));
        assert_eq!(rows[0].look.as_ref().unwrap().purpose.as_str(), "sanitation");
    }

    #[test]
    fn what_is_refused_is_told_apart_and_a_single_look_is_one_row() {
        let mut counted = Counted::default();
        for is_refused in [false, true] {
            let row = looks(&mut counted, look("371122102/a", is_refused), 0).unwrap();
            assert_eq!(row.outcome, if is_refused { Outcome::Refused } else { Outcome::Allowed });
        }
        assert!(looks(&mut counted, look("371122102/a", true), 1).is_none());
        assert_eq!(counted.over(HOUR_MS - 1, false), []);
        let outcomes: Vec<_> = counted.over(HOUR_MS - 1, true).iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [Outcome::Refused]);
        assert!(looks(&mut counted, look("371122102/a", true), HOUR_MS).is_some(), "another hour, another row");
    }

    #[test]
    fn a_clock_that_was_set_back_ends_the_hour() {
        let mut counted = Counted::default();
        looks(&mut counted, look("371122102/a", false), 10);
        looks(&mut counted, look("371122102/a", false), 10);
        assert_eq!(counted.over(9, false).len(), 1);
    }
}
