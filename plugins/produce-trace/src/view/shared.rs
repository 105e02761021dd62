//! Pieces that several pages show.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::day::Day;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::PageLink;
use xl_plugin::page::Pair;
use xl_plugin::page::Point;
use xl_plugin::page::Row;
use xl_plugin::page::Step;
use xl_plugin::page::StepState;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;

use super::day_or_dash;
use super::minute;
use crate::batch::Batch;
use crate::batch::State;
use crate::entry;
use crate::entry::Entry;
use crate::entry::Input;
use crate::entry::What;
use crate::interval;
use crate::reading::Hour;
use crate::recall::Recall;
use crate::settings::Settings;
use crate::store;
use crate::text;

/// Hours of a chart: a week.
pub(super) const CHART_HOURS: u32 = 168;

/// A table of batches.
pub(super) fn batch_table(page: Page, batches: Vec<(String, Batch)>, locale: Locale) -> Page {
    let rows = batches.iter().map(|(key, batch)| {
        Row::new([
            batch.name(),
            batch.site_name.clone(),
            text::state(batch.state).say(locale).to_owned(),
            day_or_dash(batch.planted, locale),
            day_or_dash(batch.harvested, locale),
        ])
        .leads_to(Target::new("batch", [("batch", key.as_str())]))
    });
    let columns = [text::PRODUCT, text::SITE, text::STATE, text::PLANTED_ON, text::HARVESTED_ON];
    page.table(columns.map(|column| column.say(locale)), rows, text::NO_BATCHES.say(locale))
}

/// How far a batch is.
pub(super) fn steps(batch: &Batch, locale: Locale) -> Vec<Step> {
    let order: Vec<State> = State::ALL.into_iter().filter(|state| !is_skipped(batch, *state)).collect();
    let here = order.iter().position(|state| *state == batch.state).unwrap_or(0);
    let step = |(at, state): (usize, &State)| {
        let reached = match at.cmp(&here) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal if *state == State::Sold => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Current,
            std::cmp::Ordering::Greater => StepState::Open,
        };
        Step { label: text::state(*state).say(locale).to_owned(), state: reached }
    };
    order.iter().enumerate().map(step).collect()
}

/// Whether a batch went past a step without making it: a step that was not made is not shown as done.
fn is_skipped(batch: &Batch, state: State) -> bool {
    let is_past =
        State::ALL.iter().position(|known| *known == state) < State::ALL.iter().position(|known| *known == batch.state);
    is_past
        && match state {
            State::Tested => batch.trade.passed != Some(true),
            State::Packed => batch.trade.sscc.is_none(),
            State::Shipped => batch.trade.receivers.is_empty(),
            // Sold says no more than that all is gone; an arrival stands on the timeline.
            State::Received => true,
            State::Planned | State::Growing => !batch.trade.parents.is_empty(),
            _ => false,
        }
}

/// Says that a batch is recalled, and why.
pub(super) fn recall_banner(page: Page, batch: &Batch, locale: Locale) -> Result<Page, xl_plugin::Error> {
    let Some(number) = &batch.trade.recall else { return Ok(page) };
    let recall: Option<Recall> = store::get(store::RECALLS, number)?;
    let reason = recall.map_or_else(String::new, |recall| recall.reason);
    Ok(page.banner(Tone::Bad, text::trade::RECALLED_BANNER.fill(locale, &[("reason", &reason)])))
}

/// Leads to the next part of a list.
pub(super) fn next_part(page: Page, name: &str, query: &[(&str, &str)], next: Option<&str>, locale: Locale) -> Page {
    let Some(next) = next else { return page };
    let query = query.iter().copied().chain([("after", next)]);
    page.actions([PageLink::new(text::trade::NEXT.say(locale), Target::new(name, query))])
}

/// Whether the pre-harvest interval runs, is over or was kept.
pub(super) fn interval_banner(page: Page, batch: &Batch, recorded: &[Entry], today: Day, locale: Locale) -> Page {
    match batch.state {
        State::Planned => page,
        State::Growing => match interval::blocking(entry::inputs(recorded).map(Input::as_use), today) {
            None => page.banner(Tone::Info, text::INTERVAL_OVER.say(locale)),
            Some(used) => {
                let from = used.harvest_from().to_string();
                page.banner(Tone::Warn, text::INTERVAL_RUNS.fill(locale, &[("from", &from)]))
            }
        },
        _ => page.banner(Tone::Good, text::INTERVAL_KEPT.say(locale)),
    }
}

/// The picture of an entry, if it is one.
pub(super) fn picture(entry: &Entry, batch: &Batch, locale: Locale) -> Option<GalleryPicture> {
    let What::Picture { sha256, .. } = &entry.what else { return None };
    let words = [("time", &*minute(entry.time_ms)), ("site", &*batch.site_name)];
    Some(GalleryPicture { sha256: sha256.clone(), caption: text::CAPTION.fill(locale, &words) })
}

/// The newest value of each shown measure, and a chart of its hours.
pub(super) fn readings(mut page: Page, hours: &[(i64, Hour)], settings: &Settings, locale: Locale) -> Page {
    let mut pairs = Vec::new();
    let mut charts = Vec::new();
    for name in &settings.readings {
        let Some((_, newest)) = hours.iter().rev().find(|(_, hour)| hour.measures.contains_key(name)) else { continue };
        let measure = newest.measures[name];
        let (label, unit) = text::measure::name(name, locale);
        let value = format!("{} {unit}", measure.last);
        let words = [("value", value.trim_end()), ("time", &*minute(measure.last_ms))];
        pairs.push(Pair::new(label.as_str(), text::AS_OF.fill(locale, &words)));
        let points = hours.iter().filter_map(|(start_ms, hour)| {
            let value = hour.measures.get(name)?.mean().value();
            Some(Point { time_ms: *start_ms, value })
        });
        charts.push((text::HOURLY.fill(locale, &[("measure", &label)]), unit, points.collect::<Vec<_>>()));
    }
    if pairs.is_empty() {
        return page;
    }
    page = page.heading(text::READINGS.say(locale)).detail(pairs);
    for (title, unit, points) in charts {
        page = page.chart(title, unit, points);
    }
    page
}
