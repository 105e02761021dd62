//! ONVIF-EJ: a camera's own "JSON events over MQTT" (Hanwha, Bosch and others).
//!
//! `<prefix>/onvif-ej/<A>/<B>/…/&<token>[/<rest>…]`. The prose of the standard was not at hand; the grammar is read off
//! captures. The prefix is free text of any depth and names the camera; below `xl/v1/{township}/{camera}/ej` it says which.

#[cfg(test)]
mod tests;

use serde_json::Value;
use xl_model::fault::Refused;
use xl_model::id::DeviceId;

use super::Heard;
use super::Level;
use super::Seen;
use super::What;
use super::notified;
use super::sections;
use crate::mqtt::json;
use crate::text;
use crate::topics::Change;
use crate::topics::Notification;
use crate::topics::Operation;
use crate::topics::State;
use crate::topics::tolerant_date;

/// The largest payload in bytes.
const BYTES_MOST: usize = 64 * 1024;

/// The level at which the prefix ends.
const MARK: &str = "onvif-ej";

/// Topics beside the events that only say that the camera is there, below its MAC address (Hanwha).
pub(super) const SIGNS: [&str; 2] = ["heartbeat", "fireAlarm"];

/// A topic taken apart.
#[derive(Debug, PartialEq)]
struct Place<'t> {
    prefix: &'t str,
    path: String,
    token: &'t str,
    rest: &'t str,
}

fn place(topic: &str) -> Option<Place<'_>> {
    let (prefix, inner) = match topic.find("/onvif-ej/") {
        Some(at) if at > 0 => (&topic[..at], &topic[at + MARK.len() + 2..]),
        _ => return None,
    };
    let (path, behind) = match inner.find('&') {
        Some(at) if at == 0 || inner[..at].ends_with('/') => (&inner[..at], &inner[at + 1..]),
        _ => (inner, ""),
    };
    let (token, rest) = behind.split_once('/').unwrap_or((behind, ""));
    Some(Place { prefix, path: path.trim_end_matches('/').to_owned(), token, rest })
}

/// How many levels the prefix of an event's topic has; `None`: it is none.
pub(super) fn prefix_levels(topic: &str) -> Option<usize> {
    place(topic).map(|place| place.prefix.split('/').count())
}

/// Whether it is the topic of a mere sign of life: one level that is a MAC address, then the sign.
pub(super) fn is_sign(topic: &str) -> bool {
    sign(topic).is_some()
}

fn sign(topic: &str) -> Option<(&str, &str)> {
    let (prefix, sign) = topic.split_once('/')?;
    let is_mac = prefix.len() == 17
        && prefix.bytes().enumerate().all(|(at, b)| if at % 3 == 2 { b == b':' } else { b.is_ascii_hexdigit() });
    (is_mac && SIGNS.contains(&sign)).then_some((prefix, sign))
}

/// Reads one message.
///
/// # Errors
/// [`xl_model::fault::code::BAD_JSON`], [`xl_model::fault::code::DATA_TOO_LARGE`], and
/// [`xl_model::fault::code::UNKNOWN_TOPIC`] for a topic of another dialect.
pub fn read(topic: &str, payload: &[u8]) -> Result<Heard, Refused> {
    if let Some((prefix, sign)) = sign(topic) {
        return Ok(signed(prefix, sign));
    }
    let Some(place) = place(topic) else { return Err(super::unknown_topic("`<prefix>/onvif-ej/…` is expected")) };
    if payload.is_empty() {
        return Ok(Heard::default()); // How a retained message is taken back.
    }
    let sent = json::foreign_object(payload, BYTES_MOST)?;
    let mut notification = Notification {
        topic: place.path,
        source: sections::items(sent.get("Source")),
        key: sections::items(sent.get("Key")),
        data: sections::items(sent.get("Data")),
        time_ms: sent.get("UtcTime").and_then(Value::as_str).and_then(tolerant_date),
        operation: sent.get("PropertyOperation").and_then(Value::as_str).and_then(Operation::named),
    };
    if notification.topic.is_empty() {
        notification.topic = sent.get("Topic").and_then(Value::as_str).unwrap_or_default().to_owned();
    }
    // What the payload names is believed before what only stands at a place in the topic.
    let has = |part: &str| notification.source.iter().any(|(name, _)| name.to_ascii_lowercase().contains(part));
    let (has_token, has_rule) = (has("token") || has("source"), has("rule"));
    if !has_token && !place.token.is_empty() {
        notification.source.push(("Token".to_owned(), place.token.to_owned()));
    }
    if !has_rule && !place.rest.is_empty() {
        notification.source.push(("Rule".to_owned(), place.rest.to_owned()));
    }
    let publisher = text::short(place.prefix, super::PUBLISHER_CHARS_MOST);
    Ok(notified(&publisher, camera(place.prefix), &notification))
}

/// The camera of a prefix that the hub gave.
fn camera(prefix: &str) -> Option<DeviceId> {
    let (township, camera) = prefix.strip_prefix("xl/v1/")?.strip_suffix("/ej")?.split_once('/')?;
    Some(DeviceId { township: township.parse().ok()?, camera: camera.parse().ok()? })
}

/// The arrival is the signal; a fire alarm is an event besides, for whoever maps it.
fn signed(prefix: &str, sign: &str) -> Heard {
    let mut seen = vec![Seen::of(prefix, What::Presence { level: Level::Up, reason: None })];
    if sign == "fireAlarm" {
        let change = Change {
            kind: "camera.vendor.raw".parse().expect("a literal that is a kind"),
            state: State::Pulse,
            source_key: sign.to_owned(),
            data: serde_json::Map::from_iter([("topic".to_owned(), sign.into())]),
        };
        seen.push(Seen::of(prefix, What::Change { change, time_ms: None, operation: None }));
    }
    Heard { seen, identities_dropped: 0 }
}
