//! What each topic becomes, over items as cameras send them and over anything else.

use proptest::prelude::any;
use proptest::proptest;
use serde_json::Value;
use serde_json::json;

use super::Change;
use super::Notification;
use super::Operation;
use super::State;
use super::changes;
use super::meaning;

type Items<'a> = &'a [(&'a str, &'a str)];

fn owned(items: Items<'_>) -> Vec<(String, String)> {
    items.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn notification(topic: &str, source: Items<'_>, data: Items<'_>) -> Notification {
    Notification { topic: topic.to_owned(), source: owned(source), data: owned(data), ..Notification::default() }
}

fn one(topic: &str, data: Items<'_>) -> Change {
    let mut changes = changes(&notification(topic, &[], data));
    assert_eq!(changes.len(), 1, "{topic} {data:?}");
    changes.remove(0)
}

fn states(topic: &str, data: Items<'_>) -> Vec<(String, State)> {
    changes(&notification(topic, &[], data)).into_iter().map(|change| (change.kind.to_string(), change.state)).collect()
}

/// Every row of the table with the items that its cameras send.
#[test]
fn every_topic_of_the_table_has_its_kind() {
    use State::Active;
    use State::Inactive;
    use State::Pulse;
    use State::Value;
    let cases: [(&str, Items<'_>, &str, State); 42] = [
        ("tns1:VideoSource/MotionAlarm", &[("State", "true")], "motion", Active),
        ("tns1:RuleEngine/CellMotionDetector/Motion", &[("IsMotion", "false")], "motion", Inactive),
        ("tns1:RuleEngine/MotionRegionDetector/Motion", &[("State", "1")], "motion", Active),
        ("tns1:RuleEngine/tnsajax:MotionDetector/Detection", &[("Detected", "true")], "motion", Active),
        ("VideoAnalytics/tnssamsung:MotionDetection", &[("State", "True")], "motion", Active),
        ("onvif:Device/axis:Sensor/PIR", &[("state", "1")], "motion", Active),
        ("tns1:RuleEngine/FieldDetector/ObjectsInside", &[("IsInside", "true")], "area.inside", Active),
        ("tns1:RuleEngine/CellMotionDetector/Intrusion", &[("IsIntrusion", "true")], "area.intrusion", Active),
        ("tns1:RuleEngine/LineDetector/Crossed", &[("ObjectId", "1")], "line.cross", Pulse),
        ("tns1:RuleEngine/tnsajax:LineDetector/Crossing", &[], "line.cross", Pulse),
        ("tns1:RuleEngine/CellMotionDetector/LineCross", &[("IsLineCross", "true")], "line.cross", Active),
        ("tns1:RuleEngine/LineCrossDetector/LineCross", &[("IsLineCross", "false")], "line.cross", Inactive),
        ("OpenApp/WiseAI/LineCrossing", &[("State", "false"), ("ObjectId", "")], "line.cross", Inactive),
        ("tns1:RuleEngine/CellMotionDetector/People", &[("IsPeople", "true")], "object.person", Active),
        ("tns1:RuleEngine/PeopleDetector/People", &[("IsPeople", "true")], "object.person", Active),
        ("tns1:RuleEngine/MyRuleDetector/PeopleDetect", &[("State", "true")], "object.person", Active),
        ("tns1:UserAlarm/IVA/HumanShapeDetect", &[("State", "true")], "object.person", Active),
        ("tns1:RuleEngine/MyRuleDetector/FaceDetect", &[("State", "true")], "object.person", Active),
        ("tns1:RuleEngine/MyRuleDetector/VehicleDetect", &[("State", "true")], "object.vehicle", Active),
        ("tns1:RuleEngine/MyRuleDetector/DogCatDetect", &[("State", "true")], "object.animal", Active),
        ("tns1:RuleEngine/MyRuleDetector/Package", &[("State", "true")], "object.package", Active),
        ("tns1:RuleEngine/MyRuleDetector/Visitor", &[("State", "true")], "visitor", Active),
        ("tns1:RuleEngine/CellMotionDetector/Tamper", &[("IsTamper", "true")], "tamper", Active),
        ("tns1:RuleEngine/TamperDetector/Tamper", &[("IsTamper", "true")], "tamper", Active),
        ("tns1:VideoSource/GlobalSceneChange/ImagingService", &[("State", "1")], "image.scene_change", Active),
        ("tns1:VideoSource/ImageTooBlurry/AnalyticsService", &[("State", "1")], "image.blurry", Active),
        ("tns1:VideoSource/ImageTooDark/RecordingService", &[("State", "1")], "image.dark", Active),
        ("tns1:VideoSource/ImageTooBright/ImagingService", &[("State", "0")], "image.bright", Inactive),
        ("tns1:AudioAnalytics/Audio/DetectedSound", &[("State", "true")], "sound", Active),
        ("RuleEngine/CountAggregation/Counter", &[("Count", "0")], "count", Value),
        ("RuleEngine/CountAggregation/OccupancyCounter", &[("Count", "3")], "count", Value),
        ("RuleEngine/CountAgregation/Counter", &[("Count", "4")], "count", Value),
        ("RuleEngine/CountAgregation/OccupancyCounter", &[("Count", "5")], "count", Value),
        ("tns1:Device/Trigger/DigitalInput", &[("LogicalState", "true")], "input.digital", Active),
        ("tns1:Device/Trigger/tnshik:AlarmIn", &[("State", "true")], "input.digital", Active),
        ("Device/tns1:Trigger/tnssamsung:DigitalInput", &[("State", "on")], "input.digital", Active),
        ("onvif:Device/axis:IO/Port", &[("state", "0")], "input.digital", Inactive),
        ("Device/tns1:Trigger/tns1:Relay", &[("LogicalState", "active")], "input.relay", Active),
        ("tns1:Device/HardwareFailure/StorageFailure", &[("Failed", "true")], "fault.storage", Active),
        ("tns1:RecordingConfig/JobState", &[("State", "Active")], "record.job", Active),
        ("tns1:RecordingConfig/JobState", &[("State", "Idle")], "record.job", Inactive),
        ("tns1:Monitoring/ProcessorUsage", &[("Value", "31")], "telemetry", Value),
    ];
    for (topic, data, kind, state) in cases {
        assert_eq!(states(topic, data), [(format!("camera.{kind}"), state)], "{topic}");
    }
}

#[test]
fn a_topic_is_read_without_regard_to_prefix_case_and_trailing_dots() {
    for topic in [
        "RuleEngine/CellMotionDetector/Motion",
        "tns1:RuleEngine/CellMotionDetector/Motion//.",
        " tns1:RuleEngine/tt:CellMotionDetector/Motion/. ",
        "/TNS1:RULEENGINE/cellmotiondetector/MOTION/",
    ] {
        assert_eq!(one(topic, &[("IsMotion", "true")]).kind.as_str(), "camera.motion", "{topic}");
    }
}

#[test]
fn a_boolean_has_ten_words() {
    for (words, state) in [
        (["true", "1", "Active", "ON", "yes"], State::Active),
        (["False", "0", "inactive", "off", "No"], State::Inactive),
    ] {
        for word in words {
            assert_eq!(one("VideoSource/MotionAlarm", &[("State", word)]).state, state, "{word}");
        }
    }
    let unsure = one("VideoSource/MotionAlarm", &[("State", "maybe")]);
    assert_eq!((unsure.kind.as_str(), unsure.state), ("camera.vendor.raw", State::Value));
}

#[test]
fn the_named_item_comes_first_then_the_only_boolean_one() {
    let topic = "RuleEngine/CellMotionDetector/Motion";
    assert_eq!(one(topic, &[("Other", "true"), ("ismotion", "false")]).state, State::Inactive);
    let moved = one(topic, &[("ObjectId", "1"), ("Level", "0"), ("IsValid", "true")]);
    assert_eq!((moved.kind.as_str(), moved.state), ("camera.motion", State::Active));
    let unsure = one(topic, &[("A", "true"), ("B", "false")]);
    assert_eq!((unsure.kind.as_str(), unsure.state), ("camera.vendor.raw", State::Value));
    assert_eq!(unsure.data["data"], json!({"A": "true", "B": "false"}));
}

#[test]
fn an_unknown_topic_is_kept_with_its_path() {
    let raw = one("tnsvendor:Greenhouse/tnsvendor:Door", &[("State", "true"), ("Zone", "3\u{1b}[31m")]);
    assert_eq!((raw.kind.as_str(), raw.state), ("camera.vendor.raw", State::Active));
    assert_eq!(
        Value::Object(raw.data),
        json!({"topic": "Greenhouse/Door", "data": {"State": "true", "Zone": "3[31m"}})
    );
    assert_eq!(one("Vendor/Text", &[("Text", "x")]).state, State::Value);
}

#[test]
fn a_state_is_told_apart_by_source_analytics_rule_and_item() {
    let source =
        [("VideoSourceConfigurationToken", "vs|0"), ("VideoAnalyticsConfigurationToken", "va"), ("Rule", "gate")];
    let change = changes(&notification("tns1:RuleEngine/LineDetector/Crossed", &source, &[])).remove(0);
    assert_eq!(change.source_key, "RuleEngine/LineDetector/Crossed|vs/0|va|gate|");
    assert_eq!(change.data["source"], json!({"token": "vs|0", "analytics": "va", "rule": "gate"}));
    let aliased =
        changes(&notification("VideoSource/MotionAlarm", &[("Source", "vsconf")], &[("State", "1")])).remove(0);
    assert_eq!(aliased.source_key, "VideoSource/MotionAlarm|VideoSourceToken|||");
    let sensor = changes(&notification("Device/Sensor/PIR", &[("sensor", "0")], &[("state", "1")])).remove(0);
    assert_eq!(sensor.source_key, "Device/Sensor/PIR|0|||");
    let two =
        changes(&notification("Device/Sensor/PIR", &[("channel", "1"), ("sensor", "0")], &[("state", "1")])).remove(0);
    assert_eq!(two.source_key, "Device/Sensor/PIR|1/0|||");
}

#[test]
fn classes_are_one_state_each_and_an_empty_list_clears_all() {
    let topic = "tns1:RuleEngine/ObjectDetection/Object";
    let expected = |person, vehicle, animal| {
        [("camera.object.person", person), ("camera.object.vehicle", vehicle), ("camera.object.animal", animal)]
            .map(|(kind, on)| (kind.to_owned(), if on { State::Active } else { State::Inactive }))
    };
    assert_eq!(states(topic, &[("ClassTypes", "Human Vehicle")]), expected(true, true, false));
    assert_eq!(states(topic, &[("ClassTypes", "pet")]), expected(false, false, true));
    assert_eq!(states(topic, &[("ClassTypes", "Animal")]), expected(false, false, true));
    assert_eq!(states(topic, &[("ClassTypes", "")]), expected(false, false, false));
    assert_eq!(states(topic, &[("ClassTypes", "Human Ufo")]), [("camera.vendor.raw".to_owned(), State::Value)]);
}

#[test]
fn a_smart_event_is_decided_by_its_items() {
    let topic = "tns1:RuleEngine/TPSmartEventDetector/TPSmartEvent";
    for (item, kind) in super::table::SMART {
        assert_eq!(states(topic, &[(item, "true")]), [(format!("camera.{kind}"), State::Active)], "{item}");
    }
    let both = changes(&notification(topic, &[], &[("IsPackageDeliver", "true"), ("IsPackagePickup", "false")]));
    assert_eq!(both.len(), 2);
    assert_ne!(both[0].source_key, both[1].source_key, "delivered and picked up are two states");
    assert_eq!(states(topic, &[("IsUfo", "true")]), [("camera.vendor.raw".to_owned(), State::Active)]);
}

#[test]
fn monitoring_becomes_telemetry() {
    let usage = |value| Value::Object(one("tns1:Monitoring/ProcessorUsage", &[("Value", value)]).data);
    assert_eq!(usage("0.314"), json!({"cpu_pct": 31.4}));
    assert_eq!(usage("1"), json!({"cpu_pct": 100}));
    assert_eq!(usage("48"), json!({"cpu_pct": 48}));
    assert_eq!(one("tns1:Monitoring/ProcessorUsage", &[("Value", "NaN")]).kind.as_str(), "camera.vendor.raw");
    for (topic, name) in [
        ("OperatingTime/LastReboot", "last_reboot"),
        ("OperatingTime/LastReset", "last_reset"),
        ("OperatingTime/LastClockSynchronization", "last_clock_sync"),
        ("Backup/Last", "last_backup"),
    ] {
        let topic = format!("tns1:Monitoring/{topic}");
        let change = one(&topic, &[("Status", "2024-08-17-12:30:45Z")]);
        assert_eq!(Value::Object(change.data), json!({name: "2024-08-17T12:30:45.000Z"}));
        assert_eq!(states(&topic, &[("Status", "0000-00-00T00:00:00Z")]), []);
    }
}

#[test]
fn configuration_chatter_is_ignored() {
    assert_eq!(states("tns1:MediaControl/VideoEncoderConfiguration", &[("State", "true")]), []);
}

#[test]
fn what_is_deleted_has_ended() {
    let deleted = |topic: &str, data: Items<'_>| {
        let mut gone = notification(topic, &[], data);
        gone.operation = Operation::named("deleted");
        changes(&gone).into_iter().map(|change| change.state).collect::<Vec<_>>()
    };
    assert_eq!(deleted("VideoSource/MotionAlarm", &[("State", "true")]), [State::Inactive]);
    assert_eq!(deleted("VideoSource/MotionAlarm", &[]), [State::Inactive]);
    assert_eq!(deleted("RuleEngine/LineDetector/Crossed", &[]), []);
    assert_eq!(deleted("Vendor/Unknown", &[("Text", "x")]), []);
    assert_eq!(Operation::named("Renamed"), None);
}

#[test]
fn a_crossing_says_its_direction() {
    let crossed = one("OpenApp/WiseAI/LineCrossing", &[("State", "true"), ("ObjectId", "2080"), ("Action", "Right")]);
    assert_eq!(crossed.data["data"], json!({"direction": "right", "ObjectId": "2080"}));
}

#[test]
fn a_count_is_a_number() {
    assert_eq!(one("RuleEngine/CountAggregation/Counter", &[("Count", " 12 ")]).data["data"], json!({"count": 12}));
    assert_eq!(one("RuleEngine/CountAggregation/Counter", &[("Count", "many")]).kind.as_str(), "camera.vendor.raw");
}

#[test]
fn what_names_somebody_is_dropped_and_counted() {
    let crossed = notification(
        "RuleEngine/LineDetector/Crossed",
        &[("Rule", "gate")],
        &[("Object.LicensePlateInfo.PlateNumber", "X"), ("Object.HumanFace.Gender", "X"), ("ObjectId", "7")],
    );
    let meaning = meaning(&crossed);
    assert_eq!(meaning.identities_dropped, 2);
    assert_eq!(meaning.changes[0].data["data"], json!({"ObjectId": "7"}));
}

#[test]
fn a_topic_about_faces_or_plates_keeps_no_items() {
    for (topic, kind) in [
        ("RuleEngine/MyRuleDetector/FaceDetect", "camera.object.person"),
        ("Vendor/LicensePlateRecognition", "camera.vendor.raw"),
        ("Vendor/人脸识别", "camera.vendor.raw"),
    ] {
        let meaning = meaning(&notification(topic, &[], &[("State", "true"), ("Similarity", "0.97"), ("Tag", "X")]));
        assert_eq!((meaning.changes[0].kind.as_str(), meaning.identities_dropped), (kind, 2), "{topic}");
        assert_eq!(meaning.changes[0].data.get("data"), None, "{topic}");
    }
}

#[test]
fn what_is_kept_is_bounded() {
    let many: Vec<(String, String)> = (0..1000).map(|n| (format!("Item{n}"), "x".repeat(9000))).collect();
    let flood = Notification {
        topic: "a/".repeat(100_000),
        source: vec![("Rule".to_owned(), "r".repeat(9000))],
        data: many,
        ..Notification::default()
    };
    let change = changes(&flood).remove(0);
    assert!(change.source_key.chars().count() <= 512, "{}", change.source_key.len());
    let items = change.data["data"].as_object().unwrap();
    assert_eq!(items.len(), 32);
    assert!(items.values().all(|value| value.as_str().unwrap().len() == 256));
}

proptest! {
    #[test]
    fn any_notification_has_a_bounded_meaning(
        topic in any::<String>(),
        row in any::<proptest::sample::Index>(),
        items in proptest::collection::vec((any::<String>(), any::<String>()), 0..6),
        operation in proptest::option::of(0..3_u8),
    ) {
        let operation = operation.map(|n| [Operation::Initialized, Operation::Changed, Operation::Deleted][usize::from(n)]);
        for topic in [topic, super::table::TOPICS[row.index(super::table::TOPICS.len())].0.to_owned()] {
            let (source, key, data) = (items.clone(), items.clone(), items.clone());
            let said = Notification { topic, source, key, data, time_ms: None, operation };
            for change in changes(&said) {
                assert!(change.source_key.chars().count() <= 512);
                assert!(serde_json::to_vec(&change.data).unwrap().len() < 256 * 1024);
            }
        }
    }
}
