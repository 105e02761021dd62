//! Due times of modules' schedules become `schedule.due` events, exactly once each, also across restarts.
//!
//! The ticker only wakes us (tokio-cron-scheduler: no store, no leader, no misfire policy, a fixed offset across summer
//! time). What is due is decided by our table: the events of a due time and the move to the next one commit together,
//! and a row that has moved already gives nothing.

mod due;
mod retention;
mod ticker;

pub use retention::Keeper;
pub use retention::retain;

use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::warn;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::event::NewEvent;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::modules::ScheduleRow;

use crate::dispatch::calendar::Calendar;
use crate::dispatch::calendar::NEVER_MS;
use due::Due;
use due::due;
use ticker::Ticker;

/// How long to wait before a ticker that did not start is started again.
const TICKER_PAUSE: Duration = Duration::from_secs(10);

/// Turns due times into events until `stop`.
pub async fn run(store: Store, clock: Arc<dyn Clock>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match Ticker::start().await {
            Ok(mut ticker) => {
                while ticks(&mut ticker, &stop).await {
                    if let Err(failure) = look(&store, clock.now_ms()).await {
                        error!(code = %failure.code(), "schedules not looked at: {failure}");
                    }
                }
                ticker.stop().await;
            }
            Err(failure) => {
                error!("the ticker of schedules did not start, it is tried again: {failure}");
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(TICKER_PAUSE) => {}
                }
            }
        }
    }
}

async fn ticks(ticker: &mut Ticker, stop: &CancellationToken) -> bool {
    tokio::select! {
        biased;
        () = stop.cancelled() => false,
        tick = ticker.tick() => tick,
    }
}

/// Looks once at all schedules: what is due becomes events. Gives the number of events.
///
/// # Errors
/// When the store fails; what was not committed is due at the next look.
pub async fn look(store: &Store, now_ms: TimestampMs) -> Result<u64, StoreError> {
    let mut count = 0;
    for row in store.schedules().await? {
        if row.next_ms > now_ms {
            continue;
        }
        let found = match Calendar::read(&row.schedule, now_ms) {
            Ok(calendar) => due(&calendar, row.schedule.missed, row.next_ms, now_ms),
            Err(error) => {
                // Was readable when its plugin was installed; wakes nobody until the plugin is replaced.
                warn!(module = %row.module, "{error}; it is not looked at again");
                Due { times: Vec::new(), missed: 0, next_ms: NEVER_MS }
            }
        };
        let events = events(&row, &found, now_ms);
        let added = events.len() as u64;
        if store.schedule_due(&row, events, found.next_ms).await? {
            count += added;
            counter!("xl_schedule_due_total").increment(added);
        }
    }
    Ok(count)
}

/// The events of due times, oldest first; the first of them says how many before it were left out.
fn events(row: &ScheduleRow, found: &Due, now_ms: TimestampMs) -> Vec<NewEvent> {
    let missed = std::iter::once(found.missed).chain(std::iter::repeat(0));
    found
        .times
        .iter()
        .zip(missed)
        .map(|(due_ms, missed)| NewEvent {
            township: row.module.township.clone(),
            source: "schedule".into(),
            id: format!("{}:{}:{due_ms}", row.module.plugin, row.name).into(),
            kind: "schedule.due".parse().expect("a valid kind"),
            camera: None,
            subject: Some(row.name.as_str().into()),
            time_ms: *due_ms,
            received_ms: now_ms,
            data: json!({"module": row.module.plugin, "schedule": row.name, "due_ms": due_ms, "missed": missed})
                .to_string()
                .into(),
            pictures: Vec::new(),
            cause: None,
            depth: 0,
        })
        .collect()
}

#[cfg(test)]
mod tests;
