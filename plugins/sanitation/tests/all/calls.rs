//! Bins as FIWARE `WasteContainer`, in and out.

use sanitation::Sanitation;
use serde_json::Value;
use serde_json::json;
use xl_plugin::CallsError;

use crate::town::Town;
use crate::town::at;

const ISLE: &str = "urn:ngsi-ld:WasteContainerIsle:371122102:p000001";

fn container() -> Value {
    json!({
        "id": "urn:ngsi-ld:WasteContainer:sensor:7", "type": "WasteContainer",
        "location": {"type": "Point", "coordinates": [118.8, 35.5]},
        "fillingLevel": 0.4, "binFullnessThreshold": 80, "status": "ok", "binCapacity": 240,
        "storedWasteKind": ["organic"], "refWasteContainerIsle": ISLE,
        "dateLastEmptying": "2026-11-26T06:30:00+08:00", "nextActuationDeadline": "2026-11-27T06:30:00Z",
        "license_plate": "鲁L00000", "refDevice": ["d1"],
    })
}

fn town() -> Town {
    let town = Town::new();
    town.hub.set_now(at("2026-11-26", 9));
    town
}

fn send(town: &Town, body: &Value) -> Result<Value, Value> {
    match town.hub.call::<Sanitation>("waste-containers", &[], "application/json", body.to_string().as_bytes()) {
        Ok(answer) => Ok(serde_json::from_slice(&answer.body).unwrap()),
        Err(CallsError::Invalid(json)) => Err(serde_json::from_str(&json).unwrap()),
        Err(other) => Err(json!(format!("{other:?}"))),
    }
}

fn list(town: &Town, query: &[(&str, &str)]) -> Value {
    serde_json::from_slice(&town.hub.call::<Sanitation>("waste-containers", query, "", b"").unwrap().body).unwrap()
}

#[test]
fn a_container_comes_in_and_goes_out_as_it_was_without_a_plate() {
    let town = town();
    assert_eq!(send(&town, &json!([container()])).unwrap(), json!({"taken": 1}));
    let mut wanted = container();
    for gone in ["license_plate", "refDevice"] {
        wanted.as_object_mut().unwrap().remove(gone);
    }
    wanted["dateLastEmptying"] = json!("2026-11-25T22:30:00Z");
    wanted["binFullnessThreshold"] = json!(80.0);
    wanted["binCapacity"] = json!(240.0);
    assert_eq!(list(&town, &[]), json!([wanted]));
    let kept = serde_json::to_string(&town.hub.records("bins")).unwrap();
    assert!(!kept.contains("鲁L"), "{kept}");
}

#[test]
fn a_level_at_the_threshold_in_percent_is_full_and_is_told_once() {
    let town = town();
    for level in [0.79, 0.8, 0.85, 1.0, 0.0] {
        let mut body = container();
        body["fillingLevel"] = json!(level);
        send(&town, &body).unwrap();
    }
    assert_eq!(town.hub.records("bins").len(), 1, "by its id");
    assert_eq!(town.kinds(), ["sanitation.bin.full", "sanitation.bin.overflow", "sanitation.bin.emptied"]);
    assert_eq!(town.record("tallies", "2026-11")["overflows"], Value::Null, "a sensor alone counts against nobody");
}

#[test]
fn bad_input_is_refused_with_the_path_of_each_fault_and_nothing_is_kept() {
    let town = town();
    let mut bad = container();
    bad["fillingLevel"] = json!(40);
    bad["binFullnessThreshold"] = json!(0.8);
    bad["status"] = json!("full");
    bad["location"] = json!({"type": "Point", "coordinates": [35.5, 118.8]});
    bad["dateLastEmptying"] = json!("2026-11-26");
    bad["type"] = json!("Bin");
    let mut unknown = container();
    unknown["id"] = json!("urn:x:1");
    unknown["refWasteContainerIsle"] = json!("urn:ngsi-ld:WasteContainerIsle:371122103:p000001");
    let refused = send(&town, &json!([container(), bad, unknown, 7])).unwrap_err();
    let paths: Vec<&String> = refused["fields"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "[1].binFullnessThreshold",
            "[1].dateLastEmptying",
            "[1].fillingLevel",
            "[1].location",
            "[1].status",
            "[1].type",
            "[2].refWasteContainerIsle",
            "[3]"
        ]
    );
    assert_eq!(refused["fields"]["[1].fillingLevel"], "应为 0 到 1 的数，不是百分比");
    assert_eq!(town.hub.records("bins").len(), 0);
    let one = send(&town, &json!({"id": "x", "type": "WasteContainer"})).unwrap_err();
    assert!(one["fields"]["location"].is_string(), "{one}");
    let many = Value::Array(vec![container(); 201]);
    assert!(send(&town, &many).unwrap_err()["summary"].is_string());
    assert!(town.hub.call::<Sanitation>("waste-containers", &[], "application/json", b"{").is_err());
}

#[test]
fn containers_are_listed_in_parts_by_id() {
    let town = town();
    let all: Vec<Value> = (0..5)
        .map(|number| {
            let mut one = container();
            one["id"] = json!(format!("urn:x:{number}"));
            one
        })
        .collect();
    send(&town, &Value::Array(all)).unwrap();
    let ids = |part: &Value| {
        part.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&list(&town, &[("limit", "2")])), ["urn:x:0", "urn:x:1"]);
    assert_eq!(ids(&list(&town, &[("limit", "2"), ("after", "urn:x:1")])), ["urn:x:2", "urn:x:3"]);
    assert!(town.hub.call::<Sanitation>("waste-containers", &[("limit", "0")], "", b"").is_err());
}
