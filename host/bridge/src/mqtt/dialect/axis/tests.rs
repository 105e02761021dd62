//! What the Axis event bridge's messages become.

use proptest::prelude::any;
use proptest::proptest;
use serde_json::json;
use xl_model::fault::code;

use super::super::Heard;
use super::super::Seen;
use super::super::What;
use super::super::filter::Filter;
use super::read;
use crate::topics::Change;
use crate::topics::State;

macro_rules! recorded {
    ($what:literal) => {
        include_bytes!(concat!("../../../../testdata/axis_", $what, ".json"))
    };
}

fn filter() -> Filter {
    "axis/+/event/#".to_owned().try_into().unwrap()
}

fn change(heard: &Heard) -> &Change {
    match &heard.seen[..] {
        [Seen { what: What::Change { change, .. }, .. }] => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn axis_pir_becomes_motion_of_its_serial_number() {
    let topic = "axis/ACCC8E000001/event/tns:onvif/Device/tns:axis/Sensor/PIR/$source/sensor/0";
    let heard = read(topic, recorded!("pir"), &filter()).unwrap();
    let expected = Change {
        kind: "camera.motion".parse().unwrap(),
        state: State::Active,
        source_key: "Device/Sensor/PIR|0|||".to_owned(),
        data: json!({"source": {"token": "0"}}).as_object().unwrap().clone(),
    };
    let what = What::Change { change: expected, time_ms: Some(1_590_258_472_044), operation: None };
    assert_eq!(heard, Heard::one(Seen::of("ACCC8E000001", what)));
}

#[test]
fn axis_source_and_topic_are_read_from_the_topic_where_the_message_leaves_them_out() {
    let topic = "axis/ACCC8E000001/event/tns:onvif/Device/tns:axis/IO/Port/$source/port/3";
    let heard = read(topic, recorded!("port_without_topic"), &filter()).unwrap();
    let port = change(&heard);
    assert_eq!((port.kind.as_str(), port.state), ("camera.input.digital", State::Inactive));
    assert_eq!(port.source_key, "Device/IO/Port|3|||");
}

#[test]
fn axis_applications_are_kept_raw() {
    let topic = "axis/ACCC8E000001/event/tns:axis/CameraApplicationPlatform/VMD/Camera1Profile1";
    let heard = read(topic, recorded!("application"), &filter()).unwrap();
    let raw = change(&heard);
    assert_eq!((raw.kind.as_str(), raw.state), ("camera.vendor.raw", State::Active));
    assert_eq!(raw.data["topic"], "CameraApplicationPlatform/VMD/Camera1Profile1");
}

#[test]
fn axis_prefix_without_wildcard_names_the_camera() {
    let filter: Filter = "farm/gate/event/#".to_owned().try_into().unwrap();
    let heard = read("farm/gate/event/tns:onvif/X", recorded!("pir"), &filter).unwrap();
    assert_eq!(heard.seen[0].publisher, "farm/gate");
}

#[test]
fn a_time_beyond_belief_is_none() {
    for time in ["-5", "4102444800001", "1e400", "\"1590258472044\""] {
        let payload = format!(r#"{{"timestamp":{time},"topic":"a","message":{{"data":{{"x":"1"}}}}}}"#);
        if let Ok(heard) = read("axis/A/event/a", payload.as_bytes(), &filter()) {
            assert!(matches!(heard.seen[..], [Seen { what: What::Change { time_ms: None, .. }, .. }]), "{time}");
        }
    }
}

#[test]
fn a_message_has_its_rules() {
    let refused = |topic, payload: &[u8]| read(topic, payload, &filter()).map_err(|refused| refused.code);
    assert_eq!(refused("axis/A/other/x", b"{}"), Err(code::UNKNOWN_TOPIC));
    assert_eq!(refused("axis/A/event/x", b"7"), Err(code::BAD_JSON));
    assert_eq!(refused("axis/A/event/x", &[b' '; 64 * 1024 + 1]), Err(code::DATA_TOO_LARGE));
    assert_eq!(refused("axis/A/event/x", b""), Ok(Heard::default()));
}

proptest! {
    #[test]
    fn any_bytes_on_any_topic_are_taken_or_refused(topic in any::<String>(), payload in any::<Vec<u8>>(), json in any::<String>()) {
        let said = format!(r#"{{"topic":{},"message":{{"source":{{"a":"1"}}}}}}"#, serde_json::Value::from(json));
        for topic in [topic.clone(), format!("axis/A/event/{topic}/$source/{topic}")] {
            for payload in [payload.as_slice(), said.as_bytes()] {
                if let Ok(heard) = read(&topic, payload, &filter()) {
                    assert!(heard.seen.len() <= 1);
                }
            }
        }
    }
}
