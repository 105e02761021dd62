//! A hub for the bridge to talk to: an inbox in the test's hand, a register, the list of refusals.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::mpsc;
use xl_bridge::mqtt::dialect::Dialect;
use xl_bridge::port::DeviceRegister;
use xl_bridge::port::Enrolments;
use xl_bridge::port::Inbox;
use xl_bridge::port::Ports;
use xl_bridge::port::Principal;
use xl_bridge::port::RefusalSink;
use xl_bridge::port::Submission;
use xl_bridge::waiting::SharedRoom;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::fault::Code;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::CameraId;
use xl_model::observation::Observation;
use xl_model::observation::Verdict;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Said;
use xl_model::status::evidence::Witness;

/// How long anything may take before the test fails.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// The hub's side of the bridge.
pub(crate) struct Hub {
    pub(crate) devices: Arc<Register>,
    pub(crate) refusals: Arc<Refusals>,
    pub(crate) inbox: Inbox,
    pub(crate) cameras: Arc<Cameras>,
    pub(crate) waiting: SharedRoom,
    witness: Arc<Seen>,
    seen: mpsc::Receiver<Evidence>,
    arrived: mpsc::Receiver<Submission>,
    refused: mpsc::Receiver<Refusal>,
}

impl Hub {
    pub(crate) fn new() -> Self {
        let (inbox, arrived) = mpsc::channel(64);
        let (refuse, refused) = mpsc::channel(1024);
        let (see, seen) = mpsc::channel(1024);
        Self {
            devices: Arc::default(),
            refusals: Arc::new(Refusals(refuse)),
            inbox,
            cameras: Arc::default(),
            waiting: SharedRoom::default(),
            witness: Arc::new(Seen(see)),
            seen,
            arrived,
            refused,
        }
    }

    /// What the bridge is given of it.
    pub(crate) fn ports(&self) -> Ports {
        Ports {
            inbox: self.inbox.clone(),
            refusals: self.refusals.clone(),
            witness: self.witness.clone(),
            enrolments: self.cameras.clone(),
            waiting: self.waiting.clone(),
            clock: Arc::new(Still),
        }
    }

    /// The next evidence: of which camera, and what was seen.
    pub(crate) async fn evidence(&mut self) -> (String, Said) {
        let evidence = tokio::time::timeout(LIMIT, self.seen.recv()).await.expect("something is seen").unwrap();
        (evidence.camera.to_string(), evidence.said)
    }

    /// The next observation, its verdict still open.
    pub(crate) async fn next(&mut self) -> Submission {
        tokio::time::timeout(LIMIT, self.arrived.recv()).await.expect("an observation arrives").unwrap()
    }

    /// Takes the next observation and stores it.
    pub(crate) async fn store(&mut self) -> Observation {
        let submission = self.next().await;
        submission.verdict.send(Verdict::Stored(1)).unwrap();
        submission.observation
    }

    /// The next refusal with this code.
    pub(crate) async fn refusal(&mut self, code: Code) -> Refusal {
        let found = async {
            loop {
                let refusal = self.refused.recv().await.unwrap();
                if refusal.refused.code == code {
                    return refusal;
                }
            }
        };
        tokio::time::timeout(LIMIT, found).await.unwrap_or_else(|_| panic!("nothing was refused with {code}"))
    }

    /// Nothing is waiting in the inbox.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.arrived.try_recv().is_err()
    }

    /// The hub is stopping: it takes no more.
    pub(crate) fn close(&mut self) {
        self.arrived.close();
        while self.arrived.try_recv().is_ok() {}
    }
}

/// Who may log in: user name to password and whether enabled.
#[derive(Default)]
pub(crate) struct Register(Mutex<HashMap<String, (String, bool)>>);

impl Register {
    pub(crate) fn add(&self, user: &str, password: &str) {
        self.0.lock().unwrap().insert(user.to_owned(), (password.to_owned(), true));
    }

    pub(crate) fn disable(&self, user: &str) {
        self.0.lock().unwrap().get_mut(user).unwrap().1 = false;
    }
}

impl DeviceRegister for Register {
    fn login(&self, user: &str, password: &[u8]) -> Result<Principal, Refused> {
        match self.0.lock().unwrap().get(user) {
            Some((right, true)) if right.as_bytes() == password => {
                let is_bridge = user.contains(".edge-");
                Ok(Principal { id: user.parse().unwrap(), is_bridge })
            }
            Some((right, false)) if right.as_bytes() == password => {
                Err(Refused::new(code::DEVICE_DISABLED, "disabled"))
            }
            _ => Err(Refused::new(code::BAD_LOGIN, "user name or password is wrong")),
        }
    }
}

pub(crate) struct Refusals(mpsc::Sender<Refusal>);

impl RefusalSink for Refusals {
    fn refuse(&self, refusal: Refusal) {
        self.0.try_send(refusal).unwrap();
    }
}

/// Which cameras are registered, and the publishers of some.
#[derive(Default)]
pub(crate) struct Cameras(Mutex<HashMap<String, String>>);

impl Cameras {
    /// Registers a camera of this publisher; an empty one publishes for itself.
    pub(crate) fn add(&self, camera: &str, publisher: &str) {
        self.0.lock().unwrap().insert(camera.to_owned(), publisher.to_owned());
    }
}

impl Enrolments for Cameras {
    fn knows(&self, camera: &CameraKey) -> bool {
        self.0.lock().unwrap().contains_key(&camera.to_string())
    }

    fn camera(&self, dialect: Dialect, publisher: &str) -> Option<CameraKey> {
        let wanted = dialect.publisher(publisher);
        let cameras = self.0.lock().unwrap();
        cameras.iter().find(|(_, publisher)| **publisher == wanted).map(|(camera, _)| camera.parse().unwrap())
    }

    fn bridge(&self, camera: &CameraKey) -> Option<CameraId> {
        let cameras = self.0.lock().unwrap();
        cameras.get(&camera.to_string())?.strip_prefix("bridge:").map(|bridge| bridge.parse().unwrap())
    }
}

struct Seen(mpsc::Sender<Evidence>);

impl Witness for Seen {
    fn saw(&self, evidence: Evidence) {
        self.0.try_send(evidence).unwrap();
    }
}

/// A clock that stands still.
pub(crate) struct Still;

impl Clock for Still {
    fn now_ms(&self) -> TimestampMs {
        1_795_420_800_000
    }
}
