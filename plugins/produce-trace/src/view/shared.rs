//! Pieces that several pages show.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::day::Day;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Pair;
use xl_plugin::page::Point;
use xl_plugin::page::Row;
use xl_plugin::page::Step;
use xl_plugin::page::StepState;
use xl_plugin::page::Target;
use xl_plugin::page::TimelineEntry;
use xl_plugin::page::Tone;

use super::day_or_dash;
use super::minute;
use super::unit_name;
use crate::batch::Batch;
use crate::batch::State;
use crate::entry;
use crate::entry::Entry;
use crate::entry::Input;
use crate::entry::What;
use crate::evidence::Why;
use crate::interval;
use crate::reading::Hour;
use crate::settings::Settings;
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
    let order = [State::Planned, State::Growing, State::Harvested];
    let here = order.iter().position(|state| *state == batch.state).unwrap_or(0);
    let step = |(at, state): (usize, &State)| {
        let reached = match at.cmp(&here) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal if *state == State::Harvested => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Current,
            std::cmp::Ordering::Greater => StepState::Open,
        };
        Step { label: text::state(*state).say(locale).to_owned(), state: reached }
    };
    order.iter().enumerate().map(step).collect()
}

/// Whether the pre-harvest interval runs, is over or was kept.
pub(super) fn interval_banner(page: Page, batch: &Batch, recorded: &[Entry], today: Day, locale: Locale) -> Page {
    match batch.state {
        State::Planned => page,
        State::Harvested => page.banner(Tone::Good, text::INTERVAL_KEPT.say(locale)),
        State::Growing => match interval::blocking(entry::inputs(recorded).map(Input::as_use), today) {
            None => page.banner(Tone::Info, text::INTERVAL_OVER.say(locale)),
            Some(used) => {
                let from = used.harvest_from().to_string();
                page.banner(Tone::Warn, text::INTERVAL_RUNS.fill(locale, &[("from", &from)]))
            }
        },
    }
}

/// An entry as the timeline shows it. `public` leaves out where an input was bought: that may be a person.
pub(super) fn timeline_entry(entry: &Entry, batch: &Batch, public: bool, locale: Locale) -> TimelineEntry {
    let mut texts = Vec::new();
    let title = match &entry.what {
        What::Planted => {
            let words = [("quantity", &*batch.quantity.to_string()), ("unit", unit_name(batch.unit, locale))];
            text::DID_PLANT.fill(locale, &words)
        }
        What::InputUsed(input) => {
            let (days, from) = (input.interval_days.to_string(), input.as_use().harvest_from().to_string());
            texts.push(text::DID_USE_TEXT.fill(
                locale,
                &[
                    ("registration", &input.registration),
                    ("purpose", &input.purpose),
                    ("dose", &input.dose),
                    ("days", &days),
                    ("from", &from),
                ],
            ));
            if !public {
                texts.push(text::DID_USE_SOURCE.fill(locale, &[("source", &input.source)]));
            }
            text::DID_USE.fill(locale, &[("name", &input.name)])
        }
        What::Harvested { quantity_kg } => text::DID_HARVEST.fill(locale, &[("quantity", &quantity_kg.to_string())]),
        What::Picture { why, .. } => match why {
            Why::First => text::DID_CAPTURE_FIRST.say(locale).to_owned(),
            Why::Interval => text::DID_CAPTURE.say(locale).to_owned(),
            Why::Last => text::DID_CAPTURE_LAST.say(locale).to_owned(),
        },
    };
    if matches!(entry.origin(), xl_plugin::page::Origin::Recorded) && entry.noted_late() {
        texts.push(text::NOTED_LATE.fill(locale, &[("day", &Day::at(entry.noted_ms).to_string())]));
    }
    TimelineEntry {
        time_ms: entry.time_ms,
        title,
        text: (!texts.is_empty()).then(|| texts.join("\n")),
        origin: entry.origin(),
        pictures: Vec::new(),
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
        let (label, unit) = text::measure(name, locale);
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
