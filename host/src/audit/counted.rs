//! Looks of modules, counted: one row a module, camera and purpose for each hour, so that 700 cameras sampled every five
//! minutes are 700 rows an hour and not 8,400.
//!
//! The row follows its looks by an hour at most; a hub that is killed loses the counts of the hours that were under way.

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
    /// What was shown.
    pub shown: Shown,
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
    /// Nothing: it asked for a picture as it is, and may not.
    RawRefused,
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
            Self::Raw | Self::RawRefused => "raw",
            Self::Snapshot => "snapshot",
            Self::Sample => "sample",
        }
    }
}

/// Counts that are under way.
#[derive(Debug, Default)]
pub(super) struct Counted(BTreeMap<ModuleLook, (TimestampMs, u64)>);

impl Counted {
    /// Counts a look.
    pub(super) fn add(&mut self, look: ModuleLook, now_ms: TimestampMs) {
        let (_, looks) = self.0.entry(look).or_insert((now_ms, 0));
        *looks = looks.saturating_add(1);
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
        self.0.retain(|look, (since_ms, looks)| {
            let over = is_over(*since_ms);
            if over {
                rows.push(row(look, *since_ms, *looks, now_ms));
            }
            !over
        });
        rows
    }
}

fn row(look: &ModuleLook, since_ms: TimestampMs, looks: u64, now_ms: TimestampMs) -> Entry {
    let ModuleLook { module, camera, purpose, shown } = look;
    let actor = Actor::new(&format!("module {}", module.plugin), module.township.as_str());
    let minutes = (now_ms - since_ms).max(0) / 60_000;
    Entry::new(now_ms, actor, "look.module", &format!("{looks} × {}", shown.word()))
        .in_township(Some(camera.township.clone()))
        .with_look(LookedAt {
            camera: camera.camera.clone(),
            purpose: Text::new(purpose),
            reason: Text::new("granted to the module"),
        })
        .with_outcome(if *shown == Shown::RawRefused { Outcome::Refused } else { Outcome::Allowed })
        .with_detail(&format!("{looks} looks within {minutes} min"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(camera: &str, shown: Shown) -> ModuleLook {
        ModuleLook {
            module: ModuleKey { township: "371122102".parse().unwrap(), plugin: "street".parse().unwrap() },
            camera: camera.parse().unwrap(),
            purpose: "sanitation".to_owned(),
            shown,
        }
    }

    #[test]
    fn seven_hundred_cameras_sampled_every_five_minutes_are_seven_hundred_rows_an_hour() {
        let mut counted = Counted::default();
        let mut rows = Vec::new();
        for minute in 0..=60 {
            let now_ms = minute * 60_000;
            rows.extend(counted.over(now_ms, false));
            if minute % 5 == 0 {
                (0..700).for_each(|n| counted.add(look(&format!("371122102/c{n}"), Shown::Figures), now_ms));
            }
        }
        assert_eq!(rows.len(), 700);
        let row = &rows[0];
        let told = (row.actor.who.as_str(), row.object.as_str(), row.detail.as_str());
        assert_eq!(told, ("module street", "12 × figures", "12 looks within 60 min"));
        assert_eq!(row.look.as_ref().unwrap().purpose.as_str(), "sanitation");
    }

    #[test]
    fn what_is_shown_is_told_apart_and_nothing_is_kept_back_at_the_end() {
        let mut counted = Counted::default();
        counted.add(look("371122102/a", Shown::Masked), 0);
        counted.add(look("371122102/a", Shown::RawRefused), 0);
        assert_eq!(counted.over(HOUR_MS - 1, false), []);
        let outcomes: Vec<_> = counted.over(HOUR_MS - 1, true).iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [Outcome::Allowed, Outcome::Refused]);
        assert_eq!(counted.over(HOUR_MS, true), []);
    }

    #[test]
    fn a_clock_that_was_set_back_ends_the_hour() {
        let mut counted = Counted::default();
        counted.add(look("371122102/a", Shown::Masked), 10);
        assert_eq!(counted.over(9, false).len(), 1);
    }
}
