//! A case as a service request.

use serde::Serialize;
use xl_model::case::Case;
use xl_model::case::Stage;
use xl_model::case::matter::Matters;
use xl_model::case::unit::Units;
use xl_model::cloud_event::rfc3339;

use super::service;
use super::xml::Element;
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

impl Element for ServiceRequest {
    const NAME: &'static str = "request";

    fn fields(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("service_request_id", Some(self.service_request_id.clone())),
            ("status", Some(self.status.to_owned())),
            ("status_notes", Some(self.status_notes.clone())),
            ("service_name", Some(self.service_name.clone())),
            ("service_code", Some(self.service_code.clone())),
            ("description", Some(self.description.clone())),
            ("agency_responsible", self.agency_responsible.clone()),
            ("service_notice", self.service_notice.clone()),
            ("requested_datetime", Some(self.requested_datetime.clone())),
            ("updated_datetime", Some(self.updated_datetime.clone())),
            ("expected_datetime", self.expected_datetime.clone()),
            ("address", self.address.clone()),
            ("address_id", Some(self.address_id.clone())),
            ("zipcode", self.zipcode.clone()),
            ("lat", self.lat.map(|degrees| degrees.to_string())),
            ("long", self.long.map(|degrees| degrees.to_string())),
            ("media_url", self.media_url.clone()),
        ]
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
