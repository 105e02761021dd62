//! One task for each camera: sets it up, holds its subscription, and begins again when it is lost.
//!
//! Order: clock, login, services, description, events last, since some cameras are slow for a while after. What is
//! optional and fails degrades the camera and does not end the set-up. Cameras share nothing here but the channel of
//! reports, so a bad one delays itself. What a report means for a camera's status is decided by whoever reads it.

mod evidence;
mod pace;
mod report;
mod session;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::info;
use xl_model::clock::Clock;
use xl_model::id::DeviceId;

use super::camera::Camera;
use super::pullpoint::PullSettings;
use super::pullpoint::Quirks;

pub use report::Description;
pub use report::Level;
pub use report::Report;
pub use report::Told;

/// How cameras are supervised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The cadence of evidence: after so long without any, the camera is asked, or counts as missed. 60 s.
    pub interval: Duration,
    /// The pause between two pulls, for the camera's sake. 0.75 s.
    pub pause: Duration,
    /// The first delay before a new attempt; each failure doubles it. 2 s.
    pub delay_first: Duration,
    /// The longest such delay. 60 s.
    pub delay_most: Duration,
    /// The delay after a fault that nobody expects: Tapo answers early attempts with further faults. 60 s.
    pub delay_unexpected: Duration,
    /// After so many failures in a row the set-up is tried rarely only. 5.
    pub breaker_failures: u32,
    /// How rarely. 300 s.
    pub breaker_delay: Duration,
    /// How often the clock is read anew. 6 h.
    pub clock_every: Duration,
    /// The subscription.
    pub pull: PullSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(60),
            pause: Duration::from_millis(750),
            delay_first: Duration::from_secs(2),
            delay_most: Duration::from_secs(60),
            delay_unexpected: Duration::from_secs(60),
            breaker_failures: 5,
            breaker_delay: Duration::from_secs(300),
            clock_every: Duration::from_secs(6 * 3600),
            pull: PullSettings::default(),
        }
    }
}

/// Supervises a camera until `stop`; also ends when nobody takes the reports any more.
///
/// `reports` is bounded: when the hub is behind, cameras are pulled later, and they keep their messages meanwhile.
pub async fn run(
    device: DeviceId,
    camera: Arc<Camera>,
    clock: Arc<dyn Clock>,
    settings: Settings,
    reports: mpsc::Sender<Told>,
    stop: CancellationToken,
) {
    let task = Task { device, camera, clock, settings, reports };
    tokio::select! {
        () = stop.cancelled() => {}
        Gone = task.supervise() => {}
    }
}

/// Nobody takes the reports: the hub is stopping.
struct Gone;

struct Task {
    device: DeviceId,
    camera: Arc<Camera>,
    clock: Arc<dyn Clock>,
    settings: Settings,
    reports: mpsc::Sender<Told>,
}

impl Task {
    async fn supervise(&self) -> Gone {
        match self.supervise_while_heard().await {
            Ok(never) => match never {},
            Err(gone) => gone,
        }
    }

    async fn supervise_while_heard(&self) -> Result<std::convert::Infallible, Gone> {
        let mut quirks = Quirks::default();
        let mut failures = 0;
        loop {
            let ended = self.session(&mut quirks).await?;
            if ended.served {
                failures = 0;
                self.tell(Report::StatesStale).await?;
            }
            failures += 1;
            info!(camera.id = %self.device, code = %ended.error.code(), failures, "a camera is set up anew: {}", ended.error);
            self.tell_level(&ended.error).await?;
            if self.camera.is_stopped() {
                self.until_secret_changes().await?;
                failures = 0;
                continue;
            }
            let jitter = rand::random_range(0.5..=1.0);
            let delay = pace::delay(&self.settings, failures, pace::is_unexpected(&ended.error), jitter);
            self.wait(delay).await?;
        }
    }

    /// Waits; a camera that is silent meanwhile is asked at its interval.
    async fn wait(&self, delay: Duration) -> Result<(), Gone> {
        let until = Instant::now() + delay;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left <= self.settings.interval {
                tokio::time::sleep(left).await;
                return Ok(());
            }
            tokio::time::sleep(self.settings.interval).await;
            self.ask_level().await?;
        }
    }

    /// Tries no login until a person has changed it; whether the camera is there is asked without one.
    async fn until_secret_changes(&self) -> Result<(), Gone> {
        loop {
            tokio::select! {
                () = self.camera.secret_changed() => return Ok(()),
                () = tokio::time::sleep(self.settings.interval) => self.ask_level().await?,
            }
        }
    }

    async fn tell(&self, report: Report) -> Result<(), Gone> {
        let told = Told { device: self.device.clone(), at_ms: self.clock.now_ms(), report };
        self.reports.send(told).await.map_err(|_| Gone)
    }
}
