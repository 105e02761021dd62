//! From the first question to the loss of the subscription.

use std::convert::Infallible;

use tokio::time::Instant;
use tracing::debug;

use super::Description;
use super::Gone;
use super::Level;
use super::Report;
use super::Task;
use crate::onvif::fault::CallError;
use crate::onvif::fault::NO_EVENTS;
use crate::onvif::gate::GateError;
use crate::onvif::pullpoint::PullPoint;
use crate::onvif::pullpoint::Quirks;

/// The most streams asked for at a set-up; the rest when somebody looks.
const STREAMS_MOST: usize = 16;

/// How a session ended.
pub(super) struct Ended {
    /// Why.
    pub(super) error: CallError,
    /// Whether it had brought anything.
    pub(super) served: bool,
}

/// Why a part of a session ends: the camera, or the hub.
enum Cut {
    Camera(CallError),
    Hub(Gone),
}

impl From<CallError> for Cut {
    fn from(error: CallError) -> Self {
        Self::Camera(error)
    }
}

impl From<Gone> for Cut {
    fn from(gone: Gone) -> Self {
        Self::Hub(gone)
    }
}

impl Task {
    /// Sets the camera up and serves it until it is lost.
    pub(super) async fn session(&self, quirks: &mut Quirks) -> Result<Ended, Gone> {
        let mut served = false;
        match self.serve(quirks, &mut served).await {
            Ok(never) => match never {},
            Err(Cut::Camera(error)) => Ok(Ended { error, served }),
            Err(Cut::Hub(gone)) => Err(gone),
        }
    }

    async fn serve(&self, quirks: &mut Quirks, served: &mut bool) -> Result<Infallible, Cut> {
        let description = self.set_up().await?;
        self.tell(Report::Evidence { level: Level::Up, reason: None }).await?;
        self.tell(Report::Described(Box::new(description))).await?;
        let opened = PullPoint::open(self.camera.clone(), self.clock.clone(), self.settings.pull, *quirks).await;
        match opened {
            Ok(point) => self.pull(point, quirks, served).await,
            Err(CallError::NotOffered(_)) => self.poll().await,
            Err(error) if crate::onvif::fault::NOT_OFFERED == error.code() => self.poll().await,
            Err(error) => Err(error.into()),
        }
    }

    async fn set_up(&self) -> Result<Description, Cut> {
        let mut description = Description::default();
        self.read_clock(&mut description).await?;
        description.information = degrading(&mut description, self.camera.device_information().await)?;
        self.camera.find_services().await?;
        let profiles = self.camera.profiles().await;
        description.profiles = match profiles {
            // Neither who it is nor what it shows: something answers there that is no camera.
            Err(error) if description.information.is_none() => return Err(error.into()),
            profiles => degrading(&mut description, profiles)?.unwrap_or_default(),
        };
        for profile in description.profiles.clone().iter().take(STREAMS_MOST) {
            let stream = degrading(&mut description, self.camera.stream_uri(profile).await)?;
            description.streams.extend(stream.map(|stream| (profile.token.clone(), stream)));
        }
        let services = self.camera.services();
        description.has_ptz = services.ptz.is_some() && description.profiles.iter().any(|profile| profile.has_ptz);
        description.has_imaging = services.imaging.is_some();
        // Wrong on some cameras in both directions, so it decides nothing.
        description.events = degrading(&mut description, self.camera.event_capabilities().await)?;
        description.method = self.camera.method();
        Ok(description)
    }

    async fn read_clock(&self, description: &mut Description) -> Result<(), Cut> {
        let offset_ms = degrading(description, self.camera.read_clock().await)?;
        if let Some(offset_ms) = offset_ms {
            self.tell(Report::ClockOffset(offset_ms)).await?;
        }
        Ok(())
    }

    /// Pulls until the subscription is lost.
    async fn pull(&self, mut point: PullPoint, quirks: &mut Quirks, served: &mut bool) -> Result<Infallible, Cut> {
        let mut clock_at = Instant::now() + self.settings.clock_every;
        *served = true;
        loop {
            let pulled = point.next().await;
            *quirks = point.quirks();
            let pulled = pulled?;
            debug!(camera.id = %self.device, messages = pulled.notifications.len(), "pulled");
            self.tell(Report::Evidence { level: Level::Up, reason: None }).await?;
            for notification in pulled.notifications {
                self.tell(Report::Event(notification)).await?;
            }
            if Instant::now() >= clock_at {
                clock_at = Instant::now() + self.settings.clock_every;
                let before_ms = self.camera.offset_ms();
                self.read_clock(&mut Description::default()).await?;
                if self.camera.offset_ms() != before_ms && quirks.wants_absolute_times {
                    point.renew_now(); // Its end was told on a clock that stood otherwise.
                }
            }
            tokio::time::sleep(self.settings.pause).await;
        }
    }

    /// For a camera without events: whether it is there.
    async fn poll(&self) -> Result<Infallible, Cut> {
        debug!(camera.id = %self.device, code = %NO_EVENTS, "a camera without events is asked at its interval");
        loop {
            tokio::time::sleep(self.settings.interval).await;
            self.camera.device_information().await?;
            self.tell(Report::Evidence { level: Level::Up, reason: None }).await?;
        }
    }
}

/// Lets a failure of something optional pass, noted; a refused login and a lost camera end the set-up.
fn degrading<T>(description: &mut Description, asked: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match asked {
        Ok(value) => Ok(Some(value)),
        Err(error @ CallError::Login { .. }) => Err(error),
        Err(error @ CallError::Gate { .. }) if !matters_little(&error) => Err(error),
        Err(error) => {
            description.degraded.push(error.refused());
            Ok(None)
        }
    }
}

/// A call that alone is answered badly (too long, no HTTP) says nothing of the others.
fn matters_little(error: &CallError) -> bool {
    matches!(
        error,
        CallError::Gate { source: GateError::TooLarge(_) | GateError::NotHttp(_) | GateError::Address(_), .. }
    )
}
