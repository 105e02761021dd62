//! One case: where it stands, what the viewer may do, what happened.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cases;
use xl_plugin::cases::Case;
use xl_plugin::cases::Past;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Input;
use xl_plugin::page::Mark;
use xl_plugin::page::Origin;
use xl_plugin::page::Pair;
use xl_plugin::page::Step as Reached;
use xl_plugin::page::StepState;
use xl_plugin::page::TimelineEntry;
use xl_plugin::page::Tone;

use super::View;
use super::inputs;
use super::shared;
use crate::report::Data;
use crate::settings::Settings;
use crate::step;
use crate::step::Need;
use crate::step::Step;
use crate::text::Phrase;
use crate::text::field;
use crate::text::page as text;
use crate::text::step as words;
use crate::time;

/// Steps of the history that are shown: they fit a page with the longest notes.
const MOST_PAST: usize = 50;

/// The stages of the process, as regulations name them.
const PROCESS: [Phrase; 7] = [
    words::COLLECT,
    words::FILING,
    words::DISPATCHING,
    words::WORKING,
    words::REPORTING,
    words::CLOSING,
    words::EVALUATION,
];

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let id = view.query("case").ok_or(PagesError::NotFound)?;
    let case = cases::get(&id)?;
    let past = cases::history(&id)?;
    let settings = Settings::read()?;
    let locale = view.locale;

    let mut page = Page::new(text::CASE.fill(locale, &[("number", &case.id)])).heading(case.title.clone());
    page = page.steps(process(&case, locale));
    if case.overdue {
        page = page.banner(Tone::Bad, text::IS_OVERDUE.say(locale));
    }
    if case.source == "video" && matches!(case.stage.as_str(), "reported" | "verifying") {
        page = page.banner(Tone::Warn, text::FROM_VIDEO.say(locale));
    }
    page = page.detail(facts(&case, &settings, locale));
    if !case.description.is_empty() {
        page = page.text(case.description.clone());
    }
    page = pictures(page, &text::BEFORE, &case.before, locale);
    page = pictures(page, &text::AFTER, &case.after, locale);
    page = forms(page, view, &case, &settings);
    if let Some(position) = case.position {
        let label = case.address.clone().unwrap_or_else(|| case.title.clone());
        page = page.map([Mark { label, latitude: position.latitude, longitude: position.longitude }]);
    }
    Ok(history(page, &past, locale))
}

fn process(case: &Case, locale: Locale) -> Vec<Reached> {
    let here = step::reached(&case.stage);
    let reached = |(at, label): (usize, &Phrase)| Reached {
        label: label.say(locale).to_owned(),
        state: match at.cmp(&here) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Current,
            std::cmp::Ordering::Greater => StepState::Open,
        },
    };
    PROCESS.iter().enumerate().map(reached).collect()
}

fn facts(case: &Case, settings: &Settings, locale: Locale) -> Vec<Pair> {
    let pair = |label: &Phrase, value: String| Pair::new(label.say(locale), value);
    let matter = settings.book().name(&case.matter.set, &case.matter.code, locale);
    let mut facts = vec![
        pair(&field::STAGE, shared::stage(&case.stage, locale)),
        pair(&field::MATTER, format!("{matter}（{} {}）", case.matter.set, case.matter.code)),
        pair(&field::SOURCE, source(&case.source, locale)),
        pair(&field::DUE, shared::due(case, locale)),
        pair(&field::UNIT, shared::unit_name(case.unit.as_deref(), &settings.units, locale)),
        pair(&field::CELL, case.grid.clone().unwrap_or_else(|| field::NO_CELL.say(locale).to_owned())),
        pair(&field::PLACE, case.place.clone()),
        pair(&field::OPENED, time::minute(case.opened_ms)),
        pair(&field::REWORKS, case.reworks.to_string()),
        pair(&field::EXTENSIONS, case.extensions.to_string()),
    ];
    let data: Data = serde_json::from_str(&case.data).unwrap_or_default();
    let hotline = data.line.zip(data.reference).map(|(line, reference)| format!("{line} · {reference}"));
    let optional = [
        (&field::ADDRESS, case.address.clone()),
        (&field::HANDLER, case.handler.clone()),
        (&field::CAMERA, case.camera.clone()),
        (&field::REFERENCE, hotline),
        (&field::ENDED, case.closed_ms.map(time::minute)),
    ];
    facts.extend(optional.into_iter().filter_map(|(label, value)| Some(pair(label, value?))));
    facts
}

/// A source's name.
pub(super) fn source(name: &str, locale: Locale) -> String {
    let phrase = match name {
        "patrol" => field::PATROL,
        "hotline" => field::HOTLINE,
        "video" => field::VIDEO,
        "vehicle" => field::VEHICLE,
        "app" => field::APP,
        "media" => field::MEDIA,
        "transfer" => field::TRANSFER,
        "schedule" => field::SCHEDULE,
        "link" => field::PUBLIC_LINK,
        _ => return name.to_owned(),
    };
    phrase.say(locale).to_owned()
}

fn pictures(page: Page, when: &Phrase, hashes: &[String], locale: Locale) -> Page {
    if hashes.is_empty() {
        return page;
    }
    page.heading(when.say(locale)).gallery(gallery(when, hashes, locale))
}

fn gallery(when: &Phrase, hashes: &[String], locale: Locale) -> Vec<GalleryPicture> {
    let picture = |(number, sha256): (usize, &String)| {
        let words = [("when", when.say(locale)), ("number", &*number.to_string())];
        GalleryPicture { sha256: sha256.clone(), caption: text::CAPTION.fill(locale, &words) }
    };
    (1..).zip(hashes).map(picture).collect()
}

/// A form for each step that the viewer may make where the case stands.
fn forms(mut page: Page, view: &View<'_>, case: &Case, settings: &Settings) -> Page {
    let locale = view.locale;
    let offered: Vec<&Step> = step::offered(&case.stage, view.roles()).collect();
    page = page.heading(text::TO_DO.say(locale));
    if !offered.iter().any(|step| step.is_main) {
        page = page.text(text::NOTHING_TO_DO.say(locale));
    }
    let (main, beside): (Vec<&Step>, Vec<&Step>) = offered.into_iter().partition(|step| step.is_main);
    for step in main {
        page = page.form(step.name, step.label.say(locale), fields(step, settings, locale));
    }
    if !beside.is_empty() {
        page = page.heading(text::OTHER_STEPS.say(locale));
    }
    for step in beside {
        page = page.form(step.name, step.label.say(locale), fields(step, settings, locale));
    }
    page
}

fn fields(step: &Step, settings: &Settings, locale: Locale) -> Vec<Field> {
    let of = |need: &Need| match need {
        Need::Note => vec![inputs::lines("note", &field::NOTE, locale).optional()],
        Need::Reason => {
            let label = if step.name == "comment" { &field::NOTE } else { &field::REASON };
            vec![inputs::lines("note", label, locale)]
        }
        Need::Unit => vec![inputs::unit(&field::UNIT, &settings.units, locale)],
        Need::UnitAbove => vec![inputs::unit(&field::UNIT_ABOVE, &settings.units, locale).optional()],
        Need::Handler => vec![inputs::line("handler", &field::HANDLER, locale)],
        Need::Limit => limit(locale).into_iter().map(Field::optional).collect(),
        Need::Asked => limit(locale).into_iter().map(|field| Field { hint: None, ..field }).collect(),
        Need::Pictures => vec![inputs::pictures(&field::PICTURES, locale).optional()],
        Need::Proof => vec![inputs::pictures(&field::PICTURES_AFTER, locale)],
    };
    step.needs.iter().flat_map(of).collect()
}

fn limit(locale: Locale) -> [Field; 2] {
    let units = [
        ("work-hour", field::WORK_HOUR),
        ("work-day", field::WORK_DAY),
        ("urgent-hour", field::URGENT_HOUR),
        ("urgent-day", field::URGENT_DAY),
        ("work-minute", field::WORK_MINUTE),
        ("urgent-minute", field::URGENT_MINUTE),
    ];
    let options = units.map(|(value, label)| Choice::new(value, label.say(locale))).into();
    [
        Field::new("amount", field::AMOUNT.say(locale), Input::Number).hint(field::LIMIT_HINT.say(locale)),
        Field::new("measure", field::MEASURE.say(locale), Input::Choice { options }),
    ]
}

/// What happened, the newest first.
fn history(page: Page, past: &[Past], locale: Locale) -> Page {
    let mut page = page.heading(text::HISTORY.say(locale));
    if past.len() > MOST_PAST {
        page = page.text(text::SHORTENED.fill(locale, &[("most", &MOST_PAST.to_string())]));
    }
    page.timeline(past.iter().rev().take(MOST_PAST).map(|past| entry(past, locale)))
}

fn entry(past: &Past, locale: Locale) -> TimelineEntry {
    let done = step::done(&past.name).map_or(past.name.as_str(), |phrase| phrase.say(locale));
    let title = match past.from == past.to {
        true => done.to_owned(),
        false => format!("{done} → {}", shared::stage(&past.to, locale)),
    };
    let (who, origin) = match past.actor.strip_prefix("account:") {
        Some(account) => (account, Origin::Recorded),
        None if past.actor == "clock" => (words::BY_CLOCK.say(locale), Origin::Captured),
        None => (words::BY_MODULE.say(locale), Origin::Captured),
    };
    let mut lines = vec![words::BY.fill(locale, &[("who", who)])];
    lines.extend(past.note.clone());
    match (past.due_before_ms, past.due_after_ms) {
        (Some(before), Some(after)) if before != after => {
            let (before, after) = (time::minute(before), time::minute(after));
            lines.push(words::MOVED.fill(locale, &[("before", &before), ("after", &after)]));
        }
        (None, Some(after)) => lines.push(words::SET.fill(locale, &[("after", &time::minute(after))])),
        _ => {}
    }
    TimelineEntry {
        time_ms: past.at_ms,
        title,
        text: Some(lines.join("\n")),
        origin,
        pictures: gallery(&field::PICTURES, &past.pictures, locale),
    }
}
