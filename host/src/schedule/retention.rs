//! Lets time pass for the store, and removes what is past its retention now and then.
//!
//! What goes and what stays is the store's rule: cursors, classes and holds. That a run removes something of a township is a row
//! of the audit log in the transaction that removes the first; what came of it in all is one more. Its details are rows of their
//! own (`xl_store::retention`).

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::info;
use xl_model::audit::Outcome;
use xl_model::clock::Clock;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::retention::Removed;
use xl_store::retention::Retention;
use xl_store::retention::run_entry;

use crate::audit::Auditor;
use crate::config;

/// How long after the start the first removal may be: a start has better things to do.
const FIRST: Duration = Duration::from_secs(60);

/// How often time is let pass; a crash forgets at most so much of it, which keeps everything so much longer.
const TICK: Duration = Duration::from_secs(60);

/// What retention works with.
pub struct Keeper {
    /// The log.
    pub store: Store,
    /// Records each run.
    pub auditor: Auditor,
    /// The clock on the wall.
    pub clock: Arc<dyn Clock>,
    /// How long what is kept.
    pub rules: config::Retention,
}

/// Removes what is past its retention, until `stop`.
pub async fn retain(keeper: Keeper, stop: CancellationToken) {
    let every = Duration::from_secs(u64::from(keeper.rules.every_minutes.max(1)) * 60);
    let mut interval = tokio::time::interval_at(Instant::now() + FIRST, TICK);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut before, mut due) = (Instant::now(), Instant::now());
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = interval.tick() => {}
        }
        let now = Instant::now();
        if let Err(failure) = keeper.pass(now - before).await {
            error!(code = %failure.code(), "time not passed, so nothing gets older: {failure}");
        }
        before = now;
        if now >= due {
            due = now + every;
            // Given up like a crash would: what went has its rows, the rest is for the next start.
            let run = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                run = keeper.run() => run,
            };
            if let Err(failure) = run {
                error!(code = %failure.code(), "retention not run: {failure}");
            }
        }
    }
}

impl Keeper {
    async fn pass(&self, passed: Duration) -> Result<(), StoreError> {
        let passed_ms = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        self.store.pass_time(self.clock.now_ms(), passed_ms).await.map(drop)
    }

    /// One run.
    pub(super) async fn run(&self) -> Result<Removed, StoreError> {
        let retention = Retention { rules: self.rules.rules.clone(), dedupe_days: self.rules.dedupe_days };
        let removed = self.store.retain(&retention, self.clock.now_ms()).await?;
        if removed.is_nothing() {
            return Ok(removed);
        }
        let Removed { run, events, pictures, bytes, records, held } = removed;
        info!(
            run,
            events,
            pictures,
            bytes,
            records,
            held,
            "{events} events, {pictures} pictures and {records} records were past their retention"
        );
        let sums = format!(
            "; events={events}; pictures={pictures}; bytes={bytes}; records={records}; left under a hold={held}"
        );
        let entry = run_entry(self.clock.now_ms(), run, &sums).with_outcome(Outcome::Noted);
        // That it removes something was recorded with the removal; the store has told what it could not.
        if let Err(failure) = self.auditor.record(entry).await {
            error!(code = %failure.code(), "run of retention not audited");
        }
        Ok(removed)
    }
}
