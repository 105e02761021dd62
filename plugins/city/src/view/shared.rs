//! Pieces that several pages show.

use std::collections::BTreeMap;

use xl_plugin::Error;
use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::cases;
use xl_plugin::cases::Case;
use xl_plugin::cases::Query;
use xl_plugin::page::BoardColumn;
use xl_plugin::page::Card;
use xl_plugin::page::Kpi;
use xl_plugin::page::Measure;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Target;

use crate::rate::Rate;
use crate::step;
use crate::store;
use crate::text::Phrase;
use crate::text::field;
use crate::text::page as text;
use crate::time;
use crate::unit;
use crate::unit::Unit;

/// Cases of one part of a list.
pub(super) const ROWS: u32 = 50;

/// Cards of one column.
const CARDS: u32 = 20;

/// A stage's name.
pub(super) fn stage(name: &str, locale: Locale) -> String {
    step::stage(name).map_or_else(|| name.to_owned(), |phrase| phrase.say(locale).to_owned())
}

/// When a limit ends.
pub(super) fn due(case: &Case, locale: Locale) -> String {
    case.due_ms.map_or_else(|| text::NO_DUE.say(locale).to_owned(), time::minute)
}

/// A table of cases, with the link to the next part where there is one.
pub(super) fn case_table(
    page: Page,
    found: cases::Page,
    next: impl Fn(&str) -> Target,
    units: &[Unit],
    locale: Locale,
) -> Page {
    let rows = found.cases.iter().map(|case| {
        let unit = unit_name(case.unit.as_deref(), units, locale);
        let late = if case.overdue { " ⚠" } else { "" };
        Row::new([
            case.title.clone(),
            case.id.clone(),
            stage(&case.stage, locale),
            case.grid.clone().unwrap_or_else(|| case.place.clone()),
            unit,
            format!("{}{late}", due(case, locale)),
        ])
        .leads_to(Target::new("case", [("case", case.id.as_str())]))
    });
    let columns = [field::TITLE, field::NUMBER, field::STAGE, field::CELL, field::UNIT, field::DUE];
    let columns = columns.map(|column| column.say(locale));
    page.table_part(columns, rows, text::NO_CASES.say(locale), found.next.as_deref().map(next))
}

/// What the unit of a case is called.
pub(super) fn unit_name(id: Option<&str>, units: &[Unit], locale: Locale) -> String {
    id.map_or_else(|| field::NO_UNIT.say(locale).to_owned(), |id| unit::name(units, id, locale))
}

/// A column of a board: the newest cases of a question.
///
/// # Errors
/// When the host refuses the question.
pub(super) fn column(title: &str, query: Query, locale: Locale) -> Result<BoardColumn, Error> {
    let found = cases::find(&query.limit(CARDS))?;
    let title = match &found.next {
        Some(_) => {
            let count = found.cases.len().to_string();
            text::COLUMN_MORE.fill(locale, &[("title", title), ("count", &count)])
        }
        None => title.to_owned(),
    };
    let cards = found.cases.iter().map(|case| Card {
        title: case.title.clone(),
        text: Some(text::CARD.fill(
            locale,
            &[
                ("number", &case.id),
                ("place", case.address.as_deref().unwrap_or(&case.place)),
                ("due", &due(case, locale)),
            ],
        )),
        to: Some(Target::new("case", [("case", case.id.as_str())])),
    });
    Ok(BoardColumn { title, cards: cards.collect() })
}

/// Links to the work list at each of some stages.
pub(super) fn stage_links(stages: &[&str], locale: Locale) -> Vec<PageLink> {
    let link = |name: &&str| PageLink::new(stage(name, locale), Target::new("work", [("stage", *name)]));
    stages.iter().map(link).collect()
}

/// Percent with what it is made of, or that there is no data.
pub(super) fn rate(rate: Rate, locale: Locale) -> String {
    match rate.percent() {
        None => field::NO_DATA.say(locale).to_owned(),
        Some(percent) => {
            let (numerator, denominator) = (rate.numerator.to_string(), rate.denominator.to_string());
            let words = [("percent", &*percent), ("numerator", &*numerator), ("denominator", &*denominator)];
            field::RATE.fill(locale, &words)
        }
    }
}

/// A rate that the host computes and draws.
pub(super) fn kpi(label: &Phrase, rate: Rate, locale: Locale) -> Kpi {
    Kpi::new(label.say(locale), rate.numerator, rate.denominator, Measure::Percent)
}

/// Names of places, looked up once a page.
#[derive(Debug, Default)]
pub(super) struct Villages(BTreeMap<String, Option<String>>);

impl Villages {
    /// The name that a grid cell gives the place, or its code.
    ///
    /// # Errors
    /// When the host refuses the question.
    pub(super) fn name(&mut self, place: &str) -> Result<String, Error> {
        if !self.0.contains_key(place) {
            self.0.insert(place.to_owned(), store::village(place)?);
        }
        let name = self.0.get(place).and_then(Option::as_ref);
        Ok(name.map_or_else(|| place.to_owned(), |name| format!("{name}（{place}）")))
    }
}
