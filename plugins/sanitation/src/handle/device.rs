//! What an edge device says becomes a candidate like any other: a person looks first.

use serde::Deserialize;
use xl_plugin::Error;
use xl_plugin::Event;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::candidate;
use crate::finding::Finding;
use crate::finding::State;
use crate::settings::Settings;
use crate::store;

/// The data of a device's event, as far as it matters here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    state: Option<String>,
    score: Option<f64>,
}

/// Takes one event.
pub(super) fn take(event: &Event, settings: &Settings) -> Result<(), Error> {
    let Some(camera) = event.camera.as_deref() else { return Ok(()) };
    let said: Said = event.read().unwrap_or_default();
    if said.state.as_deref() == Some("inactive") {
        return Ok(());
    }
    let time_ms = event.time_ms.min(event.received_ms);
    let method = format!("device:{}", event.kind.trim_start_matches("camera."));
    // A device repeats itself: one candidate a cool-down, and none while one waits.
    let newest = Query::by(store::FINDINGS, "shelf").equals(format!("{camera}/{method}")).descending().limit(1);
    let newest: Found<serde_json::Value> = records::find(&newest)?;
    if let Some((_, finding)) = newest.entries.first() {
        let waits = finding.get("state").and_then(|state| state.as_str()) == Some(State::Candidate.as_str());
        let last_ms = ["judged_ms", "raised_ms"].iter().find_map(|key| finding.get(*key)?.as_i64()).unwrap_or(0);
        if waits || time_ms < last_ms + settings.rules().cool_down_ms() {
            return Ok(());
        }
    }
    let region = settings.regions.get(camera).cloned().unwrap_or_default();
    let mut finding = Finding::new(camera, &method, &region, time_ms, time_ms);
    finding.score = said.score.filter(|score| (0.0..=1.0).contains(score));
    finding.picture = event.pictures.first().map(|picture| picture.sha256.clone());
    finding.sudden = true;
    candidate::raise(finding, event.seq).map(|_| ())
}
