//! The Axis event bridge: `axis/<serial>/event/tns:onvif/Device/tns:axis/Sensor/PIR/$source/sensor/0`.
//!
//! Every value is a text, the time is milliseconds since 1970. Source keys stand both in the topic and in the message.

#[cfg(test)]
mod tests;

use serde_json::Value;
use xl_model::fault::Refused;

use super::Heard;
use super::filter::Filter;
use super::notified;
use super::sections;
use crate::mqtt::json;
use crate::text;
use crate::topics::Notification;

/// The largest payload in bytes.
const BYTES_MOST: usize = 64 * 1024;

/// The largest time that is believed: the year 2100, in milliseconds.
const TIME_MS_MOST: i64 = 4_102_444_800_000;

/// Reads one message; `filter` is `<prefix>/event/#`, and what its first wildcard stands for names the camera.
///
/// # Errors
/// [`xl_model::fault::code::BAD_JSON`], [`xl_model::fault::code::DATA_TOO_LARGE`], and
/// [`xl_model::fault::code::UNKNOWN_TOPIC`] for a topic that the filter does not match.
pub fn read(topic: &str, payload: &[u8], filter: &Filter) -> Result<Heard, Refused> {
    let captures = filter.captures(topic).unwrap_or_default();
    let Some((inner, serial)) = captures.split_last() else {
        return Err(super::unknown_topic("`<prefix>/event/…` is expected"));
    };
    if payload.is_empty() {
        return Ok(Heard::default()); // How a retained message is taken back.
    }
    let sent = json::foreign_object(payload, BYTES_MOST)?;
    let message = sent.get("message");
    let section = |name: &str| sections::items(message.and_then(|message| message.get(name)));
    let (path, from_topic) = inner.split_once("/$source").unwrap_or((inner, ""));
    let mut source = section("source");
    let mut levels = from_topic.split('/').skip(1);
    while let (Some(name), Some(value)) = (levels.next(), levels.next()) {
        if source.len() < 16 && !source.iter().any(|(other, _)| other == name) {
            source.push((name.to_owned(), value.to_owned()));
        }
    }
    let notification = Notification {
        topic: sent.get("topic").and_then(Value::as_str).map_or_else(|| without_namespaces(path), str::to_owned),
        source,
        key: section("key"),
        data: section("data"),
        time_ms: sent.get("timestamp").and_then(Value::as_i64).filter(|ms| (1..TIME_MS_MOST).contains(ms)),
        operation: None,
    };
    let prefix = filter.as_str().trim_end_matches("/event/#");
    let publisher = text::short(serial.first().unwrap_or(&prefix), super::PUBLISHER_CHARS_MOST);
    Ok(notified(&publisher, None, &notification))
}

/// In the MQTT topic a namespace is a level of its own: `tns:onvif/Device/tns:axis/Sensor/PIR`.
fn without_namespaces(path: &str) -> String {
    path.split('/').filter(|level| !level.starts_with("tns:")).collect::<Vec<_>>().join("/")
}
