//! Frigate: a recorder that looks at many cameras and speaks for them.
//!
//! Only what is named here is kept of its JSON: recognised persons, faces and plates (`sub_label`,
//! `recognized_license_plate`, attributes) never come in. Our account on its broker must be read-only: other topics of
//! Frigate stop it or switch its cameras.

mod event;
mod status;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use xl_model::fault::Refused;

use super::Heard;
use super::Level;
use super::Seen;
use super::What;
use super::fault;
use super::image;
use super::image::Found;
use crate::identity;
use crate::text;
use crate::topics::Change;
use crate::topics::State;
use status::Roles;

/// What Frigate's topics are called when nobody changed it.
pub const PREFIX: &str = "frigate";

/// One Frigate, with what its cameras' roles said last.
#[derive(Debug)]
pub struct Frigate {
    prefix: String,
    roles: Roles,
}

/// What a topic below the prefix carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Channel<'t> {
    Available,
    Events,
    Reviews,
    Status(&'t str, &'t str),
    Motion(&'t str),
    Snapshot(&'t str, &'t str),
}

impl Frigate {
    /// The Frigate whose topics begin with `prefix`.
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), roles: Roles::default() }
    }

    /// What to subscribe.
    pub fn filters(&self) -> Vec<String> {
        ["available", "events", "reviews", "+/status/+", "+/motion", "+/+/snapshot"]
            .map(|filter| [&self.prefix, "/", filter].concat())
            .into()
    }

    /// Whether a topic is one of those.
    pub fn owns(&self, topic: &str) -> bool {
        self.channel(topic).is_some()
    }

    fn channel<'t>(&self, topic: &'t str) -> Option<Channel<'t>> {
        let inner = topic.strip_prefix(&self.prefix)?.strip_prefix('/')?;
        let levels: Vec<&str> = inner.splitn(4, '/').collect();
        match levels[..] {
            ["available"] => Some(Channel::Available),
            ["events"] => Some(Channel::Events),
            ["reviews"] => Some(Channel::Reviews),
            [camera, "status", role] => Some(Channel::Status(camera, role)),
            [camera, "motion"] => Some(Channel::Motion(camera)),
            [camera, label, "snapshot"] => Some(Channel::Snapshot(camera, label)),
            _ => None,
        }
    }

    /// Reads one message. A retained one is no news; a retained status is remembered as hearsay.
    ///
    /// # Errors
    /// [`xl_model::fault::code::UNKNOWN_TOPIC`], [`fault::UNKNOWN_PAYLOAD`], and for JSON
    /// [`xl_model::fault::code::BAD_JSON`], [`xl_model::fault::code::BAD_FIELD`] and
    /// [`xl_model::fault::code::DATA_TOO_LARGE`].
    pub fn read(&mut self, topic: &str, payload: &Bytes, retained: bool) -> Result<Heard, Refused> {
        let Some(channel) = self.channel(topic) else { return Err(super::unknown_topic("none of Frigate's topics")) };
        if let Channel::Status(camera, role) = channel {
            let level = self.roles.see(&publisher(camera), role, word(payload)?, retained)?;
            return Ok(level.map_or_else(Heard::default, |level| Heard::one(presence(camera, level, role))));
        }
        if retained || payload.is_empty() {
            return Ok(Heard::default());
        }
        match channel {
            Channel::Available => {
                let level = if word(payload)? == "online" { Level::Up } else { Level::Unknown };
                Ok(Heard::one(Seen::of(&self.prefix, What::Bridge { level })))
            }
            Channel::Events => event::tracked(payload),
            Channel::Reviews => event::review(payload),
            Channel::Motion(camera) => motion(camera, word(payload)?),
            Channel::Snapshot(camera, label) => snapshot(camera, label, payload),
            Channel::Status(..) => Ok(Heard::default()),
        }
    }
}

fn publisher(camera: &str) -> String {
    text::short(camera, super::PUBLISHER_CHARS_MOST)
}

fn presence(camera: &str, level: Level, role: &str) -> Seen {
    let reason = Some(text::short(role, 64));
    Seen::of(&publisher(camera), What::Presence { level, reason })
}

fn motion(camera: &str, word: &str) -> Result<Heard, Refused> {
    let state = match word {
        "ON" => State::Active,
        "OFF" => State::Inactive,
        _ => return Err(Refused::new(fault::UNKNOWN_PAYLOAD, "motion: `ON` or `OFF` is expected")),
    };
    let kind = "camera.motion".parse().expect("a literal that is a kind");
    let change = Change { kind, state, source_key: "motion".to_owned(), data: serde_json::Map::new() };
    Ok(Heard::one(Seen::of(&publisher(camera), What::Change { change, time_ms: None, operation: None })))
}

/// A picture cut out around an object; one of a face or plate is not taken at all.
fn snapshot(camera: &str, label: &str, payload: &Bytes) -> Result<Heard, Refused> {
    if identity::names_somebody(label) {
        return Ok(Heard { seen: Vec::new(), identities_dropped: 1 });
    }
    match image::find(payload, &[], false)? {
        Found::Picture(bytes) => {
            let label = Some(text::short(label, event::LABEL_CHARS_MOST));
            Ok(Heard::one(Seen::of(&publisher(camera), What::Picture { bytes, label })))
        }
        Found::Nothing | Found::Url(_) => Ok(Heard::default()),
    }
}

/// A payload that is one word.
fn word(payload: &[u8]) -> Result<&str, Refused> {
    std::str::from_utf8(payload)
        .ok()
        .map(str::trim)
        .filter(|word| word.len() <= 64)
        .ok_or_else(|| Refused::new(fault::UNKNOWN_PAYLOAD, "payload: one word is expected"))
}
