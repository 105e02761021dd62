//! Verdicts over the `OpenEPCIS` documents in `testdata/openepcis`.

#![expect(clippy::unwrap_used, reason = "the lint knows #[test] functions, not their helpers")]

use std::fs;
use std::path::Path;

use produce_trace::epcis;
use produce_trace::epcis::Fault;
use serde_json::Value;
use serde_json::json;
use xl_plugin::Locale;

/// Documents that the standard's schema refuses although `OpenEPCIS` keeps them among the valid ones.
const REFUSED_DOCUMENTS: [(&str, &str); 3] = [
    ("AggregationEvent_with_persistentDisposition.json", "/epcisBody/eventList/1/persistentDisposition"),
    ("SensorData_with_combined_events.json", "/epcisBody/eventList/7/sensorElementList/0/sensorReport/1/type"),
    ("TransactionEvent_with_userExtensions.json", "/epcisBody/eventList/0/sensorElementList/0/sensorReport/0/type"),
];

/// Name and verdict of every document of a folder.
fn verdicts(folder: &str) -> Vec<(String, Result<epcis::Kind, Vec<Fault>>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/openepcis").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |file: &Path| file.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|file| (name(file), epcis::read(&fs::read(file).unwrap()).map(|(kind, _)| kind))).collect()
}

fn document() -> Value {
    serde_json::from_str(include_str!("../testdata/openepcis/Documents/ObjectEvent_all_possible_fields.json")).unwrap()
}

/// Where the first fault of a document is.
fn first_fault(document: &Value) -> String {
    epcis::check(document).map_err(|faults| faults[0].path.clone()).unwrap_err()
}

#[test]
fn of_38_documents_35_are_valid_and_the_known_three_are_not() {
    let all = verdicts("Documents");
    assert_eq!(all.len(), 38);
    let refused: Vec<(&str, &str)> = all
        .iter()
        .filter_map(|(name, verdict)| Some((name.as_str(), verdict.as_ref().err()?[0].path.as_str())))
        .collect();
    assert_eq!(refused, REFUSED_DOCUMENTS);
}

#[test]
fn all_five_events_that_stand_alone_are_valid() {
    assert_eq!(
        verdicts("Events").iter().map(|(_, verdict)| verdict.clone()).collect::<Vec<_>>(),
        vec![Ok(epcis::Kind::Event); 5]
    );
}

#[test]
fn all_fifteen_invalid_documents_are_refused_where_they_are_wrong() {
    let paths: Vec<(String, String)> = verdicts("Invalid")
        .into_iter()
        .map(|(name, verdict)| (name.trim_end_matches(".json").to_owned(), verdict.unwrap_err()[0].path.clone()))
        .collect();
    let expected = [
        ("Combination_of_events_with_missing_mandatory_fields", "/epcisBody/eventList/0/action"),
        ("Combination_of_multiple_invalid_fields", "/epcisBody/eventList/0/bizStep"),
        ("Combination_of_non_standard_bizStep_and_disposition", "/epcisBody/eventList/0/bizStep"),
        ("EPCISDocument_without_context", "/@context"),
        ("ObjectEvent_with_ilmd_field_without_namespace", "/epcisBody/eventList/0/ilmd/materialType"),
        ("ObjectEvent_with_invalid_action", "/epcisBody/eventList/0/action"),
        ("ObjectEvent_with_invalid_certificationInfo", "/epcisBody/eventList/0/certificationInfo/0"),
        ("ObjectEvent_with_invalid_eventTime_format", "/epcisBody/eventList/0/eventTime"),
        ("ObjectEvent_with_non_standard_bizStep", "/epcisBody/eventList/0/bizStep"),
        ("ObjectEvent_with_non_standard_bizStep_in_second_event", "/epcisBody/eventList/1/bizStep"),
        ("ObjectEvent_with_non_standard_disposition", "/epcisBody/eventList/0/disposition"),
        ("ObjectEvent_with_quantity_as_text", "/epcisBody/eventList/0/quantityList/0/quantity"),
        ("ObjectEvent_with_unknown_field_in_quantityList", "/epcisBody/eventList/0/quantityList/0/weight"),
        ("ObjectEvent_without_action_and_eventTime", "/epcisBody/eventList/0/eventTime"),
        ("ObjectEvent_without_identifier_list", "/epcisBody/eventList/0"),
    ];
    assert_eq!(paths, expected.map(|(name, path)| (name.to_owned(), path.to_owned())));
}

#[test]
fn a_change_that_breaks_a_rule_is_refused_at_its_place() {
    let event = "/epcisBody/eventList/0";
    let cases = [
        ("/schemaVersion", json!("v2"), "/schemaVersion"),
        ("/creationDate", json!("2013-06-04 14:59:02Z"), "/creationDate"),
        ("/epcisBody/eventList/0/eventTimeZoneOffset", json!("+14:30"), "/epcisBody/eventList/0/eventTimeZoneOffset"),
        ("/epcisBody/eventList/0/epcList", json!(["urn:a:b", "urn:a:b"]), "/epcisBody/eventList/0/epcList/1"),
        (
            "/epcisBody/eventList/0/bizStep",
            json!("urn:epcglobal:cbv:bizstep:shipping"),
            "/epcisBody/eventList/0/bizStep",
        ),
        ("/epcisBody/eventList/0/readPoint", json!({}), "/epcisBody/eventList/0/readPoint/id"),
        ("/epcisBody/eventList/0/persistentDisposition", json!({}), "/epcisBody/eventList/0/persistentDisposition"),
        ("/epcisBody/eventList/0/type", json!("MyEvent"), "/epcisBody/eventList/0/type"),
        ("/epcisBody/eventList/0/action", json!("OBSERVE"), "/epcisBody/eventList/0/ilmd"),
        ("/epcisBody/eventList", json!({}), "/epcisBody/eventList"),
    ];
    assert!(epcis::check(&document()).is_ok() && document().pointer(event).is_some());
    for (changed, value, fault) in cases {
        let mut document = document();
        *document.pointer_mut(changed).unwrap() = value;
        assert_eq!(first_fault(&document), fault);
    }
}

#[test]
fn a_field_of_ones_own_needs_a_namespace() {
    let mut document = document();
    document["epcisBody"]["eventList"][0]["example:grade"] = json!({ "anything": [1] });
    assert!(epcis::check(&document).is_ok());
    document["epcisBody"]["eventList"][0]["grade"] = json!("A");
    assert_eq!(first_fault(&document), "/epcisBody/eventList/0/grade");
}

#[test]
fn a_fault_says_in_both_languages_what_is_wanted() {
    let mut document = document();
    document["epcisBody"]["eventList"][0]["action"] = json!("LOOK");
    let faults = epcis::check(&document).unwrap_err();
    assert_eq!(faults[0].say(Locale::Zh), "只能是：ADD, DELETE, OBSERVE。");
    assert_eq!(faults[0].say(Locale::En), "This must be one of: ADD, DELETE, OBSERVE.");
}

#[test]
fn a_document_that_is_wrong_everywhere_is_answered_with_a_few_faults() {
    let event = json!({ "type": "ObjectEvent", "action": 1 });
    let document = json!({ "type": "EPCISDocument", "epcisBody": { "eventList": vec![event; 5_000] } });
    assert_eq!(epcis::check(&document).unwrap_err().len(), epcis::fault::MOST);
    for nothing in ["", "[]", "7", "{", "null", "{\"type\": 7}"] {
        assert!(epcis::read(nothing.as_bytes()).is_err(), "{nothing}");
    }
}
