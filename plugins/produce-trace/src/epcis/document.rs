//! Documents: what is around events.

use serde_json::Value;

use super::event;
use super::fault::Why;
use super::parts;
use super::shape;
use super::shape::At;
use super::shape::Fields;
use super::shape::Others;

/// Checks an `EPCISDocument`.
pub(super) fn document(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[
        ("@context", parts::context),
        ("id", shape::uri),
        ("type", shape::text),
        ("schemaVersion", shape::version),
        ("creationDate", shape::date_time),
        ("instanceIdentifier", shape::text),
        ("sender", shape::text),
        ("receiver", shape::text),
        ("epcisHeader", header),
        ("epcisBody", body),
    ];
    const REQUIRED: &[&str] = &["@context", "type", "schemaVersion", "creationDate", "epcisBody"];
    shape::object(at, value, &[FIELDS], REQUIRED, Others::Named);
}

/// Checks an `EPCISQueryDocument`.
pub(super) fn query_document(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[
        ("@context", parts::context),
        ("id", shape::uri),
        ("type", shape::text),
        ("schemaVersion", shape::version),
        ("creationDate", shape::date_time),
        ("epcisBody", query_body),
    ];
    shape::object(at, value, &[FIELDS], &["@context", "type", "epcisBody"], Others::Named);
}

fn body(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("eventList", events)];
    shape::object(at, value, &[FIELDS], &["eventList"], Others::Any);
}

fn query_body(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("queryResults", query_results)];
    shape::object(at, value, &[FIELDS], &["queryResults"], Others::Named);
}

fn query_results(at: &mut At, value: &Value) {
    const FIELDS: Fields =
        &[("queryName", shape::text), ("subscriptionID", shape::text), ("resultsBody", results_body)];
    shape::object(at, value, &[FIELDS], &["queryName", "resultsBody"], Others::Named);
}

fn results_body(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("eventList", events), ("vocabularyList", vocabularies)];
    shape::object(at, value, &[FIELDS], &["eventList"], Others::Named);
}

fn events(at: &mut At, value: &Value) {
    shape::list(at, value, 0, |at, event| event::check(at, event, false));
}

fn header(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("epcisMasterData", master_data)];
    shape::object(at, value, &[FIELDS], &[], Others::Named);
}

fn master_data(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("vocabularyList", vocabularies)];
    shape::object(at, value, &[FIELDS], &[], Others::Any);
}

fn vocabularies(at: &mut At, value: &Value) {
    const VOCABULARY: Fields = &[
        ("type", shape::uri),
        ("vocabularyElementList", |at, value| {
            shape::list(at, value, 0, |at, element| {
                shape::object(at, element, &[ELEMENT], &["id"], Others::Any);
            });
        }),
    ];
    const ELEMENT: Fields = &[("id", shape::uri), ("attributes", attributes), ("children", parts::uris)];
    shape::list(at, value, 0, |at, element| {
        shape::object(at, element, &[VOCABULARY], &["type"], Others::Any);
    });
}

fn attributes(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("id", shape::uri), ("attribute", attribute)];
    shape::list(at, value, 0, |at, element| {
        shape::object(at, element, &[FIELDS], &["id"], Others::Any);
    });
}

fn attribute(at: &mut At, value: &Value) {
    if !(value.is_number() || value.is_string() || value.is_object()) {
        at.fault(Why::NoAttribute);
    }
}
