//! Publishers that describe themselves: what they are, and what they say later.

use bytes::Bytes;
use proptest::prelude::any;
use proptest::proptest;
use serde_json::json;
use xl_model::fault::Refused;
use xl_model::fault::code;

use super::super::Described;
use super::super::Heard;
use super::super::Level;
use super::super::Seen;
use super::super::What;
use super::super::fault;
use super::Discovery;
use super::ENTITIES_MOST;
use super::PREFIX;
use crate::topics::State;

macro_rules! recorded {
    ($what:literal) => {
        include_str!(concat!("../../../../testdata/", $what, ".json"))
    };
}

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF";

fn read(table: &mut Discovery, topic: &str, payload: &str) -> Result<Heard, Refused> {
    table.read(topic, &Bytes::copy_from_slice(payload.as_bytes()), false)
}

fn seen(table: &mut Discovery, topic: &str, payload: &str) -> Vec<What> {
    read(table, topic, payload).unwrap().seen.into_iter().map(|seen| seen.what).collect()
}

fn yard() -> Discovery {
    let mut table = Discovery::new(PREFIX);
    read(&mut table, "homeassistant/image/yard/config", recorded!("homeassistant_camera_config")).unwrap();
    table
}

fn presence(level: Level) -> Vec<What> {
    vec![What::Presence { level, reason: None }]
}

#[test]
fn homeassistant_camera_describes_itself_and_its_topics_are_subscribed() {
    let mut table = Discovery::new(PREFIX);
    let topic = "homeassistant/image/yard/config";
    let payload = Bytes::from_static(recorded!("homeassistant_camera_config").as_bytes());
    let described = Described {
        name: Some("Yard".to_owned()),
        vendor: Some("M".to_owned()),
        model: Some("X1".to_owned()),
        firmware: Some("1.0".to_owned()),
        identifiers: vec!["cam_0001".to_owned(), "cam_0001_image".to_owned()],
    };
    let expected = Heard::one(Seen::of("cam_0001", What::Described(described)));
    assert_eq!(table.read(topic, &payload, true).unwrap(), expected, "configs are retained");
    assert_eq!(
        table.filters(),
        ["homeassistant/+/+/config", "homeassistant/+/+/+/config", "cams/yard/avail", "cams/yard/still"]
    );
}

#[test]
fn homeassistant_picture_comes_raw_or_encoded_whatever_the_config_says() {
    let mut table = yard();
    let expected = What::Picture { bytes: Bytes::from_static(JPEG), label: None };
    let expected = Heard::one(Seen::of("cam_0001", expected));
    assert_eq!(read(&mut table, "cams/yard/still", "/9j/4AAQSkZJRg=="), Ok(expected.clone()));
    assert_eq!(table.read("cams/yard/still", &Bytes::from_static(JPEG), false), Ok(expected));
    assert_eq!(seen(&mut table, "cams/yard/still", ""), []);
}

#[test]
fn homeassistant_availability_is_presence_unless_it_is_retained() {
    let mut table = yard();
    assert_eq!(seen(&mut table, "cams/yard/avail", "online"), presence(Level::Up));
    assert_eq!(seen(&mut table, "cams/yard/avail", "offline"), presence(Level::Down));
    assert_eq!(seen(&mut table, "cams/yard/avail", "whatever"), []);
    let retained = table.read("cams/yard/avail", &Bytes::from_static(b"online"), true);
    assert_eq!(retained, Ok(Heard::default()));
}

#[test]
fn homeassistant_short_keys_and_the_base_topic_are_understood() {
    let mut table = Discovery::new(PREFIX);
    let topic = "homeassistant/binary_sensor/yard/motion/config";
    read(&mut table, topic, recorded!("homeassistant_binary_sensor_short")).unwrap();
    assert_eq!(table.filters()[2..], ["cams/yard/avail", "cams/yard/motion"]);
    let mut state = |payload: &str| match &seen(&mut table, "cams/yard/motion", payload)[..] {
        [What::Change { change, .. }] => Some((change.kind.to_string(), change.state)),
        [] => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(state(r#"{"state":{"now":"ON"}}"#), Some(("camera.motion".to_owned(), State::Active)));
    assert_eq!(state(r#"{"state":{"now":"OFF"}}"#), Some(("camera.motion".to_owned(), State::Inactive)));
    assert_eq!(state(r#"{"state":{"now":"?"}}"#), None);
    assert_eq!(state("ON"), None);
}

#[test]
fn homeassistant_event_is_a_pulse_of_its_class() {
    let mut table = Discovery::new(PREFIX);
    let heard = read(&mut table, "homeassistant/event/bell/config", recorded!("homeassistant_event_config")).unwrap();
    assert_eq!(heard.seen[0].publisher, "02:00:00:00:00:07", "a device without identifiers is named by its connection");
    let seen = seen(&mut table, "bell/events", r#"{"event_type":"press","person":"X"}"#);
    let [What::Change { change, .. }] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((change.kind.as_str(), change.state), ("camera.visitor", State::Pulse));
    assert_eq!(change.data["data"], json!({"event_type": "press"}));
}

#[test]
fn viseron_connectivity_is_presence() {
    let mut table = Discovery::new(PREFIX);
    read(&mut table, "homeassistant/binary_sensor/viseron/yard/config", recorded!("viseron_connected_config")).unwrap();
    let topic = "viseron/binary_sensor/yard_connected/state";
    assert_eq!(seen(&mut table, topic, r#"{"state": "on", "attributes": {}}"#), presence(Level::Up));
    assert_eq!(seen(&mut table, topic, r#"{"state": "off", "attributes": {}}"#), presence(Level::Down));
    assert_eq!(seen(&mut table, "viseron/lwt", "dead"), presence(Level::Down));
}

#[test]
fn several_availabilities_are_taken_together() {
    let config = |mode: &str| {
        format!(
            r#"{{"unique_id":"u","image_topic":"i","availability":[{{"topic":"a"}},{{"topic":"b"}}],"availability_mode":"{mode}"}}"#
        )
    };
    let levels = |mode: &str, said: &[(&str, &str)]| -> Vec<Option<Level>> {
        let mut table = Discovery::new(PREFIX);
        read(&mut table, "homeassistant/image/u/config", &config(mode)).unwrap();
        let mut level = |topic, word| match seen(&mut table, topic, word)[..] {
            [What::Presence { level, .. }] => Some(level),
            _ => None,
        };
        said.iter().map(|(topic, word)| level(topic, word)).collect()
    };
    let said = [("a", "online"), ("b", "online"), ("a", "offline"), ("b", "offline")];
    let (up, down) = (Some(Level::Up), Some(Level::Down));
    assert_eq!(levels("latest", &said), [up, up, down, down]);
    assert_eq!(levels("any", &said), [up, up, None, down]);
    assert_eq!(levels("all", &said), [None, up, down, down]);
    let mut table = Discovery::new(PREFIX);
    let refused = read(&mut table, "homeassistant/image/u/config", &config("most")).unwrap_err();
    assert_eq!(refused.to_string(), "XL0202: `availability_mode`: must be `all`, `any` or `latest`");
}

#[test]
fn a_device_is_withdrawn_with_its_last_entity() {
    let mut table = yard();
    read(&mut table, "homeassistant/binary_sensor/yard/config", recorded!("homeassistant_binary_sensor_short"))
        .unwrap();
    assert_eq!(seen(&mut table, "homeassistant/image/yard/config", ""), []);
    assert_eq!(seen(&mut table, "homeassistant/binary_sensor/yard/config", ""), [What::Withdrawn]);
    assert!(table.is_empty());
    assert_eq!(table.filters().len(), 2, "its topics are no longer subscribed");
    assert_eq!(seen(&mut table, "homeassistant/image/yard/config", ""), []);
}

#[test]
fn a_config_said_again_replaces_what_it_said_before() {
    let mut table = yard();
    let moved = r#"{"unique_id":"cam_0001_image","image_topic":"cams/moved"}"#;
    read(&mut table, "homeassistant/image/yard/config", moved).unwrap();
    assert_eq!((table.len(), table.filters()[2..].to_vec()), (1, vec!["cams/moved".to_owned()]));
}

#[test]
fn other_components_are_no_news() {
    let mut table = Discovery::new(PREFIX);
    assert_eq!(read(&mut table, "homeassistant/light/x/config", "not even JSON"), Ok(Heard::default()));
    assert!(table.is_empty());
}

#[test]
fn a_template_that_is_not_understood_is_refused() {
    let mut table = Discovery::new(PREFIX);
    let config = r#"{"unique_id":"u","state_topic":"s","value_template":"{{ value | int }}"}"#;
    let refused = read(&mut table, "homeassistant/binary_sensor/u/config", config).unwrap_err();
    assert_eq!(refused.code, fault::TEMPLATE_NOT_SUPPORTED);
    assert!(refused.detail.contains("{{ value | int }}"), "{refused}");
    assert!(table.is_empty());
}

#[test]
fn a_config_cannot_name_wildcards_our_own_topics_or_configs() {
    let long = "x".repeat(600);
    for topic in
        ["#", "cams/+/x", "$SYS/broker", "xl/v1/371122102/gh-1/image", "homeassistant/image/other/config", "", &long]
    {
        let mut table = Discovery::new(PREFIX);
        let config = json!({"unique_id": "u", "image_topic": topic}).to_string();
        let refused = read(&mut table, "homeassistant/image/u/config", &config).map_err(|refused| refused.code);
        assert_eq!(refused, Err(code::BAD_FIELD), "{topic}");
        assert_eq!(table.filters().len(), 2, "{topic}");
    }
}

#[test]
fn the_table_has_a_bound() {
    let mut table = Discovery::new(PREFIX);
    let mut config = |n: usize| {
        let config = json!({"unique_id": n.to_string(), "image_topic": format!("t/{n}")}).to_string();
        read(&mut table, &format!("homeassistant/image/e{n}/config"), &config).map_err(|refused| refused.code)
    };
    assert!((0..ENTITIES_MOST).all(|n| config(n).is_ok()));
    assert_eq!(config(ENTITIES_MOST), Err(fault::TOO_MANY));
    assert!(config(7).is_ok(), "one that is known may speak again");
    let mut table = Discovery::new(PREFIX);
    let refused = (0..600)
        .filter(|n| {
            let config = json!({"unique_id": n.to_string(), "image_topic": "same"}).to_string();
            read(&mut table, &format!("homeassistant/image/e{n}/config"), &config).is_err()
        })
        .count();
    assert_eq!(refused, 600 - 512);
}

#[test]
fn what_one_entity_cannot_read_does_not_silence_another() {
    let mut table = Discovery::new(PREFIX);
    let stranger = r#"{"unique_id":"stranger","image_topic":"cams/yard/motion"}"#;
    read(&mut table, "homeassistant/image/stranger/config", stranger).unwrap();
    let refused = read(&mut table, "cams/yard/motion", r#"{"state":{"now":"ON"}}"#).map_err(|refused| refused.code);
    assert_eq!(refused, Err(fault::UNKNOWN_PAYLOAD));
    read(&mut table, "homeassistant/binary_sensor/yard/config", recorded!("homeassistant_binary_sensor_short"))
        .unwrap();
    assert_eq!(seen(&mut table, "cams/yard/motion", r#"{"state":{"now":"ON"}}"#).len(), 1);
}

#[test]
fn a_topic_that_no_config_named_is_unknown() {
    assert_eq!(read(&mut yard(), "cams/other", "x").map_err(|refused| refused.code), Err(code::UNKNOWN_TOPIC));
    assert_eq!(
        read(&mut yard(), "homeassistant/image/a b/config", "{}").map_err(|refused| refused.code),
        Err(code::UNKNOWN_TOPIC)
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
        let mut table = yard();
        let mut broken = recorded!("homeassistant_binary_sensor_short").as_bytes().to_vec();
        let at = at.index(broken.len());
        broken[at] = byte;
        let topics = ["homeassistant/binary_sensor/a/config", "homeassistant/event/b/c/config", "cams/yard/still", "cams/yard/avail"];
        for topic in topics.into_iter().chain([topic.as_str()]) {
            for payload in [&payload, &broken] {
                let _ = table.read(topic, &Bytes::from(payload.clone()), false);
            }
        }
        assert!(table.filters().iter().all(|filter| filter != "#" && filter.len() <= 512));
    }
}
