//! Services: the matters in force. Public, as the standard asks.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Uri;
use serde::Serialize;
use xl_model::case::Matter;
use xl_model::case::matter::MatterRow;

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

/// The code of a service: the set and the code inside it; a case keeps the version.
pub(super) fn code(matter: &Matter) -> String {
    format!("{}:{}", matter.set, matter.code)
}

/// What a matter is called in a language.
pub(super) fn name(row: &MatterRow, language: Language) -> String {
    match language {
        Language::English if !row.en.is_empty() => row.en.clone(),
        _ => row.zh.clone(),
    }
}

/// Lists what can be reported.
pub(super) async fn list(State(state): State<ApiState>, uri: Uri, headers: HeaderMap) -> axum::Json<Vec<Service>> {
    let language = Language::of(&uri, &headers);
    let service = |row: &MatterRow| Service {
        service_code: code(&row.matter),
        service_name: name(row, language),
        description: format!("{} {}", row.zh, row.en).trim().to_owned(),
        metadata: false,
        kind: "realtime",
        keywords: row.kind.word().to_owned(),
        group: row.class.clone(),
    };
    axum::Json(state.matters().offered().map(service).collect())
}

/// Says which further fields a service has.
pub(super) async fn one(
    State(state): State<ApiState>,
    Path(file): Path<String>,
) -> Result<axum::Json<Definition>, Problem> {
    let wanted = json(&file)?;
    let known = state.matters().offered().any(|row| code(&row.matter) == wanted);
    if !known {
        return Err(Problem::not_there("service_code", wanted));
    }
    Ok(axum::Json(Definition { service_code: wanted.to_owned(), attributes: [] }))
}

/// The name of a file without its `.json`.
pub(super) fn json(file: &str) -> Result<&str, Problem> {
    let name = file.strip_suffix(".json");
    name.ok_or_else(|| Problem::not_there("format of", file.chars().take(64).collect::<String>()))
}
