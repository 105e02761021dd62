//! Takes a report: it becomes a case at stage `reported`.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde::Serialize;
use xl_model::case::DraftForm;
use xl_model::case::Position;
use xl_model::case::draft::MAX_LINE;
use xl_model::id::TownshipId;

use super::answer;
use super::find::LIST;
use super::xml::Element;
use crate::api::authority::Identity;
use crate::api::cases;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

/// What a client may send. `email`, `device_id`, `account_id`, `first_name`, `last_name` and `phone` are not read: who
/// reports is not kept.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    jurisdiction_id: Option<String>,
    service_code: Option<String>,
    lat: Option<f64>,
    long: Option<f64>,
    address_string: Option<String>,
    address_id: Option<String>,
    description: Option<String>,
}

/// That it was taken.
#[derive(Debug, Serialize)]
pub(super) struct Taken {
    service_request_id: String,
    service_notice: &'static str,
    account_id: Option<String>,
}

impl Element for Taken {
    const NAME: &'static str = "request";

    fn fields(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("service_request_id", Some(self.service_request_id.clone())),
            ("service_notice", Some(self.service_notice.to_owned())),
            ("account_id", self.account_id.clone()),
        ]
    }
}

const NOTICE: &str =
    "已受理，核实后立案；不保存报告人信息。 Taken, and filed once it is verified; who reports is not kept.";

/// Takes a report.
pub(super) async fn report(
    identity: Identity,
    State(state): State<ApiState>,
    written: answer::Form,
    form: Result<Form<Report>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(report) =
        form.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST).with_detail(error.body_text()))?;
    let missing = |field: &str, what: &str| {
        Problem::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST)
            .with_detail(format!("{field} was not provided: {what}"))
    };
    let township: TownshipId = report
        .jurisdiction_id
        .as_deref()
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| missing("jurisdiction_id", "nine digits of a township"))?;
    let service = report.service_code.unwrap_or_default();
    let (set, number) =
        service.split_once(':').ok_or_else(|| missing("service_code", "one of services.xml or services.json"))?;
    let position = report.lat.zip(report.long).map(|(latitude, longitude)| Position { latitude, longitude });
    if position.is_none() && report.address_string.is_none() && report.address_id.is_none() {
        return Err(missing("lat and long, address_string or address_id", "where it is"));
    }
    let description = report.description.unwrap_or_default();
    let form = DraftForm {
        set: set.to_owned(),
        code: number.to_owned(),
        title: title(&state, &service),
        description,
        source: "app".to_owned(),
        place: report.address_id,
        address: report.address_string,
        position,
        ..DraftForm::default()
    };
    let case = cases::opened(&identity, &state, &township, form).await?;
    let taken = Taken { service_request_id: case.id.to_string(), service_notice: NOTICE, account_id: None };
    Ok(written.list(StatusCode::CREATED, LIST, &[taken]))
}

/// The title is the service's name: a description may name people, and titles go out again.
fn title(state: &ApiState, service: &str) -> String {
    let row = state.matters().offered().find(|row| super::service::code(&row.matter) == service);
    let name = row.map_or(service, |row| row.zh.as_str());
    name.chars().take(MAX_LINE).collect()
}
