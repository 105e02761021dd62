//! The dialects together: which topic belongs to whom, what is subscribed, and what a retained message proves.

use bytes::Bytes;
use proptest::prelude::any;
use proptest::proptest;
use xl_model::fault::code;

use super::Dialect;
use super::Dialects;
use super::Heard;
use super::Level;
use super::Message;
use super::Seen;
use super::What;
use super::fault;
use super::settings::Settings;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF";

fn settings() -> Settings {
    serde_json::from_value(serde_json::json!({
        "image_map": [
            {"filter": "esp32/+/photo", "division": "371122102", "camera": "gh-$1"},
            {"filter": "farm/+/camera/+", "division": "371122102", "camera": "farm-$1", "chunk": "meta"},
            {"filter": "apple/+", "division": "371122102", "camera": "apple-$1", "chunk": "pos"},
            {"filter": "link/+", "division": "371122102", "camera": "link-$1", "allow_url": true},
        ],
        "onvif_ej_levels": 2,
        "axis_prefixes": ["axis/+"],
        "discovery_prefix": "homeassistant",
        "frigate_prefix": "frigate",
    }))
    .unwrap()
}

fn dialects() -> Dialects {
    Dialects::new(settings()).unwrap()
}

fn message(topic: &str, payload: &[u8]) -> Message {
    Message { topic: topic.to_owned(), payload: Bytes::copy_from_slice(payload), ..Message::default() }
}

fn read(dialects: &mut Dialects, topic: &str, payload: &[u8]) -> Vec<Seen> {
    dialects.read(&message(topic, payload), 0).unwrap().seen
}

#[test]
fn a_topic_belongs_to_one_dialect() {
    for (topic, dialect) in [
        ("esp32/3/photo", Some(Dialect::Image)),
        ("farm/a/camera/meta", Some(Dialect::Image)),
        ("00:16:6c:00:00:01/onvif-ej/VideoSource/MotionAlarm/&0", Some(Dialect::OnvifEj)),
        ("a/b/onvif-ej/X", Some(Dialect::OnvifEj)),
        ("a/b/c/onvif-ej/X", None), // Deeper than configured.
        ("xl/v1/371122102/gh-1/ej/onvif-ej/X", Some(Dialect::OnvifEj)),
        ("xl/onvif-ej/X", None),
        ("xl/v1/371122102/gh-1/image", None), // Native.
        ("00:16:6c:00:00:01/heartbeat", Some(Dialect::OnvifEj)),
        ("living-room/heartbeat", None),
        ("axis/ACCC8E000001/event/tns:onvif/X", Some(Dialect::Axis)),
        ("axis/ACCC8E000001/other", None),
        ("homeassistant/image/yard/config", Some(Dialect::Discovery)),
        ("cams/yard/still", None), // No config has named it yet.
        ("frigate/events", Some(Dialect::Frigate)),
        ("frigate/restart", None),
        ("$SYS/broker", None),
        ("", None),
        (&format!("esp32/{}/photo", "3".repeat(512)), None), // Too long for any.
    ] {
        assert_eq!(dialects().classify(topic), dialect, "{topic}");
    }
}

#[test]
fn nothing_is_spoken_until_it_is_named() {
    let mut silent = Dialects::new(Settings::default()).unwrap();
    assert_eq!(silent.filters(), ["xl/v1/+/+/ej/onvif-ej/#"]);
    for topic in ["a/onvif-ej/X", "axis/A/event/x", "homeassistant/image/a/config", "frigate/events"] {
        assert_eq!(silent.classify(topic), None, "{topic}");
        let refused = silent.read(&message(topic, b"{}"), 0).map_err(|refused| refused.code);
        assert_eq!(refused, Err(code::UNKNOWN_TOPIC), "{topic}");
    }
}

#[test]
fn every_filter_is_for_a_dialect_and_none_for_everything() {
    let filters = dialects().filters();
    assert_eq!(
        filters,
        [
            "+/+/onvif-ej/#",
            "+/fireAlarm",
            "+/heartbeat",
            "+/onvif-ej/#",
            "apple/+",
            "axis/+/event/#",
            "esp32/+/photo",
            "farm/+/camera/+",
            "frigate/+/+/snapshot",
            "frigate/+/motion",
            "frigate/+/status/+",
            "frigate/available",
            "frigate/events",
            "frigate/reviews",
            "homeassistant/+/+/+/config",
            "homeassistant/+/+/config",
            "link/+",
            "xl/v1/+/+/ej/onvif-ej/#",
        ]
    );
}

#[test]
fn discovery_adds_the_topics_that_it_learns() {
    let mut dialects = dialects();
    let config = include_bytes!("../../../testdata/homeassistant_camera_config.json");
    read(&mut dialects, "homeassistant/image/yard/config", config);
    assert!(dialects.filters().contains(&"cams/yard/still".to_owned()));
    assert_eq!(dialects.classify("cams/yard/still"), Some(Dialect::Discovery));
    assert!(matches!(read(&mut dialects, "cams/yard/still", JPEG)[..], [Seen { what: What::Picture { .. }, .. }]));
}

#[test]
fn a_mapping_row_names_the_camera() {
    let seen = read(&mut dialects(), "esp32/3/photo", JPEG);
    let what = What::Picture { bytes: Bytes::from_static(JPEG), label: None };
    let publisher = "371122102.gh-3".to_owned();
    assert_eq!(seen, [Seen { camera: publisher.parse().ok(), publisher, what }]);
    for topic in ["esp32/3/photo", "apple/1"] {
        let empty = read(&mut dialects(), topic, b"");
        assert_eq!(empty[0].what, What::Presence { level: Level::Up, reason: None }, "a sign of life, no picture");
    }
    let url = read(&mut dialects(), "link/1", b"http://192.0.2.10/snap.jpg");
    assert_eq!(url[0].what, What::PictureAt { url: "http://192.0.2.10/snap.jpg".to_owned() });
}

#[test]
fn esp32_chunks_on_three_topics_become_a_picture() {
    let mut dialects = dialects();
    let meta = include_bytes!("../../../testdata/esp32_chunk_meta.json");
    assert_eq!(read(&mut dialects, "farm/a/camera/meta", meta), []);
    assert_eq!(read(&mut dialects, "farm/b/camera/meta", meta), [], "another camera's picture is another");
    assert_eq!(read(&mut dialects, "farm/a/camera/chunk", &JPEG[..4]), []);
    assert_eq!(read(&mut dialects, "farm/a/camera/chunk", &JPEG[4..]), []);
    assert!(matches!(
        read(&mut dialects, "farm/a/camera/status", b"ok")[..],
        [Seen { what: What::Presence { .. }, .. }]
    ));
    let seen = read(&mut dialects, "farm/a/camera/done", b"");
    assert_eq!(seen[0].what, What::Picture { bytes: Bytes::from_static(JPEG), label: None });
    assert_eq!(dialects.expire(30_000), 1, "the other camera's");
}

#[test]
fn esp32_chunks_on_one_topic_become_a_picture() {
    let whole = include_bytes!("../../../testdata/esp32_chunk_pos.json");
    let seen = read(&mut dialects(), "apple/1", whole);
    assert_eq!(seen[0].what, What::Picture { bytes: Bytes::from_static(JPEG), label: None });
    let mut dialects = dialects();
    for (pos, data) in [("0", "/9j/4AAQ"), ("\"1\"", "SkZJRg==")] {
        let piece = format!(r#"{{"data":"{data}","pos":{pos},"size":2.0,"pic_id":9}}"#);
        let seen = read(&mut dialects, "apple/1", piece.as_bytes());
        assert_eq!(seen.len(), usize::from(pos != "0"), "{pos}");
    }
    let refused = |payload: &[u8]| {
        Dialects::new(settings()).unwrap().read(&message("apple/1", payload), 0).unwrap_err().to_string()
    };
    assert_eq!(refused(b"{}"), "XL0202: `/data`: is missing, or no text");
    assert_eq!(refused(br#"{"data":"x","pos":-1,"size":1}"#), "XL0202: `/pos`: must be a whole number");
    assert_eq!(refused(br#"{"data":"x","pos":0,"size":1.5}"#), "XL0202: `/size`: must be a whole number");
}

#[test]
fn what_is_retained_is_no_news_and_no_sign_of_life() {
    let motion = include_bytes!("../../../testdata/hanwha_ej_motion_short.json");
    let pir = include_bytes!("../../../testdata/axis_pir.json");
    let mut dialects = dialects();
    for (topic, payload) in [
        ("esp32/3/photo", JPEG),
        ("esp32/3/photo", b""),
        ("farm/a/camera/done", b""),
        ("cam/onvif-ej/VideoSource/MotionAlarm/&0", motion),
        ("00:16:6c:00:00:01/heartbeat", b""),
        ("axis/A/event/x", pir),
        ("frigate/available", b"online"),
        ("frigate/yard/status/detect", b"online"),
    ] {
        let live = dialects.read(&message(topic, payload), 0);
        assert_ne!(live, Ok(Heard::default()), "{topic}");
        let retained = dialects.read(&Message { retained: true, ..message(topic, payload) }, 0);
        assert_eq!(retained, Ok(Heard::default()), "{topic}");
    }
}

#[test]
fn settings_that_cannot_work_are_refused_with_their_key() {
    for (json, fault) in [
        (r#"{"onvif_ej_levels":9}"#, "`onvif_ej_levels`: at most 8"),
        (
            r#"{"axis_prefixes":["axis/#"]}"#,
            "`axis_prefixes`: `axis/#/event/#` is not a topic filter: `+` is a whole level, `#` the whole last one",
        ),
        (r#"{"frigate_prefix":"+"}"#, "`frigate_prefix`: 1 to 128 bytes, a topic without wildcards"),
        (r#"{"discovery_prefix":""}"#, "`discovery_prefix`: 1 to 128 bytes, a topic without wildcards"),
        (r#"{"discovery_prefix":"home/"}"#, "`discovery_prefix`: 1 to 128 bytes, a topic without wildcards"),
    ] {
        let settings: Settings = serde_json::from_str(json).unwrap();
        assert_eq!(Dialects::new(settings).unwrap_err().to_string(), fault, "{json}");
    }
    assert!(serde_json::from_str::<Settings>(r#"{"colour":1}"#).is_err());
}

#[test]
fn each_fault_of_the_dialects_has_its_number() {
    let codes = [
        fault::UNKNOWN_PAYLOAD,
        fault::BAD_BASE64,
        fault::URL_NOT_ALLOWED,
        fault::BROKEN_PIECES,
        fault::TEMPLATE_NOT_SUPPORTED,
        fault::TOO_MANY,
    ];
    assert_eq!(codes.map(|code| code.to_string()), ["XL0211", "XL0212", "XL0213", "XL0214", "XL0215", "XL0216"]);
}

proptest! {
    #[test]
    fn any_bytes_on_any_topic_are_taken_or_refused(
        topic in any::<String>(),
        level in "[a-z+&/]{0,9}",
        payload in any::<Vec<u8>>(),
        now_ms in any::<i64>(),
        retained in any::<bool>(),
    ) {
        let mut dialects = dialects();
        let topics = ["esp32/", "farm/a/camera/", "apple/", "a/onvif-ej/", "axis/A/event/", "homeassistant/image/", "frigate/"];
        for topic in topics.map(|head| [head, &level].concat()).into_iter().chain([topic]) {
            let message = Message { topic, payload: Bytes::from(payload.clone()), retained, ..Message::default() };
            match dialects.read(&message, now_ms) {
                Ok(heard) => assert!(heard.seen.iter().all(|seen| seen.publisher.chars().count() <= 128)),
                Err(refused) => assert!(refused.detail.chars().count() <= 300, "{}", refused.detail),
            }
        }
    }
}
