//! One PullPoint subscription: its life, and the repairs that cameras need.
//!
//! The camera keeps few subscriptions, often four to eight, and gives no list of them: so there is one for the whole hub,
//! it lives ten minutes and is renewed at eight, and it is left to expire rather than ended. What a camera was found to do
//! wrong is kept in [`Quirks`] beyond the subscription. When it is lost the caller makes a new one; states that were open
//! are stale then.

mod life;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use xl_model::clock::Clock;

use super::camera::Camera;
use super::camera::Granted;
use super::camera::Pulled;
use super::camera::Subscription;
use super::date;
use super::fault::CallError;
use super::gate::GateError;
use super::soap::FaultKind;

/// How subscriptions are held. The defaults are those of Home Assistant, which met more cameras than we did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PullSettings {
    /// The life asked for.
    pub life: Duration,
    /// How long the camera may wait for a notification.
    pub timeout: Duration,
    /// The most notifications of one answer.
    pub messages_most: u32,
}

impl Default for PullSettings {
    fn default() -> Self {
        Self { life: Duration::from_secs(600), timeout: Duration::from_secs(60), messages_most: 100 }
    }
}

/// The shortest wait asked for; below, polling costs more than it brings.
const TIMEOUT_LEAST: Duration = Duration::from_secs(5);

/// What one camera was found to do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quirks {
    /// It grants another time than the one asked for: it is told ends instead of lengths.
    pub wants_absolute_times: bool,
    /// It knows no Renew; `PullMessages` itself keeps the subscription alive.
    pub knows_no_renew: bool,
    /// The longest wait that it takes.
    pub timeout_most: Option<Duration>,
    /// The most notifications that it gives at once.
    pub messages_most: Option<u32>,
}

/// A subscription that is held.
pub struct PullPoint {
    camera: Arc<Camera>,
    clock: Arc<dyn Clock>,
    settings: PullSettings,
    quirks: Quirks,
    subscription: Subscription,
    renew_at: Instant,
}

impl PullPoint {
    /// Subscribes, and asks for the present states.
    ///
    /// # Errors
    /// [`CallError`] of the subscription; a camera that knows no synchronization point is taken without.
    pub async fn open(
        camera: Arc<Camera>,
        clock: Arc<dyn Clock>,
        settings: PullSettings,
        quirks: Quirks,
    ) -> Result<Self, CallError> {
        let absolute = quirks.wants_absolute_times;
        let wished = life::termination(settings.life, absolute, clock.now_ms(), camera.offset_ms());
        let (subscription, granted) = camera.subscribe(&wished).await?;
        let mut this = Self { camera, clock, settings, quirks, subscription, renew_at: Instant::now() + settings.life };
        if this.keep(granted) {
            this.quirks.wants_absolute_times = true;
            this.renew().await?;
        }
        match this.camera.synchronize(&this.subscription).await {
            Err(error @ CallError::Login { .. }) => return Err(error),
            Err(error) if !error.is_answer() && !is_closed(&error) => return Err(error),
            _ => {}
        }
        Ok(this)
    }

    /// What this camera was found to do wrong so far.
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// Renews before the next pull, whatever its life: for a camera whose clock was found to have jumped.
    pub fn renew_now(&mut self) {
        self.renew_at = Instant::now();
    }

    /// Waits for the next notifications; an empty answer is one too, and proves that the camera is there.
    ///
    /// # Errors
    /// [`CallError`]: the subscription is lost, or the camera is.
    pub async fn next(&mut self) -> Result<Pulled, CallError> {
        if self.is_due() {
            self.renew().await?;
        }
        match self.pull().await {
            Err(error) if pull_limits(&error).is_some() => {
                self.adopt(pull_limits(&error));
                self.pull().await
            }
            // Closed while idle, as many do: once more on a new connection, and nobody hears of it.
            Err(error) if is_closed(&error) => match self.pull().await {
                Err(error) if is_closed(&error) => self.after_closing().await,
                done => done,
            },
            done => done,
        }
    }

    async fn pull(&self) -> Result<Pulled, CallError> {
        let messages = self.quirks.messages_most.unwrap_or(u32::MAX).min(self.settings.messages_most).max(1);
        self.camera.pull(&self.subscription, self.timeout(), messages).await
    }

    /// Closed twice: it does not hold waits this long. It is asked whether it is there, and for shorter waits from now on.
    async fn after_closing(&mut self) -> Result<Pulled, CallError> {
        self.quirks.timeout_most = Some((self.timeout() / 2).max(TIMEOUT_LEAST));
        self.camera.device_information().await?;
        Ok(Pulled::default())
    }

    /// How long the camera may wait: within its limits, and not beyond the time to renew.
    fn timeout(&self) -> Duration {
        let most = self.quirks.timeout_most.unwrap_or(Duration::MAX).min(self.settings.timeout);
        if self.quirks.knows_no_renew {
            return most;
        }
        most.min(self.renew_at.saturating_duration_since(Instant::now()).max(Duration::from_secs(1)))
    }

    fn is_due(&self) -> bool {
        !self.quirks.knows_no_renew && Instant::now() >= self.renew_at
    }

    async fn renew(&mut self) -> Result<(), CallError> {
        let absolute = self.quirks.wants_absolute_times;
        let wished = life::termination(self.settings.life, absolute, self.clock.now_ms(), self.camera.offset_ms());
        match self.camera.renew(&self.subscription, &wished).await {
            Ok(granted) => {
                self.keep(granted);
                Ok(())
            }
            Err(error) if error.fault_kind() == Some(FaultKind::NotSupported) => {
                self.quirks.knows_no_renew = true;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Notes when to renew; true when the camera cannot count lengths and has to be told ends, at once.
    fn keep(&mut self, granted: Granted) -> bool {
        let camera_now_ms = self.clock.now_ms().saturating_add(self.camera.offset_ms().unwrap_or(0));
        let granted = life::granted(granted, camera_now_ms);
        self.renew_at = Instant::now() + life::renew_after(granted.unwrap_or(self.settings.life));
        !self.quirks.wants_absolute_times && granted.is_some_and(|time| life::is_broken(self.settings.life, time))
    }

    fn adopt(&mut self, limits: Option<(Option<Duration>, Option<u32>)>) {
        if let Some((timeout, messages)) = limits {
            // A camera that says only "too much" is asked for half.
            let half = self.timeout() / 2;
            let timeout = timeout.unwrap_or(half).max(Duration::from_secs(1));
            self.quirks.timeout_most = Some(timeout);
            self.quirks.messages_most = messages.or(self.quirks.messages_most);
        }
    }
}

fn pull_limits(error: &CallError) -> Option<(Option<Duration>, Option<u32>)> {
    match error.fault_kind() {
        Some(FaultKind::PullLimits { timeout, messages }) => Some((timeout, messages)),
        _ => None,
    }
}

fn is_closed(error: &CallError) -> bool {
    matches!(error, CallError::Gate { source: GateError::Closed, .. })
}
