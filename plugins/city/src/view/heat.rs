//! Where and what: 六乱, matters, villages, grid cells, sources.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cases;
use xl_plugin::cases::Counts;
use xl_plugin::cases::Grouping;
use xl_plugin::day::Day;
use xl_plugin::page::Mark;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use super::View;
use super::case;
use super::month;
use super::shared;
use super::shared::Villages;
use crate::group;
use crate::group::Label;
use crate::heat::Heat;
use crate::period::Period;
use crate::rate::Rate;
use crate::settings::Settings;
use crate::store;
use crate::text::Phrase;
use crate::text::field;
use crate::text::page as text;

/// Marks of the map: the cells with the most cases.
const MARKS: usize = 50;

/// Villages of one part of the table.
const VILLAGES: u32 = 50;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let month = month::asked(view);
    let settings = Settings::read()?;
    let today = Day::at(view.visit.now_ms);
    let labels = group::labels(&settings.set, &settings.groups, today.min(month.to));
    let title = text::OF_PERIOD.fill(locale, &[("title", text::HEAT.say(locale)), ("period", &month.name)]);
    let page = Page::new(title).actions(month::beside(view, &month, &[]));
    if view.query("after").is_some() {
        return by_place(page, view, &month, &labels);
    }
    let figures = |by: Grouping| cases::figures(month.from_ms(), month.to_ms(), by);
    let by_code = figures(Grouping::Code)?;
    let page = by_label(page, view, &by_code, &labels);
    let page = by_place(page, view, &month, &labels)?;
    let page = map(page, view, figures(Grouping::Grid)?)?;
    let book = settings.book();
    let page = by_key(page, view, &text::BY_MATTER, &field::MATTER, by_code, |code| {
        format!("{code} {}", book.name(&settings.set, code, locale))
    });
    let by_source = figures(Grouping::Source)?;
    Ok(by_key(page, view, &text::BY_SOURCE, &field::SOURCE, by_source, |source| case::source(source, locale)))
}

fn by_label(page: Page, view: &View<'_>, by_code: &[Counts], labels: &[Label]) -> Page {
    let locale = view.locale;
    let all: u64 = by_code.iter().map(|row| row.filed).sum();
    let rows = labels.iter().map(|label| {
        let under = || by_code.iter().filter(|row| label.holds(&row.key));
        let filed: u64 = under().map(|row| row.filed).sum();
        let overdue: u64 = under().map(|row| row.overdue_open).sum();
        Row::new([
            label.name(locale).to_owned(),
            under().map(|row| row.reported).sum::<u64>().to_string(),
            filed.to_string(),
            shared::rate(Rate::new(filed, all), locale),
            overdue.to_string(),
        ])
    });
    let columns = [field::LABEL, field::REPORTED, field::FILED, field::SHARE, field::OVERDUE];
    page.heading(text::GROUP.say(locale)).text(text::GROUP_NOTE.say(locale)).table(
        columns.map(|column| column.say(locale)),
        rows.collect::<Vec<_>>(),
        text::NO_FIGURES.say(locale),
    )
}

/// What was filed in each village, under each label.
fn by_place(page: Page, view: &View<'_>, month: &Period, labels: &[Label]) -> Result<Page, PagesError> {
    let locale = view.locale;
    let mut query = Query::keys(store::HEAT).prefix(&format!("{}/", month.name)).limit(VILLAGES);
    if let Some(after) = view.query("after") {
        query = query.after(after);
    }
    let found: Found<Heat> = records::find(&query)?;
    let mut villages = Villages::default();
    let mut rows = Vec::with_capacity(found.entries.len());
    for (key, heat) in &found.entries {
        let place = key.split('/').nth(1).unwrap_or(key);
        let counts = labels.iter().map(|label| heat.of(label)).chain([heat.total()]);
        let cells = [villages.name(place)?].into_iter().chain(counts.map(|count| count.to_string()));
        rows.push(Row::new(cells));
    }
    let names = labels.iter().map(|label| label.name(locale));
    let columns = [field::PLACE_NAME.say(locale)].into_iter().chain(names).chain([field::FILED.say(locale)]);
    let next =
        found.next.as_deref().map(|after| Target::new("heat", [("month", month.name.as_str()), ("after", after)]));
    Ok(page.heading(text::BY_PLACE.say(locale)).table_part(columns, rows, text::NO_FIGURES.say(locale), next))
}

fn map(page: Page, view: &View<'_>, mut by_cell: Vec<Counts>) -> Result<Page, PagesError> {
    let locale = view.locale;
    by_cell.retain(|row| row.reported > 0 && !row.key.is_empty());
    by_cell.sort_by(|one, other| (other.reported, &one.key).cmp(&(one.reported, &other.key)));
    let mut marks = Vec::new();
    for row in by_cell.iter().take(MARKS) {
        let Some(cell) = store::cell(&row.key)? else { continue };
        let Some(area) = &cell.area else { continue };
        let middle = area.middle();
        let words = [("cell", cell.name.as_str()), ("count", &*row.reported.to_string())];
        let label = text::MARK.fill(locale, &words);
        marks.push(Mark { label, latitude: middle.latitude, longitude: middle.longitude });
    }
    if marks.is_empty() { Ok(page) } else { Ok(page.heading(text::MAP.say(locale)).map(marks)) }
}

/// A table of counts by something, the most first.
fn by_key(
    page: Page,
    view: &View<'_>,
    title: &Phrase,
    column: &Phrase,
    mut rows: Vec<Counts>,
    name: impl Fn(&str) -> String,
) -> Page {
    let locale = view.locale;
    let all: u64 = rows.iter().map(|row| row.reported).sum();
    rows.retain(|row| row.reported > 0 || row.filed > 0);
    rows.sort_by(|one, other| (other.reported, &one.key).cmp(&(one.reported, &other.key)));
    let rows = rows.iter().take(100).map(|row| {
        let share = shared::rate(Rate::new(row.reported, all), locale);
        Row::new([name(&row.key), row.reported.to_string(), share, row.filed.to_string()])
    });
    let columns = [*column, field::REPORTED, field::SHARE, field::FILED].map(|column| column.say(locale));
    page.heading(title.say(locale)).table(columns, rows.collect::<Vec<_>>(), text::NO_FIGURES.say(locale))
}
