//! A case as a service request.

use serde::Serialize;
use xl_model::case::Case;
use xl_model::case::Stage;
use xl_model::case::matter::Matters;
use xl_model::case::unit::Units;
use xl_model::cloud_event::rfc3339;

use super::service;
use crate::api::language::Language;

/// A request: the fields of GeoReport v2, in its order. What people wrote about it beyond its title stays inside.
#[derive(Debug, Serialize)]
pub(super) struct ServiceRequest {
    service_request_id: String,
    status: &'static str,
    status_notes: String,
    service_name: String,
    service_code: String,
    description: String,
    agency_responsible: Option<String>,
    service_notice: Option<String>,
    requested_datetime: String,
    updated_datetime: String,
    expected_datetime: Option<String>,
    address: Option<String>,
    address_id: String,
    zipcode: Option<String>,
    lat: Option<f64>,
    long: Option<f64>,
    media_url: Option<String>,
}

impl ServiceRequest {
    /// A case; `updated_ms` is when the last step was made.
    pub(super) fn new(
        case: &Case,
        updated_ms: i64,
        reason: Option<String>,
        matters: &Matters,
        units: &Units,
        language: Language,
    ) -> Self {
        let row = matters.find(&case.matter);
        let stage = stage(case.stage, language);
        Self {
            service_request_id: case.id.to_string(),
            status: case.stage.open311(),
            status_notes: reason.unwrap_or_else(|| stage.to_owned()),
            service_name: row.map_or_else(|| case.matter.code.clone(), |row| service::name(row, language)),
            service_code: service::code(&case.matter),
            description: case.title.clone(),
            agency_responsible: case.unit.as_ref().map(|id| unit(units, id, language)),
            service_notice: None,
            requested_datetime: rfc3339(case.opened_ms),
            updated_datetime: rfc3339(case.closed_ms.unwrap_or(updated_ms)),
            expected_datetime: case.final_due_ms().or(case.due_ms()).map(rfc3339),
            address: case.address.clone(),
            address_id: case.place.to_string(),
            zipcode: None,
            lat: case.position.map(|at| at.latitude),
            long: case.position.map(|at| at.longitude),
            media_url: None,
        }
    }
}

fn stage(stage: Stage, language: Language) -> &'static str {
    match language {
        Language::Chinese => stage.zh(),
        Language::English => stage.en(),
    }
}

fn unit(units: &Units, id: &xl_model::id::UnitId, language: Language) -> String {
    match (units.get(id), language) {
        (Some(unit), Language::Chinese) => unit.zh.clone(),
        (Some(unit), Language::English) => unit.en.clone(),
        (None, _) => id.to_string(),
    }
}
