//! What Frigate's messages become, over payloads in the shape of its documentation.

use bytes::Bytes;
use proptest::prelude::any;
use proptest::proptest;
use serde_json::Value;
use serde_json::json;
use xl_model::fault::code;

use super::super::Heard;
use super::super::Level;
use super::super::Seen;
use super::super::What;
use super::super::fault;
use super::Frigate;
use super::PREFIX;
use crate::topics::Change;
use crate::topics::State;

macro_rules! recorded {
    ($what:literal) => {
        include_bytes!(concat!("../../../../testdata/frigate_", $what, ".json"))
    };
}

fn frigate() -> Frigate {
    Frigate::new(PREFIX)
}

fn read(topic: &str, payload: &'static [u8]) -> Heard {
    frigate().read(topic, &Bytes::from_static(payload), false).unwrap()
}

fn change(heard: &Heard) -> &Change {
    match &heard.seen[..] {
        [Seen { what: What::Change { change, .. }, .. }] => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn frigate_event_begins_with_new_and_loses_who_it_recognised() {
    let heard = read("frigate/events", recorded!("event_new"));
    // sub_label, recognized_license_plate, its score, and the attribute `face`.
    assert_eq!(heard.identities_dropped, 4);
    let expected = Change {
        kind: "camera.object.person".parse().unwrap(),
        state: State::Active,
        source_key: "1607123955.475377-mxklsc".to_owned(),
        data: json!({
            "label": "person", "score": 0.958984375,
            "data": {"box_px": [424.0, 500.0, 536.0, 712.0], "current_zones": ["driveway"], "entered_zones": ["yard", "driveway"]},
        })
        .as_object()
        .unwrap()
        .clone(),
    };
    let what = What::Change { change: expected, time_ms: Some(1_607_123_955_475), operation: None };
    assert_eq!(heard.seen, [Seen::of("front_door", what)]);
}

#[test]
fn frigate_event_ends_with_end_under_the_same_key() {
    let heard = read("frigate/events", recorded!("event_end"));
    let ended = change(&heard);
    assert_eq!((ended.state, ended.source_key.as_str()), (State::Inactive, "1607123955.475377-mxklsc"));
    assert!(matches!(heard.seen[0].what, What::Change { time_ms: Some(1_607_123_975_500), .. }));
}

#[test]
fn frigate_labels_have_their_kinds_and_personal_ones_none() {
    for (label, kind) in [
        ("car", "camera.object.vehicle"),
        ("dog", "camera.object.animal"),
        ("package", "camera.object.package"),
        ("tractor", "camera.object.other"),
    ] {
        let payload = format!(r#"{{"type":"update","after":{{"id":"1","camera":"yard","label":"{label}"}}}}"#);
        let heard = frigate().read("frigate/events", &Bytes::from(payload), false).unwrap();
        assert_eq!((change(&heard).kind.as_str(), change(&heard).state), (kind, State::Active), "{label}");
    }
    for personal in ["face", "license_plate"] {
        let payload = format!(r#"{{"type":"new","after":{{"id":"1","camera":"yard","label":"{personal}"}}}}"#);
        let heard = frigate().read("frigate/events", &Bytes::from(payload), false).unwrap();
        assert_eq!((heard.seen.len(), heard.identities_dropped), (0, 1), "{personal}");
    }
}

#[test]
fn frigate_false_positives_are_no_news() {
    let payload = br#"{"type":"update","after":{"id":"1","camera":"yard","label":"car","false_positive":true}}"#;
    assert_eq!(read("frigate/events", payload), Heard::default());
}

#[test]
fn frigate_review_keeps_what_was_seen_and_not_who() {
    let heard = read("frigate/reviews", recorded!("review_alert"));
    let review = change(&heard);
    assert_eq!((review.kind.as_str(), review.state), ("camera.review", State::Active));
    assert_eq!(
        Value::Object(review.data.clone()),
        json!({"data": {"severity": "alert", "objects": ["person", "car"], "zones": ["driveway"]}})
    );
    assert_eq!(heard.identities_dropped, 2, "the sub labels and the face");
}

#[test]
fn frigate_motion_is_on_or_off() {
    let on = read("frigate/yard/motion", b"ON");
    assert_eq!((change(&on).kind.as_str(), change(&on).state), ("camera.motion", State::Active));
    assert_eq!(change(&read("frigate/yard/motion", b"OFF")).state, State::Inactive);
    let refused = frigate().read("frigate/yard/motion", &Bytes::from_static(b"perhaps"), false);
    assert_eq!(refused.map_err(|refused| refused.code), Err(fault::UNKNOWN_PAYLOAD));
}

#[test]
fn frigate_snapshot_is_a_cut_out_picture_and_a_face_is_not_taken() {
    let jpeg = b"\xff\xd8\xff\xe0";
    let what = What::Picture { bytes: Bytes::from_static(jpeg), label: Some("car".to_owned()) };
    assert_eq!(read("frigate/yard/car/snapshot", jpeg), Heard::one(Seen::of("yard", what)));
    assert_eq!(read("frigate/yard/face/snapshot", jpeg), Heard { seen: Vec::new(), identities_dropped: 1 });
}

#[test]
fn frigate_that_is_not_online_leaves_its_cameras_unknown() {
    for (word, level) in [("online", Level::Up), ("stopped", Level::Unknown), ("offline", Level::Unknown)] {
        let heard = frigate().read("frigate/available", &Bytes::from_static(word.as_bytes()), false).unwrap();
        assert_eq!(heard, Heard::one(Seen::of("frigate", What::Bridge { level })), "{word}");
    }
}

#[test]
fn frigate_camera_is_up_with_any_role_and_down_without_all() {
    let mut frigate = frigate();
    let mut level = |role: &str, word: &'static str, retained| {
        let topic = format!("frigate/yard/status/{role}");
        let heard = frigate.read(&topic, &Bytes::from_static(word.as_bytes()), retained).unwrap();
        heard.seen.first().map(|seen| match seen.what {
            What::Presence { level, .. } => level,
            ref other => panic!("{other:?}"),
        })
    };
    assert_eq!(level("detect", "online", true), None, "retained proves nothing");
    assert_eq!(level("audio", "offline", false), None, "and yet `detect` may be there");
    assert_eq!(level("detect", "online", false), Some(Level::Up));
    assert_eq!(level("record", "offline", false), Some(Level::Up));
    assert_eq!(level("detect", "offline", false), Some(Level::Down));
    assert_eq!(level("detect", "disabled", false), Some(Level::Maintenance));
    assert_eq!(level("unheard_of", "online", false), None);
}

#[test]
fn frigate_roles_are_bounded() {
    let mut frigate = frigate();
    let refused = (0..1100)
        .filter(|n| {
            frigate.read(&format!("frigate/c{n}/status/detect"), &Bytes::from_static(b"online"), false).is_err()
        })
        .count();
    assert_eq!(refused, 1100 - 1024);
}

#[test]
fn what_is_retained_is_no_news() {
    for (topic, payload) in [
        ("frigate/available", b"online".as_slice()),
        ("frigate/yard/motion", b"ON"),
        ("frigate/yard/car/snapshot", b"\xff\xd8\xff"),
        ("frigate/events", recorded!("event_new")),
    ] {
        let heard = frigate().read(topic, &Bytes::from_static(payload), true);
        assert_eq!(heard, Ok(Heard::default()), "{topic}");
    }
}

#[test]
fn a_message_has_its_rules() {
    let refused = |topic, payload: &'static [u8]| {
        frigate().read(topic, &Bytes::from_static(payload), false).unwrap_err().to_string()
    };
    assert_eq!(refused("frigate/restart", b""), "XL0210: none of Frigate's topics");
    assert_eq!(refused("frigate/events", b"{}"), "XL0202: missing field `type`");
    assert_eq!(
        refused("frigate/events", br#"{"type":"new","after":{"id":"1"}}"#),
        "XL0202: `after`: missing field `camera`"
    );
    assert_eq!(
        refused("frigate/events", br#"{"type":"x","after":{}}"#),
        "XL0202: `type`: must be `new`, `update` or `end`"
    );
    let large = Bytes::from(vec![b' '; 256 * 1024 + 1]);
    assert_eq!(
        frigate().read("frigate/events", &large, false).map_err(|refused| refused.code),
        Err(code::DATA_TOO_LARGE)
    );
}

proptest! {
    #[test]
    fn any_bytes_on_any_topic_are_taken_or_refused(
        topic in any::<String>(),
        payload in any::<Vec<u8>>(),
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut broken = recorded!("event_new").to_vec();
        let at = at.index(broken.len());
        broken[at] = byte;
        let mut frigate = frigate();
        for topic in [topic.as_str(), "frigate/events", "frigate/reviews", "frigate/a/status/detect", "frigate/a/motion"] {
            for payload in [&payload, &broken] {
                let _ = frigate.read(topic, &Bytes::from(payload.clone()), false);
            }
        }
    }
}
