//! What cameras' own JSON events become, over payloads in the shape of captures.

use proptest::prelude::any;
use proptest::proptest;
use serde_json::Value;
use serde_json::json;
use xl_model::cloud_event::parse_rfc3339;
use xl_model::fault::code;

use super::super::Heard;
use super::super::Level;
use super::super::Seen;
use super::super::What;
use super::is_sign;
use super::place;
use super::prefix_levels;
use super::read;
use crate::topics::Change;
use crate::topics::Operation;
use crate::topics::State;

macro_rules! recorded {
    ($what:literal) => {
        include_bytes!(concat!("../../../../testdata/", $what, ".json"))
    };
}

fn seen(topic: &str, payload: &[u8]) -> Seen {
    let mut heard = read(topic, payload).unwrap();
    assert_eq!(heard.seen.len(), 1, "{topic}");
    heard.seen.remove(0)
}

fn change(seen: Seen) -> Change {
    match seen.what {
        What::Change { change, .. } => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn hanwha_motion_becomes_one_change() {
    let seen = seen(
        "00:16:6c:00:00:01/onvif-ej/VideoAnalytics/tnssamsung:MotionDetection/&0",
        recorded!("hanwha_ej_motion_short"),
    );
    let expected = Change {
        kind: "camera.motion".parse().unwrap(),
        state: State::Active,
        source_key: "VideoAnalytics/MotionDetection|0|||".to_owned(),
        data: json!({"source": {"token": "0"}}).as_object().unwrap().clone(),
    };
    assert_eq!(
        seen,
        Seen {
            publisher: "00:16:6c:00:00:01".to_owned(),
            camera: None,
            what: What::Change {
                change: expected,
                time_ms: parse_rfc3339("2026-05-27T09:05:18.543Z"),
                operation: None
            },
        }
    );
}

#[test]
fn hanwha_crossing_is_active_and_its_clear_is_inactive() {
    let topic = "00:16:6c:00:00:01/onvif-ej/OpenApp/WiseAI/LineCrossing/&vs-0/bike";
    let crossed = change(seen(topic, recorded!("hanwha_ej_line_crossing")));
    assert_eq!((crossed.kind.as_str(), crossed.state), ("camera.line.cross", State::Active));
    assert_eq!(
        Value::Object(crossed.data),
        json!({"source": {"token": "vs-0", "rule": "bike"}, "data": {"ObjectId": "2080", "direction": "right"}})
    );
    let cleared = change(seen(topic, recorded!("hanwha_ej_line_crossing_clear")));
    assert_eq!((cleared.state, cleared.source_key), (State::Inactive, crossed.source_key));
}

#[test]
fn hanwha_simple_items_say_the_same_as_the_short_form() {
    let topic = "00:16:6c:00:00:01/onvif-ej/VideoSource/MotionAlarm/&1";
    let motion = change(seen(topic, recorded!("hanwha_ej_simpleitem")));
    assert_eq!((motion.kind.as_str(), motion.state), ("camera.motion", State::Active));
    assert_eq!(motion.source_key, "VideoSource/MotionAlarm|1|||");
}

#[test]
fn hanwha_objects_lose_plate_and_face() {
    let topic = "00:16:6c:00:00:01/onvif-ej/OpenApp/WiseAI/LineCrossing/&vs-0/yard";
    let heard = read(topic, recorded!("hanwha_ej_object_classes")).unwrap();
    assert_eq!(heard.identities_dropped, 2);
    let data = &change(heard.seen[0].clone()).data;
    assert_eq!(data["data"], json!({"Object.Appearance.Class.Type": "Vehicle", "Object.ObjectId": "7"}));
}

#[test]
fn bosch_relay_comes_as_a_single_simple_item() {
    let seen = seen("BoschCam1/onvif-ej/Device/tns1:Trigger/tns1:Relay/&Relay-1", recorded!("bosch_ej_simpleitem"));
    assert_eq!(seen.publisher, "BoschCam1");
    let What::Change { operation, .. } = &seen.what else { panic!("{seen:?}") };
    assert_eq!(*operation, Some(Operation::Changed));
    let relay = change(seen);
    assert_eq!((relay.kind.as_str(), relay.state), ("camera.input.relay", State::Active));
    assert_eq!(relay.source_key, "Device/Trigger/Relay|Relay-1|||");
}

#[test]
fn bosch_counter_has_a_prefix_of_many_levels_and_no_zone_in_its_time() {
    let seen = seen(
        "site/bentley/418/onvif-ej/RuleEngine/CountAggregation/Counter/&1/Entry Counter",
        recorded!("bosch_ej_counter"),
    );
    assert_eq!(seen.publisher, "site/bentley/418");
    let What::Change { time_ms, .. } = &seen.what else { panic!("{seen:?}") };
    assert_eq!(*time_ms, None);
    let count = change(seen);
    assert_eq!((count.kind.as_str(), count.state), ("camera.count", State::Value));
    assert_eq!(Value::Object(count.data), json!({"source": {"token": "1", "rule": "Occupancy"}, "data": {"count": 0}}));
}

#[test]
fn what_the_payload_leaves_out_is_read_from_the_topic() {
    let count =
        change(seen("cam/onvif-ej/RuleEngine/CountAggregation/Counter/&1/Entry Counter", br#"{"Data":{"Count":3}}"#));
    assert_eq!(count.data["source"], json!({"token": "1", "rule": "Entry Counter"}));
    let motion = change(seen("cam/onvif-ej/&1", br#"{"Topic":"tns1:VideoSource/MotionAlarm","Data":{"State":true}}"#));
    assert_eq!(motion.source_key, "VideoSource/MotionAlarm|1|||");
}

#[test]
fn a_prefix_that_the_hub_gave_names_the_camera() {
    let motion = recorded!("hanwha_ej_motion_short");
    let given = seen("xl/v1/371122102/gh-1/ej/onvif-ej/VideoSource/MotionAlarm/&0", motion);
    assert_eq!(given.camera.unwrap().to_string(), "371122102.gh-1");
    for foreign in ["xl/v1/37112210/gh-1/ej", "xl/v1/371122102/GH/ej", "xl/v1/371122102/gh-1/x/ej", "cam"] {
        let topic = format!("{foreign}/onvif-ej/VideoSource/MotionAlarm/&0");
        assert_eq!(seen(&topic, motion).camera, None, "{foreign}");
    }
}

#[test]
fn a_heartbeat_is_a_sign_of_life_and_a_fire_alarm_an_event_besides() {
    let alive = Seen::of("00:16:6c:00:00:01", What::Presence { level: Level::Up, reason: None });
    assert_eq!(read("00:16:6c:00:00:01/heartbeat", b"").unwrap(), Heard::one(alive.clone()));
    let heard = read("00:16:6c:00:00:01/fireAlarm", b"").unwrap();
    assert_eq!(heard.seen[0], alive);
    let alarm = change(heard.seen[1].clone());
    assert_eq!((alarm.kind.as_str(), alarm.state), ("camera.vendor.raw", State::Pulse));
    assert!(!is_sign("living-room/heartbeat") && !is_sign("00:16:6c:00:00:01/other"));
}

#[test]
fn a_topic_is_taken_apart_at_its_marks() {
    let taken = place("a/b/onvif-ej/X/Y/&t/r/s").unwrap();
    assert_eq!((taken.prefix, taken.path.as_str(), taken.token, taken.rest), ("a/b", "X/Y", "t", "r/s"));
    let bare = place("a/onvif-ej/X/R&D").unwrap();
    assert_eq!((bare.path.as_str(), bare.token), ("X/R&D", ""), "an ampersand inside a level is none");
    assert_eq!(prefix_levels("a/b/c/onvif-ej/X"), Some(3));
    for other in ["onvif-ej/X", "/onvif-ej/X", "a/onvif-ej", "a/onvif-ejx/X", ""] {
        assert_eq!(place(other), None, "{other}");
        assert_eq!(read(other, b"{}").map_err(|refused| refused.code), Err(code::UNKNOWN_TOPIC), "{other}");
    }
}

#[test]
fn a_payload_has_its_rules() {
    let refused = |payload: &[u8]| read("cam/onvif-ej/X", payload).map_err(|refused| refused.code);
    assert_eq!(refused(b"[]"), Err(code::BAD_JSON));
    assert_eq!(refused(b"{\"Data\":"), Err(code::BAD_JSON));
    assert_eq!(refused(b"\xff\xfe"), Err(code::BAD_JSON));
    assert_eq!(refused(&[b' '; 64 * 1024 + 1]), Err(code::DATA_TOO_LARGE));
    assert_eq!(read("cam/onvif-ej/X", b""), Ok(Heard::default()));
}

proptest! {
    #[test]
    fn any_bytes_on_any_topic_are_taken_or_refused(
        topic in any::<String>(),
        payload in any::<Vec<u8>>(),
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut broken = recorded!("hanwha_ej_object_classes").to_vec();
        let at = at.index(broken.len());
        broken[at] = byte;
        for topic in [topic.clone(), format!("cam/onvif-ej/{topic}")] {
            for payload in [&payload, &broken] {
                if let Ok(heard) = read(&topic, payload) {
                    assert!(heard.seen.iter().all(|seen| seen.publisher.chars().count() <= 128));
                }
            }
        }
    }
}
