//! The night's report of key figures, place by place, to the host.

use xl_plugin::Error;
use xl_plugin::cases;
use xl_plugin::cases::Grouping;
use xl_plugin::day::Day;
use xl_plugin::kpis;
use xl_plugin::kpis::Figure;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::heat::Heat;
use crate::kpi;
use crate::period::Period;
use crate::settings::Settings;
use crate::store;

/// Reports the day before `time_ms` and its month; on the first of a month this is the last report of the month before.
///
/// # Errors
/// When the host refuses a question or a figure.
pub(super) fn report(time_ms: i64) -> Result<(), Error> {
    let book = Settings::read()?.book();
    let yesterday = Day::at(Day::at(time_ms).start_ms() - 1);
    for period in [Period::day(yesterday), Period::month_of(yesterday)] {
        for row in cases::figures(period.from_ms(), period.to_ms(), Grouping::Place)? {
            for (kpi, rate) in kpi::rates(&row) {
                let figure = Figure::new(kpi, &period.name, rate.numerator as f64, rate.denominator as f64);
                kpis::report(&figure.at(&row.key))?;
            }
            for (kpi, count) in kpi::counts(&row) {
                kpis::report(&Figure::count(kpi, &period.name, count as f64).at(&row.key))?;
            }
        }
        // By kind there are counts of the whole township only.
        let by_code = cases::figures(period.from_ms(), period.to_ms(), Grouping::Code)?;
        for (kpi, rate) in kpi::by_kind(&by_code, &book) {
            kpis::report(&Figure::new(kpi, &period.name, rate.numerator as f64, rate.denominator as f64))?;
        }
    }
    of_month(&Period::month_of(yesterday).name)
}

/// What is counted by the month only, from our own records.
fn of_month(month: &str) -> Result<(), Error> {
    let mut query = Query::keys(store::HEAT).prefix(&format!("{month}/"));
    loop {
        let found: Found<Heat> = records::find(&query)?;
        for (key, heat) in &found.entries {
            let Some((_, place)) = key.split_once('/') else { continue };
            let back = heat.recurrence();
            let back = Figure::new("recurrence-rate", month, back.numerator as f64, back.denominator as f64);
            kpis::report(&back.at(place))?;
            let time = Figure::new("closing-time", month, heat.minutes as f64, heat.closed as f64);
            kpis::report(&time.at(place))?;
        }
        match found.next {
            Some(next) => query = query.after(next),
            None => return Ok(()),
        }
    }
}
