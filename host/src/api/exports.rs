//! Exports: asked for, approved by somebody else, fetched, confirmed as destroyed.

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde::Serialize;
use tokio_util::io::ReaderStream;
use xl_model::cloud_event::rfc3339;
use xl_model::export::Export;
use xl_model::export::Level;
use xl_model::export::NewExport;
use xl_model::export::Standing;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::exports::ExportFilter;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::export;
use crate::export::ExportError;

/// Most exports of one answer.
const MOST: u32 = 1_000;

/// Which exports somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportQuery {
    /// Nine digits; all townships when nothing is said.
    #[param(value_type = Option<String>)]
    township: Option<TownshipId>,
    /// Only those before this number: `next` of the last answer.
    before: Option<u64>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<u32>,
}

/// What somebody asks for. It never changes: who wants other cameras or another time asks anew.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportBody {
    /// Nine digits.
    #[schema(value_type = String, example = "371122102")]
    township: TownshipId,
    /// 1 to 50 cameras of it.
    #[schema(value_type = Vec<String>, example = json!(["gate-1"]))]
    cameras: Vec<CameraId>,
    /// Taken at or after this, RFC 3339 with zone or milliseconds since 1970.
    #[schema(value_type = String, example = "2026-11-20T08:00:00+08:00")]
    from: When,
    /// Taken before this, at most 24 hours later.
    #[schema(value_type = String, example = "2026-11-20T09:00:00+08:00")]
    to: When,
    /// `masked`, or `raw` for public-security only.
    #[serde(default)]
    #[schema(value_type = String, example = "masked")]
    level: Level,
    /// A purpose that each camera serves.
    #[schema(example = "public-security")]
    purpose: String,
    /// The law that allows it, 4 to 200 characters.
    #[schema(example = "公共安全视频图像信息系统管理条例第二十条")]
    basis: String,
    /// Number of the case or document, 4 to 200 characters.
    #[schema(example = "莒公（治）调证字〔2026〕18号")]
    document: String,
    /// The office that gets it, 4 to 200 characters.
    #[schema(example = "莒县公安局治安大队")]
    recipient: String,
    /// Why, 4 to 200 characters.
    #[schema(example = "盗窃案调查")]
    reason: String,
}

/// An export.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ExportView {
    /// Its number in the county.
    number: u64,
    /// What stands on its pictures: `371122102-E18`.
    name: String,
    /// What was asked for, times in milliseconds since 1970.
    #[schema(value_type = Object)]
    scope: NewExport,
    /// `waiting`, `lapsed`, `refused`, `approved`, `ready`, `owed` or `closed`.
    standing: &'static str,
    /// Who asked.
    asked_by: String,
    /// When.
    asked: String,
    /// Until when somebody else may agree.
    lapses: String,
    /// Who agreed or refused.
    decided_by: Option<String>,
    /// When.
    decided: Option<String>,
    /// Why it was refused.
    words: Option<String>,
    /// SHA-256 of the file: `xueliang export verify` compares it.
    sha256: Option<String>,
    /// Size of the file.
    bytes: Option<u64>,
    /// Pictures in it.
    pictures: Option<u64>,
    /// Until when it can be fetched.
    until: Option<String>,
    /// How often it was.
    fetched: u64,
    /// When the hub deleted its file.
    gone: Option<String>,
    /// While it is `owed`: the last day, in China, on which it is confirmed in time that it was destroyed outside.
    #[schema(example = "2026-12-30")]
    receipt_due: Option<String>,
    /// Who wrote down that it was destroyed outside.
    receipt_by: Option<String>,
    /// When.
    receipt: Option<String>,
    /// In which words.
    receipt_words: Option<String>,
}

impl ExportView {
    fn new(export: Export, now_ms: i64) -> Self {
        let standing = export.standing(now_ms);
        let receipt_due = export::receipt_due(&export).filter(|_| standing == Standing::Owed);
        let name = export::name(&export);
        let Export { number, new, asked_by, asked_unit: _, asked_ms, lapses_ms, decided, package, receipt } = export;
        let package = package.as_ref();
        Self {
            number,
            name,
            scope: new,
            standing: export::word(standing),
            asked_by,
            asked: rfc3339(asked_ms),
            lapses: rfc3339(lapses_ms),
            decided_by: decided.as_ref().map(|it| it.by.clone()),
            decided: decided.as_ref().map(|it| rfc3339(it.at_ms)),
            words: decided.map(|it| it.words).filter(|words| !words.is_empty()),
            sha256: package.map(|it| it.sha256.clone()),
            bytes: package.map(|it| it.bytes),
            pictures: package.map(|it| it.pictures),
            until: package.map(|it| rfc3339(it.until_ms)),
            fetched: package.map_or(0, |it| it.fetched),
            gone: package.and_then(|it| it.gone_ms).map(rfc3339),
            receipt_due: receipt_due.map(|day| day.to_string()),
            receipt_by: receipt.as_ref().map(|it| it.by.clone()),
            receipt: receipt.as_ref().map(|it| rfc3339(it.at_ms)),
            receipt_words: receipt.map(|it| it.words),
        }
    }
}

/// Exports of one answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ExportPage {
    /// The newest first.
    exports: Vec<ExportView>,
    /// Hand it back as `before`; nothing: there are no more.
    next: Option<u64>,
}

/// Which export.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ExportPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    pub(crate) township: TownshipId,
    /// Its number.
    pub(crate) number: u64,
}

/// What is put in writing.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsBody {
    /// 4 to 200 characters.
    #[serde(default)]
    words: String,
}

/// Lists exports
#[utoipa::path(get, path = "/exports", tag = "exports", params(ExportQuery),
    responses((status = 200, body = ExportPage), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<ExportQuery>,
) -> Result<axum::Json<ExportPage>, Problem> {
    let authority = identity.anywhere(Action::ReadExports)?.narrowed(query.township.as_ref().map(Reach::from));
    let limit = query.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    let filter = ExportFilter { township: query.township, within: authority.within(), before: query.before, limit };
    let exports = state.store(&authority).exports(&filter).await?;
    let next = exports.last().filter(|_| exports.len() == limit as usize).map(|export| export.number);
    let now_ms = state.now_ms();
    let exports = exports.into_iter().map(|export| ExportView::new(export, now_ms)).collect();
    Ok(axum::Json(ExportPage { exports, next }))
}

/// Asks for an export
///
/// Somebody else has to agree in time. Nothing is given out before that.
#[utoipa::path(post, path = "/exports", tag = "exports", request_body = ExportBody,
    responses((status = 201, body = ExportView), Problem))]
pub(super) async fn ask(
    identity: Identity,
    State(state): State<ApiState>,
    Json(body): Json<ExportBody>,
) -> Result<(StatusCode, axum::Json<ExportView>), Problem> {
    let authority = to_ask(&identity, &body.township)?;
    let ExportBody { township, cameras, from, to, level, purpose, basis, document, recipient, reason } = body;
    let (from_ms, to_ms) = (from.ms(), to.ms());
    let new = NewExport { township, cameras, from_ms, to_ms, level, purpose, basis, document, recipient, reason };
    let export = state.exports(&authority).ask(new, &authority.actor()).await?;
    Ok((StatusCode::CREATED, axum::Json(ExportView::new(export, state.now_ms()))))
}

/// Reads one export
#[utoipa::path(get, path = "/exports/{township}/{number}", tag = "exports", params(ExportPath),
    responses((status = 200, body = ExportView), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ExportPath>,
) -> Result<axum::Json<ExportView>, Problem> {
    let authority = of_export(&identity, Action::ReadExports, &path)?;
    let export = state.exports(&authority).one(&path.township, path.number).await?;
    Ok(axum::Json(ExportView::new(export, state.now_ms())))
}

/// Agrees to an export that somebody else asked for
///
/// Within five minutes after a code of the second factor. The file is made now; how far it is stands in the export.
#[utoipa::path(post, path = "/exports/{township}/{number}/approve", tag = "exports", params(ExportPath),
    responses((status = 200, body = ExportView), Problem))]
pub(super) async fn approve(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ExportPath>,
) -> Result<axum::Json<ExportView>, Problem> {
    let export = decide(&identity, &state, &path, true, "").await?;
    Ok(axum::Json(ExportView::new(export, state.now_ms())))
}

/// Refuses an export that somebody else asked for, with a reason in writing
#[utoipa::path(post, path = "/exports/{township}/{number}/refuse", tag = "exports", params(ExportPath),
    request_body = WordsBody, responses((status = 200, body = ExportView), Problem))]
pub(super) async fn refuse(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ExportPath>,
    Json(body): Json<WordsBody>,
) -> Result<axum::Json<ExportView>, Problem> {
    let export = decide(&identity, &state, &path, false, &body.words).await?;
    Ok(axum::Json(ExportView::new(export, state.now_ms())))
}

/// Writes down that whoever got it destroyed it
///
/// Owed once it is over and was fetched: a duty with the day `receipt_due` until it is written down.
#[utoipa::path(post, path = "/exports/{township}/{number}/receipt", tag = "exports", params(ExportPath),
    request_body = WordsBody, responses((status = 200, body = ExportView), Problem))]
pub(super) async fn receipt(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ExportPath>,
    Json(body): Json<WordsBody>,
) -> Result<axum::Json<ExportView>, Problem> {
    let export = confirm(&identity, &state, &path, &body.words).await?;
    Ok(axum::Json(ExportView::new(export, state.now_ms())))
}

/// Fetches the file of an export: a tar of pictures with a manifest
///
/// Registered before it is given. Gone (404) when its time is over.
#[utoipa::path(get, path = "/exports/{township}/{number}/package", tag = "exports", params(ExportPath),
    responses((status = 200, content_type = "application/x-tar", body = Vec<u8>), Problem))]
pub(crate) async fn package(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ExportPath>,
) -> Result<impl IntoResponse, Problem> {
    let authority = of_export(&identity, Action::AskExports, &path)?;
    let exports = state.exports(&authority);
    let (export, file) = exports.fetch(authority.actor(), &path.township, path.number).await?;
    let attachment = format!("attachment; filename=\"{}.tar\"", export::name(&export));
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_DISPOSITION, attachment),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))))
}

/// May he ask for exports in a township?
pub(crate) fn to_ask(identity: &Identity, township: &TownshipId) -> Result<Authority, Problem> {
    identity.of_township(Action::AskExports, township, || Problem::not_there("township", township))
}

fn of_export(identity: &Identity, action: Action, path: &ExportPath) -> Result<Authority, Problem> {
    identity.of_township(action, &path.township, || Problem::not_there("township", &path.township))
}

/// Agrees to or refuses what somebody else asked for.
///
/// # Errors
/// That the export does not exist, XL0908 for one's own, that it waits no more; to agree, XL0914 and XL0915 without a fresh code.
pub(crate) async fn decide(
    identity: &Identity,
    state: &ApiState,
    path: &ExportPath,
    agreed: bool,
    words: &str,
) -> Result<Export, Problem> {
    let authority = of_export(identity, Action::ApproveRequests, path)?;
    let asked = state.exports(&authority).one(&path.township, path.number).await?;
    let authority = identity.to_approve(&path.township, &asked.asked_by)?;
    if agreed {
        identity.is_there(state)?;
    }
    let decided = state.exports(&authority).decide(&path.township, path.number, agreed, authority.person(), words);
    Ok(decided.await?)
}

/// Writes down that whoever got it destroyed it.
///
/// # Errors
/// That the export does not exist, or that nothing is owed.
pub(crate) async fn confirm(
    identity: &Identity,
    state: &ApiState,
    path: &ExportPath,
    words: &str,
) -> Result<Export, Problem> {
    let authority = of_export(identity, Action::AskExports, path)?;
    Ok(state.exports(&authority).confirm(&path.township, path.number, authority.person(), words).await?)
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            ExportError::Store(xl_store::StoreError::NotFound { id, .. }) => Self::not_there("export", id),
            ExportError::Store(error) => error.into(),
            ExportError::NotRecorded(error) => error.into(),
            ExportError::File { .. } => Self::fault(StatusCode::INTERNAL_SERVER_ERROR, code, &error),
            ExportError::Fields(faults) => {
                let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code).with_detail(detail);
                faults.into_iter().fold(problem, |problem, fault| problem.with_field(fault.field, fault.wrong))
            }
            ExportError::TooMany { .. } => Self::new(StatusCode::TOO_MANY_REQUESTS, code).with_detail(detail),
            ExportError::NotWaiting => Self::new(StatusCode::CONFLICT, code).with_detail(detail),
            ExportError::NotNow { .. } => Self::new(StatusCode::NOT_FOUND, code).with_detail(detail),
        }
    }
}
