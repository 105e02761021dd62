//! Cameras as a table: CSV in, a report out; CSV out.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde::Serialize;
use xl_model::people::action::Action;

use super::CameraQuery;
use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::extract::body_not_read;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::Outcome;
use crate::cameras::RowWrong;
use crate::cameras::Yours;
use crate::sheet::Faults;
use crate::sheet::RowFault;

/// Most codes in doubt that are told: somebody who uses other codes altogether sees it at the first.
const MOST_DOUBTED: usize = 100;

/// How a table is taken.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ImportQuery {
    /// Only say what would happen, every fault included; no when nothing is said.
    #[serde(default)]
    dry_run: bool,
    /// Why classes become others, where a person has said them.
    reason: Option<String>,
}

/// What a table did, or would do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct ImportView {
    /// Lines with something in them, without the first.
    rows: u64,
    /// Cameras that are new.
    added: u64,
    /// Cameras that are changed.
    changed: u64,
    /// Cameras that are registered like this already.
    unchanged: u64,
    /// Cameras whose class a person has said and becomes another one: an import keeps these wishes, with its `reason`, and
    /// takes nothing before another account imports the same or approves them.
    second_person: u64,
    /// Codes at which cameras come to stand and no place is known to be valid today, the first 100; no fault.
    doubted: Vec<String>,
    #[serde(flatten)]
    faults: FaultsView,
}

/// Everything that is wrong with a table.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct FaultsView {
    /// In the order of lines; only in a dry run, for otherwise nothing is.
    faults: Vec<RowFaultView>,
    /// Faults beyond the 100,000 that are listed.
    more_faults: u64,
}

impl FaultsView {
    /// The faults of a table, with the words of each in English and in Chinese.
    pub(in crate::api) fn new<W>(faults: Faults<W>, en: impl Fn(&W) -> String, zh: impl Fn(&W) -> String) -> Self {
        let view = |RowFault { line, column, wrong }| RowFaultView { line, column, en: en(&wrong), zh: zh(&wrong) };
        Self { faults: faults.listed.into_iter().map(view).collect(), more_faults: faults.more }
    }
}

/// What is wrong with one cell of a table, or one line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RowFaultView {
    /// The line of the file, from 1.
    line: u64,
    /// The column; empty where it is the line as a whole.
    #[schema(example = "place")]
    column: String,
    /// What is wrong and what to do, in English.
    en: String,
    /// The same in Chinese.
    zh: String,
}

impl From<Outcome> for ImportView {
    fn from(outcome: Outcome) -> Self {
        let Outcome { rows, added, changed, unchanged, second_person, doubted, faults } = outcome;
        let doubted = doubted.into_iter().take(MOST_DOUBTED).collect();
        let faults = FaultsView::new(faults, RowWrong::en, RowWrong::zh);
        Self { rows, added, changed, unchanged, second_person, doubted, faults }
    }
}

/// Registers and changes cameras from a table
///
/// CSV as Excel writes it (UTF-8 with or without mark, GB18030, UTF-16), at most 16 MiB and 50,000 lines. The first line
/// names the columns, in any order: `township`, `camera`, and of `name`, `place`, `owner.kind`, `owner.name`, `class`,
/// `class_confirmed`, `purposes`, `signage.posted`, `signage.date`, `signage.note`, `filing.number`, `filing.date`,
/// `secret_unit.near`, `secret_unit.consent`, `attachment.kind`, `attachment.host`, `attachment.port`, `attachment.user`, `attachment.publisher`, `masks`,
/// `retention_days`, `heartbeat_s`, `notes`, `password` those that it has; their Chinese names do too. A registered
/// camera keeps what the table has no column for. All or nothing: with one fault, nothing is taken.
#[utoipa::path(post, path = "/cameras/import", tag = "cameras", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportView), Problem))]
pub(in crate::api) async fn import(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<ImportQuery>,
    table: Result<Bytes, BytesRejection>,
) -> Result<axum::Json<ImportView>, Problem> {
    let authority = identity.anywhere(Action::EditCameras)?;
    let table = table.map_err(|rejection| body_not_read(rejection.status()))?;
    let hand = state.hand(&authority, query.reason.as_deref())?;
    let outcome = state.cameras(&authority).import(table, query.dry_run, yours(&authority), &hand).await?;
    Ok(axum::Json(outcome.into()))
}

/// Whether somebody may register cameras in a township.
pub(crate) fn yours(authority: &Authority) -> Yours {
    let authority = authority.clone();
    Box::new(move |township| authority.covers(township))
}

/// Writes cameras as a table
///
/// CSV in UTF-8 that an import reads back. Cells that a spreadsheet could run as a formula stand behind an apostrophe.
/// Passwords are not in it. `limit` and `after` say nothing here: all cameras that are looked for are written.
#[utoipa::path(get, path = "/cameras/export", tag = "cameras", params(CameraQuery),
    responses((status = 200, content_type = "text/csv", body = String), Problem))]
pub(in crate::api) async fn export(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<CameraQuery>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadCameras)?;
    let filter = query.filter(&authority, state.places(&authority))?;
    let table = state.cameras(&authority).export(filter).await?;
    let mut response = table.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"cameras.csv\""));
    Ok(response)
}
