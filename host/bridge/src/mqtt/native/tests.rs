//! What each message of the native dialect becomes, over recorded payloads and over anything else.

use bytes::Bytes;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::proptest;
use proptest::strategy::Just;
use proptest::strategy::Strategy;
use xl_model::cloud_event::parse_rfc3339;
use xl_model::fault::code;
use xl_model::observation::Observation;

use super::Message;
use super::decode;
use super::parse;

macro_rules! recorded {
    ($what:literal) => {
        include_bytes!(concat!("../../../testdata/native_", $what, ".json"))
    };
}

fn message(channel: &str, payload: &[u8]) -> Message {
    Message {
        topic: format!("xl/v1/371122102/gh-1/{channel}"),
        payload: Bytes::copy_from_slice(payload),
        ..Message::default()
    }
}

fn seen(channel: &str, payload: &[u8]) -> Observation {
    parse(&message(channel, payload)).unwrap().unwrap()
}

fn observation(kind: &str, id: Option<&str>, time: Option<&str>, data: &str) -> Observation {
    Observation {
        township: "371122102".parse().unwrap(),
        source: "371122102.gh-1".into(),
        id: id.map(Into::into),
        kind: kind.parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: None,
        time_ms: time.map(|time| parse_rfc3339(time).unwrap()),
        data: data.into(),
        picture: None,
        relayed: false,
    }
}

fn refused(channel: &str, payload: &[u8]) -> String {
    parse(&message(channel, payload)).unwrap_err().to_string()
}

#[test]
fn a_reading_becomes_telemetry_with_its_map_as_data() {
    assert_eq!(
        seen("telemetry", recorded!("telemetry")),
        observation(
            "camera.telemetry",
            Some("k3v9q2xw:232"),
            Some("2026-11-23T09:06:00Z"),
            r#"{"cpu_pct":31,"temp_c":48.5,"rh_pct":71,"door_open":false,"mode":"day time"}"#,
        )
    );
}

#[test]
fn an_event_keeps_what_matters_and_loses_who_it_names() {
    let decoded = decode(&message("event", recorded!("line_cross"))).unwrap();
    assert_eq!(decoded.identities_dropped, 2);
    assert_eq!(
        decoded.observation.unwrap(),
        observation(
            "camera.line.cross",
            Some("9b1c-0001"),
            Some("2026-11-23T09:05:18.543Z"),
            r#"{"kind":"line.cross","state":"active","source":{"token":"vs-0","rule":"gate"},"label":"vehicle","score":0.87,"box":[0.1,0.2,0.3,0.4],"data":{"direction":"right","owner":{"zone":"north"}},"image_seq":230}"#,
        )
    );
    assert_eq!(
        seen("event", recorded!("motion")),
        observation(
            "camera.motion",
            Some("k3v9q2xw:12"),
            Some("2026-11-23T09:05:18.543Z"),
            r#"{"kind":"motion","state":"inactive"}"#,
        )
    );
}

#[test]
fn a_birth_tells_who_the_device_is_and_an_empty_one_that_it_is_withdrawn() {
    assert_eq!(
        seen("birth", recorded!("birth")),
        observation(
            "camera.birth",
            Some("k3v9q2xw:0"),
            Some("2026-11-23T08:00:00Z"),
            r#"{"kind":"camera","fw":"1.2.3","mac":"02:00:00:00:00:01","model":"X1","name":"1号大棚 北侧","place":"371122102999","serial":"A0001","vendor":"ExampleCam","caps":{"cmd":["snapshot","interval"],"event":["motion","tamper"],"image":["main"],"telemetry":["temp_c","rh_pct"]},"every":{"image_s":300,"state_s":60}}"#,
        )
    );
    assert_eq!(seen("birth", b""), observation("camera.withdrawn", None, None, "{}"));
}

#[test]
fn a_state_is_news_when_it_changes_and_a_heartbeat_is_none() {
    assert_eq!(
        seen("state", recorded!("will")),
        observation("camera.state", Some("k3v9q2xw:will"), None, r#"{"s":"offline","sid":"k3v9q2xw","why":"lwt"}"#)
    );
    assert_eq!(
        seen("state", recorded!("sleeping")),
        observation(
            "camera.state",
            Some("k3v9q2xw:18"),
            Some("2026-11-23T18:00:00Z"),
            r#"{"s":"sleeping","sid":"k3v9q2xw","until":"2026-11-24T06:00:00Z"}"#,
        )
    );
    assert_eq!(parse(&message("state", recorded!("heartbeat"))), Ok(None));
}

#[test]
fn a_picture_comes_raw_or_as_json() {
    let raw = Bytes::from_static(b"\xff\xd8\xff anything");
    let mut said = message("image/sub", &raw);
    said.correlation = Some(Bytes::from_static(br#"{"sid":"k3v9q2xw","seq":8,"ts":"2026-11-23T08:00:00.000Z"}"#));
    let time = Some("2026-11-23T08:00:00Z");
    let mut expected = observation("camera.picture", Some("k3v9q2xw:8"), time, r#"{"stream":"sub"}"#);
    expected.picture = Some(raw);
    assert_eq!(parse(&said).unwrap().unwrap(), expected);

    let time = Some("2026-11-23T08:05:00Z");
    let mut expected = observation("camera.picture", Some("k3v9q2xw:9"), time, r#"{"stream":"main","cid":"c-7"}"#);
    expected.picture = Some(Bytes::from_static(b"\xff\xd8\xff\xe0\x00\x10JFIF"));
    assert_eq!(seen("image", recorded!("image")), expected);
}

#[test]
fn a_picture_without_identity_has_none_and_foreign_correlation_data_is_none_of_ours() {
    let mut said = message("image", b"\xff\xd8\xff");
    assert_eq!(parse(&said).unwrap().unwrap().id, None);
    said.correlation = Some(Bytes::from_static(b"\x00\x01request"));
    assert_eq!(parse(&said).unwrap().unwrap().id, None);
    said.correlation = Some(Bytes::from_static(br#"{"sid":"a"}"#));
    assert_eq!(parse(&said).unwrap_err().to_string(), "XL0202: `seq`: is missing");
}

#[test]
fn what_is_replayed_empty_or_an_answer_is_no_news() {
    for (channel, payload) in [
        ("image", b"\xff\xd8\xff".as_slice()),
        ("birth", recorded!("birth")),
        ("state", recorded!("will")),
        ("telemetry", recorded!("telemetry")),
    ] {
        let replayed = Message { retained: true, ..message(channel, payload) };
        assert_eq!(parse(&replayed), Ok(None), "{channel}");
    }
    assert_eq!(parse(&message("image", b"")), Ok(None));
    assert_eq!(parse(&message("ack", recorded!("ack"))), Ok(None));
}

#[test]
fn a_refusal_names_the_key_and_the_rule() {
    for (channel, payload, detail) in [
        ("telemetry", "", "XL0201: payload: a JSON object is expected"),
        ("telemetry", "[1]", "XL0201: payload: a JSON object is expected"),
        ("telemetry", r#"{"v":1,"sid":"#, "XL0201: line 1, column 13: EOF while parsing a value"),
        ("telemetry", r#"{"sid":"a","seq":1,"m":{"a":1}}"#, "XL0202: missing field `v`"),
        ("telemetry", r#"{"v":2,"sid":"a","seq":1,"m":{"a":1}}"#, "XL0202: `v`: must be 1"),
        ("telemetry", r#"{"v":1,"seq":1,"m":{"a":1}}"#, "XL0202: `sid`: is missing"),
        (
            "telemetry",
            r#"{"v":1,"sid":"a b","seq":1,"m":{"a":1}}"#,
            "XL0202: `sid`: must be 1 to 64 visible ASCII characters without `:`",
        ),
        (
            "telemetry",
            r#"{"v":1,"sid":"a","seq":-1,"m":{"a":1}}"#,
            "XL0202: `seq`: invalid value: integer `-1`, expected u64",
        ),
        (
            "telemetry",
            r#"{"v":1,"sid":"a","seq":1,"ts":"2026-11-23","m":{"a":1}}"#,
            "XL0202: `ts`: must be an RFC 3339 time with its zone",
        ),
        ("telemetry", r#"{"v":1,"sid":"a","seq":1,"m":{}}"#, "XL0202: `m`: at least one reading"),
        (
            "telemetry",
            r#"{"v":1,"sid":"a","seq":1,"m":{"a":1,"b":[]}}"#,
            "XL0202: `m.b`: invalid type: sequence, expected a number, a boolean or a text",
        ),
        ("telemetry", r#"{"v":1,"sid":"a","seq":1,"m":{"a":1,"a":2}}"#, "XL0202: `m.a`: the same name twice"),
        (
            "telemetry",
            r#"{"v":1,"sid":"a","seq":1,"m":{"Temp":1}}"#,
            "XL0202: `m`: a name is a-z, then a-z, 0-9, `_`, at most 32 bytes",
        ),
        ("telemetry", r#"{"v":1,"sid":"a","seq":1,"m":{"t":1e999}}"#, "XL0201: line 1, column 10: number out of range"),
        ("event", r#"{"v":1,"sid":"a","seq":1,"kind":"picture"}"#, "XL0202: `kind`: `picture` is the hub's own word"),
        (
            "event",
            r#"{"v":1,"sid":"a","seq":1,"kind":"Line Cross"}"#,
            "XL0202: `kind`: must be words of a-z, 0-9, `_`, joined by dots",
        ),
        (
            "event",
            r#"{"v":1,"sid":"a","seq":1,"kind":"motion","state":"on"}"#,
            "XL0202: `state`: must be `active`, `inactive` or `pulse`",
        ),
        (
            "event",
            r#"{"v":1,"sid":"a","seq":1,"kind":"motion","score":1.5}"#,
            "XL0202: `score`: must be between 0 and 1",
        ),
        (
            "event",
            r#"{"v":1,"sid":"a","seq":1,"kind":"motion","source":{"rule":7}}"#,
            "XL0202: `source.rule`: invalid type: integer `7`, expected a string",
        ),
        ("event", r#"{"v":1,"id":"","kind":"motion"}"#, "XL0202: `id`: must be 1 to 128 visible ASCII characters"),
        (
            "event",
            r#"{"v":1,"kind":"m","data":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}"#,
            "XL0201: payload: nested deeper than 8",
        ),
        ("state", r#"{"v":1,"s":"sleeping","sid":"a","seq":1}"#, "XL0202: `until`: is missing: when does it wake?"),
        ("state", r#"{"v":1,"s":"gone","sid":"a","seq":1}"#, "XL0202: `s`: must be `online`, `offline` or `sleeping`"),
        ("birth", r#"{"v":1,"kind":"door","sid":"a","seq":0}"#, "XL0202: `kind`: must be `camera` or `bridge`"),
        ("image", r#"{"v":1,"sid":"a","seq":1,"b64":"§"}"#, "XL0202: `b64`: Invalid symbol 194, offset 0."),
        ("image/NO", "", "XL0210: a stream is 1 to 16 of a-z, 0-9"),
        ("cmd/snapshot", "", "XL0210: a device says `birth`, `state`, `image`, `event`, `telemetry` or `ack`"),
    ] {
        assert_eq!(refused(channel, payload.as_bytes()), detail, "{channel} {payload}");
    }
}

#[test]
fn an_id_in_the_topic_keeps_its_rule() {
    for topic in ["xl/v1/37112210/gh-1/event", "xl/v1/371122102/GH/event", "xl/v1/+/gh-1/event", "xl/v1//gh-1/event"] {
        let message = Message { topic: topic.to_owned(), ..Message::default() };
        assert_eq!(parse(&message).map_err(|refused| refused.code), Err(code::UNKNOWN_TOPIC), "{topic}");
    }
}

#[test]
fn a_payload_has_its_limit() {
    let readings: Vec<_> = (0..65).map(|n| format!("\"r{n}\":1")).collect();
    let many = format!(r#"{{"v":1,"sid":"a","seq":1,"m":{{{}}}}}"#, readings.join(","));
    assert_eq!(refused("telemetry", many.as_bytes()), "XL0202: `m.r63`: at most 64 readings");
    let long = format!(r#"{{"v":1,"sid":"a","seq":1,"m":{{"t":"{}"}}}}"#, "x".repeat(65));
    assert_eq!(refused("telemetry", long.as_bytes()), "XL0202: `m.t`: a text has at most 64 characters");
    assert_eq!(refused("telemetry", &[b'{'; 8 * 1024 + 1]), "XL0209: payload of 8193 bytes: at most 8192");
    assert_eq!(refused("event", &[b'{'; 64 * 1024 + 1]), "XL0209: payload of 65537 bytes: at most 65536");
}

#[test]
fn what_a_bridge_kept_becomes_the_event_that_it_was() {
    let mut kept = observation(
        "camera.motion",
        Some("k3v9q2xw:77"),
        Some("2026-11-23T08:00:00.123Z"),
        r#"{"state": "active", "kind": "motion"}"#,
    );
    kept.relayed = true;
    let decoded = decode(&message("relay", recorded!("relay"))).unwrap();
    assert_eq!(decoded.observation, Some(kept.clone()));
    assert_eq!(decoded.sign.said, None, "it may be hours old");

    let said =
        Bytes::from(String::from_utf8(recorded!("relay").to_vec()).unwrap().replace("camera.motion", "camera.picture"));
    let picture = Message { correlation: Some(said), ..message("relay", b"\xff\xd8jpeg") };
    kept.kind = "camera.picture".parse().unwrap();
    kept.picture = Some(Bytes::from_static(b"\xff\xd8jpeg"));
    assert_eq!(parse(&picture), Ok(Some(kept)));
}

#[test]
fn a_bridge_says_neither_what_the_hub_says_nor_who_somebody_is() {
    let relay = String::from_utf8(recorded!("relay").to_vec()).unwrap();
    for kind in ["camera.status", "camera.sampled", "page.action", "trace.batch.harvested"] {
        let told = relay.replace("camera.motion", kind);
        assert!(refused("relay", told.as_bytes()).starts_with("XL0202: `type`: must be what a camera says"), "{kind}");
    }
    let named = relay.replace(r#""kind": "motion""#, r#""license_plate": "x""#);
    let decoded = decode(&message("relay", named.as_bytes())).unwrap();
    assert_eq!((decoded.identities_dropped, &*decoded.observation.unwrap().data), (1, r#"{"state":"active"}"#));
    for (from, to, why) in [
        ("\"1.0\"", "\"0.3\"", "XL0202: `specversion`: must be `1.0`"),
        ("k3v9q2xw:77", "a b", "XL0202: `id`: must be 1 to 128 visible ASCII characters"),
        ("2026-11-23T08:00:00.123Z", "today", "XL0202: `time`: must be an RFC 3339 time with its zone"),
    ] {
        assert_eq!(refused("relay", relay.replace(from, to).as_bytes()), why);
    }
}

#[test]
fn a_roll_names_cameras_with_their_levels_and_a_will_none() {
    let called = super::roll(recorded!("roll")).unwrap();
    let cameras = called.cameras.unwrap().into_iter().map(|(camera, level)| format!("{camera} {level}"));
    assert_eq!(cameras.collect::<Vec<_>>(), ["gh-1 up", "gh-2 auth-failed"]);
    assert_eq!(super::roll(br#"{"v":1,"sid":"s1"}"#).unwrap().cameras, None);
    assert_eq!(parse(&message("roll", recorded!("roll"))), Ok(None));
    assert!(refused("roll", br#"{"v":1,"sid":"s1","cameras":{"gh-1":"fine"}}"#).starts_with("XL0202: `cameras.gh-1`"));
    assert!(refused("roll", br#"{"v":2,"sid":"s1"}"#).starts_with("XL0202: `v`"));
}

fn channel() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("image".to_owned()),
        Just("image/sub".to_owned()),
        Just("event".to_owned()),
        Just("telemetry".to_owned()),
        Just("birth".to_owned()),
        Just("state".to_owned()),
        Just("ack".to_owned()),
        Just("relay".to_owned()),
        Just("roll".to_owned()),
        any::<String>(),
    ]
}

/// A recorded payload with some bytes overwritten, cut somewhere.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let recorded = prop_oneof![
        Just(recorded!("line_cross").to_vec()),
        Just(recorded!("telemetry").to_vec()),
        Just(recorded!("birth").to_vec()),
        Just(recorded!("sleeping").to_vec()),
        Just(recorded!("image").to_vec()),
        Just(recorded!("ack").to_vec()),
        Just(recorded!("relay").to_vec()),
        Just(recorded!("roll").to_vec()),
    ];
    let changes = proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..6);
    (recorded, changes, any::<proptest::sample::Index>()).prop_map(|(mut bytes, changes, cut)| {
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let cut = cut.index(bytes.len() * 2);
        bytes.truncate(cut);
        bytes
    })
}

/// What holds for every message: no panic, and an observation that later stages can take as it is.
fn holds(message: &Message) {
    match parse(message) {
        Ok(Some(observation)) => {
            assert!(serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&observation.data).is_ok());
            assert!(observation.id.is_none_or(|id| (1..=128).contains(&id.len())));
            assert_eq!(*observation.source, format!("{}.{}", observation.township, observation.camera.unwrap()));
            assert!(observation.kind.as_str().starts_with("camera."));
        }
        Ok(None) => {}
        Err(refused) => assert!(refused.detail.chars().count() <= 300, "{}", refused.detail),
    }
}

proptest! {
    /// MQ-17.
    #[test]
    fn any_bytes_on_any_topic_are_taken_or_refused(
        topic in any::<String>(),
        channel in channel(),
        payload in any::<Vec<u8>>(),
        correlation in any::<Option<Vec<u8>>>(),
    ) {
        let correlation = correlation.map(Bytes::from);
        let payload = Bytes::from(payload);
        holds(&Message { topic, payload: payload.clone(), correlation: correlation.clone(), retained: false });
        holds(&Message { topic: format!("xl/v1/371122102/gh-1/{channel}"), payload, correlation, retained: false });
    }

    #[test]
    fn broken_recordings_are_taken_or_refused(channel in channel(), payload in mutated(), correlation in mutated()) {
        let correlation = Some(Bytes::from(correlation));
        holds(&Message { correlation, ..message(&channel, &payload) });
    }
}
