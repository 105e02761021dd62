//! Wakes us about once a second; the only file that names tokio-cron-scheduler.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_cron_scheduler::Job;
use tokio_cron_scheduler::JobScheduler;
use tokio_cron_scheduler::JobSchedulerError;
use tracing::warn;

/// How often schedules are looked at; cron knows nothing finer than a minute.
const EVERY: Duration = Duration::from_secs(1);

/// The running ticker.
pub(super) struct Ticker {
    scheduler: JobScheduler,
    ticks: mpsc::Receiver<()>,
}

impl Ticker {
    /// Starts ticking.
    pub(super) async fn start() -> Result<Self, JobSchedulerError> {
        // One place: a tick that finds the last one unread adds nothing to it.
        let (tick, ticks) = mpsc::channel(1);
        let scheduler = JobScheduler::new().await?;
        let job = Job::new_repeated(EVERY, move |_, _| {
            let _ = tick.try_send(());
        });
        scheduler.add(job?).await?;
        scheduler.start().await?;
        Ok(Self { scheduler, ticks })
    }

    /// Waits for the next tick; `false`: there will be none.
    pub(super) async fn tick(&mut self) -> bool {
        self.ticks.recv().await.is_some()
    }

    /// Stops ticking.
    pub(super) async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            warn!("the ticker of schedules did not stop in order: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_ticker_ticks_and_stops() {
        let mut ticker = Ticker::start().await.unwrap();
        assert!(ticker.tick().await);
        ticker.stop().await;
    }
}
