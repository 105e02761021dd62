//! Turns events into candidates, tasks, figures and closed findings.

use serde::Deserialize;
use xl_plugin::Batch;
use xl_plugin::Error;

use crate::settings::Settings;

mod cases;
mod device;
mod sampled;
mod tick;

/// The data of `schedule.due`.
#[derive(Deserialize)]
struct Due {
    schedule: String,
}

/// Handles a batch of events.
pub(crate) fn run(batch: &Batch) -> Result<(), Error> {
    let settings = Settings::read()?;
    for event in &batch.events {
        match event.kind.as_str() {
            "camera.sampled" => sampled::take(event, &settings)?,
            "case.closed" | "case.rejected" | "case.voided" => cases::ended(event)?,
            "schedule.due" => match event.read::<Due>().map(|due| due.schedule) {
                Ok(name) if name == "tick" => tick::run(event, &settings)?,
                Ok(name) if name == "figures" => crate::kpi::report(event.time_ms)?,
                _ => {}
            },
            kind if settings.device_kinds.iter().any(|known| known == kind) => device::take(event, &settings)?,
            _ => {}
        }
    }
    Ok(())
}
