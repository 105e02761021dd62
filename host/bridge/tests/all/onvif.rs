//! ONVIF against simulated cameras with the faults of real ones; the names follow the table of interop bugs.

mod accounts;
mod addresses;
mod events;
mod finding;
mod hostile;
mod isolation;
mod moving;
mod outbound;
mod pictures;
mod setup;
mod supervised;

use std::sync::Arc;
use std::time::Duration;

use simulated_onvif::auth::Auth;
use simulated_onvif::device::Device;
use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use simulated_onvif::fleet::Manner;
use xl_bridge::onvif::address::Rules;
use xl_bridge::onvif::auth::Credentials;
use xl_bridge::onvif::camera::Camera;
use xl_bridge::onvif::camera::Enrolment;
use xl_bridge::onvif::gate::SystemResolver;
use xl_bridge::onvif::policy::AddressPolicy;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;

/// How long anything may take before the test fails.
const LIMIT: Duration = Duration::from_secs(30);

/// The machine's clock: the simulator judges logins by it.
struct Wall;

impl Clock for Wall {
    fn now_ms(&self) -> TimestampMs {
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
        since.as_millis().try_into().unwrap()
    }
}

fn wall() -> Arc<dyn Clock> {
    Arc::new(Wall)
}

/// Cameras that run as long as this lives.
struct Site(Fleet);

impl Site {
    async fn with(faults: &[Fault]) -> Self {
        Self::of(Manner::default(), faults).await
    }

    async fn logged_in_by(auth: Auth, faults: &[Fault]) -> Self {
        Self::of(Manner { auth, ..Manner::default() }, faults).await
    }

    async fn of(manner: Manner, faults: &[Fault]) -> Self {
        let config = FleetConfig { manner, faults: faults.to_vec(), ..FleetConfig::default() };
        Self(Fleet::start(config).await.unwrap())
    }

    fn device(&self) -> &Device {
        self.0.device(0).unwrap()
    }

    fn camera(&self) -> Arc<Camera> {
        camera(enrolment(self.device()))
    }
}

/// As a person enrols a simulated camera.
fn enrolment(device: &Device) -> Enrolment {
    enrolment_at(&device.url())
}

fn enrolment_at(url: &str) -> Enrolment {
    Enrolment {
        rules: Rules::new(url.parse().unwrap()),
        policy: AddressPolicy { loopback: true, ..AddressPolicy::default() },
        credentials: Some(credentials("simulated")),
        clear_text_allowed: false,
        certificate: None,
        method: None,
    }
}

fn credentials(password: &str) -> Credentials {
    Credentials { username: "admin".into(), password: password.into() }
}

fn camera(enrolment: Enrolment) -> Arc<Camera> {
    Arc::new(Camera::new(enrolment, Arc::new(SystemResolver), wall()))
}

/// Clock, services and profiles are known.
async fn ready(camera: &Camera) -> Vec<xl_bridge::onvif::camera::Profile> {
    let _ = camera.read_clock().await;
    camera.find_services().await.unwrap();
    camera.profiles().await.unwrap()
}

/// Waits for a level, not for an edge.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waited = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, waited).await.unwrap_or_else(|_| panic!("it never came: {what}"));
}
