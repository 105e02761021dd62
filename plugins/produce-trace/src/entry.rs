//! The timeline of a batch: what people recorded and what the system captured.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;
use xl_plugin::page::Origin;

use crate::evidence::Why;
use crate::interval::Use;
use crate::number::Thousandths;

/// One entry; never changed once it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The batch and who vouches: `{batch}/recorded` or `{batch}/captured`; what the index finds it by.
    pub shelf: String,
    /// When it happened. What a person recorded about an earlier day has no time: the start of that day in China.
    pub time_ms: i64,
    /// When it was written down.
    pub noted_ms: i64,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// It was planted.
    Planted,
    /// An input was used on it.
    InputUsed(Input),
    /// It was harvested.
    Harvested {
        /// How much, in kilograms.
        quantity_kg: Thousandths,
    },
    /// A picture of the greenhouse.
    Picture {
        /// SHA-256 of the picture.
        sha256: String,
        /// The camera that took it.
        camera: String,
        /// Number of the event that brought it.
        seq: u64,
        /// Why this one.
        why: Why,
    },
}

/// The use of an input, with everything that article 27 of the law wants written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// What was used.
    pub name: String,
    /// Its registration number.
    pub registration: String,
    /// Where it was bought.
    pub source: String,
    /// What for.
    pub purpose: String,
    /// How much, in words.
    pub dose: String,
    /// The pre-harvest interval in days.
    pub interval_days: u32,
    /// The day of use.
    pub used: Day,
}

impl Input {
    /// It as the interval sees it.
    pub fn as_use(&self) -> Use<'_> {
        Use { name: &self.name, used: self.used, interval_days: self.interval_days }
    }
}

impl Entry {
    /// What a person recorded about `day`.
    pub fn recorded(batch: &str, day: Day, noted_ms: i64, what: What) -> Self {
        let time_ms = if Day::at(noted_ms) == day { noted_ms } else { day.start_ms() };
        Self { shelf: shelf(batch, Origin::Recorded), time_ms, noted_ms, what }
    }

    /// What the system captured.
    pub fn captured(batch: &str, time_ms: i64, noted_ms: i64, what: What) -> Self {
        Self { shelf: shelf(batch, Origin::Captured), time_ms, noted_ms, what }
    }

    /// Who vouches for it.
    pub fn origin(&self) -> Origin {
        match self.what {
            What::Picture { .. } => Origin::Captured,
            What::Planted | What::InputUsed(_) | What::Harvested { .. } => Origin::Recorded,
        }
    }

    /// Where it stands on a timeline: by day, inside a day planting first and harvest last, then by time.
    pub fn place(&self) -> (Day, u8, i64) {
        let rank = match self.what {
            What::Planted => 0,
            What::InputUsed(_) | What::Picture { .. } => 1,
            What::Harvested { .. } => 2,
        };
        (Day::at(self.time_ms), rank, self.time_ms)
    }

    /// Whether it was written down on a later day than it happened.
    pub fn noted_late(&self) -> bool {
        Day::at(self.noted_ms) > Day::at(self.time_ms)
    }
}

/// The inputs among a batch's entries.
pub fn inputs(entries: &[Entry]) -> impl Iterator<Item = &Input> {
    entries.iter().filter_map(|entry| match &entry.what {
        What::InputUsed(input) => Some(input),
        _ => None,
    })
}

/// The index value of a batch's recorded or captured entries.
pub fn shelf(batch: &str, origin: Origin) -> String {
    match origin {
        Origin::Recorded => format!("{batch}/recorded"),
        Origin::Captured => format!("{batch}/captured"),
    }
}

/// A key that sorts a batch's records by time; 13 digits reach the year 2286.
pub fn key(batch: &str, time_ms: i64, what: &str) -> String {
    format!("{batch}/{:013}/{what}", time_ms.max(0))
}
