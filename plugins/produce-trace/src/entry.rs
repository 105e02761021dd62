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
    /// Key of its EPCIS event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
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
    /// It was tested.
    Tested {
        /// The laboratory.
        laboratory: String,
        /// Number of its report.
        report: String,
        /// Whether it passed.
        passed: bool,
    },
    /// Its commitment certificate was issued.
    Certified {
        /// The certificate.
        certificate: String,
    },
    /// It was packed.
    Packed {
        /// The package.
        sscc: String,
    },
    /// Some of it left.
    Shipped {
        /// To whom.
        receiver: String,
        /// Number of the delivery note.
        document: String,
        /// How much, in kilograms.
        quantity_kg: Thousandths,
    },
    /// It arrived.
    Received,
    /// Some of it was sold.
    Sold {
        /// The order.
        order: String,
        /// How much, in kilograms.
        quantity_kg: Thousandths,
    },
    /// It was made of others.
    Formed {
        /// Of which.
        parents: Vec<String>,
        /// How much, in kilograms.
        quantity_kg: Thousandths,
    },
    /// Some of it became part of another.
    Parted {
        /// Of which.
        child: String,
        /// How much, in kilograms.
        quantity_kg: Thousandths,
    },
    /// It was recalled.
    Recalled {
        /// Why.
        reason: String,
    },
    /// A record was declared wrong; it stays.
    Corrected {
        /// Key of its EPCIS event.
        of: String,
        /// Why.
        reason: Fault,
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

/// Why a record is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// What it says is wrong.
    IncorrectData,
    /// It never happened.
    DidNotOccur,
}

impl Fault {
    /// The standard's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IncorrectData => "incorrect_data",
            Self::DidNotOccur => "did_not_occur",
        }
    }
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
        Self { shelf: shelf(batch, Origin::Recorded), time_ms, noted_ms, what, event: None }
    }

    /// It with the key of its EPCIS event.
    #[must_use]
    pub fn with_event(mut self, key: String) -> Self {
        self.event = Some(key);
        self
    }

    /// What the system captured.
    pub fn captured(batch: &str, time_ms: i64, noted_ms: i64, what: What) -> Self {
        Self { shelf: shelf(batch, Origin::Captured), time_ms, noted_ms, what, event: None }
    }

    /// Who vouches for it.
    pub fn origin(&self) -> Origin {
        match self.what {
            What::Picture { .. } => Origin::Captured,
            _ => Origin::Recorded,
        }
    }

    /// Where it stands on a timeline: by day, inside a day planting first and harvest last, then by time.
    pub fn place(&self) -> (Day, u8, i64) {
        let rank = match self.what {
            What::Planted => 0,
            What::InputUsed(_) | What::Picture { .. } => 1,
            What::Harvested { .. } | What::Formed { .. } => 2,
            What::Tested { .. } => 3,
            What::Certified { .. } => 4,
            What::Packed { .. } | What::Parted { .. } => 5,
            What::Shipped { .. } => 6,
            What::Received => 7,
            What::Sold { .. } => 8,
            What::Recalled { .. } | What::Corrected { .. } => 9,
        };
        (Day::at(self.time_ms), rank, self.time_ms)
    }

    /// Whether it was written down on a later day than it happened.
    pub fn noted_late(&self) -> bool {
        Day::at(self.noted_ms) > Day::at(self.time_ms)
    }
}

/// The inputs among a batch's entries, without those that were declared wrong.
pub fn inputs(entries: &[Entry]) -> impl Iterator<Item = &Input> {
    entries.iter().filter(|entry| fault_of(entry, entries).is_none()).filter_map(|entry| match &entry.what {
        What::InputUsed(input) => Some(input),
        _ => None,
    })
}

/// Why an entry was declared wrong; `None`: it stands.
pub fn fault_of(entry: &Entry, entries: &[Entry]) -> Option<Fault> {
    let event = entry.event.as_ref()?;
    entries.iter().find_map(|other| match &other.what {
        What::Corrected { of, reason } if of == event => Some(*reason),
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
