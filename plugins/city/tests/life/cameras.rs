//! What edge devices say opens cases that wait for a person.

use city::City;
use serde_json::Value;
use serde_json::json;
use xl_plugin::Event;
use xl_plugin::PictureRef;
use xl_plugin::testing::event;

use crate::town::CAMERA;
use crate::town::CELL;
use crate::town::HOUR;
use crate::town::Town;
use crate::town::VILLAGE;
use crate::town::at;
use crate::town::photo;

fn litter(seq: u64, time_ms: i64, score: f64) -> Event {
    let data = json!({"kind": "object.other", "state": "active", "label": "litter", "score": score});
    event(seq, "camera.object.other", Some(CAMERA), time_ms, &data)
}

#[test]
fn what_a_camera_finds_is_a_case_at_reported_that_waits_for_a_person() {
    let mut town = Town::new();
    let picture = PictureRef { sha256: photo(7), width: 640, height: 480, bytes: 9_000 };
    let found = Event { pictures: vec![picture], ..litter(1, at("2026-11-26", 9), 0.83) };
    town.hub.handle::<City>([found]).unwrap();
    let case = town.hub.cases().remove(0);
    assert_eq!((case.stage.as_str(), case.source.as_str()), ("reported", "video"));
    assert_eq!((case.camera.as_deref(), case.grid.as_deref()), (Some(CAMERA), Some(CELL)));
    assert_eq!((case.place.as_str(), &case.before), (VILLAGE, &vec![photo(7)]));
    assert!(case.description.contains("0.83") && case.description.contains("须由人员核实"));
    assert_eq!(serde_json::from_str::<Value>(&case.data).unwrap(), json!({"label": "litter", "score": 0.83}));
    // Its own news, the same event's end and a day without a person: it still waits.
    town.hear();
    let ended = json!({"kind": "object.other", "state": "inactive", "label": "litter"});
    town.hub.handle::<City>([event(3, "camera.object.other", Some(CAMERA), at("2026-11-27", 9), &ended)]).unwrap();
    assert_eq!(town.case(&case.id).stage, "reported");
    town.operator();
    assert!(town.shown("case", &[("case", &case.id)]).contains("须由人员核实后才能立案"));
    assert!(town.step(&case.id, "file", &[]).is_err(), "not before it was verified");
}

#[test]
fn the_same_matter_before_the_same_camera_is_a_remark_within_the_window_and_a_case_after_it() {
    let town = Town::new();
    let start = at("2026-11-26", 9);
    town.hub.handle::<City>([litter(1, start, 0.8), litter(2, start + HOUR, 0.9)]).unwrap();
    town.hub.handle::<City>([litter(3, start + 6 * HOUR - 1, 0.7)]).unwrap();
    assert_eq!(town.hub.cases().len(), 1);
    let id = town.hub.cases().remove(0).id;
    let remarks: Vec<_> = town.hub.history(&id).into_iter().filter(|past| past.name == "comment").collect();
    assert_eq!(remarks.len(), 2);
    assert_eq!(remarks[0].note.as_deref(), Some("摄像机 gate-1 再次发现（第 2 次），置信度 0.90。"));
    // Another matter and another camera are cases of their own.
    let stall = json!({"kind": "object.other", "label": "street_vendor"});
    town.hub
        .handle::<City>([
            event(4, "camera.object.other", Some(CAMERA), start + HOUR, &stall),
            event(5, "camera.object.other", Some("gate-2"), start + HOUR, &stall),
        ])
        .unwrap();
    assert_eq!(town.hub.cases().len(), 3);
    town.hub.handle::<City>([litter(6, start + 6 * HOUR, 0.8)]).unwrap();
    assert_eq!(town.hub.cases().len(), 4, "the window is over");
    let record = town.hub.record("cameras", CAMERA).unwrap();
    assert_eq!((&record["opened"], &record["repeated"]), (&json!(3), &json!(2)));
}

#[test]
fn what_the_hub_does_not_take_as_a_case_is_logged_and_stops_nothing() {
    let town = Town::new();
    let start = at("2026-11-26", 9);
    let taken_away = Event { camera: Some("gate-9".to_owned()), ..litter(1, start, 0.8) };
    town.hub.handle::<City>([taken_away, litter(2, start, 0.8)]).unwrap();
    let cameras: Vec<_> = town.hub.cases().into_iter().map(|case| case.camera.unwrap()).collect();
    assert_eq!(cameras, [CAMERA]);
    assert!(town.hub.log()[0].1.contains("gate-9"));
    assert_eq!(town.hub.record("sightings", "gate-9/01-02"), None, "the next one is tried again");
}

#[test]
fn a_device_whose_clock_runs_ahead_does_not_stretch_the_window() {
    let town = Town::new();
    let start = at("2026-11-26", 9);
    let ahead = Event { time_ms: start + 10 * HOUR, ..litter(1, start, 0.8) };
    town.hub.handle::<City>([ahead, litter(2, start + HOUR, 0.8)]).unwrap();
    assert_eq!(town.hub.cases().len(), 1);
    town.hub.handle::<City>([litter(3, start + 6 * HOUR, 0.8)]).unwrap();
    assert_eq!(town.hub.cases().len(), 2);
}

#[test]
fn a_township_sets_its_window_and_its_least_score() {
    let town = Town::new();
    town.hub.set_settings(&json!({"repeat_hours": 1, "least_score": 0.75}));
    let start = at("2026-11-26", 9);
    town.hub.handle::<City>([litter(1, start, 0.7), litter(2, start, 0.76), litter(3, start + HOUR, 0.8)]).unwrap();
    assert_eq!(town.hub.cases().len(), 2);
    assert_eq!(town.hub.record("cameras", CAMERA).unwrap()["weak"], 1);
}

#[test]
fn frigate_and_onvif_events_open_the_same_case_and_a_person_opens_none() {
    let town = Town::new();
    let start = at("2026-11-26", 9);
    let frigate = json!({"kind": "object.vehicle", "state": "active", "label": "car", "score": 0.84,
        "data": {"box_px": [1, 2, 3, 4], "current_zones": ["no_parking"]}});
    let onvif = json!({"kind": "object.vehicle", "state": "active", "source": {"token": "v0", "rule": "NoParking"}});
    let person = json!({"kind": "object.person", "state": "active", "score": 0.99, "source": {"rule": "r"}});
    town.hub
        .handle::<City>([
            event(1, "camera.object.vehicle", Some(CAMERA), start, &frigate),
            event(2, "camera.object.vehicle", Some(CAMERA), start + HOUR, &onvif),
            event(3, "camera.object.vehicle", Some("gate-2"), start, &onvif),
            event(4, "camera.object.person", Some(CAMERA), start, &person),
        ])
        .unwrap();
    let codes: Vec<_> = town.hub.cases().into_iter().map(|case| (case.matter.code, case.camera.unwrap())).collect();
    assert_eq!(codes, [("05-05".to_owned(), CAMERA.to_owned()), ("05-05".to_owned(), "gate-2".to_owned())]);
}

#[test]
fn one_batch_or_many_give_the_same_cases_and_records() {
    let events: Vec<Event> =
        (0..60).map(|n: u64| litter(n + 1, at("2026-11-26", 0) + n as i64 * HOUR / 2, 0.8)).collect();
    let run = |size: usize| {
        let town = Town::new();
        for batch in events.chunks(size) {
            town.hub.handle::<City>(batch.to_vec()).unwrap();
        }
        let keys: Vec<String> = town.hub.cases().into_iter().map(|case| case.key).collect();
        (keys, town.hub.records("sightings"), town.hub.records("cameras"))
    };
    assert_eq!(run(64), run(1));
    assert_eq!(run(64).0.len(), 5, "thirty hours in windows of six");
}

#[test]
fn people_judge_what_cameras_found_and_the_precision_is_shown() {
    let mut town = Town::new();
    let start = at("2026-11-26", 9);
    town.hub.handle::<City>([litter(1, start, 0.8), litter(2, start + 6 * HOUR, 0.8)]).unwrap();
    let cases: Vec<String> = town.hub.cases().into_iter().map(|case| case.id).collect();
    town.operator();
    for case in &cases {
        town.step(case, "verify", &[]).unwrap();
    }
    town.step(&cases[0], "file", &[]).unwrap();
    town.step(&cases[1], "reject", &[("note", "落叶")]).unwrap();
    town.hear();
    let record = town.hub.record("cameras", CAMERA).unwrap();
    assert_eq!((&record["confirmed"], &record["dismissed"], &record["opened"]), (&json!(1), &json!(1), &json!(2)));
    assert!(town.shown("sightings", &[]).contains("50.00 %（1/2）"));
}

#[test]
fn a_chatty_camera_costs_few_host_calls_and_no_endless_history() {
    let town = Town::new();
    let start = at("2026-11-26", 9);
    town.hub.handle::<City>([litter(1, start, 0.8)]).unwrap();
    for part in 0..4 {
        town.hub.handle::<City>((0..64).map(|n| litter(100 + part * 64 + n, start + n as i64 * 1_000, 0.8))).unwrap();
    }
    town.hub.take_host_calls();
    town.hub.handle::<City>((0..64).map(|n| litter(900 + n, start + n as i64 * 1_000, 0.8))).unwrap();
    assert!(town.hub.take_host_calls() <= 8);
    let id = town.hub.cases().remove(0).id;
    assert_eq!(town.hub.history(&id).len(), 21, "opened, and twenty remarks");
}
