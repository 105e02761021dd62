//! Reads office hours and the holidays of a year.

use xl_model::work_calendar::OfficeHours;
use xl_model::work_calendar::Shift;
use xl_model::work_calendar::YearDays;

const SHIPPED: [&str; 2] = [
    include_str!("../../../../config/cases/calendar/2025.toml"),
    include_str!("../../../../config/cases/calendar/2026.toml"),
];

/// The years that are built in.
pub(super) fn shipped() -> Vec<YearDays> {
    SHIPPED.iter().filter_map(|text| year(text).ok()).collect()
}

/// The holidays and make-up days of a year.
pub(super) fn year(text: &str) -> Result<YearDays, String> {
    let year: YearDays = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    match year.wrong() {
        Some(problem) => Err(problem),
        None => Ok(year),
    }
}

/// The office hours of a week, Monday first.
pub(super) fn hours(days: &[String]) -> Result<OfficeHours, String> {
    let days: Vec<Vec<Shift>> =
        days.iter().map(|day| shifts(day)).collect::<Option<_>>().ok_or("not hours of a day")?;
    let week: [Vec<Shift>; 7] =
        days.try_into().map_err(|days: Vec<_>| format!("{} days, where 7 make a week", days.len()))?;
    OfficeHours::new(week).map_err(|error| error.to_string())
}

fn shifts(day: &str) -> Option<Vec<Shift>> {
    day.split_whitespace()
        .map(|shift| {
            let (from, to) = shift.split_once('-')?;
            Some(Shift { from: minute(from)?, to: minute(to)? })
        })
        .collect()
}

/// `09:00` as minutes after midnight, up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}
