//! The desk closed a case: its finding is closed, and its place is free again.

use serde::Deserialize;
use xl_plugin::Error;
use xl_plugin::Event;
use xl_plugin::records;

use crate::emptied;
use crate::finding::Finding;
use crate::finding::State;
use crate::store;

#[derive(Deserialize)]
struct Ended {
    key: String,
}

/// Takes the end of one case.
pub(super) fn ended(event: &Event) -> Result<(), Error> {
    let Ok(ended) = event.read::<Ended>() else { return Ok(()) };
    let Some(mut finding) = store::get::<Finding>(store::FINDINGS, &ended.key)? else { return Ok(()) };
    if finding.state != State::Confirmed {
        return Ok(());
    }
    finding.state = State::Closed;
    finding.closed_ms = Some(event.time_ms);
    records::put(store::FINDINGS, &ended.key, &finding)?;
    if let Some(point) = &finding.point {
        emptied::point(point, event.time_ms)?;
    }
    Ok(())
}
