//! Time limits: so much of one of four units.

use serde::Deserialize;
use serde::Serialize;

use crate::case::error::FieldFault;

/// Most of a unit; three years of work days are no time limit any more.
pub const MOST: u32 = 1_000;

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How much, 1 to [`MOST`].
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
}

/// What a limit is measured in. The reading of the two urgent units is ours: no text of a standard was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// 工作时: an hour inside office hours.
    WorkHour,
    /// 工作日: a working day.
    WorkDay,
    /// 紧急工作时: an hour on the clock, whatever the office hours.
    UrgentHour,
    /// 紧急工作日: 24 hours on the clock.
    UrgentDay,
}

impl Unit {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::WorkHour, Self::WorkDay, Self::UrgentHour, Self::UrgentDay];

    /// Its word in tables, requests and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::WorkHour => "work-hour",
            Self::WorkDay => "work-day",
            Self::UrgentHour => "urgent-hour",
            Self::UrgentDay => "urgent-day",
        }
    }

    /// The unit of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.word() == word)
    }

    /// What it is called in English and Chinese.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::WorkHour => ("working hours", "工作时"),
            Self::WorkDay => ("working days", "工作日"),
            Self::UrgentHour => ("urgent hours", "紧急工作时"),
            Self::UrgentDay => ("urgent days", "紧急工作日"),
        }
    }
}

/// A limit as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitForm {
    /// How much.
    pub amount: u32,
    /// A word of [`Unit::word`].
    pub unit: String,
}

impl LimitForm {
    /// The limit, where it is one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&self) -> Result<Limit, FieldFault> {
        let unit = Unit::of(&self.unit);
        match unit.filter(|_| (1..=MOST).contains(&self.amount)) {
            Some(unit) => Ok(Limit { amount: self.amount, unit }),
            None => Err(FieldFault::new(
                "limit",
                format!("an amount from 1 to {MOST} of work-hour, work-day, urgent-hour or urgent-day"),
                format!(
                    "数量为 1 至 {MOST}，单位为 work-hour（工作时）、work-day（工作日）、urgent-hour（紧急工作时）或 urgent-day（紧急工作日）"
                ),
            )),
        }
    }
}
