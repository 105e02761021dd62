//! A table of cameras, sent from a browser: checked, or taken, with a report line by line.

use askama::Template;
use axum::extract::Multipart;
use axum::extract::State;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::cameras::table::yours;
use crate::api::extract::body_not_read;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::CameraError;
use crate::cameras::Outcome;
use crate::cameras::RowWrong;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::sheet::RowFault;

// What a person mends before he tries again; `xueliang camera import` and the API list all.
const MOST_FAULTS: usize = 1_000;

struct FaultRow {
    line: u64,
    column: String,
    wrong: String,
}

struct Report {
    outcome: Outcome,
    taken: bool,
    faults: Vec<FaultRow>,
    faults_in_all: u64,
    not_shown: u64,
}

#[derive(Template)]
#[template(path = "camera_table.html")]
struct TableHtml<'a> {
    frame: &'a Frame,
    report: Option<Report>,
}

/// Shows the form.
pub(crate) async fn form(identity: Identity, frame: Frame) -> Result<Response, Problem> {
    identity.anywhere(Action::EditCameras)?;
    page_with(StatusCode::OK, &TableHtml { frame: &frame, report: None })
}

/// Checks a table, or takes it.
pub(crate) async fn take(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    form: Multipart,
) -> Result<Response, Problem> {
    let frame = frame.at("/cameras/import");
    let authority = identity.anywhere(Action::EditCameras)?;
    let Brought { table, dry_run, reason } = read(form).await?;
    let hand = state.hand(&authority, Some(&reason))?;
    let (outcome, taken) = match state.cameras(&authority).import(table, dry_run, yours(&authority), &hand).await {
        Ok(outcome) => (outcome, !dry_run),
        Err(CameraError::Rows(outcome)) => (outcome, false),
        Err(error) => return Err(error.into()),
    };
    let refused = !outcome.faults.is_empty();
    let report = Some(report(&frame, outcome, taken));
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &TableHtml { frame: &frame, report })
}

/// What the form brought.
struct Brought {
    table: Bytes,
    dry_run: bool,
    reason: String,
}

async fn read(mut form: Multipart) -> Result<Brought, Problem> {
    let (mut table, mut dry_run, mut reason) = (None, true, String::new());
    while let Some(field) = form.next_field().await.map_err(not_read)? {
        match field.name() {
            Some("table") => table = Some(field.bytes().await.map_err(not_read)?),
            Some("what") => dry_run = field.text().await.map_err(not_read)? != "take",
            Some("reason") => reason = field.text().await.map_err(not_read)?,
            _ => {}
        }
    }
    Ok(Brought { table: table.ok_or_else(|| Problem::field("table", "a file"))?, dry_run, reason })
}

fn not_read(error: MultipartError) -> Problem {
    body_not_read(error.status())
}

fn report(frame: &Frame, mut outcome: Outcome, taken: bool) -> Report {
    let faults = std::mem::take(&mut outcome.faults);
    let faults_in_all = faults.count();
    let shown: Vec<FaultRow> =
        faults.listed.into_iter().take(MOST_FAULTS).map(|fault| fault_row(frame, fault)).collect();
    Report { not_shown: faults_in_all - shown.len() as u64, outcome, taken, faults: shown, faults_in_all }
}

fn fault_row(frame: &Frame, fault: RowFault<RowWrong>) -> FaultRow {
    let wrong = match frame.language {
        Language::Chinese => fault.wrong.zh(),
        Language::English => fault.wrong.en(),
    };
    FaultRow { line: fault.line, column: fault.column, wrong }
}
