//! What the township's events mean here: what cameras found, what became of our cases, the night's figures.
//!
//! Everything is looked up once a call and written once at its end.

use serde::Deserialize;
use xl_plugin::Batch;
use xl_plugin::Error;

mod figures;
mod found;
mod news;

/// Name of the schedule in the manifest.
const DAILY_FIGURES: &str = "daily-figures";

/// The data of `schedule.due`.
#[derive(Deserialize)]
struct Due {
    schedule: String,
}

/// Handles a batch of events.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn run(batch: &Batch) -> Result<(), Error> {
    let mut found = found::Found::default();
    let mut news = news::News::default();
    for event in &batch.events {
        match event.kind.as_str() {
            "schedule.due" if event.read::<Due>().is_ok_and(|due| due.schedule == DAILY_FIGURES) => {
                figures::report(event.time_ms)?;
            }
            kind if kind.starts_with("camera.") => found.take(event)?,
            kind if kind.starts_with("case.") => news.take(event)?,
            _ => {}
        }
    }
    let records = found.write()?;
    news.write(records)
}
