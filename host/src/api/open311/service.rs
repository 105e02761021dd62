//! Services: the matters in force. Public, as the standard asks.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::response::Response;
use serde::Serialize;
use xl_model::case::Matter;
use xl_model::case::matter::MatterRow;
use xl_model::case::matter::Matters;

use super::answer;
use super::answer::Form;
use super::xml::Element;
use crate::api::extract::Path;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// What can be reported.
#[derive(Debug, Serialize)]
pub(super) struct Service {
    service_code: String,
    service_name: String,
    description: String,
    metadata: bool,
    #[serde(rename = "type")]
    kind: &'static str,
    keywords: String,
    group: String,
}

/// The further fields of a service: ours have none.
#[derive(Debug, Serialize)]
pub(super) struct Definition {
    service_code: String,
    attributes: [(); 0],
}

impl Element for Service {
    const NAME: &'static str = "service";

    fn fields(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("service_code", Some(self.service_code.clone())),
            ("service_name", Some(self.service_name.clone())),
            ("description", Some(self.description.clone())),
            ("metadata", Some(self.metadata.to_string())),
            ("type", Some(self.kind.to_owned())),
            ("keywords", Some(self.keywords.clone())),
            ("group", Some(self.group.clone())),
        ]
    }
}

impl Element for Definition {
    const NAME: &'static str = "service_definition";

    fn fields(&self) -> Vec<(&'static str, Option<String>)> {
        // There are none to list inside it.
        vec![("service_code", Some(self.service_code.clone())), ("attributes", None)]
    }
}

/// The code of a service: the set and the code inside it; a case keeps the version.
pub(super) fn code(matter: &Matter) -> String {
    matter.to_string()
}

/// What else a service is found by: its kind, and the codes that other sets have for it.
fn keywords(matters: &Matters, row: &MatterRow) -> String {
    let same = matters.same_as(&row.matter);
    let words = [row.kind.word().to_owned()].into_iter().chain(same.iter().map(code));
    words.collect::<Vec<_>>().join(", ")
}

/// What a matter is called in a language.
pub(super) fn name(row: &MatterRow, language: Language) -> String {
    match language {
        Language::English if !row.en.is_empty() => row.en.clone(),
        _ => row.zh.clone(),
    }
}

/// Lists what can be reported.
pub(super) async fn list(State(state): State<ApiState>, uri: Uri, headers: HeaderMap, form: Form) -> Response {
    let language = Language::of(&uri, &headers);
    let service = |row: &MatterRow| Service {
        service_code: code(&row.matter),
        service_name: name(row, language),
        description: format!("{} {}", row.zh, row.en).trim().to_owned(),
        metadata: false,
        kind: "realtime",
        keywords: keywords(state.matters(), row),
        group: row.class.clone(),
    };
    let services: Vec<Service> = state.matters().offered().map(service).collect();
    form.list(StatusCode::OK, "services", &services)
}

/// Says which further fields a service has.
pub(super) async fn one(
    State(state): State<ApiState>,
    form: Form,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let wanted = answer::named(&file)?;
    let known = state.matters().offered().any(|row| code(&row.matter) == wanted);
    if !known {
        return Err(Problem::not_there("service_code", wanted));
    }
    Ok(form.one(&Definition { service_code: wanted.to_owned(), attributes: [] }))
}
