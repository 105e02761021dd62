//! What it does when it behaves: counts events, says that it saw them, and does what a test asks.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Batch;
use xl_plugin::CallsError;
use xl_plugin::Done;
use xl_plugin::Error;
use xl_plugin::Failure;
use xl_plugin::FormErrors;
use xl_plugin::PagesError;
use xl_plugin::Press;
use xl_plugin::Request;
use xl_plugin::Response;
use xl_plugin::Visit;
use xl_plugin::cases;
use xl_plugin::cases::Step;
use xl_plugin::events::Publish;
use xl_plugin::log;
use xl_plugin::log::Level;
use xl_plugin::page::Page;
use xl_plugin::records;

mod probe;
mod report;

/// Which build this is; tests of upgrades change the last letter in the packed file.
static BUILD: [u8; 7] = *b"build-A";

/// How many events of a kind were handled.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Count {
    count: u64,
    seq: u64,
}

#[derive(Serialize)]
struct Seen<'a> {
    kind: &'a str,
    build: &'a str,
}

#[derive(Deserialize)]
struct Script {
    script: Vec<probe::Step>,
}

/// Counts the batch's events and announces each.
pub(crate) fn handle(batch: &Batch) -> Result<(), Failure> {
    let build = std::hint::black_box(&BUILD);
    let build = std::str::from_utf8(build).map_err(|error| Failure::Reject(error.to_string()))?;
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    // What is announced for the sake of a chain is not announced again.
    for event in batch.events.iter().filter(|event| event.kind != "test.again") {
        let count = counts.entry(&event.kind).or_default();
        count.count += 1;
        count.seq = event.seq;
        Publish::new("test.seen").data(&Seen { kind: &event.kind, build }).cause(event.seq).send()?;
    }
    for (kind, fresh) in counts {
        let before: Count = records::get("counts", kind)?.unwrap_or_default();
        records::put("counts", kind, &Count { count: before.count + fresh.count, seq: fresh.seq })?;
    }
    Ok(())
}

/// Does what the events' data asks and logs each answer.
pub(crate) fn probe(batch: &Batch) -> Result<(), Failure> {
    for event in &batch.events {
        let script: Script = event.read().map_err(|error| Failure::Reject(error.to_string()))?;
        script.script.iter().for_each(|step| log::write(Level::Info, &step.run(Some(event))));
    }
    Ok(())
}

/// The counts, and the answers to what the query asks.
pub(crate) fn view(visit: &Visit) -> Result<Page, PagesError> {
    if visit.page == report::PAGE {
        return report::view(visit);
    }
    match visit.query_value("as").as_deref() {
        Some("loop") => crate::misdeeds::endless_loop().map_err(|_| PagesError::NotFound)?,
        Some("nothing") => return Err(PagesError::NotFound),
        Some("wrong") => return Ok((0..300).fold(Page::new("wrong"), |page, _| page.text("x"))),
        _ => {}
    }
    let count: Count = records::get("counts", "test.ping").map_err(PagesError::from)?.unwrap_or_default();
    let page = Page::new("home").text(count.count.to_string());
    let Some(script) = visit.query_value("script") else { return Ok(page) };
    let steps: Vec<probe::Step> =
        serde_json::from_str(&script).map_err(|error| PagesError::Other(error.to_string()))?;
    Ok(steps.iter().fold(page, |page, step| page.text(step.run(None))))
}

/// Announces the press.
pub(crate) fn act(press: &Press) -> Result<Done, PagesError> {
    match press.action.as_str() {
        "press" => {
            let seen = press.fields().text("n").to_owned();
            Publish::new("test.pressed").data(&serde_json::json!({ "n": seen })).send().map_err(refused)?;
            records::put("counts", "pressed", &serde_json::json!({ "seq": 1 })).map_err(refused)?;
            Ok(Done::to("home", []))
        }
        "script" => {
            let steps: Vec<probe::Step> = serde_json::from_str(press.fields().text("script"))
                .map_err(|error| PagesError::Other(error.to_string()))?;
            steps.iter().for_each(|step| log::write(Level::Info, &step.run(None)));
            Ok(Done::to("home", []))
        }
        "move" => {
            let (form, id) = (press.fields(), press.visit.query_value("case").unwrap_or_default());
            let step = Step::new(form.text("step")).note("n");
            let step = if step.name == "dispatch" { step.unit("sanitation") } else { step };
            cases::move_case(&id, &step).map_err(refused)?;
            Ok(Done::to("home", []))
        }
        "report" => report::act(press),
        "far" => Ok(Done::to("gone", [])),
        "wrong" => {
            let mut errors = FormErrors::default();
            errors.field("n", "not a number");
            Err(errors.into())
        }
        _ => Err(PagesError::NotFound),
    }
}

/// Does what the body asks and tells each answer; the query says with which status, or how it misbehaves.
pub(crate) fn answer(call: &Request) -> Result<Response, CallsError> {
    match call.query_value("as").as_deref() {
        Some("nothing") => return Err(CallsError::NotFound),
        Some("wrong") => return Ok(Response::new(99, "text/plain", "x")),
        Some("large") => return Ok(Response::new(200, "text/plain", vec![b'x'; 4 * 1024 * 1024])),
        Some("larger") => return Ok(Response::new(200, "text/plain", vec![b'x'; 4 * 1024 * 1024 + 1])),
        _ => {}
    }
    let script: Script = if call.body.is_empty() { Script { script: Vec::new() } } else { call.json()? };
    let answers: Vec<String> = script.script.iter().map(|step| step.run(None)).collect();
    let status = call.query_value("status").and_then(|status| status.parse().ok()).unwrap_or(200);
    Ok(Response::json(&answers)?.status(status))
}

fn refused(error: Error) -> PagesError {
    error.into()
}
