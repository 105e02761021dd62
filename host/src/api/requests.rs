//! Requests of people about their information, for the desk that handles them. Who asks and for what is opened with a reason only.

mod problem;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use xl_model::id::RequestNumber;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_model::rights::RequestState;
use xl_model::rights::Step;
use xl_model::rights::reference::Reference;
use xl_store::rights::RequestFilter;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::within::within;
use crate::rights::Draft;

pub(crate) use problem::status;
use view::FiledView;
use view::OpenedView;
use view::RequestPage;
use view::RequestView;

/// Requests of one page when nothing is said.
const PAGE: u32 = 100;

/// Most requests of one page.
const MOST: u32 = 1_000;

/// Which requests somebody looks for.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestQuery {
    /// Only at this place and below, by its digits, with all codes that it had before.
    #[param(value_type = Option<String>, example = "371122102")]
    pub(crate) place: Option<Reach>,
    /// Only in this state: `received`, `checked`, `in-work`, `answered`, `refused`, `withdrawn`.
    #[param(value_type = Option<String>)]
    pub(crate) state: Option<RequestState>,
    /// Only those that are still to be answered, or only those that are not.
    pub(crate) open: Option<bool>,
    /// Only those whose time has passed.
    #[serde(default)]
    pub(crate) overdue: bool,
    /// So many are left out: `next` of the last answer.
    #[serde(default)]
    pub(crate) skip: u32,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    pub(crate) limit: Option<u32>,
}

/// Which request.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RequestPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Ten letters.
    #[param(value_type = String, example = "7K3QW9ZD4M")]
    number: RequestNumber,
}

/// What to do with which request.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct StepPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Ten letters.
    #[param(value_type = String, example = "7K3QW9ZD4M")]
    number: RequestNumber,
    /// `check`, `begin`, `answer`, `refuse`, `extend` or `withdraw`.
    #[param(example = "answer")]
    what: String,
}

/// Lists requests
///
/// The open ones by when they are due, so overdue ones first; then the closed ones, newest first. Those of places where the caller
/// may read them.
#[utoipa::path(get, path = "/requests", tag = "rights", params(RequestQuery),
    responses((status = 200, body = RequestPage), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<RequestQuery>,
) -> Result<axum::Json<RequestPage>, Problem> {
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    let (authority, filter) = filter(&identity, &state, &query, limit)?;
    let requests = state.desk(&authority).list(filter).await?;
    let now_ms = state.now_ms();
    let next = (requests.len() == limit as usize).then(|| query.skip.saturating_add(limit));
    let requests = requests.into_iter().map(|request| RequestView::new(request, now_ms)).collect();
    Ok(axum::Json(RequestPage { requests, next }))
}

/// What a query asks the store for.
///
/// # Errors
/// When the caller may read no requests there.
pub(crate) fn filter(
    identity: &Identity,
    state: &ApiState,
    query: &RequestQuery,
    limit: u32,
) -> Result<(Authority, RequestFilter), Problem> {
    let (authority, within) = within(identity, state, Action::ReadRequests, query.place.as_ref())?;
    let filter = RequestFilter {
        within,
        open: query.open,
        state: query.state,
        due_before_ms: query.overdue.then(|| state.now_ms()),
        skip: query.skip,
        limit,
    };
    Ok((authority, filter))
}

/// A request that came on paper.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PaperBody {
    /// Nine digits of the township whose desk handles it.
    #[schema(value_type = String, example = "371122102")]
    township: TownshipId,
    /// `view`, `copy`, `correct`, `delete` or `complain`.
    #[schema(example = "view")]
    kind: String,
    /// `self`, `guardian`, `relative` or `representative`.
    #[schema(example = "self")]
    relation: String,
    /// Who asks, 1 to 50 characters; may be left out with a complaint.
    #[serde(default)]
    name: String,
    /// Telephone, address or mail, 5 to 100 characters; may be left out with a complaint.
    #[serde(default)]
    contact: String,
    /// Where and when, up to 300 characters.
    #[serde(default)]
    about: String,
    /// What is asked for, 10 to 2000 characters.
    text: String,
}

/// Files a request that came on paper
///
/// Reference and secret are in this answer and nowhere else: they are for whoever asked.
#[utoipa::path(post, path = "/requests", tag = "rights", request_body = PaperBody,
    responses((status = 201, body = FiledView), Problem))]
pub(super) async fn file(
    identity: Identity,
    State(state): State<ApiState>,
    Json(body): Json<PaperBody>,
) -> Result<(StatusCode, axum::Json<FiledView>), Problem> {
    let authority = identity.of_log(&state, Action::HandleRequests, &body.township, None)?;
    let PaperBody { township, kind, relation, name, contact, about, text } = body;
    let draft = Draft { kind, township: township.to_string(), relation, name, contact, about, text };
    let new = state.counter().check(&draft)?;
    let filed = state.desk(&authority).file_paper(new, authority.person()).await?;
    Ok((StatusCode::CREATED, axum::Json(filed.into())))
}

/// Reads one request
///
/// How it stands and what was done; who asks and for what stays sealed.
#[utoipa::path(get, path = "/requests/{township}/{number}", tag = "rights", params(RequestPath),
    responses((status = 200, body = RequestView), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(RequestPath { township, number }): Path<RequestPath>,
) -> Result<axum::Json<RequestView>, Problem> {
    let (authority, reference) = of_request(&identity, Action::ReadRequests, township, number)?;
    let (request, steps) = state.desk(&authority).one(&reference).await.map_err(missing(&reference))?;
    Ok(axum::Json(RequestView::new(request, state.now_ms()).with_steps(steps)))
}

/// Why somebody opens a request.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenBody {
    /// 4 to 200 characters in one's own words.
    #[serde(default)]
    reason: String,
}

/// Opens who asks and for what
///
/// Like a look at a camera: the reason becomes a row of the audit log first.
#[utoipa::path(post, path = "/requests/{township}/{number}/open", tag = "rights", params(RequestPath),
    request_body = OpenBody, responses((status = 200, body = OpenedView), Problem))]
pub(super) async fn open(
    identity: Identity,
    State(state): State<ApiState>,
    Path(RequestPath { township, number }): Path<RequestPath>,
    Json(OpenBody { reason }): Json<OpenBody>,
) -> Result<axum::Json<OpenedView>, Problem> {
    let (authority, reference) = of_request(&identity, Action::HandleRequests, township, number)?;
    let desk = state.desk(&authority);
    desk.one(&reference).await.map_err(missing(&reference))?;
    let opened = desk.open(authority.actor(), &reference, &reason).await?;
    Ok(axum::Json(opened.into()))
}

/// What whoever asked is told.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StepBody {
    /// 4 to 2000 characters; needed for `answer`, `refuse` and `extend`.
    #[serde(default)]
    words: String,
}

/// Does the next step
///
/// Refusing and putting off need a reason in writing, an answer needs its text: whoever asked reads it.
#[utoipa::path(post, path = "/requests/{township}/{number}/{what}", tag = "rights", params(StepPath),
    request_body = StepBody, responses((status = 200, body = RequestView), Problem))]
pub(super) async fn step(
    identity: Identity,
    State(state): State<ApiState>,
    Path(StepPath { township, number, what }): Path<StepPath>,
    Json(StepBody { words }): Json<StepBody>,
) -> Result<axum::Json<RequestView>, Problem> {
    let (authority, reference) = of_request(&identity, Action::HandleRequests, township, number)?;
    let desk = state.desk(&authority);
    desk.one(&reference).await.map_err(missing(&reference))?;
    let step = named(&what)?;
    let request = desk.step(&reference, step, &words, authority.person()).await?;
    Ok(axum::Json(RequestView::new(request, state.now_ms())))
}

/// A step by its word.
///
/// # Errors
/// That there is no such operation.
pub(crate) fn named(what: &str) -> Result<Step, Problem> {
    let step = Step::ALL.into_iter().find(|step| step.word() == what);
    step.ok_or_else(|| Problem::not_there("operation", what.chars().take(64).collect::<String>()))
}

/// May somebody do this to a request?
///
/// # Errors
/// That the request does not exist, or XL0901.
pub(crate) fn of_request(
    identity: &Identity,
    action: Action,
    township: TownshipId,
    number: RequestNumber,
) -> Result<(Authority, Reference), Problem> {
    let authority = identity.of_township(action, &township, || Problem::not_there("request", &number))?;
    Ok((authority, Reference { township, number }))
}

/// What does not exist is answered like what is somebody else's.
pub(crate) fn missing(reference: &Reference) -> impl Fn(xl_store::StoreError) -> Problem {
    move |error| match error {
        xl_store::StoreError::NotFound { .. } => Problem::not_there("request", &reference.number),
        other => other.into(),
    }
}
