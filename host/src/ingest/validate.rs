//! The rules that an observation must meet, and the event that it becomes. Pure: no clock, no store.

use serde::de::IgnoredAny;
use uuid::Uuid;
use xl_model::clock::TimestampMs;
use xl_model::event::MAX_DATA_BYTES;
use xl_model::event::NewEvent;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::observation::Observation;
use xl_model::picture::PictureRef;

use crate::devices::Devices;

/// A device time further ahead of ours than this is not used, in milliseconds (native dialect, common JSON rules).
const MAX_AHEAD_MS: i64 = 60_000;

/// A device time further behind ours than this is not used, in milliseconds.
const MAX_BEHIND_MS: i64 = 24 * 3_600_000;

/// A bridge's time further behind ours than this is not used, in milliseconds: the 24 hours that it has used itself, and 30
/// days on which nobody could reach the hub.
const MAX_RELAYED_MS: i64 = 31 * MAX_BEHIND_MS;

/// Deepest nesting of an event's data; the native dialect allows 8, other parsers of the same text break above 128.
const MAX_JSON_DEPTH: usize = 32;

/// The camera must be registered in the township.
///
/// # Errors
/// [`code::UNKNOWN_CAMERA`].
pub(super) fn camera(observation: &Observation, devices: &Devices) -> Result<(), Refused> {
    match &observation.camera {
        Some(camera) if !devices.knows(&observation.township, camera) => Err(Refused::new(
            code::UNKNOWN_CAMERA,
            format!("camera `{camera}` is not registered in township `{}`", observation.township),
        )),
        _ => Ok(()),
    }
}

/// The data must be a JSON object of bounded size and depth.
///
/// # Errors
/// [`code::DATA_TOO_LARGE`] or [`code::BAD_JSON`].
pub(super) fn data(data: &str) -> Result<(), Refused> {
    if data.len() > MAX_DATA_BYTES {
        let detail = format!("the data is {} bytes, at most {MAX_DATA_BYTES} are taken", data.len());
        return Err(Refused::new(code::DATA_TOO_LARGE, detail));
    }
    if !data.trim_ascii_start().starts_with('{') {
        return Err(Refused::new(code::BAD_JSON, "the data is not a JSON object"));
    }
    if depth(data) > MAX_JSON_DEPTH {
        return Err(Refused::new(code::BAD_JSON, format!("the data is nested deeper than {MAX_JSON_DEPTH} levels")));
    }
    match serde_json::from_str::<IgnoredAny>(data) {
        Ok(_) => Ok(()),
        Err(error) => Err(Refused::new(code::BAD_JSON, format!("the data is not JSON: {error}"))),
    }
}

/// The deepest nesting of brackets outside of strings; right for what is JSON, bounded work for what is not.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// When it happened: by its source's clock where that can be, else when it was received.
pub(super) fn event_time(source_ms: Option<TimestampMs>, relayed: bool, received_ms: TimestampMs) -> TimestampMs {
    let behind_ms = if relayed { MAX_RELAYED_MS } else { MAX_BEHIND_MS };
    source_ms
        .filter(|time_ms| {
            let ahead = time_ms.saturating_sub(received_ms);
            (-behind_ms..=MAX_AHEAD_MS).contains(&ahead)
        })
        .unwrap_or(received_ms)
}

/// The event that an observation becomes. Without an id of its own it takes the picture's hash, else a `UUIDv7`.
pub(super) fn event(observation: Observation, picture: Option<PictureRef>, received_ms: TimestampMs) -> NewEvent {
    let id = match (observation.id, &picture) {
        (Some(id), _) => id,
        (None, Some(picture)) => picture.sha256.as_str().into(),
        (None, None) => Uuid::now_v7().to_string().into(),
    };
    NewEvent {
        township: observation.township,
        source: observation.source,
        id,
        kind: observation.kind,
        camera: observation.camera,
        subject: observation.subject,
        time_ms: event_time(observation.time_ms, observation.relayed, received_ms),
        received_ms,
        data: observation.data,
        pictures: picture.into_iter().collect(),
        cause: None,
        depth: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_time_is_used_only_where_it_can_be_true() {
        let now = 1_795_420_800_000;
        for (device, used) in [
            (Some(now - 3_000), now - 3_000),
            (Some(now + 60_000), now + 60_000),
            (Some(now + 60_001), now),
            (Some(now - 86_400_000), now - 86_400_000),
            (Some(now - 86_400_001), now),
            (Some(0), now),
            (Some(i64::MIN), now),
            (Some(i64::MAX), now),
            (None, now),
        ] {
            assert_eq!(event_time(device, false, now), used, "{device:?}");
        }
        for (kept, used) in [
            (now - 86_400_001, now - 86_400_001),
            (now - 31 * 86_400_000, now - 31 * 86_400_000),
            (now - 31 * 86_400_000 - 1, now),
            (now + 60_001, now),
        ] {
            assert_eq!(event_time(Some(kept), true, now), used, "{kept}");
        }
    }

    #[test]
    fn data_is_a_json_object_of_bounded_size_and_depth() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_DATA_BYTES));
        for (text, refused) in [
            ("{}", None),
            (" {\"a\":1}", None),
            (r#"{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[["}"#, None),
            ("[1]", Some(code::BAD_JSON)),
            ("{\"a\":", Some(code::BAD_JSON)),
            ("{} {}", Some(code::BAD_JSON)),
            ("", Some(code::BAD_JSON)),
            (&deep, Some(code::BAD_JSON)),
            (&large, Some(code::DATA_TOO_LARGE)),
        ] {
            let shown: String = text.chars().take(20).collect();
            assert_eq!(data(text).err().map(|refused| refused.code), refused, "{shown}");
        }
    }

    #[test]
    fn an_observation_without_an_id_takes_the_hash_of_its_picture() {
        let picture = PictureRef { sha256: "ab".repeat(32).parse().unwrap(), width: 1, height: 1, bytes: 1 };
        let observation = Observation {
            township: "371122102".parse().unwrap(),
            source: "371122102.gh-1".into(),
            id: None,
            kind: "camera.picture".parse().unwrap(),
            camera: None,
            subject: None,
            time_ms: None,
            data: "{}".into(),
            picture: None,
            relayed: false,
        };
        assert_eq!(&*event(observation.clone(), Some(picture.clone()), 5).id, "ab".repeat(32));
        assert_eq!(event(observation.clone(), None, 5).id.len(), 36);
        let named = Observation { id: Some("k3v9:7".into()), ..observation };
        assert_eq!(&*event(named, Some(picture), 5).id, "k3v9:7");
    }
}
