//! Who may say what where: one decision for publish, Last Will and subscribe, by the authenticated device.
//!
//! Never by client id; whatever else a packet can name (`$share`, `$SYS`, a response topic) gives no right.

use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;

use crate::mqtt::intake::NOT_BEHIND;
use crate::mqtt::native;
use crate::mqtt::native::Channel;
use crate::port::Enrolments;
use crate::port::Principal;

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

/// A device publishes below its own prefix, on the channels of devices and what ONVIF-EJ puts below `ej`; a bridge calls its
/// roll below its own and is a device to each camera that is attached through it.
pub(super) fn publish(who: &Principal, topic: &str, enrolments: &dyn Enrolments) -> Result<(), Refused> {
    if who.is_bridge {
        return bridge_publishes(&who.id, topic, enrolments);
    }
    let device = &who.id;
    let said = own(device, topic, "publishes")?;
    if native::address(topic).is_ok_and(|address| matches!(address.channel, Channel::Relay | Channel::Roll)) {
        return Err(Refused::new(code::UNKNOWN_TOPIC, "only a bridge says `relay` or `roll`"));
    }
    match said.strip_prefix("ej/onvif-ej/") {
        Some(event) if !event.is_empty() && topic.len() <= TOPIC_BYTES_MOST => Ok(()),
        _ => native::address(topic).map(|_| ()),
    }
}

fn bridge_publishes(bridge: &DeviceId, topic: &str, enrolments: &dyn Enrolments) -> Result<(), Refused> {
    let channel = native::address(topic)?.channel;
    if channel == Channel::Roll {
        return own(bridge, topic, "calls its roll").map(|_| ());
    }
    match native::camera(topic) {
        Some(camera)
            if camera.township == bridge.township && enrolments.bridge(&camera).as_ref() == Some(&bridge.camera) =>
        {
            Ok(())
        }
        _ => {
            let detail = format!("`{bridge}` publishes only for cameras that are attached through it");
            Err(Refused::new(NOT_BEHIND, detail))
        }
    }
}

/// The Last Will of a device is its own `state`, of a bridge its own `roll`, nothing else.
pub(super) fn will(who: &Principal, topic: &str) -> Result<(), Refused> {
    own(&who.id, topic, "leaves a Last Will")?;
    let may = if who.is_bridge { Channel::Roll } else { Channel::State };
    match native::address(topic)?.channel {
        channel if channel == may => Ok(()),
        _ => Err(Refused::new(code::UNKNOWN_TOPIC, "a Last Will says `state`, of a bridge `roll`")),
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
    use xl_model::camera::CameraKey;
    use xl_model::id::CameraId;

    use super::*;
    use crate::mqtt::dialect::Dialect;

    struct BehindEdge;

    impl Enrolments for BehindEdge {
        fn knows(&self, _: &CameraKey) -> bool {
            true
        }

        fn camera(&self, _: Dialect, _: &str) -> Option<CameraKey> {
            None
        }

        fn bridge(&self, camera: &CameraKey) -> Option<CameraId> {
            camera.camera.as_str().starts_with("gh-").then(|| "edge-1".parse().unwrap())
        }
    }

    fn device() -> DeviceId {
        "371122102.gh-1".parse().unwrap()
    }

    fn camera() -> Principal {
        Principal { id: device(), is_bridge: false }
    }

    fn bridge() -> Principal {
        Principal { id: "371122102.edge-1".parse().unwrap(), is_bridge: true }
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
            ("xl/v1/371122102/gh-1/relay", Some(code::UNKNOWN_TOPIC)),
            ("xl/v1/371122102/gh-1/roll", Some(code::UNKNOWN_TOPIC)),
        ] {
            assert_eq!(publish(&camera(), topic, &BehindEdge).err().map(|refused| refused.code), refused, "{topic}");
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
    fn a_bridge_publishes_its_roll_and_for_the_cameras_attached_through_it() {
        for (topic, refused) in [
            ("xl/v1/371122102/edge-1/roll", None),
            ("xl/v1/371122102/gh-1/relay", None),
            ("xl/v1/371122102/gh-2/image", None),
            ("xl/v1/371122102/edge-2/roll", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-1/roll", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/yard/relay", Some(NOT_BEHIND)),
            ("xl/v1/371122103/gh-1/relay", Some(NOT_BEHIND)),
            ("xl/v1/371122102/edge-1/image", Some(NOT_BEHIND)),
            ("xl/v1/371122102/gh-1/out/event", Some(code::UNKNOWN_TOPIC)),
        ] {
            let said = publish(&bridge(), topic, &BehindEdge);
            assert_eq!(said.err().map(|refused| refused.code), refused, "{topic}");
        }
        assert!(will(&bridge(), "xl/v1/371122102/edge-1/roll").is_ok());
        assert!(will(&bridge(), "xl/v1/371122102/edge-1/state").is_err());
    }

    #[test]
    fn a_last_will_is_the_devices_own_state() {
        for (topic, refused) in [
            ("xl/v1/371122102/gh-1/state", None),
            ("xl/v1/371122102/gh-2/state", Some(code::FOREIGN_TOPIC)),
            ("xl/v1/371122102/gh-1/image", Some(code::UNKNOWN_TOPIC)),
            ("xl/v1/371122102/gh-1/roll", Some(code::UNKNOWN_TOPIC)),
        ] {
            assert_eq!(will(&camera(), topic).err().map(|refused| refused.code), refused, "{topic}");
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

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(10_000))]

        /// MQ-4, MQ-5: whatever a topic is made of, it leads to nobody else.
        #[test]
        fn no_topic_leads_to_another_device(
            topic in "(xl|XL|\\$SYS|\\$share/g/xl)?/?(v1|v2)?/?(371122102|371122103|\\+|#)?/?(gh-1|gh-2|gh-11|edge-1|\\+|#)?[/a-z0-9+#-]{0,12}",
        ) {
            let is_own = topic.starts_with("xl/v1/371122102/gh-1/");
            proptest::prop_assert!(is_own || publish(&camera(), &topic, &BehindEdge).is_err());
            proptest::prop_assert!(is_own || will(&camera(), &topic).is_err());
            proptest::prop_assert!(is_own || subscribe(&device(), &topic).is_err());
            let is_behind = topic.starts_with("xl/v1/371122102/gh-") || topic == "xl/v1/371122102/edge-1/roll";
            proptest::prop_assert!(is_behind || publish(&bridge(), &topic, &BehindEdge).is_err());
        }
    }
}
