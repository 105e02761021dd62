//! The client of one camera: login, clock and services in one place, one file for each thing that is asked of it.
//!
//! Shared by whoever needs the camera: the task that waits for its events, a person who wants a picture or moves it. Only
//! values leave it. It never retries by itself, except where a camera asks for another login (`auth`).

mod call;
mod clock;
mod describe;
mod events;
mod imaging;
mod picture;
mod ptz;
mod services;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::Semaphore;
use xl_model::clock::Clock;

use super::address::CameraUrl;
use super::address::Rules;
use super::auth::Credentials;
use super::auth::Ladder;
use super::auth::Login;
use super::auth::Method;
use super::auth::Step;
use super::gate::Fingerprint;
use super::gate::Gate;
use super::gate::Resolve;
use super::policy::AddressPolicy;

pub(super) use call::random_uuid;
pub use describe::DeviceInformation;
pub use describe::Encoding;
pub use describe::Media;
pub use describe::Profile;
pub use events::EventCapabilities;
pub use events::Granted;
pub use events::Pulled;
pub use events::Subscription;
pub use imaging::Imaging;
pub use picture::Picture;
pub use ptz::MOVE_MOST;
pub use ptz::Velocity;
pub use services::Found;
pub use services::Services;

/// How long a call may take, connection included; `PullMessages` has its own.
///
/// Home Assistant waits 10 s as well; cameras that calculate certificates or reboot parts of themselves need 5.
pub const CALL_LIMIT: Duration = Duration::from_secs(10);

/// What the register knows of a camera.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// Where it is, and how its URLs are read.
    pub rules: Rules,
    /// Which addresses may be called for it.
    pub policy: AddressPolicy,
    /// Its ONVIF user.
    pub credentials: Option<Credentials>,
    /// An administrator allowed to send the password in clear text.
    pub clear_text_allowed: bool,
    /// The certificate that an administrator approved, for TLS.
    pub certificate: Option<Fingerprint>,
    /// The login that it took before.
    pub method: Option<Method>,
}

/// One camera.
pub struct Camera {
    gate: Gate,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// One login at a time until one is taken: two at once would be refused twice for one mistake.
    login: Semaphore,
    /// One picture at a time: cameras have one encoder for them.
    picture: Semaphore,
    changed: Notify,
    moves: Mutex<u64>,
}

/// What was learnt of it. Held only for moments, never while waiting.
struct State {
    credentials: Option<Credentials>,
    clear_text_allowed: bool,
    ladder: Ladder,
    /// The HTTP login for SOAP.
    soap_login: Option<Login>,
    /// The HTTP login for pictures: another server within many cameras.
    picture_login: Option<Login>,
    picture_refusals: u8,
    offset_ms: Option<i64>,
    services: Services,
    picture_uris: Vec<(String, CameraUrl)>,
}

impl Camera {
    /// A camera that nothing was asked of yet.
    pub fn new(enrolment: Enrolment, resolver: Arc<dyn Resolve>, clock: Arc<dyn Clock>) -> Self {
        let Enrolment { rules, policy, credentials, clear_text_allowed, certificate, method } = enrolment;
        let ladder = Ladder::new(credentials.is_some(), clear_text_allowed, method);
        let services = Services::conventional(&rules);
        Self {
            gate: Gate::new(rules, policy, resolver, certificate),
            clock,
            state: Mutex::new(State {
                credentials,
                clear_text_allowed,
                ladder,
                soap_login: None,
                picture_login: None,
                picture_refusals: 0,
                offset_ms: None,
                services,
                picture_uris: Vec::new(),
            }),
            login: Semaphore::new(1),
            picture: Semaphore::new(1),
            changed: Notify::new(),
            moves: Mutex::new(0),
        }
    }

    /// The way to it.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// A new secret, or the same once more at a person's wish: a stopped login is tried again.
    pub fn change_secret(&self, credentials: Option<Credentials>) {
        let mut state = self.state();
        state.ladder.secret_changed(credentials.is_some());
        state.credentials = credentials;
        (state.soap_login, state.picture_login, state.picture_refusals) = (None, None, 0);
        drop(state);
        self.changed.notify_one();
    }

    /// Waits until the secret changes; a change before the call counts.
    pub async fn secret_changed(&self) {
        self.changed.notified().await;
    }

    /// The login that it took.
    pub fn method(&self) -> Option<Method> {
        self.state().ladder.taken()
    }

    /// Whether its login was refused so often that nothing is tried any more.
    pub fn is_stopped(&self) -> bool {
        self.state().ladder.step() == Step::Stopped
    }

    /// Its clock minus ours, in milliseconds, once it was read.
    pub fn offset_ms(&self) -> Option<i64> {
        self.state().offset_ms
    }

    /// Where its services are.
    pub fn services(&self) -> Services {
        self.state().services.clone()
    }

    /// A URL of the camera's, on a port where somebody listens.
    async fn reachable(&self, url: CameraUrl) -> CameraUrl {
        self.gate.reachable(url, Duration::from_secs(2)).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
