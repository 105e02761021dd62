//! Who may say what where: one decision for publish, Last Will and subscribe, by the authenticated device.
//!
//! Never by client id; whatever else a packet can name (`$share`, `$SYS`, a response topic) gives no right.

use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;

use crate::mqtt::native;
use crate::mqtt::native::Channel;

/// The longest client id, in bytes.
const CLIENT_ID_BYTES_MOST: usize = 128;

/// The longest topic, in bytes.
const TOPIC_BYTES_MOST: usize = 512;

/// A client id is only a name, but it must not pass for a topic or break a log.
pub(super) fn client_id(text: &str) -> Result<(), Refused> {
    let bad = |c: char| c.is_control() || matches!(c, '+' | '#' | '/' | '$' | '%');
    if text.len() > CLIENT_ID_BYTES_MOST || text.chars().any(bad) {
        return Err(Refused::new(code::BAD_LOGIN, "a client id has at most 128 bytes and none of `+ # / $ %`"));
    }
    Ok(())
}

/// A device publishes below its own prefix, on the channels of devices and what ONVIF-EJ puts below `ej`.
pub(super) fn publish(device: &DeviceId, topic: &str) -> Result<(), Refused> {
    let said = own(device, topic, "publishes")?;
    match said.strip_prefix("ej/onvif-ej/") {
        Some(event) if !event.is_empty() && topic.len() <= TOPIC_BYTES_MOST => Ok(()),
        _ => native::address(topic).map(|_| ()),
    }
}

/// The Last Will of a device is its own `state`, nothing else.
pub(super) fn will(device: &DeviceId, topic: &str) -> Result<(), Refused> {
    own(device, topic, "leaves a Last Will")?;
    match native::address(topic)?.channel {
        Channel::State => Ok(()),
        _ => Err(Refused::new(code::UNKNOWN_TOPIC, "a Last Will says `state`")),
    }
}

/// A device subscribes to its own commands.
pub(super) fn subscribe(device: &DeviceId, filter: &str) -> Result<(), Refused> {
    let verb = own(device, filter, "subscribes")?;
    match verb.strip_prefix("cmd/") {
        Some(verb) if !verb.is_empty() => Ok(()),
        _ => Err(Refused::new(code::UNKNOWN_TOPIC, "a device subscribes to its `cmd/#`")),
    }
}

/// What follows the device's own prefix.
fn own<'t>(device: &DeviceId, topic: &'t str, does: &str) -> Result<&'t str, Refused> {
    topic
        .strip_prefix("xl/v1/")
        .and_then(|rest| rest.strip_prefix(device.township.as_str())?.strip_prefix('/'))
        .and_then(|rest| rest.strip_prefix(device.camera.as_str())?.strip_prefix('/'))
        .ok_or_else(|| Refused::new(code::FOREIGN_TOPIC, format!("`{device}` {does} only below its own prefix")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> DeviceId {
        "371122102.gh-1".parse().unwrap()
    }

    #[test]
    fn a_device_publishes_only_below_its_own_prefix() {
        for (topic, refused) in [
            ("xl/v1/371122102/gh-1/image", None),
            ("xl/v1/371122102/gh-1/telemetry", None),
            ("xl/v1/371122102/gh-1/ej/onvif-ej/VideoSource/MotionAlarm/&vs-0", None),
            ("xl/v1/371122102/gh-1/ej/onvif-ej/", Some(code::UNKNOWN_TOPIC)),
            ("xl/v1/371122102/gh-1/ej/other", Some(code::UNKNOWN_TOPIC)),
            ("xl/v1/371122102/gh-2/ej/onvif-ej/VideoSource/MotionAlarm/&vs-0", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-2/image", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-11/image", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122103/gh-1/image", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-1", Some(code::FOREIGN_TOPIC)),
            ("$SYS/broker/load", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-1/cmd/snapshot", Some(code::UNKNOWN_TOPIC)),
            ("xl/v1/371122102/gh-1/out/event", Some(code::UNKNOWN_TOPIC)),
            ("xl/v1/371122102/gh-1/image/../../gh-2", Some(code::UNKNOWN_TOPIC)),
        ] {
            assert_eq!(publish(&device(), topic).err().map(|refused| refused.code), refused, "{topic}");
        }
    }

    #[test]
    fn a_device_subscribes_only_to_its_own_commands() {
        for (filter, refused) in [
            ("xl/v1/371122102/gh-1/cmd/#", None),
            ("xl/v1/371122102/gh-1/cmd/snapshot", None),
            ("#", Some(code::FOREIGN_TOPIC)),
            ("+/+/#", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/+/cmd/#", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-2/cmd/#", Some(code::FOREIGN_TOPIC)),
            ("$share/g/xl/v1/371122102/gh-1/cmd/#", Some(code::FOREIGN_TOPIC)),
            ("$SYS/#", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-1/#", Some(code::UNKNOWN_TOPIC)),
            ("xl/v1/371122102/gh-1/image", Some(code::UNKNOWN_TOPIC)),
        ] {
            assert_eq!(subscribe(&device(), filter).err().map(|refused| refused.code), refused, "{filter}");
        }
    }

    #[test]
    fn a_last_will_is_the_devices_own_state() {
        for (topic, refused) in [
            ("xl/v1/371122102/gh-1/state", None),
            ("xl/v1/371122102/gh-2/state", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-1/image", Some(code::UNKNOWN_TOPIC)),
        ] {
            assert_eq!(will(&device(), topic).err().map(|refused| refused.code), refused, "{topic}");
        }
    }

    #[test]
    fn a_client_id_cannot_pass_for_a_topic() {
        for (text, valid) in [
            ("xl-371122102-gh-1", true),
            ("mosqpub|1234-host", true),
            ("摄像机", true),
            ("a/b", false),
            ("a+", false),
            ("#", false),
            ("$SYS", false),
            ("%c", false),
            ("%u", false),
            ("a\u{0}", false),
            ("a\nb", false),
            (&"a".repeat(129), false),
        ] {
            assert_eq!(client_id(text).is_ok(), valid, "{text}");
        }
    }
}
