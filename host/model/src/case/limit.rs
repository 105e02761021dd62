//! Time limits: so much of one of six units. Halves of hours are kept as minutes, so that every amount is whole.

use serde::Deserialize;
use serde::Serialize;

use crate::case::amount::Amount;
use crate::case::error::FieldFault;

/// Most of a unit, of minutes as many hours; three years of work days are no time limit any more.
pub const MOST: u32 = 1_000;

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How much, 1 to [`Unit::most`].
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
    /// A minute inside office hours: what 1.5 工作时 are made of.
    WorkMinute,
    /// A minute on the clock.
    UrgentMinute,
}

impl Unit {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::WorkHour, Self::WorkDay, Self::UrgentHour, Self::UrgentDay, Self::WorkMinute, Self::UrgentMinute];

    /// Its word in tables, requests and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::WorkHour => "work-hour",
            Self::WorkDay => "work-day",
            Self::UrgentHour => "urgent-hour",
            Self::UrgentDay => "urgent-day",
            Self::WorkMinute => "work-minute",
            Self::UrgentMinute => "urgent-minute",
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
            Self::WorkMinute => ("working minutes", "工作分钟"),
            Self::UrgentMinute => ("urgent minutes", "紧急工作分钟"),
        }
    }

    /// Most of it in a limit.
    pub fn most(self) -> u32 {
        if self.hour().is_some() { MOST * 60 } else { MOST }
    }

    /// The hour that a minute is part of.
    fn hour(self) -> Option<Self> {
        match self {
            Self::WorkMinute => Some(Self::WorkHour),
            Self::UrgentMinute => Some(Self::UrgentHour),
            _ => None,
        }
    }

    /// The minute that is part of an hour.
    fn minute(self) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.hour() == Some(self))
    }
}

impl Limit {
    /// What it is called in English and Chinese; minutes that make halves of hours are said in hours, as they were written.
    pub fn names(self) -> (String, String) {
        let (amount, unit) = match self.unit.hour() {
            Some(hour) if self.amount.is_multiple_of(30) => {
                let half = if self.amount.is_multiple_of(60) { "" } else { ".5" };
                (format!("{}{half}", self.amount / 60), hour)
            }
            _ => (self.amount.to_string(), self.unit),
        };
        let (en, zh) = unit.names();
        (format!("{amount} {en}"), format!("{amount} {zh}"))
    }
}

/// A limit as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitForm {
    /// How much.
    pub amount: Amount,
    /// A word of [`Unit::word`].
    pub unit: String,
}

impl LimitForm {
    /// The limit, where it is one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&self) -> Result<Limit, FieldFault> {
        let halves = self.amount.halves();
        let limit = Unit::of(&self.unit).and_then(|unit| match halves % 2 {
            0 => Some(Limit { amount: halves / 2, unit }),
            _ => Some(Limit { amount: halves.checked_mul(30)?, unit: unit.minute()? }),
        });
        limit.filter(|limit| (1..=limit.unit.most()).contains(&limit.amount)).ok_or_else(|| {
            FieldFault::new(
                "limit",
                format!(
                    "an amount from 1 to {MOST} of work-hour, work-day, urgent-hour or urgent-day, with halves, such as 1.5, of \
                     hours alone; or up to {} of work-minute or urgent-minute",
                    MOST * 60
                ),
                format!(
                    "数量为 1 至 {MOST}，单位为 work-hour（工作时）、work-day（工作日）、urgent-hour（紧急工作时）或 \
                     urgent-day（紧急工作日），只有工作时可以带半数，如 1.5；或最多 {} 的 work-minute（工作分钟）、\
                     urgent-minute（紧急工作分钟）",
                    MOST * 60
                ),
            )
        })
    }
}
