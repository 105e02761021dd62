//! Pieces that several pages show.

use xl_plugin::Page;
use xl_plugin::day::Day;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records::Query;

use super::Eyes;
use crate::clue::Clue;
use crate::household::Household;
use crate::store;
use crate::text;
use crate::text::Phrase;
use crate::text::names;
use crate::text::names::Names;

/// A field that takes one of a list.
pub(super) fn choice<T>(eyes: &Eyes<'_>, name: &str, label: &str, list: &Names<T>) -> Field {
    Field::new(name, label, Input::Choice { options: names::options(list, eyes.locale) })
}

/// A field that takes yes or no.
pub(super) fn yes_or_no(eyes: &Eyes<'_>, name: &str, label: &str) -> Field {
    let options = [("yes", text::YES), ("no", text::NO)];
    let options = options.map(|(value, phrase): (&str, Phrase)| Choice::new(value, phrase.say(eyes.locale))).into();
    Field::new(name, label, Input::Choice { options })
}

/// A box to tick; what nobody ticked is not said.
pub(super) fn tick(name: &str, label: &str) -> Field {
    Field::new(name, label, Input::Check).optional()
}

/// A field for a note, with the reminder not to write about health or numbers.
pub(super) fn note(eyes: &Eyes<'_>, name: &str, label: &str) -> Field {
    Field::new(name, label, Input::Lines).hint(eyes.say(
        "不写身份证号、电话、账号和病情，最多 500 字。",
        "No numbers of persons, no illness; at most 500 characters.",
    ))
}

/// A field for a day that starts with today.
pub(super) fn day(eyes: &Eyes<'_>, name: &str, label: &str) -> Field {
    Field::new(name, label, Input::Date).starts_with(eyes.today.to_string())
}

/// Goes on where the address says, with [`store::ROWS`] rows.
pub(super) fn paged(eyes: &Eyes<'_>, query: Query) -> Query {
    let query = query.limit(store::ROWS);
    match eyes.visit.query_value("after") {
        Some(after) => query.after(after),
        None => query,
    }
}

/// Where the next part of a list is: the same page with the same query.
pub(super) fn next(eyes: &Eyes<'_>, query: &[(&str, &str)], next: Option<&String>) -> Option<Target> {
    let query = query.iter().copied().chain([("after", next?.as_str())]);
    Some(Target::new(eyes.visit.page.as_str(), query))
}

/// A link to a page.
pub(super) fn link(text: &str, page: &str, query: &[(&str, &str)]) -> PageLink {
    PageLink::new(text, Target::new(page, query.iter().copied()))
}

/// A table of households, masked.
pub(super) fn households(
    eyes: &Eyes<'_>,
    page: Page,
    rows: &[(String, Household)],
    to: &str,
    next: Option<Target>,
) -> Page {
    let columns = [
        eyes.say("编号", "No."),
        eyes.say("户主", "Head"),
        eyes.say("村", "Village"),
        eyes.say("类型", "Type"),
        eyes.say("状态", "Standing"),
        eyes.say("责任人", "Helper"),
        eyes.say("应走访", "Visit due"),
    ];
    let rows = rows.iter().map(|(key, one)| {
        let kind = names::of(names::KINDS, one.kind, eyes.locale);
        let kind = if one.key { format!("{kind} · {}", eyes.say("重点", "key")) } else { kind.to_owned() };
        let mut due = day_or_dash(one.visit_due);
        if let Some(missed) = one.visit_missed {
            due = format!("{due} ({} {missed})", eyes.say("漏访", "missed"));
        }
        Row::new([
            key.clone(),
            one.head_masked.clone(),
            one.place.clone(),
            kind,
            names::of(names::STANDINGS, one.standing, eyes.locale).to_owned(),
            one.helper.clone().unwrap_or_else(|| text::NOBODY.say(eyes.locale).to_owned()),
            due,
        ])
        .leads_to(Target::new(to, [("household", key.as_str())]))
    });
    page.table_part(columns, rows, eyes.say("没有农户。", "No households."), next)
}

/// A table of clues.
pub(super) fn clues(eyes: &Eyes<'_>, page: Page, rows: &[(String, Clue)], next: Option<Target>) -> Page {
    let columns = [
        eyes.say("线索", "Clue"),
        eyes.say("农户", "Household"),
        eyes.say("来源", "Source"),
        eyes.say("风险", "Risk"),
        eyes.say("环节", "Stands at"),
        eyes.say("提出", "Opened"),
        eyes.say("认定期限", "Due"),
    ];
    let rows = rows.iter().map(|(key, clue)| {
        Row::new([
            key.clone(),
            clue.household.clone(),
            names::of(names::SOURCES, clue.source, eyes.locale).to_owned(),
            names::of(names::RISKS, clue.risk, eyes.locale).to_owned(),
            names::of(names::STATES, clue.state, eyes.locale).to_owned(),
            clue.opened.to_string(),
            due(eyes, clue),
        ])
        .leads_to(Target::new("clue", [("clue", key.as_str())]))
    });
    page.table_part(columns, rows, eyes.say("没有线索。", "No clues."), next)
}

/// The day that a clue is due, and how it stands to it.
pub(super) fn due(eyes: &Eyes<'_>, clue: &Clue) -> String {
    let said = match (clue.was_on_time(), eyes.today.until(clue.due)) {
        (Some(true), _) => eyes.say("按期", "on time").to_owned(),
        (Some(false), _) => eyes.say("超期", "late").to_owned(),
        (None, left) if left < 0 => format!("{} {}", eyes.say("超期天数", "days late"), -left),
        (None, left) => format!("{} {left}", eyes.say("剩余天数", "days left")),
    };
    format!("{} ({said})", clue.due)
}

/// A day, or a dash where there is none.
pub(super) fn day_or_dash(day: Option<Day>) -> String {
    day.map_or_else(|| "–".to_owned(), |day| day.to_string())
}
