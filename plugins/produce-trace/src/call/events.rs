//! Answers a simple event query (EPCIS 2.0, 8.2.7): by type, time, step and thing, a page at a time.

use std::collections::BTreeMap;

use serde_json::Value;
use xl_plugin::CallsError;
use xl_plugin::Error;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::Request;
use xl_plugin::Response;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use super::json_ld;
use super::refused;
use crate::epcis::time;
use crate::journal;
use crate::journal::Kept;
use crate::journal::Mark;
use crate::journal::document;
use crate::store;
use crate::text;

/// Events of a page where nothing is said, as the standard has it.
const PER_PAGE: usize = 30;

/// Most events of a page.
const MOST_PER_PAGE: usize = 200;

/// Most events that are looked at for one page; the next one goes on there.
const MOST_SEEN: usize = 2_000;

/// Parameters that are understood; others are refused rather than ignored.
const KNOWN: [&str; 8] = [
    "eventType",
    "GE_eventTime",
    "LT_eventTime",
    "EQ_bizStep",
    "MATCH_anyEPC",
    "MATCH_anyEPCClass",
    "perPage",
    "nextPageToken",
];

/// What is asked for.
#[derive(Debug, Default)]
struct Wanted {
    kinds: Vec<String>,
    steps: Vec<String>,
    things: Vec<String>,
    from_ms: Option<i64>,
    before_ms: Option<i64>,
    per_page: usize,
    after: Option<String>,
}

pub(super) fn find(request: &Request) -> Result<Response, CallsError> {
    let wanted = read(request)?;
    let (events, next) = match wanted.things.is_empty() {
        true => by_time(&wanted)?,
        false => by_thing(&wanted)?,
    };
    let answer = document::answer(events, next.as_deref(), request.now_ms);
    json_ld(&answer)
}

fn read(request: &Request) -> Result<Wanted, CallsError> {
    let locale = request.language();
    let given: BTreeMap<String, String> = serde_json::from_str(&request.query).unwrap_or_default();
    let mut errors = FormErrors::default();
    for name in given.keys().filter(|name| !KNOWN.contains(&name.as_str())) {
        errors.field(name, text::calls::UNKNOWN_PARAMETER.fill(locale, &[("known", &KNOWN.join(", "))]));
    }
    let value = |name: &str| given.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let list = |name: &str| {
        value(name)
            .map_or_else(Vec::new, |text| text.split('|').flat_map(|part| part.split(',')).map(str::to_owned).collect())
    };
    let wanted = Wanted {
        kinds: list("eventType"),
        steps: list("EQ_bizStep"),
        things: ["MATCH_anyEPC", "MATCH_anyEPCClass"].into_iter().flat_map(list).collect(),
        from_ms: instant("GE_eventTime", value("GE_eventTime"), &mut errors, locale),
        before_ms: instant("LT_eventTime", value("LT_eventTime"), &mut errors, locale),
        per_page: per_page(value("perPage"), &mut errors, locale),
        after: value("nextPageToken").map(str::to_owned),
    };
    if errors.is_empty() { Ok(wanted) } else { Err(refused(errors, locale)) }
}

fn instant(name: &str, value: Option<&str>, errors: &mut FormErrors, locale: Locale) -> Option<i64> {
    let text = value?;
    let read = time::read(text);
    if read.is_none() {
        errors.field(name, text::epcis::NO_TIME.say(locale));
    }
    read.map(|at| at.ms)
}

fn per_page(value: Option<&str>, errors: &mut FormErrors, locale: Locale) -> usize {
    match value.map(str::parse::<usize>) {
        None => PER_PAGE,
        Some(Ok(number)) if (1..=MOST_PER_PAGE).contains(&number) => number,
        Some(_) => {
            errors.field("perPage", text::calls::PER_PAGE.fill(locale, &[("most", &MOST_PER_PAGE.to_string())]));
            PER_PAGE
        }
    }
}

impl Wanted {
    fn fits(&self, kept: &Kept) -> bool {
        let is = |field: &str, wanted: &[String]| {
            let value = kept.event.get(field).and_then(Value::as_str).unwrap_or_default();
            wanted.is_empty() || wanted.iter().any(|one| one == value)
        };
        self.from_ms.is_none_or(|from| kept.time_ms >= from)
            && self.before_ms.is_none_or(|before| kept.time_ms < before)
            && is("type", &self.kinds)
            && is("bizStep", &self.steps)
    }

    /// Where the walk over places begins.
    fn start(&self) -> String {
        let from = format!("{:013}", self.from_ms.unwrap_or(0).max(0));
        match &self.after {
            // A blank sorts before every character of a key: what comes right behind this place.
            Some(place) if *place >= from => format!("{place} "),
            _ => from,
        }
    }
}

/// Walks over all events by time.
fn by_time(wanted: &Wanted) -> Result<(Vec<Kept>, Option<String>), Error> {
    let end = format!("{:013}", wanted.before_ms.unwrap_or(9_999_999_999_999).max(0));
    let mut query = Query::by(store::JOURNAL, "place").from(wanted.start()).to(end).limit(records::MAX_PAGE);
    let (mut events, mut seen) = (Vec::new(), 0);
    loop {
        let found: Found<Kept> = records::find(&query)?;
        for (_, kept) in found.entries {
            seen += 1;
            let place = kept.place.clone();
            if wanted.fits(&kept) {
                events.push(kept);
            }
            if events.len() == wanted.per_page || seen == MOST_SEEN {
                return Ok((events, Some(place)));
            }
        }
        match found.next {
            Some(next) => query = query.after(next),
            None => return Ok((events, None)),
        }
    }
}

/// Walks over the events of the things that are asked for, each thing by time.
fn by_thing(wanted: &Wanted) -> Result<(Vec<Kept>, Option<String>), Error> {
    let mut places: Vec<(String, String)> = Vec::new();
    for thing in &wanted.things {
        let mark = journal::mark_of(thing);
        let mut query = Query::keys(store::MARKS).from(format!("{mark}/{}", wanted.start())).to(format!("{mark}/~"));
        while places.len() < MOST_SEEN {
            let found: Found<Mark> = records::find(&query)?;
            let place = |key: &str| key.split_once('/').map_or_else(String::new, |(_, place)| place.to_owned());
            places.extend(found.entries.iter().map(|(key, mark)| (place(key), mark.event.clone())));
            match found.next {
                Some(next) => query = query.after(next),
                None => break,
            }
        }
    }
    places.sort();
    places.dedup();
    let mut events = Vec::new();
    for (place, key) in places {
        events.extend(journal::get(&key)?.filter(|kept| wanted.fits(kept)));
        if events.len() == wanted.per_page {
            return Ok((events, Some(place)));
        }
    }
    Ok((events, None))
}
