//! The month that figures are shown for, and the way to its neighbours.

use xl_plugin::day::Day;
use xl_plugin::page::PageLink;
use xl_plugin::page::Target;

use super::View;
use crate::period::Period;
use crate::text::page as text;

/// The month of the query; the running one where there is none.
pub(super) fn asked(view: &View<'_>) -> Period {
    let running = || Period::month_of(Day::at(view.visit.now_ms));
    view.query("month").and_then(|month| Period::month(&month)).unwrap_or_else(running)
}

/// Links to the months beside it, with what else the query says.
pub(super) fn beside(view: &View<'_>, month: &Period, kept: &[(&str, &str)]) -> Vec<PageLink> {
    let link = |phrase: &crate::text::Phrase, other: Period| {
        let query = kept.iter().copied().chain([("month", other.name.as_str())]);
        let target = Target::new(view.visit.page.as_str(), query);
        PageLink::new(phrase.fill(view.locale, &[("month", &other.name)]), target)
    };
    let mut links = vec![link(&text::BEFORE_MONTH, month.month_before())];
    if month.to_ms() <= view.visit.now_ms {
        links.push(link(&text::AFTER_MONTH, month.month_after()));
    }
    links
}
