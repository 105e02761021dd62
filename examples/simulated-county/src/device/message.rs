//! Messages of the native dialect `xl/v1/{township}/{camera}/…`, version 1.

use std::time::Duration;

use serde_json::json;

use crate::world::Greenhouse;
use crate::world::Reading;
use crate::world::diary;

/// What identifies a message: session, number in it, device time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) sid: String,
    pub(super) seq: u64,
    pub(super) ts: String,
}

/// A message before it meets a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// What follows the device's prefix.
    pub(super) topic: &'static str,
    pub(super) payload: Vec<u8>,
    pub(super) retain: bool,
    /// Seconds after which a broker may drop it.
    pub(super) expires_s: Option<u32>,
    pub(super) content_type: &'static str,
    /// Identity of what cannot carry it inside.
    pub(super) correlation: Option<Vec<u8>>,
}

/// Whether a device is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Online,
    /// Planned: it says goodbye.
    Shutdown,
}

/// The first message of a connection.
pub(super) fn birth(greenhouse: &Greenhouse, head: &Head, speed: f64) -> Message {
    let image_s = (diary::PICTURE_EVERY_MS as f64 / 1_000.0 / speed).round().max(1.0) as u64;
    let body = json!({
        "v": 1, "kind": "camera", "sid": head.sid, "seq": head.seq, "ts": head.ts,
        "name": format!("{}号大棚", greenhouse.number),
        "vendor": "Xueliang+", "model": "simulated greenhouse", "fw": env!("CARGO_PKG_VERSION"),
        "place": format!("{}999", greenhouse.township), "via": null,
        "caps": {
            "image": ["main"], "event": ["motion"],
            "telemetry": ["temp_c", "rh_pct", "light_lux", "soil_pct"], "cmd": []
        },
        "every": { "state_s": 60, "image_s": image_s }
    });
    Message { retain: true, ..json_message("birth", None, &body) }
}

/// The presence of a device: kept by the broker when it changes, a mere heartbeat otherwise.
pub(super) fn state(head: &Head, presence: Presence, up: Duration, retain: bool) -> Message {
    let (word, why) = match presence {
        Presence::Online => ("online", None),
        Presence::Shutdown => ("offline", Some("shutdown")),
    };
    let body = json!({
        "v": 1, "s": word, "sid": head.sid, "seq": head.seq, "ts": head.ts,
        "up_s": up.as_secs(), "why": why, "until": null
    });
    Message { retain, ..json_message("state", None, &body) }
}

/// What the broker publishes when the connection of this session breaks.
pub(super) fn last_will(sid: &str) -> Vec<u8> {
    json!({ "v": 1, "s": "offline", "sid": sid, "why": "lwt" }).to_string().into_bytes()
}

/// A reading.
pub(super) fn telemetry(head: &Head, reading: &Reading) -> Message {
    let body = json!({ "v": 1, "sid": head.sid, "seq": head.seq, "ts": head.ts, "m": reading });
    json_message("telemetry", Some(300), &body)
}

/// Something moved at the door.
pub(super) fn motion(head: &Head) -> Message {
    let body = json!({
        "v": 1, "sid": head.sid, "seq": head.seq, "ts": head.ts,
        "kind": "motion", "state": "pulse", "source": { "token": "vs-0", "rule": "door" }
    });
    json_message("event", Some(86_400), &body)
}

/// A picture; its identity travels beside it.
pub(super) fn image(head: &Head, jpeg: Vec<u8>) -> Message {
    let identity = json!({ "sid": head.sid, "seq": head.seq, "ts": head.ts });
    Message {
        topic: "image",
        payload: jpeg,
        retain: false,
        expires_s: Some(60),
        content_type: "image/jpeg",
        correlation: Some(identity.to_string().into_bytes()),
    }
}

fn json_message(topic: &'static str, expires_s: Option<u32>, body: &serde_json::Value) -> Message {
    Message {
        topic,
        payload: body.to_string().into_bytes(),
        retain: false,
        expires_s,
        content_type: "application/json",
        correlation: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::world;
    use crate::world::SimTime;

    fn head() -> Head {
        Head { sid: "k3v9q2xw".to_owned(), seq: 5, ts: "2026-11-23T08:00:00.000Z".to_owned() }
    }

    fn greenhouse() -> Greenhouse {
        Greenhouse { township: "371122102".to_owned(), number: 1 }
    }

    fn body(message: &Message) -> Value {
        serde_json::from_slice(&message.payload).unwrap()
    }

    #[test]
    fn every_json_message_carries_version_session_number_and_device_time() {
        let reading = world::reading(7, &greenhouse(), SimTime::at(1, 9, 0));
        for message in [
            birth(&greenhouse(), &head(), 60.0),
            state(&head(), Presence::Online, Duration::ZERO, true),
            telemetry(&head(), &reading),
            motion(&head()),
        ] {
            let body = body(&message);
            assert_eq!(
                (&body["v"], &body["sid"], &body["seq"], &body["ts"]),
                (&1.into(), &"k3v9q2xw".into(), &5.into(), &"2026-11-23T08:00:00.000Z".into()),
                "{}",
                message.topic
            );
            assert!(message.payload.len() < 8 * 1024 && message.correlation.is_none());
        }
    }

    #[test]
    fn a_picture_is_the_bytes_themselves_with_its_identity_beside_them() {
        let message = image(&head(), vec![0xFF, 0xD8]);
        assert_eq!(message.payload, [0xFF, 0xD8]);
        let identity: Value = serde_json::from_slice(&message.correlation.unwrap()).unwrap();
        assert_eq!(identity, json!({"sid": "k3v9q2xw", "seq": 5, "ts": "2026-11-23T08:00:00.000Z"}));
        assert_eq!((message.retain, message.expires_s), (false, Some(60)));
    }

    #[test]
    fn a_reading_is_a_flat_map_of_named_numbers() {
        let reading = world::reading(7, &greenhouse(), SimTime::at(1, 9, 0));
        let body = body(&telemetry(&head(), &reading));
        let names: Vec<_> = body["m"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["light_lux", "rh_pct", "soil_pct", "temp_c"]);
        assert!(body["m"].as_object().unwrap().values().all(Value::is_number));
    }

    #[test]
    fn birth_and_changes_of_presence_stay_at_the_broker_and_heartbeats_do_not() {
        assert!(birth(&greenhouse(), &head(), 60.0).retain);
        assert!(state(&head(), Presence::Online, Duration::ZERO, true).retain);
        assert!(!state(&head(), Presence::Online, Duration::from_secs(60), false).retain);
        let bye = state(&head(), Presence::Shutdown, Duration::from_secs(61), true);
        assert_eq!((body(&bye)["s"].as_str(), body(&bye)["why"].as_str()), (Some("offline"), Some("shutdown")));
        let will: Value = serde_json::from_slice(&last_will("k3v9q2xw")).unwrap();
        assert_eq!(will, json!({"v": 1, "s": "offline", "sid": "k3v9q2xw", "why": "lwt"}));
    }

    #[test]
    fn a_birth_names_no_address_and_says_how_often_pictures_come() {
        let body = body(&birth(&greenhouse(), &head(), 60.0));
        assert_eq!(body["every"], json!({"state_s": 60, "image_s": 30}));
        assert!(!body.to_string().contains("://"));
    }
}
