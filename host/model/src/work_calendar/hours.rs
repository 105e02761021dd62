//! Office hours: when a working day is worked.

use serde::Deserialize;
use serde::Serialize;

/// Most shifts of a day: morning, afternoon and an evening are three.
const MOST_SHIFTS: usize = 6;
/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// A stretch of work inside one day, in minutes after midnight; what lies between two is the break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Its first minute.
    pub from: u16,
    /// The first minute after it, at most 1440.
    pub to: u16,
}

/// The shifts of each day of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    /// Monday first.
    week: [Vec<Shift>; 7],
    /// Of a make-up working day (调休) on a day of the week that has none: as on the first that has some.
    make_up: Vec<Shift>,
}

/// Why these are no office hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Nobody ever works: no limit would end.
    #[error("no day of the week has office hours")]
    NoHours,
    /// Shifts overlap, are empty, or leave the day.
    #[error("the shifts of day {0} of the week are not in order inside 00:00 to 24:00")]
    Disorder(usize),
}

impl OfficeHours {
    /// The office hours of a week, Monday first.
    ///
    /// # Errors
    /// Nobody ever works, or the shifts of a day are not in order.
    pub fn new(week: [Vec<Shift>; 7]) -> Result<Self, CalendarError> {
        for (day, shifts) in week.iter().enumerate() {
            let inside = shifts.iter().all(|shift| shift.from < shift.to && shift.to <= DAY_MINUTES);
            let ordered = shifts.iter().zip(shifts.iter().skip(1)).all(|(one, next)| one.to <= next.from);
            if !inside || !ordered || shifts.len() > MOST_SHIFTS {
                return Err(CalendarError::Disorder(day + 1));
            }
        }
        let make_up = week.iter().find(|shifts| !shifts.is_empty()).cloned().ok_or(CalendarError::NoHours)?;
        Ok(Self { week, make_up })
    }

    /// The shifts of a day of the week, 0 for Monday.
    pub(super) fn of(&self, weekday: usize) -> &[Shift] {
        self.week.get(weekday).map_or(&[], Vec::as_slice)
    }

    /// The shifts of a make-up day.
    pub(super) fn of_make_up(&self, weekday: usize) -> &[Shift] {
        match self.of(weekday) {
            [] => &self.make_up,
            shifts => shifts,
        }
    }
}

/// Monday to Friday, 09:00 to 12:00 and 13:00 to 17:00: an example that a county replaces.
impl Default for OfficeHours {
    fn default() -> Self {
        let day = vec![Shift { from: 9 * 60, to: 12 * 60 }, Shift { from: 13 * 60, to: 17 * 60 }];
        let week = [day.clone(), day.clone(), day.clone(), day.clone(), day.clone(), Vec::new(), Vec::new()];
        Self { week, make_up: day }
    }
}
