//! Draws the pages; nothing is changed here.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::CHINA_OFFSET_MS;
use xl_plugin::day::Day;

use crate::batch::Unit;
use crate::text;

mod batch;
mod certificate;
mod complaint;
mod graph;
mod happening;
mod home;
mod lists;
mod new_batch;
mod shared;
mod site;
mod trace;

/// Draws a page.
///
/// # Errors
/// `NotFound` for an unknown page, and for all but the trace page and that of a complaint when a public link opens it.
pub fn draw(visit: &Visit) -> Result<Page, PagesError> {
    let locale = visit.language();
    match visit.page.as_str() {
        "trace" => trace::draw(visit, locale),
        "complaint" => complaint::draw(visit, locale),
        _ if visit.public => Err(PagesError::NotFound),
        "home" => home::draw(visit, locale),
        "site" => site::draw(visit, locale),
        "new-batch" => new_batch::draw(visit, locale),
        "batch" => batch::draw(visit, locale),
        "certificate" => certificate::draw(visit, locale),
        "graph" => graph::draw(visit, locale),
        "batches" => lists::batches(visit, locale),
        "recalls" => lists::recalls(visit, locale),
        "orders" => lists::orders(visit, locale),
        _ => Err(PagesError::NotFound),
    }
}

fn unit_name(unit: Unit, locale: Locale) -> &'static str {
    match unit {
        Unit::Plants => text::PLANTS.say(locale),
        Unit::Mu => text::MU.say(locale),
    }
}

/// A day, or a dash where there is none.
fn day_or_dash(day: Option<Day>, locale: Locale) -> String {
    day.map_or_else(|| text::NOT_YET.say(locale).to_owned(), |day| day.to_string())
}

/// Day and minute as China's clocks show them.
fn minute(time_ms: i64) -> String {
    let minutes = (time_ms + CHINA_OFFSET_MS).div_euclid(60_000).rem_euclid(24 * 60);
    format!("{} {:02}:{:02}", Day::at(time_ms), minutes / 60, minutes % 60)
}
