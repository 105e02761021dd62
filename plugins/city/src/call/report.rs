//! Takes what other programs report: the hotline's own system, the county's app for citizens. Nothing of a person is taken.

use serde::Deserialize;
use xl_plugin::CallsError;
use xl_plugin::FormErrors;
use xl_plugin::calls::Request;
use xl_plugin::calls::Response;
use xl_plugin::cases;
use xl_plugin::settings::township;

use crate::cell;
use crate::ground::Point;
use crate::matter::Matter;
use crate::report;
use crate::report::Data;
use crate::report::MOST_TEXT;
use crate::report::Report;
use crate::report::Whereabouts;
use crate::settings::Settings;
use crate::text::Phrase;
use crate::text::wrong;

/// What is sent; which of the first three depends on who sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    line: Option<String>,
    reference: Option<String>,
    id: Option<String>,
    #[serde(default)]
    matter: String,
    #[serde(default)]
    description: String,
    address: Option<String>,
    place: Option<String>,
    position: Option<String>,
}

/// What is wrong, in the caller's language.
struct Wrong<'a> {
    request: &'a Request,
    errors: FormErrors,
}

impl Wrong<'_> {
    fn say(&mut self, field: &str, phrase: &Phrase, words: &[(&str, &str)]) {
        self.errors.field(field, phrase.fill(self.request.language(), words));
    }

    /// A number of the sender for what he reports, by which a repetition is known.
    fn number(&mut self, field: &str, value: Option<&String>) {
        match value {
            None => self.say(field, &wrong::REQUIRED, &[]),
            Some(value) if !report::is_reference(value) => self.say(field, &wrong::NO_REFERENCE, &[]),
            Some(_) => {}
        }
    }
}

/// A case that a hotline transfers; the same line and reference open one case.
pub(super) fn hotline(request: &Request) -> Result<Response, CallsError> {
    let sent: Sent = request.json()?;
    let mut wrong = Wrong { request, errors: FormErrors::default() };
    if !sent.line.as_ref().is_some_and(|line| matches!(Settings::read(), Ok(known) if known.hotlines.contains(line))) {
        wrong.say("line", &wrong::NO_CHOICE, &[]);
    }
    wrong.number("reference", sent.reference.as_ref());
    let (line, reference) = (sent.line.clone(), sent.reference.clone());
    let key = report::hotline_key(line.as_deref().unwrap_or_default(), reference.as_deref().unwrap_or_default());
    open(sent, "hotline", key, Data { line, reference, ..Data::default() }, wrong)
}

/// What a citizen reports through the county's own app; the same id opens one case.
pub(super) fn citizen(request: &Request) -> Result<Response, CallsError> {
    let sent: Sent = request.json()?;
    let mut wrong = Wrong { request, errors: FormErrors::default() };
    wrong.number("id", sent.id.as_ref());
    let key = format!("app/{}", sent.id.as_deref().unwrap_or_default());
    open(sent, "app", key, Data::default(), wrong)
}

fn open(
    sent: Sent,
    source: &'static str,
    key: String,
    data: Data,
    mut wrong: Wrong<'_>,
) -> Result<Response, CallsError> {
    let book = Settings::read()?.book();
    let matter = checked(&sent, book.get(&sent.matter), &mut wrong);
    let point = sent.position.as_ref().map(|text| text.parse::<Point>());
    if point.is_some_and(|point| point.is_err()) {
        wrong.say("position", &wrong::NO_POSITION, &[]);
    }
    let Some(matter) = matter.filter(|_| wrong.errors.is_empty()) else { return Err(wrong.errors.into()) };
    let report = Report {
        key,
        source,
        description: sent.description,
        address: sent.address,
        whereabouts: Whereabouts::find(None, sent.place, point.and_then(Result::ok))?,
        data,
        ..Report::default()
    };
    let case = cases::get(&cases::open(&report.draft(matter))?)?;
    Response::json(&serde_json::json!({ "case": case.id, "stage": case.stage }))
}

/// What both kinds of senders can do wrong.
fn checked<'a>(sent: &Sent, matter: Option<&'a Matter>, wrong: &mut Wrong<'_>) -> Option<&'a Matter> {
    if matter.is_none() {
        wrong.say("matter", &wrong::NO_CHOICE, &[]);
    }
    if sent.description.trim().is_empty() {
        wrong.say("description", &wrong::REQUIRED, &[]);
    }
    let lengths = [("description", Some(&sent.description), MOST_TEXT), ("address", sent.address.as_ref(), 200)];
    for (field, text, most) in lengths {
        if text.is_some_and(|text| text.chars().count() > most) {
            wrong.say(field, &wrong::TOO_LONG, &[("most", &most.to_string())]);
        }
    }
    let township = township();
    if sent.place.as_ref().is_some_and(|place| !cell::is_place(place, &township)) {
        wrong.say("place", &wrong::NO_PLACE, &[("township", &township)]);
    }
    matter
}
