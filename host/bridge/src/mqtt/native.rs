//! The native dialect `xl/v1/{township}/{camera}/…`: a pure function from a message to an observation.
//!
//! | topic | becomes | no news (`None`) |
//! |---|---|---|
//! | `image`, `image/{stream}` | `camera.picture` | empty payload |
//! | `event` | `camera.{kind}` | – |
//! | `telemetry` | `camera.telemetry` | – |
//! | `birth` | `camera.birth`; an empty one `camera.withdrawn` | – |
//! | `state` | `camera.state` | `online` without `why`: a heartbeat |
//! | `ack` | – | always: it answers a command |
//! | `relay` | the event that a bridge kept | – |
//! | `roll` | – | always: it says how a bridge's cameras stand |
//!
//! Whatever is replayed at subscribe (`retained`) is no proof of life and no news. Reads no clock and knows no register:
//! whether the camera exists and the bytes are a picture is looked at later.

mod event;
mod image;
mod presence;
mod relay;
mod roll;
mod telemetry;
#[cfg(test)]
mod tests;
mod topic;

use std::sync::Arc;

use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::CameraId;
use xl_model::id::Kind;
use xl_model::id::TownshipId;
use xl_model::observation::Observation;
use xl_model::status::Reason;
use xl_model::status::evidence::Said;

pub(crate) use roll::Roll;
pub(crate) use roll::read as roll;
pub(crate) use topic::Address;
pub(crate) use topic::Channel;
pub(crate) use topic::address;

use super::json;
use crate::identity;

/// A received message, before anybody looked inside.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The topic.
    pub topic: String,
    /// The payload.
    pub payload: bytes::Bytes,
    /// MQTT 5 correlation data: JSON `{"sid","seq","ts"}` identifies a raw image.
    pub correlation: Option<bytes::Bytes>,
    /// Whether it is a stored message, replayed at subscribe.
    pub retained: bool,
}

/// What a message says about whether its camera is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sign {
    /// What it proves; `None`: nothing.
    pub(crate) said: Option<Said>,
    /// Why, in a word.
    pub(crate) reason: Reason,
    /// Which session of the device says so, where that matters.
    pub(crate) session: Option<Session>,
    /// How often the device promises its state, in microseconds.
    pub(crate) promised_us: Option<i64>,
}

impl Default for Sign {
    /// Whatever a device says lives.
    fn default() -> Self {
        Self { said: Some(Said::Up), reason: Reason::new("heard"), session: None, promised_us: None }
    }
}

/// A session of a device, by its `sid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Session {
    /// The device was born in it: it is the current one.
    Begun(String),
    /// A state is of it.
    Of(String),
}

/// What a message means, and what was taken out of it.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    /// The observation; `None`: valid, but no news.
    pub(crate) observation: Option<Observation>,
    /// Keys dropped because they would name a person, a face or a plate.
    pub(crate) identities_dropped: u32,
    /// What it says about life.
    pub(crate) sign: Sign,
}

/// What a message means; `None`: valid, but no news (a heartbeat, an answer to a command).
///
/// # Errors
/// What is wrong with it, with the code that the operator sees.
pub fn parse(message: &Message) -> Result<Option<Observation>, Refused> {
    decode(message).map(|decoded| decoded.observation)
}

/// As [`parse`], and tells how many keys were dropped for privacy.
pub(crate) fn decode(message: &Message) -> Result<Decoded, Refused> {
    let address = address(&message.topic)?;
    let origin = Origin::of(&address)?;
    let payload = &message.payload;
    if message.retained {
        // A stored birth names the session, so that the Will of an older one is known; it proves nothing.
        let session = (address.channel == Channel::Birth).then(|| presence::session(payload)).flatten();
        return Ok(Decoded { sign: Sign { said: None, session, ..Sign::default() }, ..Decoded::default() });
    }
    match address.channel {
        Channel::Image(stream) => image::read(&origin, stream, payload, message.correlation.as_deref()),
        Channel::Telemetry => telemetry::read(&origin, payload),
        Channel::Event => event::read(&origin, payload),
        Channel::Birth => presence::birth(&origin, payload),
        Channel::State => presence::state(&origin, payload),
        Channel::Ack => presence::ack(payload),
        Channel::Relay => relay::read(&origin, payload, message.correlation.as_deref()),
        // It concerns many cameras: who asks reads it with [`roll`].
        Channel::Roll => {
            roll(payload).map(|_| Decoded { sign: Sign { said: None, ..Sign::default() }, ..Decoded::default() })
        }
    }
}

/// Whose topic of the native scheme this is.
pub(crate) fn camera(topic: &str) -> Option<CameraKey> {
    let address = address(topic).ok()?;
    Some(CameraKey { township: address.township.parse().ok()?, camera: address.camera.parse().ok()? })
}

/// Whose message it is: the checked ids of the topic.
struct Origin {
    township: TownshipId,
    camera: CameraId,
    source: Arc<str>,
}

impl Origin {
    fn of(address: &Address<'_>) -> Result<Self, Refused> {
        let unknown = |error: xl_model::id::IdError| Refused::new(code::UNKNOWN_TOPIC, error.to_string());
        let township: TownshipId = address.township.parse().map_err(unknown)?;
        let camera: CameraId = address.camera.parse().map_err(unknown)?;
        let source = [address.township, ".", address.camera].concat().into();
        Ok(Self { township, camera, source })
    }

    /// What this camera said, as an observation.
    fn says(&self, kind: Kind, id: Option<Arc<str>>, time_ms: Option<TimestampMs>, data: Arc<str>) -> Decoded {
        let observation = Observation {
            township: self.township.clone(),
            source: self.source.clone(),
            id,
            kind,
            camera: Some(self.camera.clone()),
            subject: None,
            time_ms,
            data,
            picture: None,
            relayed: false,
        };
        Decoded { observation: Some(observation), ..Decoded::default() }
    }
}

/// A kind written in this file; parsed once.
macro_rules! kind {
    ($text:literal) => {{
        static KIND: std::sync::LazyLock<xl_model::id::Kind> =
            std::sync::LazyLock::new(|| $text.parse().expect("a literal that is a kind"));
        KIND.clone()
    }};
}
use kind;
