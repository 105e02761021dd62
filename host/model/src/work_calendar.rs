//! The work calendar (工作日历): when a time limit ends, and how much of it is left.
//!
//! All in Asia/Shanghai, which has been UTC+8 without summer time since 1991. Pure: the time comes from the caller.

mod hours;
mod line;
mod year;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::case::limit::Limit;
use crate::case::limit::Unit;
use crate::clock::TimestampMs;
pub use crate::work_calendar::hours::CalendarError;
pub use crate::work_calendar::hours::OfficeHours;
pub use crate::work_calendar::hours::Shift;
pub use crate::work_calendar::year::DaySpan;
pub use crate::work_calendar::year::YearDays;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;
/// Milliseconds of an hour.
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Milliseconds of a day.
const DAY_MS: i64 = 24 * HOUR_MS;
/// China is so far ahead of UTC.
const SHANGHAI_MS: i64 = 8 * HOUR_MS;

/// Where a working day as a limit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkDayEnd {
    /// At the close of that day.
    #[default]
    CloseOfDay,
    /// At the time of day at which the limit began.
    SameClock,
}

/// When a township works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    hours: OfficeHours,
    years: BTreeMap<u16, year::Known>,
    work_day: WorkDayEnd,
}

/// When something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The last moment that is in time.
    pub at_ms: TimestampMs,
    /// Whether holidays and make-up days of all its years were known; else weekdays alone decided there.
    pub known: bool,
}

impl Due {
    /// This, known only where what it follows is known too.
    pub(crate) fn after(self, before: Self) -> Self {
        Self { known: self.known && before.known, ..self }
    }
}

/// What is left of a limit, in the measure of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "of", content = "amount")]
pub enum Left {
    /// Milliseconds inside office hours.
    WorkMs(i64),
    /// Milliseconds on the clock.
    ClockMs(i64),
    /// Whole working days after the day on which it runs on; it ends at the close of the last.
    WorkDays(i64),
    /// Milliseconds of working days, each of 24 hours: where working days end at the same time of day.
    WorkDayMs(i64),
}

/// Monday to Friday, 09:00 to 12:00 and 13:00 to 17:00, no year known.
impl Default for WorkCalendar {
    fn default() -> Self {
        Self { hours: OfficeHours::default(), years: BTreeMap::new(), work_day: WorkDayEnd::default() }
    }
}

impl WorkCalendar {
    /// A calendar of these office hours and years.
    pub fn new(hours: OfficeHours, years: impl IntoIterator<Item = YearDays>, work_day: WorkDayEnd) -> Self {
        let years = years.into_iter().map(|year| (year.year, year::Known::from(&year))).collect();
        Self { hours, years, work_day }
    }

    /// When a limit that begins at `start_ms` ends.
    pub fn due(&self, start_ms: TimestampMs, limit: Limit) -> Due {
        let amount = i64::from(limit.amount);
        self.run(
            start_ms,
            match (limit.unit, self.work_day) {
                (Unit::WorkHour, _) => Left::WorkMs(amount * HOUR_MS),
                (Unit::WorkMinute, _) => Left::WorkMs(amount * MINUTE_MS),
                (Unit::UrgentHour, _) => Left::ClockMs(amount * HOUR_MS),
                (Unit::UrgentMinute, _) => Left::ClockMs(amount * MINUTE_MS),
                (Unit::UrgentDay, _) => Left::ClockMs(amount * DAY_MS),
                (Unit::WorkDay, WorkDayEnd::CloseOfDay) => Left::WorkDays(amount),
                (Unit::WorkDay, WorkDayEnd::SameClock) => Left::WorkDayMs(amount * DAY_MS),
            },
        )
    }

    /// When what is left of a limit ends, if it runs on at `start_ms`.
    pub fn run(&self, start_ms: TimestampMs, left: Left) -> Due {
        let start_ms = line::bounded(start_ms);
        let at_ms = match left {
            Left::ClockMs(ms) => line::bounded(start_ms.saturating_add(ms.max(0))),
            Left::WorkMs(ms) => self.after_work(start_ms, ms),
            Left::WorkDays(days) => self.close_after(start_ms, days),
            Left::WorkDayMs(ms) => self.after_work_days(start_ms, ms),
        };
        Due { at_ms, known: self.knows(start_ms, at_ms) }
    }

    /// What is left at `now_ms` of a limit that ends at `due_ms`; nothing once that is past.
    pub fn left(&self, now_ms: TimestampMs, due_ms: TimestampMs, unit: Unit) -> Left {
        let (now_ms, due_ms) = (line::bounded(now_ms), line::bounded(due_ms.max(now_ms)));
        match (unit, self.work_day) {
            (Unit::WorkHour | Unit::WorkMinute, _) => Left::WorkMs(self.work_between(now_ms, due_ms)),
            (Unit::UrgentHour | Unit::UrgentDay | Unit::UrgentMinute, _) => Left::ClockMs(due_ms - now_ms),
            (Unit::WorkDay, WorkDayEnd::CloseOfDay) => Left::WorkDays(self.work_days_between(now_ms, due_ms)),
            (Unit::WorkDay, WorkDayEnd::SameClock) => Left::WorkDayMs(self.work_day_ms_between(now_ms, due_ms)),
        }
    }
}

#[cfg(test)]
mod tests;
