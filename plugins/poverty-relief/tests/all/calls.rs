//! Warnings of departments.

use poverty_relief::PovertyRelief;
use serde_json::Value;
use serde_json::json;
use xl_plugin::CallsError;

use crate::town::GRID;
use crate::town::H1;
use crate::town::Town;
use crate::town::at;

fn call(town: &Town, body: &Value) -> Result<Value, Value> {
    town.hub.set_now(at("2026-11-20", 9));
    let body = serde_json::to_vec(body).unwrap();
    match town.hub.call::<PovertyRelief>("warnings", &[], "application/json", &body) {
        Ok(response) => Ok(serde_json::from_slice(&response.body).unwrap()),
        Err(CallsError::Invalid(text)) => Err(serde_json::from_str(&text).unwrap()),
        Err(other) => panic!("{other:?}"),
    }
}

fn sent(household: &str, reference: &str, day: &str) -> Value {
    json!({ "household": household, "reference": reference, "day": day })
}

#[test]
fn a_warning_of_a_department_is_taken_once_and_waits_for_a_person() {
    let town = Town::new();
    town.register("2026-11-01").unwrap();
    let body = json!({ "department": "yibao", "warnings": [sent("h000001", "YB-1", "2026-11-19")] });
    assert_eq!(call(&town, &body), Ok(json!({ "taken": 1, "known": 0 })));
    assert_eq!(call(&town, &body), Ok(json!({ "taken": 0, "known": 1 })));
    let warnings = town.hub.records("warnings");
    assert_eq!(warnings.len(), 1);
    assert_eq!((&warnings[0].1["upon"], &warnings[0].1["fate"]), (&"yibao/YB-1".into(), &"open".into()));
    assert_eq!((town.hub.records("clues").len(), town.hub.published().len()), (0, 0));
}

#[test]
fn a_warning_about_a_household_that_withdrew_comparison_is_refused_until_it_consents_again() {
    let town = Town::new();
    town.register("2026-11-01").unwrap();
    let body = json!({ "department": "yibao", "warnings": [sent("h000001", "YB-1", "2026-11-19")] });
    let given = [("purpose", "comparison"), ("how", "signed"), ("by", "head")];
    town.act(GRID, "2026-11-10", ("household", H1), "consent", &given).unwrap();
    town.act(GRID, "2026-11-11", ("household", H1), "withdraw", &given[..1]).unwrap();
    let refused = call(&town, &body).unwrap_err();
    assert!(refused["fields"]["warnings[0].household"].as_str().unwrap().contains("撤回"), "{refused}");
    assert_eq!((town.hub.records("warnings"), town.hub.records("imported")), (vec![], vec![]));
    town.act(GRID, "2026-11-12", ("household", H1), "consent", &given).unwrap();
    assert_eq!(call(&town, &body), Ok(json!({ "taken": 1, "known": 0 })));
}

#[test]
fn bad_input_is_refused_by_path_and_nothing_of_the_call_is_taken() {
    let town = Town::new();
    town.register("2026-11-01").unwrap();
    let body = json!({ "department": "医保局", "warnings": [
        sent("h000001", "YB-1", "2026-11-19"),
        sent("h000009", "371122199001011230", "2026-11-21"),
        sent("", "", "yesterday"),
    ] });
    let refused = call(&town, &body).unwrap_err();
    let paths: Vec<_> = refused["fields"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        paths,
        [
            "department",
            "warnings[1].day",
            "warnings[1].household",
            "warnings[1].reference",
            "warnings[2].day",
            "warnings[2].household",
            "warnings[2].reference",
        ]
    );
    assert_eq!(town.hub.records("warnings"), []);
    let name = json!({ "department": "yibao", "warnings": [{ "household": "h000001", "name": "王小明" }] });
    assert!(call(&town, &name).unwrap_err()["summary"].as_str().unwrap().contains("name"));
    let many: Vec<Value> = (0..301).map(|n| sent("h000001", &format!("R{n}"), "2026-11-19")).collect();
    let refused = call(&town, &json!({ "department": "yibao", "warnings": many })).unwrap_err();
    assert!(refused["fields"]["warnings"].is_string(), "{refused}");
}
