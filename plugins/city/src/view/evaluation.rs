//! The evaluation of a month: the whole township, then by grid cell, unit or village.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cases;
use xl_plugin::cases::Counts;
use xl_plugin::cases::Grouping;
use xl_plugin::page::Kpi;
use xl_plugin::page::Measure;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Stat;
use xl_plugin::page::Target;

use super::View;
use super::month;
use super::shared;
use super::shared::Villages;
use crate::heat::Heat;
use crate::kpi;
use crate::settings::Settings;
use crate::store;
use crate::text::Phrase;
use crate::text::field;
use crate::text::page as text;
use crate::unit;

/// Rows of one part of the table.
const ROWS: usize = 50;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let month = month::asked(view);
    let (by, heading, grouping) = match view.query("by").as_deref() {
        Some("unit") => ("unit", text::BY_UNIT, Grouping::Unit),
        Some("place") => ("place", text::BY_PLACE, Grouping::Place),
        _ => ("grid", text::BY_CELL, Grouping::Grid),
    };
    let settings = Settings::read()?;
    let figures = |by: Grouping| cases::figures(month.from_ms(), month.to_ms(), by);
    let title = text::OF_PERIOD.fill(locale, &[("title", text::EVALUATION.say(locale)), ("period", &month.name)]);
    let other = |(by, label): (&str, Phrase)| {
        PageLink::new(label.say(locale), Target::new("evaluation", [("by", by), ("month", month.name.as_str())]))
    };
    let groupings = [("grid", text::BY_CELL), ("unit", text::BY_UNIT), ("place", text::BY_PLACE)];
    let mut page = Page::new(title)
        .actions(month::beside(view, &month, &[("by", by)]).into_iter().chain(groupings.map(other)))
        .heading(text::WHOLE.say(locale));
    if let Some(whole) = figures(Grouping::All)?.first() {
        page = page.stats([
            Stat::new(field::REPORTED.say(locale), whole.reported),
            Stat::new(field::FILED.say(locale), whole.filed),
            Stat::new(field::DUE_COUNT.say(locale), whole.due),
            Stat::new(field::CLOSED.say(locale), whole.closed),
        ]);
        page = page.kpis(whole_kpis(whole, &figures(Grouping::Code)?, &store::month(&month.name)?, &settings, locale));
    }
    page = page.text(text::RATES_NOTE.say(locale)).heading(heading.say(locale));
    let start = view.query("from").and_then(|from| from.parse::<usize>().ok()).unwrap_or(0);
    let rows = figures(grouping)?;
    let mut names = Villages::default();
    let mut drawn = Vec::new();
    for row in rows.iter().skip(start).take(ROWS) {
        let name = match by {
            "unit" if row.key.is_empty() => field::NO_UNIT.say(locale).to_owned(),
            "unit" => unit::name(&settings.units, &row.key, locale),
            "place" => names.name(&row.key)?,
            _ if row.key.is_empty() => field::NO_CELL.say(locale).to_owned(),
            _ => store::cell(&row.key)?.map_or_else(|| row.key.clone(), |cell| format!("{} {}", cell.name, row.key)),
        };
        drawn.push(line(name, row, view));
    }
    let next = start.saturating_add(ROWS);
    let next = (next < rows.len()).then(|| {
        let next = next.to_string();
        Target::new("evaluation", [("by", by), ("month", month.name.as_str()), ("from", next.as_str())])
    });
    let columns = [
        heading,
        field::FILED,
        field::DUE_COUNT,
        field::CLOSING_RATE,
        field::ON_TIME_RATE,
        field::REWORK_RATE,
        field::EXTENSION_RATE,
        field::OVERDUE,
    ];
    Ok(page.table_part(columns.map(|column| column.say(locale)), drawn, text::NO_FIGURES.say(locale), next))
}

fn whole_kpis(whole: &Counts, by_code: &[Counts], heat: &Heat, settings: &Settings, locale: Locale) -> Vec<Kpi> {
    let book = settings.book();
    let mut kpis: Vec<Kpi> = kpi::rates(whole)
        .into_iter()
        .chain(kpi::by_kind(by_code, &book))
        .map(|(name, rate)| shared::kpi(&label(name), rate, locale))
        .collect();
    kpis.push(shared::kpi(&field::RECURRENCE, heat.recurrence(), locale));
    kpis.push(Kpi::new(field::CLOSING_TIME.say(locale), heat.minutes, heat.closed, Measure::Minutes));
    kpis.push(Kpi::new(field::OVERDUE.say(locale), whole.overdue_open, 1, Measure::Count));
    kpis
}

/// A key figure's name on screen.
fn label(name: &str) -> Phrase {
    match name {
        "closing-rate" => field::CLOSING_RATE,
        "on-time-rate" => field::ON_TIME_RATE,
        "rework-rate" => field::REWORK_RATE,
        "extension-rate" => field::EXTENSION_RATE,
        "event-closing-rate" => field::EVENT_RATE,
        _ => field::COMPONENT_RATE,
    }
}

fn line(name: String, row: &Counts, view: &View<'_>) -> Row {
    let rates = kpi::rates(row).map(|(_, rate)| shared::rate(rate, view.locale));
    let counts = [name, row.filed.to_string(), row.due.to_string()];
    Row::new(counts.into_iter().chain(rates).chain([row.overdue_open.to_string()]))
}
