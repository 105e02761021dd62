//! Draws the pages; nothing is changed here. Long lists are drawn in parts.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::Choice;
use xl_plugin::page::PageLink;
use xl_plugin::page::Target;
use xl_plugin::zh_en;

mod board;
mod camera;
mod complaint;
mod crew;
mod figures;
mod finding;
mod home;
mod mine;
mod place;
mod public;
mod score;
mod task;

/// Draws a page. By a public link only what a stranger may see.
pub(crate) fn draw(visit: &Visit) -> Result<Page, PagesError> {
    let locale = visit.language();
    match visit.page.as_str() {
        "public" => public::point(visit, locale),
        "public-complaint" => public::complaint(visit, locale),
        _ if visit.public => Err(PagesError::NotFound),
        "home" => home::draw(visit, locale),
        "mine" => mine::draw(visit, locale),
        "board" => board::draw(visit, locale),
        "task" => task::draw(visit, locale),
        "places" => place::list(visit, locale),
        "point" => place::one(visit, locale),
        "crew" => crew::draw(visit, locale),
        "review" => finding::queue(visit, locale),
        "finding" => finding::one(visit, locale),
        "cameras" => camera::list(visit, locale),
        "camera" => camera::one(visit, locale),
        "complaints" => complaint::list(visit, locale),
        "complaint" => complaint::one(visit, locale),
        "scores" => score::draw(visit, locale),
        "figures" => figures::draw(visit, locale),
        _ => Err(PagesError::NotFound),
    }
}

/// A link to the part that follows, where there is one.
fn more(page: Page, name: &str, next: Option<&String>, query: &[(&str, &str)], locale: Locale) -> Page {
    let Some(next) = next else { return page };
    let query = query.iter().copied().chain([("after", next.as_str())]);
    page.actions([PageLink::new(zh_en(locale, "更多", "More"), Target::new(name, query))])
}

/// Choices of a field.
fn choices<const N: usize>(all: [(&str, &str); N]) -> Vec<Choice> {
    all.into_iter().map(|(value, label)| Choice::new(value, label)).collect()
}

/// A share in percent with one decimal.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
