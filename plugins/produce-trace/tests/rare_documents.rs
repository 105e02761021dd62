//! What is allowed and seldom seen, in `testdata/rare`; and what lies one step beyond it.

#![expect(clippy::unwrap_used, reason = "the lint knows #[test] functions, not their helpers")]

use produce_trace::epcis;
use produce_trace::epcis::Kind;
use serde_json::Value;
use serde_json::json;

const IDENTIFIERS: &str = include_str!("../testdata/rare/every_identifier.jsonld");
const EXCEPTIONS: &str = include_str!("../testdata/rare/every_exception.jsonld");
const ANSWER: &str = include_str!("../testdata/rare/answer.jsonld");
const ALONE: &str = include_str!("../testdata/rare/alone.jsonld");

fn verdict(text: &str) -> Result<Kind, Vec<epcis::Fault>> {
    epcis::read(text.as_bytes()).map(|(kind, _)| kind)
}

/// Where the first fault is after one value was put in the place of another; `null` stands for no value.
fn fault_after(text: &str, place: &str, value: &Value) -> Option<String> {
    let mut document: Value = serde_json::from_str(text).unwrap();
    let (parent, name) = place.rsplit_once('/').unwrap();
    match (document.pointer_mut(parent).unwrap(), value) {
        (Value::Object(map), Value::Null) => drop(map.remove(name)),
        (Value::Object(map), value) => drop(map.insert(name.replace("~1", "/"), value.clone())),
        (Value::Array(list), value) => list[name.parse::<usize>().unwrap()] = value.clone(),
        _ => unreachable!("{place}"),
    }
    epcis::check(&document).err().map(|faults| faults[0].path.clone())
}

#[test]
fn every_form_that_the_standard_allows_is_taken() {
    assert_eq!(verdict(IDENTIFIERS), Ok(Kind::Document));
    assert_eq!(verdict(EXCEPTIONS), Ok(Kind::Document));
    assert_eq!(verdict(ANSWER), Ok(Kind::QueryDocument));
    assert_eq!(verdict(ALONE), Ok(Kind::Event));
}

#[test]
fn one_step_beyond_what_is_allowed_is_refused_at_its_place() {
    let event = "/epcisBody/eventList/0";
    for (field, value, fault) in [
        ("eventTime", json!("2016-12-31T12:59:60Z"), "eventTime"),
        ("eventTime", json!("2026-02-29T08:00:00Z"), "eventTime"),
        ("eventTime", json!("2026-11-20T08:00:00"), "eventTime"),
        ("eventTime", json!("2026-11-20T08:00:00+08"), "eventTime"),
        ("eventTime", json!("2026-11-20 08:00:00Z"), "eventTime"),
        ("eventTimeZoneOffset", json!("Z"), "eventTimeZoneOffset"),
        ("eventTimeZoneOffset", json!("+14:01"), "eventTimeZoneOffset"),
        ("eventID", json!("404d95fc-9457-4a51-bd6a-0bba133845a8"), "eventID"),
        ("epcList/20", json!("https://id.gs1.org/01/09521234543213/10/草莓"), "epcList/20"),
        ("epcList/20", json!("https://id.gs1.org:x/01/09521234543213"), "epcList/20"),
        ("epcList/24", json!("urn:epc:id:sscc:4012345.3111111111"), "epcList/24"),
        ("epcList/24", json!(9_521_234_543_213_u64), "epcList/24"),
        ("quantityList/5/uom", json!("kg"), "quantityList/5/uom"),
        ("quantityList/5/uom", json!("KGMS"), "quantityList/5/uom"),
        ("quantityList/0/farm:grade", json!("A"), "quantityList/0/farm:grade"),
        ("grade", json!("A"), "grade"),
        ("childEPCs", json!([]), "childEPCs"),
        ("bizStep", json!("cbv:BizStep-shipping "), "bizStep"),
        ("bizStep", json!("https://ns.gs1.org/cbv/BizStep-shipping"), "bizStep"),
        ("persistentDisposition", json!({ "set": [] }), "persistentDisposition/set"),
        ("readPoint", json!("urn:epc:id:sgln:4012345.00005.0"), "readPoint"),
        ("bizTransactionList", json!([{ "type": "po" }]), "bizTransactionList/0/bizTransaction"),
        ("sourceList", json!([{ "source": "urn:a:b" }]), "sourceList/0/type"),
        ("destinationList", json!([{ "type": "location", "source": "urn:a:b" }]), "destinationList/0/destination"),
        ("sensorElementList", json!([{}]), "sensorElementList/0/sensorReport"),
        ("sensorElementList", json!([{ "sensorReport": [] }]), "sensorElementList/0/sensorReport"),
        ("errorDeclaration", json!({ "reason": "did_not_occur" }), "errorDeclaration/declarationTime"),
        ("certificationInfo", json!({ "id": "urn:a:b" }), "certificationInfo"),
        ("type", json!("CropEvent"), "type"),
    ] {
        let found = fault_after(IDENTIFIERS, &format!("{event}/{field}"), &value);
        assert_eq!(found, Some(format!("{event}/{fault}")), "{value}");
    }
}

#[test]
fn what_is_around_the_events_has_its_borders_too() {
    for (text, place, value, fault) in [
        (IDENTIFIERS, "/schemaVersion", json!(2.0), "/schemaVersion"),
        (IDENTIFIERS, "/schemaVersion", json!("2."), "/schemaVersion"),
        (IDENTIFIERS, "/creationDate", Value::Null, "/creationDate"),
        (IDENTIFIERS, "/@context", json!("epcis-context.jsonld"), "/@context"),
        (IDENTIFIERS, "/@context", json!(["urn:a:b", "urn:a:b"]), "/@context/1"),
        (IDENTIFIERS, "/id", json!("1"), "/id"),
        (IDENTIFIERS, "/note", json!("1"), "/note"),
        (EXCEPTIONS, "/epcisHeader/note", json!("1"), "/epcisHeader/note"),
        (
            EXCEPTIONS,
            "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0/attributes/3/attribute",
            json!(["35.58"]),
            "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0/attributes/3/attribute",
        ),
        (EXCEPTIONS, "/epcisBody/eventList/2/action", json!("ADD"), "/epcisBody/eventList/2"),
        (EXCEPTIONS, "/epcisBody/eventList/4/parentID", Value::Null, "/epcisBody/eventList/4/parentID"),
        (EXCEPTIONS, "/epcisBody/eventList/6/action", json!("ADD"), "/epcisBody/eventList/6"),
        (EXCEPTIONS, "/epcisBody/eventList/7/transformationID", Value::Null, "/epcisBody/eventList/7"),
        (EXCEPTIONS, "/epcisBody/eventList/7/ilmd/grade", json!("A"), "/epcisBody/eventList/7/ilmd/grade"),
        (EXCEPTIONS, "/epcisBody/eventList/1/readPoint", Value::Null, "/epcisBody/eventList/1"),
        (EXCEPTIONS, "/epcisBody/eventList/1/ilmd", json!({}), "/epcisBody/eventList/1/ilmd"),
        (ANSWER, "/epcisBody/queryResults/queryName", Value::Null, "/epcisBody/queryResults/queryName"),
        (ANSWER, "/epcisBody/eventList", json!([]), "/epcisBody/eventList"),
        (ANSWER, "/sender", json!("x"), "/sender"),
        (ALONE, "/@context", Value::Null, "/@context"),
        (ALONE, "/eventTimeZoneOffset", Value::Null, "/eventTimeZoneOffset"),
    ] {
        assert_eq!(fault_after(text, place, &value).as_deref(), Some(fault), "{place}: {value}");
    }
}
