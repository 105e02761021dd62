//! A hub for the bridge to talk to: an inbox in the test's hand, a register, the list of refusals.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::mpsc;
use xl_bridge::port::DeviceRegister;
use xl_bridge::port::Inbox;
use xl_bridge::port::RefusalSink;
use xl_bridge::port::Submission;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::fault::Code;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;
use xl_model::observation::Observation;
use xl_model::observation::Verdict;

/// How long anything may take before the test fails.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// The hub's side of the bridge.
pub(crate) struct Hub {
    pub(crate) devices: Arc<Register>,
    pub(crate) refusals: Arc<Refusals>,
    pub(crate) inbox: Inbox,
    arrived: mpsc::Receiver<Submission>,
    refused: mpsc::Receiver<Refusal>,
}

impl Hub {
    pub(crate) fn new() -> Self {
        let (inbox, arrived) = mpsc::channel(64);
        let (refuse, refused) = mpsc::channel(1024);
        Self { devices: Arc::default(), refusals: Arc::new(Refusals(refuse)), inbox, arrived, refused }
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
    fn login(&self, user: &str, password: &[u8]) -> Result<DeviceId, Refused> {
        match self.0.lock().unwrap().get(user) {
            Some((right, true)) if right.as_bytes() == password => Ok(user.parse().unwrap()),
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

/// A clock that stands still.
pub(crate) struct Still;

impl Clock for Still {
    fn now_ms(&self) -> TimestampMs {
        1_795_420_800_000
    }
}
