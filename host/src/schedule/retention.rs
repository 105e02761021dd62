//! Removes what is past its retention, now and then. Cursors and receivers hold it back: that is the store's rule.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::info;
use xl_model::clock::Clock;
use xl_store::Store;
use xl_store::log::Retention;

use crate::config;

/// How long after the start the first removal may be: a start has better things to do.
const FIRST: Duration = Duration::from_secs(60);

/// Removes what is past its retention, until `stop`.
pub async fn retain(store: Store, clock: Arc<dyn Clock>, rules: config::Retention, stop: CancellationToken) {
    let every = Duration::from_secs(u64::from(rules.every_minutes.max(1)) * 60);
    let retention = Retention { rules: rules.rules, dedupe_days: rules.dedupe_days };
    let mut interval = tokio::time::interval_at(tokio::time::Instant::now() + FIRST, every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = interval.tick() => {}
        }
        match store.retain(&retention, clock.now_ms()).await {
            Ok(removed) if removed.events + removed.pictures > 0 => info!(
                events = removed.events,
                pictures = removed.pictures,
                "{} events and {} pictures were past their retention",
                removed.events,
                removed.pictures
            ),
            Ok(_) => {}
            Err(failure) => error!(code = %failure.code(), "retention not run: {failure}"),
        }
    }
}
