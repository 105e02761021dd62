//! Messages of devices: the native dialect, and every foreign one with its state.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use xl_bridge::mqtt::dialect::Dialects;
use xl_bridge::mqtt::dialect::settings::Settings;
use xl_bridge::mqtt::native;
use xl_bridge::mqtt::native::Message;

const TOPICS: [&str; 24] = [
    "xl/v1/371122102/gh-1/image",
    "xl/v1/371122102/gh-1/image/sub",
    "xl/v1/371122102/gh-1/event",
    "xl/v1/371122102/gh-1/telemetry",
    "xl/v1/371122102/gh-1/birth",
    "xl/v1/371122102/gh-1/state",
    "xl/v1/371122102/gh-1/ack",
    "xl/v1/371122102/gh-1/relay",
    "xl/v1/371122102/edge-1/roll",
    "xl/v1/371122102/gh-1/ej/onvif-ej/RuleEngine/CellMotionDetector/Motion/&VSC1",
    "esp32/gh-1/photo",
    "meta/gh-1",
    "chunk/gh-1",
    "done/gh-1",
    "pos/gh-1",
    "cam/onvif-ej/VideoSource/MotionAlarm/&vs-0",
    "axis/ACCC8E000001/event/tns:axis/CameraApplicationPlatform/VMD/Camera1Profile1",
    "homeassistant/camera/cam_0001/config",
    "homeassistant/binary_sensor/cam_0001/motion/config",
    "frigate/events",
    "frigate/reviews",
    "frigate/available",
    "frigate/yard/person/snapshot",
    "frigate/yard/motion",
];

fn settings() -> Settings {
    serde_json::from_value(serde_json::json!({
        "image_map": [
            {"filter": "esp32/+/photo", "division": "371122102", "camera": "$1"},
            {"filter": "+/gh-1", "division": "371122102", "camera": "gh-1", "chunk": "meta"},
            {"filter": "pos/+", "division": "371122102", "camera": "$1", "chunk": "pos"},
        ],
        "onvif_ej_levels": 1,
        "axis_prefixes": ["axis/+"],
        "discovery_prefix": "homeassistant",
        "frigate_prefix": "frigate",
    }))
    .expect("settings that keep the rules")
}

fuzz_target!(|data: &[u8]| {
    let [topic, correlation, payload @ ..] = data else { return };
    let (correlation, payload) = payload.split_at(payload.len().min(usize::from(*correlation)));
    let message = Message {
        topic: TOPICS[usize::from(*topic) % TOPICS.len()].to_owned(),
        payload: Bytes::copy_from_slice(payload),
        correlation: (!correlation.is_empty()).then(|| Bytes::copy_from_slice(correlation)),
        retained: topic & 0x80 != 0,
    };
    if let Ok(Some(observation)) = native::parse(&message) {
        assert!(serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&observation.data).is_ok());
    }
    let mut dialects = Dialects::new(settings()).expect("settings that keep the rules");
    // Twice, so that what was described the first time is there; and a picture in pieces goes on.
    for now_ms in [1_000, 2_000] {
        let _ = dialects.classify(&message.topic);
        let _ = dialects.read(&message, now_ms);
    }
    dialects.expire(i64::MAX);
});
