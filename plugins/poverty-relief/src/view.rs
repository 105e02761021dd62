//! Draws the pages; nothing is changed here, and nothing sealed is read outside `full`, `draft` and `notice`.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::CHINA_OFFSET_MS;
use xl_plugin::day::Day;
use xl_plugin::zh_en;

use crate::mask::Sealed;
use crate::mask::sees;
use crate::person::Person;

mod clue;
mod draft;
mod full;
mod grievances;
mod helpers;
mod home;
mod household;
mod kpis;
mod notice;
mod project;
mod projects;
mod register;
mod shared;
mod visits;
mod warnings;

/// Who looks, when, in which language, at which address.
struct Eyes<'a> {
    visit: &'a Visit,
    locale: Locale,
    now_ms: i64,
    today: Day,
    person: Option<Person>,
}

/// Draws a page.
///
/// # Errors
/// `NotFound` for an unknown page, and for all but the notice when a public link opens it.
pub fn draw(visit: &Visit) -> Result<Page, PagesError> {
    let person = if visit.public { None } else { Person::of_call() };
    let eyes = Eyes { visit, locale: visit.language(), now_ms: visit.now_ms, today: Day::at(visit.now_ms), person };
    match visit.page.as_str() {
        "notice" => notice::draw(&eyes),
        _ if visit.public => Err(PagesError::NotFound),
        "home" => home::draw(&eyes),
        "register" => register::draw(&eyes),
        "warnings" => warnings::list(&eyes),
        "warning" => warnings::one(&eyes),
        "visits" => visits::list(&eyes),
        "visit" => visits::form(&eyes),
        "projects" => projects::draw(&eyes),
        "project" => project::draw(&eyes),
        "helpers" => helpers::list(&eyes),
        "helper" => helpers::one(&eyes),
        "grievances" => grievances::list(&eyes),
        "grievance" => grievances::one(&eyes),
        "kpis" => kpis::draw(&eyes),
        "household" => household::draw(&eyes),
        "full" => full::draw(&eyes),
        "clue" => clue::draw(&eyes),
        "draft" => draft::draw(&eyes),
        _ => Err(PagesError::NotFound),
    }
}

impl Eyes<'_> {
    /// The text in the viewer's language.
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        zh_en(self.locale, zh, en)
    }

    /// A value of the address that the page cannot do without.
    fn needs(&self, name: &str) -> Result<String, PagesError> {
        self.visit.query_value(name).ok_or(PagesError::NotFound)
    }

    /// Whether he holds one of these roles.
    fn holds<R: AsRef<str>>(&self, roles: &[R]) -> bool {
        self.person.as_ref().is_some_and(|person| person.holds_any(roles))
    }

    /// Whether he may see a sealed field, once he said why.
    fn sees(&self, field: Sealed) -> bool {
        self.person.as_ref().is_some_and(|person| sees(&person.roles, field))
    }
}

/// Day and minute as China's clocks show them.
fn minute(time_ms: i64) -> String {
    let minutes = (time_ms + CHINA_OFFSET_MS).div_euclid(60_000).rem_euclid(24 * 60);
    format!("{} {:02}:{:02}", Day::at(time_ms), minutes / 60, minutes % 60)
}
