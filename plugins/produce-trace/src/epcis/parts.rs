//! Parts of events: quantities, places, transactions, parties, sensors, declarations.

use serde_json::Value;

use super::fault::Why;
use super::shape;
use super::shape::At;
use super::shape::Fields;
use super::shape::Others;
use super::words;

/// A JSON-LD context: a URI, an object, or a list of both without repetition.
pub(super) fn context(at: &mut At, value: &Value) {
    match value {
        Value::Object(_) => {}
        Value::Array(_) => shape::set(at, value, 0, |at, element| {
            if !element.is_object() {
                shape::uri(at, element);
            }
        }),
        _ => shape::uri(at, value),
    }
}

pub(super) fn action(at: &mut At, value: &Value) {
    shape::one_of(at, value, words::ACTIONS);
}

pub(super) fn biz_step(at: &mut At, value: &Value) {
    shape::word(at, value, &words::BIZ_STEPS);
}

pub(super) fn disposition(at: &mut At, value: &Value) {
    shape::word(at, value, &words::DISPOSITIONS);
}

/// Dispositions that begin or end to hold; one of the two lists is needed.
pub(super) fn persistent_disposition(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[
        ("set", |at, value| shape::set(at, value, 1, disposition)),
        ("unset", |at, value| shape::set(at, value, 1, disposition)),
    ];
    if let Some(map) = shape::object(at, value, &[FIELDS], &[], Others::Nothing)
        && !map.contains_key("set")
        && !map.contains_key("unset")
    {
        at.fault(Why::NoSubject("set, unset"));
    }
}

/// URIs, each once.
pub(super) fn distinct_uris(at: &mut At, value: &Value) {
    shape::set(at, value, 0, shape::uri);
}

/// URIs.
pub(super) fn uris(at: &mut At, value: &Value) {
    shape::list(at, value, 0, shape::uri);
}

/// A URI or a list of them.
pub(super) fn certification(at: &mut At, value: &Value) {
    if value.is_array() { uris(at, value) } else { shape::uri(at, value) }
}

pub(super) fn quantities(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("epcClass", shape::uri), ("quantity", shape::number), ("uom", shape::unit)];
    shape::list(at, value, 0, |at, element| {
        shape::object(at, element, &[FIELDS], &["epcClass"], Others::Nothing);
    });
}

/// A read point or business location.
pub(super) fn place(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("id", shape::uri)];
    shape::object(at, value, &[FIELDS], &["id"], Others::Any);
}

pub(super) fn transactions(at: &mut At, value: &Value) {
    const FIELDS: Fields =
        &[("type", |at, value| shape::word(at, value, &words::TRANSACTION_TYPES)), ("bizTransaction", shape::uri)];
    shape::list(at, value, 0, |at, element| {
        shape::object(at, element, &[FIELDS], &["bizTransaction"], Others::Nothing);
    });
}

/// Transactions of an event that is about them.
pub(super) fn some_transactions(at: &mut At, value: &Value) {
    transactions(at, value);
    if value.as_array().is_some_and(Vec::is_empty) {
        at.fault(Why::Empty);
    }
}

pub(super) fn sources(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("type", party_type), ("source", shape::uri)];
    shape::list(at, value, 0, |at, element| {
        shape::object(at, element, &[FIELDS], &["type", "source"], Others::Nothing);
    });
}

pub(super) fn destinations(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("type", party_type), ("destination", shape::uri)];
    shape::list(at, value, 0, |at, element| {
        shape::object(at, element, &[FIELDS], &["type", "destination"], Others::Nothing);
    });
}

fn party_type(at: &mut At, value: &Value) {
    shape::word(at, value, &words::PARTY_TYPES);
}

/// Master data of a class: only fields with a namespace.
pub(super) fn ilmd(at: &mut At, value: &Value) {
    shape::object(at, value, &[], &[], Others::Named);
}

pub(super) fn error_declaration(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[
        ("declarationTime", shape::date_time),
        ("reason", |at, value| shape::word(at, value, &words::ERROR_REASONS)),
        ("correctiveEventIDs", uris),
    ];
    shape::object(at, value, &[FIELDS], &["declarationTime"], Others::Named);
}

pub(super) fn sensors(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[("sensorMetadata", sensor_metadata), ("sensorReport", sensor_reports)];
    shape::list(at, value, 0, |at, element| {
        shape::object(at, element, &[FIELDS], &["sensorReport"], Others::Named);
    });
}

fn sensor_metadata(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[
        ("time", shape::date_time),
        ("deviceID", shape::uri),
        ("deviceMetadata", shape::uri),
        ("rawData", shape::uri),
        ("startTime", shape::date_time),
        ("endTime", shape::date_time),
        ("dataProcessingMethod", shape::uri),
        ("bizRules", shape::uri),
    ];
    shape::object(at, value, &[FIELDS], &[], Others::Named);
}

fn sensor_reports(at: &mut At, value: &Value) {
    const FIELDS: Fields = &[
        ("type", |at, value| shape::word(at, value, &words::MEASUREMENTS)),
        ("exception", |at, value| shape::word(at, value, &words::ALERTS)),
        ("deviceID", shape::uri),
        ("deviceMetadata", shape::uri),
        ("rawData", shape::uri),
        ("dataProcessingMethod", shape::uri),
        ("bizRules", shape::uri),
        ("time", shape::date_time),
        ("microorganism", shape::uri),
        ("chemicalSubstance", shape::uri),
        ("coordinateReferenceSystem", shape::uri),
        ("value", shape::number),
        ("component", |at, value| shape::word(at, value, &words::COMPONENTS)),
        ("stringValue", shape::text),
        ("booleanValue", shape::truth),
        ("hexBinaryValue", shape::hex),
        ("uriValue", shape::uri),
        ("minValue", shape::number),
        ("maxValue", shape::number),
        ("meanValue", shape::number),
        ("sDev", shape::number),
        ("percRank", shape::number),
        ("percValue", shape::number),
        ("uom", shape::text),
    ];
    shape::list(at, value, 1, |at, element| {
        shape::object(at, element, &[FIELDS], &["type"], Others::Named);
    });
}
