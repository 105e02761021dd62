//! Topics of the native scheme: who publishes, and on which channel.

use xl_model::fault::Refused;
use xl_model::fault::code;

/// The longest topic that is looked at, in bytes.
const TOPIC_BYTES_MOST: usize = 512;

/// The longest name of a stream, in bytes.
const STREAM_BYTES_MOST: usize = 16;

/// A device → hub topic, taken apart but with its ids not yet checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address<'t> {
    /// The township as written.
    pub(crate) township: &'t str,
    /// The camera as written.
    pub(crate) camera: &'t str,
    /// What is said there.
    pub(crate) channel: Channel<'t>,
}

/// What a device → hub topic carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel<'t> {
    /// Who the device is and what it can do.
    Birth,
    /// Whether it is there; also its Last Will.
    State,
    /// A picture of this stream.
    Image(&'t str),
    /// Something happened.
    Event,
    /// Readings.
    Telemetry,
    /// An answer to a command.
    Ack,
    /// An event of this camera that a bridge kept until it could send it.
    Relay,
    /// How the cameras of this bridge stand; also its Last Will.
    Roll,
}

/// Takes a device → hub topic apart.
///
/// # Errors
/// [`code::UNKNOWN_TOPIC`] for every other topic.
pub(crate) fn address(topic: &str) -> Result<Address<'_>, Refused> {
    let unknown = |rule: &str| Refused::new(code::UNKNOWN_TOPIC, rule);
    if topic.len() > TOPIC_BYTES_MOST {
        return Err(unknown("a topic has at most 512 bytes"));
    }
    let mut levels = topic.split('/');
    let (root, version) = (levels.next(), levels.next());
    if (root, version) != (Some("xl"), Some("v1")) {
        return Err(unknown("a topic is `xl/v1/{township}/{camera}/…`"));
    }
    let (Some(township), Some(camera), Some(channel)) = (levels.next(), levels.next(), levels.next()) else {
        return Err(unknown("a topic is `xl/v1/{township}/{camera}/…`"));
    };
    let stream = levels.next();
    let channel = match (channel, stream) {
        ("birth", None) => Channel::Birth,
        ("state", None) => Channel::State,
        ("image", None) => Channel::Image("main"),
        ("image", Some(stream)) if is_stream(stream) => Channel::Image(stream),
        ("image", Some(_)) => return Err(unknown("a stream is 1 to 16 of a-z, 0-9")),
        ("event", None) => Channel::Event,
        ("telemetry", None) => Channel::Telemetry,
        ("ack", None) => Channel::Ack,
        ("relay", None) => Channel::Relay,
        ("roll", None) => Channel::Roll,
        _ => return Err(unknown("a device says `birth`, `state`, `image`, `event`, `telemetry` or `ack`")),
    };
    if levels.next().is_some() {
        return Err(unknown("nothing follows a stream"));
    }
    Ok(Address { township, camera, channel })
}

fn is_stream(text: &str) -> bool {
    (1..=STREAM_BYTES_MOST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_device_topic_has_its_channel() {
        for (topic, channel) in [
            ("xl/v1/371122102/gh-1/birth", Channel::Birth),
            ("xl/v1/371122102/gh-1/state", Channel::State),
            ("xl/v1/371122102/gh-1/image", Channel::Image("main")),
            ("xl/v1/371122102/gh-1/image/sub", Channel::Image("sub")),
            ("xl/v1/371122102/gh-1/event", Channel::Event),
            ("xl/v1/371122102/gh-1/telemetry", Channel::Telemetry),
            ("xl/v1/371122102/gh-1/ack", Channel::Ack),
            ("xl/v1/371122102/gh-1/relay", Channel::Relay),
            ("xl/v1/371122102/gh-1/roll", Channel::Roll),
        ] {
            assert_eq!(address(topic), Ok(Address { township: "371122102", camera: "gh-1", channel }), "{topic}");
        }
    }

    #[test]
    fn every_other_topic_is_unknown() {
        let long = format!("xl/v1/371122102/{}/event", "a".repeat(600));
        for topic in [
            "",
            "/",
            "xl",
            "xl/v1",
            "xl/v1/371122102/gh-1",
            "xl/v2/371122102/gh-1/event",
            "Xl/v1/371122102/gh-1/event",
            "xl/v1/371122102/gh-1/cmd/snapshot",
            "xl/v1/371122102/gh-1/out/x",
            "xl/v1/371122102/gh-1/event/",
            "xl/v1/371122102/gh-1/image/",
            "xl/v1/371122102/gh-1/image/Main",
            "xl/v1/371122102/gh-1/image/a/b",
            "$SYS/broker",
            &long,
        ] {
            assert_eq!(address(topic).map_err(|refused| refused.code), Err(code::UNKNOWN_TOPIC), "{topic}");
        }
    }
}
