//! The five kinds of events, and events of one's own kind.

use serde_json::Map;
use serde_json::Value;

use super::fault::Why;
use super::parts;
use super::shape;
use super::shape::At;
use super::shape::Fields;
use super::shape::Others;

/// What every event may hold.
const COMMON: Fields = &[
    ("@context", parts::context),
    ("type", shape::text),
    ("eventTime", shape::date_time),
    ("recordTime", shape::date_time),
    ("eventTimeZoneOffset", shape::offset),
    ("eventID", shape::uri),
    ("certificationInfo", parts::certification),
    ("errorDeclaration", parts::error_declaration),
];

/// Where, why and with whom.
const CIRCUMSTANCES: Fields = &[
    ("bizStep", parts::biz_step),
    ("disposition", parts::disposition),
    ("readPoint", parts::place),
    ("bizLocation", parts::place),
    ("sourceList", parts::sources),
    ("destinationList", parts::destinations),
    ("sensorElementList", parts::sensors),
];

const OBJECT: Fields = &[
    ("action", parts::action),
    ("epcList", parts::distinct_uris),
    ("quantityList", parts::quantities),
    ("persistentDisposition", parts::persistent_disposition),
    ("bizTransactionList", parts::transactions),
    ("ilmd", parts::ilmd),
];

/// Aggregations and associations.
const FAMILY: Fields = &[
    ("action", parts::action),
    ("parentID", shape::uri),
    ("childEPCs", parts::uris),
    ("childQuantityList", parts::quantities),
    ("bizTransactionList", parts::transactions),
];

const TRANSACTION: Fields = &[
    ("action", parts::action),
    ("parentID", shape::uri),
    ("epcList", parts::uris),
    ("quantityList", parts::quantities),
    ("bizTransactionList", parts::some_transactions),
];

const TRANSFORMATION: Fields = &[
    ("inputEPCList", parts::distinct_uris),
    ("inputQuantityList", parts::quantities),
    ("outputEPCList", parts::distinct_uris),
    ("outputQuantityList", parts::quantities),
    ("transformationID", shape::uri),
    ("persistentDisposition", parts::persistent_disposition),
    ("bizTransactionList", parts::transactions),
    ("ilmd", parts::ilmd),
];

/// When it happened: what every event must say.
const WHEN: [&str; 2] = ["eventTime", "eventTimeZoneOffset"];

/// Checks one event; `alone` when no document around it brings the context.
pub(super) fn check(at: &mut At, value: &Value, alone: bool) {
    let Value::Object(map) = value else {
        at.fault(Why::NoObject);
        return;
    };
    if alone && !map.contains_key("@context") {
        at.fault_of("@context", Why::Missing);
    }
    match map.get("type") {
        None => at.fault_of("type", Why::Missing),
        Some(Value::String(kind)) => of_kind(at, value, kind),
        Some(_) => at.fault_of("type", Why::NoText),
    }
}

fn of_kind(at: &mut At, value: &Value, kind: &str) {
    let [time, zone] = WHEN;
    let known = |at: &mut At, own: Fields, required: &[&str]| {
        shape::object(at, value, &[COMMON, CIRCUMSTANCES, own], required, Others::Named);
    };
    let Value::Object(map) = value else { return };
    match kind {
        "ObjectEvent" => {
            known(at, OBJECT, &[time, zone, "action"]);
            object_subject(at, map);
        }
        "AggregationEvent" => {
            known(at, FAMILY, &[time, zone, "action"]);
            children(at, map);
        }
        "AssociationEvent" => {
            known(at, FAMILY, &[time, zone, "action", "parentID"]);
            children(at, map);
        }
        "TransactionEvent" => {
            known(at, TRANSACTION, &[time, zone, "action", "bizTransactionList"]);
            if !(map.contains_key("epcList") || has_some(map, "quantityList") || deletes(map)) {
                at.fault(Why::NoSubject("epcList, quantityList"));
            }
        }
        "TransformationEvent" => {
            known(at, TRANSFORMATION, &[time, zone]);
            transformation_subject(at, map);
        }
        _ => {
            shape::object(at, value, &[COMMON], &WHEN, Others::Any);
            at.inside("type", |at| map.get("type").into_iter().for_each(|kind| shape::uri(at, kind)));
        }
    }
}

fn object_subject(at: &mut At, map: &Map<String, Value>) {
    let sensed = has_some(map, "sensorElementList") && map.contains_key("readPoint");
    if !(map.contains_key("epcList") || has_some(map, "quantityList") || sensed) {
        at.fault(Why::NoSubject("epcList, quantityList, sensorElementList + readPoint"));
    }
    if map.contains_key("ilmd") && map.get("action").is_none_or(|action| action != "ADD") {
        at.fault_of("ilmd", Why::NotHere);
    }
}

fn children(at: &mut At, map: &Map<String, Value>) {
    if !(has_some(map, "childEPCs") || has_some(map, "childQuantityList") || deletes(map)) {
        at.fault(Why::NoSubject("childEPCs, childQuantityList"));
    }
}

/// Inputs and outputs; one side is enough for a part of a longer transformation.
fn transformation_subject(at: &mut At, map: &Map<String, Value>) {
    let input = has_some(map, "inputEPCList") || has_some(map, "inputQuantityList");
    let output = has_some(map, "outputEPCList") || has_some(map, "outputQuantityList");
    let whole = input && output;
    let part = (input || output) && map.contains_key("transformationID");
    if !(whole || part) {
        at.fault(Why::NoSubject("inputEPCList / inputQuantityList, outputEPCList / outputQuantityList"));
    }
}

fn has_some(map: &Map<String, Value>, name: &str) -> bool {
    map.get(name).and_then(Value::as_array).is_some_and(|elements| !elements.is_empty())
}

fn deletes(map: &Map<String, Value>) -> bool {
    map.get("action").is_some_and(|action| action == "DELETE")
}
