//! Asks a camera stage by stage, for a person who wants to know why it does not work.
//!
//! Each stage tells its time, and where it failed the reason and what to do. What is optional and fails does not end it;
//! without a connection or a login there is nothing further to ask. A picture is fetched and thrown away, a subscription
//! is made for a minute and left to expire.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use xl_model::clock::Clock;
use xl_model::fault::Code;
use xl_model::fault::Refused;

use super::camera::Camera;
use super::camera::DeviceInformation;
use super::camera::Enrolment;
use super::camera::Profile;
use super::camera::Services;
use super::fault;
use super::fault::CallError;
use super::fault::Remedy;
use super::gate::CONNECT_LIMIT;
use super::gate::Resolve;
use super::pullpoint::PullPoint;
use super::pullpoint::PullSettings;
use super::pullpoint::Quirks;

/// A camera's clock further off than this is called wrong, in milliseconds (Home Assistant's limit).
pub const CLOCK_WRONG_MS: i64 = 5_000;

/// What a stage asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// Whether something takes a connection there.
    Reach,
    /// Its clock.
    Clock,
    /// Its login.
    Auth,
    /// Its services.
    Services,
    /// Its profiles.
    Profiles,
    /// A picture.
    Snapshot,
    /// A subscription.
    Events,
}

impl Name {
    /// As printed: `reach`, `clock`, …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Clock => "clock",
            Self::Auth => "auth",
            Self::Services => "services",
            Self::Profiles => "profiles",
            Self::Snapshot => "snapshot",
            Self::Events => "events",
        }
    }
}

/// One stage and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Which.
    pub name: Name,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It works; what was found, in English, a camera's words in it as text.
    Ok(String),
    /// It does not.
    Failed {
        /// The code.
        code: Code,
        /// What was wrong.
        reason: String,
        /// What to do.
        remedy: Remedy,
    },
}

/// Asks the camera of an enrolment, which need not be registered yet.
pub async fn probe(enrolment: Enrolment, resolver: Arc<dyn Resolve>, clock: Arc<dyn Clock>) -> Vec<Stage> {
    let camera = Arc::new(Camera::new(enrolment, resolver, clock.clone()));
    let mut probing = Probing { camera, clock, stages: Vec::new() };
    probing.run().await;
    probing.stages
}

struct Probing {
    camera: Arc<Camera>,
    clock: Arc<dyn Clock>,
    stages: Vec<Stage>,
}

impl Probing {
    async fn run(&mut self) {
        let camera = self.camera.clone();
        let reached = async {
            let gate = camera.gate().reach(CONNECT_LIMIT).await;
            gate.map(|to| to.to_string()).map_err(|source| CallError::Gate { what: "a connection", source }.refused())
        };
        if !self.stage(Name::Reach, reached).await {
            return;
        }
        self.stage(Name::Clock, async { judged_clock(camera.read_clock().await) }).await;
        let authentic = async {
            let information = camera.device_information().await.map_err(|error| error.refused())?;
            let method = camera.method().map_or("no login", |method| method.name());
            let DeviceInformation { manufacturer, model, firmware, .. } = information;
            Ok(format!("{method}; {manufacturer} {model} {firmware}"))
        };
        self.stage(Name::Auth, authentic).await;
        if camera.is_stopped() {
            return; // Whatever is asked now would be another wrong try, or is not asked at all.
        }
        self.stage(Name::Services, async { camera.find_services().await.map(told).map_err(|e| e.refused()) }).await;
        let mut profiles = Vec::new();
        let found = async {
            profiles =
                camera.profiles().await.map_err(|error| Refused { code: profile_code(&error), ..error.refused() })?;
            Ok(listed(&profiles))
        };
        self.stage(Name::Profiles, found).await;
        let picture = async { taken(&camera, &profiles).await };
        self.stage(Name::Snapshot, picture).await;
        let clock = self.clock.clone();
        self.stage(Name::Events, async { subscribed(camera.clone(), clock).await }).await;
    }

    /// Runs one stage; true when it works.
    async fn stage(&mut self, name: Name, asked: impl Future<Output = Result<String, Refused>>) -> bool {
        let begun = Instant::now();
        let outcome = match asked.await {
            Ok(detail) => Outcome::Ok(detail),
            Err(Refused { code, detail }) => Outcome::Failed { code, reason: detail, remedy: Remedy::of(code) },
        };
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let works = matches!(outcome, Outcome::Ok(_));
        self.stages.push(Stage { name, duration_ms, outcome });
        works
    }
}

fn judged_clock(read: Result<i64, CallError>) -> Result<String, Refused> {
    let offset_ms = read.map_err(|error| error.refused())?;
    let seconds = offset_ms as f64 / 1000.0;
    if offset_ms.abs() > CLOCK_WRONG_MS {
        let detail = format!("the camera's clock is off by {seconds:+.0} s; logins are corrected for it");
        return Err(Refused::new(fault::CLOCK_WRONG, detail));
    }
    Ok(format!("{seconds:+.1} s"))
}

fn told(services: Services) -> String {
    let names = [
        ("media", services.media1.is_some()),
        ("media2", services.media2.is_some()),
        ("events", services.events.is_some()),
        ("ptz", services.ptz.is_some()),
        ("imaging", services.imaging.is_some()),
    ];
    let names: Vec<_> = names.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect();
    let refused = services.refused.iter().map(|(name, fault)| format!("; {name} refused: {fault}"));
    format!("{:?}: {}{}", services.found, names.join(", "), refused.collect::<String>())
}

fn listed(profiles: &[Profile]) -> String {
    let one = |profile: &Profile| {
        let size = profile.size.map(|(width, height)| format!(" {width}×{height}")).unwrap_or_default();
        format!("{}{size}", profile.name)
    };
    format!("{}: {}", profiles.len(), profiles.iter().take(8).map(one).collect::<Vec<_>>().join(", "))
}

fn profile_code(error: &CallError) -> Code {
    if error.code() == fault::NOT_OFFERED { fault::NO_PROFILE } else { error.code() }
}

/// A picture of the first profile that gives one: Media2 may list profiles without, Media1 may have them.
async fn taken(camera: &Camera, profiles: &[Profile]) -> Result<String, Refused> {
    let mut last = Refused::new(fault::NO_PICTURE, "there is no profile to take a picture of");
    for profile in profiles.iter().take(4) {
        match camera.picture(profile).await {
            Ok(picture) => return Ok(format!("{}×{}, {} bytes", picture.width, picture.height, picture.bytes.len())),
            Err(error @ CallError::Login { .. }) => return Err(error.refused()),
            Err(error) if error.code() == fault::NOT_OFFERED => {
                last = Refused { code: fault::NO_PICTURE, ..error.refused() }
            }
            Err(error) => last = error.refused(),
        }
    }
    Err(last)
}

async fn subscribed(camera: Arc<Camera>, clock: Arc<dyn Clock>) -> Result<String, Refused> {
    let settings = PullSettings { life: Duration::from_secs(60), timeout: Duration::from_secs(1), messages_most: 10 };
    let code = |error: CallError| {
        let refused = error.refused();
        match error {
            CallError::Fault { .. } | CallError::NotOffered(_) => Refused { code: fault::NO_EVENTS, ..refused },
            _ => refused,
        }
    };
    let mut point = PullPoint::open(camera, clock, settings, Quirks::default()).await.map_err(code)?;
    let pulled = point.next().await.map_err(code)?;
    Ok(format!("PullPoint, {} messages at once", pulled.notifications.len()))
}
