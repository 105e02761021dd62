//! What bridges need from the hub: an inbox, the registers, a place for refusals, a witness of life, an outbox.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::oneshot;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::id::CameraId;
use xl_model::id::DeviceId;
use xl_model::observation::Observation;
use xl_model::observation::Verdict;
use xl_model::status::evidence::Witness;

use crate::mqtt::dialect::Dialect;
use crate::waiting::SharedRoom;

/// An observation on its way to the log.
#[derive(Debug)]
pub struct Submission {
    /// What was seen.
    pub observation: Observation,
    /// Told after the commit. Dropped without a verdict: the hub is stopping, do not acknowledge.
    pub verdict: oneshot::Sender<Verdict>,
}

/// Where observations go; bounded, so a bridge waits when the log is behind.
pub type Inbox = mpsc::Sender<Submission>;

/// Who has logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Its user name.
    pub id: DeviceId,
    /// Whether it speaks for the cameras that are attached through it, else for the one of its name.
    pub is_bridge: bool,
}

/// Who may log in. Answers from memory, at once.
pub trait DeviceRegister: Send + Sync {
    /// Checks a login.
    ///
    /// # Errors
    /// [`xl_model::fault::code::BAD_LOGIN`] for an unknown device and for a wrong password alike,
    /// [`xl_model::fault::code::DEVICE_DISABLED`] for a disabled one with the right password.
    fn login(&self, user: &str, password: &[u8]) -> Result<Principal, Refused>;
}

/// Which cameras are registered, and who publishes for them. Answers from memory, at once.
pub trait Enrolments: Send + Sync {
    /// Whether this camera is registered.
    fn knows(&self, camera: &CameraKey) -> bool;

    /// The camera for which this publisher of a dialect speaks; `None`: nobody has adopted it.
    fn camera(&self, dialect: Dialect, publisher: &str) -> Option<CameraKey>;

    /// The bridge of its township through which this camera is attached, if it is.
    fn bridge(&self, camera: &CameraKey) -> Option<CameraId>;
}

/// What broker and client of MQTT need of the hub; clones share it.
#[derive(Clone)]
pub struct Ports {
    /// Where observations go.
    pub inbox: Inbox,
    /// Where refusals go.
    pub refusals: Arc<dyn RefusalSink>,
    /// Who is told that a camera spoke or went.
    pub witness: Arc<dyn Witness>,
    /// Which cameras there are.
    pub enrolments: Arc<dyn Enrolments>,
    /// Where publishers wait whom nobody has adopted.
    pub waiting: SharedRoom,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Where refusals are counted and kept. Never waits; drops when it is full, and counts that.
pub trait RefusalSink: Send + Sync {
    /// Takes one refusal.
    fn refuse(&self, refusal: Refusal);
}

/// A message on its way out, kept by the hub until it is settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// The hub's own name of it, handed back in [`Outbox::settled`].
    pub ticket: u64,
    /// The MQTT topic.
    pub topic: String,
    /// The payload.
    pub payload: bytes::Bytes,
    /// MQTT 5 correlation data.
    pub correlation: Option<bytes::Bytes>,
}

/// Messages to send, in order, at least once each.
#[async_trait::async_trait]
pub trait Outbox: Send + Sync {
    /// The next messages after `ticket` (0: from the oldest unsettled), at most `limit`; waits until there is one.
    async fn after(&self, ticket: u64, limit: usize) -> Vec<Outgoing>;

    /// Everything up to `ticket` was acknowledged by the receiver's broker.
    async fn settled(&self, ticket: u64);

    /// The newest settled ticket: where to begin, also after a restart.
    async fn begin(&self) -> u64;

    /// Whether to go on without a message that the receiver's broker refused to take from us, instead of trying again.
    fn passes_over(&self, _topic: &str) -> bool {
        false
    }
}

/// What a bridge says of its cameras beside its messages.
pub trait Presence: Send + Sync {
    /// Where it is said.
    fn topic(&self) -> String;

    /// How they stand now, on the connection `sid`.
    fn standing(&self, sid: &str) -> bytes::Bytes;

    /// That the connection `sid` is lost; the Last Will.
    fn lost(&self, sid: &str) -> bytes::Bytes;
}
