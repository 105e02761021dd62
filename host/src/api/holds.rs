//! Holds: what must not be deleted while a case is open. Placed and lifted by people, each with a reason; kept by the store.

pub(crate) mod versions;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::camera::CameraKey;
use xl_model::cloud_event::rfc3339;
use xl_model::event::KindPattern;
use xl_model::fault::FieldFault;
use xl_model::hold::Hold;
use xl_model::hold::Lifted;
use xl_model::hold::NewHold;
use xl_model::hold::Scope;
use xl_model::hold::Standing;
use xl_model::hold::reason_fault;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::StoreError;
use xl_store::holds::HoldFilter;
use xl_store::log::EventFilter;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

/// Most holds of one answer.
const MOST: u32 = 1_000;

/// Which holds somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldQuery {
    /// Nine digits; all townships when nothing is said.
    #[param(value_type = Option<String>)]
    township: Option<TownshipId>,
    /// Only those in force; all when nothing is said.
    #[serde(default)]
    in_force: bool,
    /// Only those before this number: `next` of the last answer.
    before: Option<u64>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<u32>,
}

/// A hold to place. Each part of what is held that says nothing lets everything pass.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldBody {
    /// Nine digits.
    #[schema(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Only what is about these cameras, at most 1000.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["gate-1"]))]
    cameras: Vec<CameraId>,
    /// Only events of these kinds, at most 32.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["camera.*"]))]
    kinds: Vec<KindPattern>,
    /// Only what happened or was received at or after this, RFC 3339 with zone or milliseconds since 1970.
    #[schema(value_type = Option<String>, example = "2026-11-20T00:00:00+08:00")]
    from: Option<When>,
    /// Only what happened or was received before this.
    #[schema(value_type = Option<String>)]
    to: Option<When>,
    /// Number of the case or document, 1 to 100 characters.
    #[schema(example = "莒公（治）调证字〔2026〕18号")]
    document: String,
    /// Why, 4 to 500 characters.
    #[schema(example = "盗窃案调查")]
    reason: String,
    /// When it ends by itself; until somebody lifts it when nothing is said.
    #[schema(value_type = Option<String>)]
    until: Option<When>,
}

/// A hold.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct HoldView {
    /// Its number in the county.
    number: u64,
    /// Nine digits.
    township: String,
    /// Only what is about these cameras; empty: all.
    cameras: Vec<String>,
    /// Only events of these kinds; empty: all.
    kinds: Vec<String>,
    /// Only what happened or was received at or after this, RFC 3339 UTC.
    from: Option<String>,
    /// Only what happened or was received before this.
    to: Option<String>,
    /// Number of the case or document.
    document: String,
    /// Why.
    reason: String,
    /// When it ends by itself.
    until: Option<String>,
    /// `in-force`, `ended` or `lifted`.
    #[schema(value_type = String, example = "in-force")]
    standing: Standing,
    /// Who placed it.
    placed_by: String,
    /// When.
    placed: String,
    /// Who lifted it.
    lifted_by: Option<String>,
    /// When.
    lifted: Option<String>,
    /// Why.
    lifted_reason: Option<String>,
}

impl From<Hold> for HoldView {
    fn from(hold: Hold) -> Self {
        let Hold { number, new, placed_by, placed_ms, lifted, standing } = hold;
        let NewHold { township, scope, document, reason, until_ms } = new;
        let (lifted_by, lifted, lifted_reason) = match lifted {
            Some(Lifted { by, at_ms, reason }) => (Some(by), Some(rfc3339(at_ms)), Some(reason)),
            None => (None, None, None),
        };
        Self {
            number,
            township: township.to_string(),
            cameras: scope.cameras.iter().map(ToString::to_string).collect(),
            kinds: scope.kinds.iter().map(|kind| kind.as_str().to_owned()).collect(),
            from: scope.from_ms.map(rfc3339),
            to: scope.to_ms.map(rfc3339),
            document,
            reason,
            until: until_ms.map(rfc3339),
            standing,
            placed_by,
            placed: rfc3339(placed_ms),
            lifted_by,
            lifted,
            lifted_reason,
        }
    }
}

/// Holds of one answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct HoldPage {
    /// The newest first.
    holds: Vec<HoldView>,
    /// Hand it back as `before`; nothing: there are no more.
    next: Option<u64>,
}

/// Lists holds
#[utoipa::path(get, path = "/holds", tag = "retention", params(HoldQuery),
    responses((status = 200, body = HoldPage), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<HoldQuery>,
) -> Result<axum::Json<HoldPage>, Problem> {
    let authority = identity.anywhere(Action::ReadHolds)?.narrowed(query.township.as_ref().map(Reach::from));
    let limit = query.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    let filter = HoldFilter {
        township: query.township,
        within: authority.within(),
        in_force: query.in_force,
        before: query.before,
        limit,
    };
    let holds = state.store(&authority).holds(&filter, state.now_ms()).await?;
    let next = holds.last().filter(|_| holds.len() == limit as usize).map(|hold| hold.number);
    Ok(axum::Json(HoldPage { holds: holds.into_iter().map(HoldView::from).collect(), next }))
}

/// Places a hold
///
/// Once it is answered nothing that it names is deleted, whatever the rules say, until it ends or a person lifts it. It also
/// keeps what is still to come. What was deleted before does not come back.
#[utoipa::path(post, path = "/holds", tag = "retention", request_body = HoldBody,
    responses((status = 201, body = HoldView), Problem))]
pub(super) async fn place(
    identity: Identity,
    State(state): State<ApiState>,
    Json(body): Json<HoldBody>,
) -> Result<(StatusCode, axum::Json<HoldView>), Problem> {
    let authority = to_hold(&identity, &body.township)?;
    let HoldBody { township, cameras, kinds, from, to, document, reason, until } = body;
    let scope = Scope { cameras, kinds, from_ms: from.map(When::ms), to_ms: to.map(When::ms) };
    let new = NewHold { township, scope, document, reason, until_ms: until.map(When::ms) };
    let hold = place_hold(&authority, &state, new).await?;
    Ok((StatusCode::CREATED, axum::Json(hold.into())))
}

/// May he place and lift holds in a township?
pub(crate) fn to_hold(identity: &Identity, township: &TownshipId) -> Result<Authority, Problem> {
    identity.of_township(Action::EditHolds, township, || Problem::not_there("township", township))
}

/// Why a hold was not placed.
#[derive(Debug)]
pub(crate) enum NotPlaced {
    /// Fields of it are wrong. Code XL0312.
    Wrong(Vec<FieldFault>),
    /// Anything else.
    Other(Problem),
}

impl From<NotPlaced> for Problem {
    fn from(not_placed: NotPlaced) -> Self {
        match not_placed {
            NotPlaced::Wrong(faults) => wrong(faults),
            NotPlaced::Other(problem) => problem,
        }
    }
}

impl From<StoreError> for NotPlaced {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// Checks a hold and places it.
pub(crate) async fn place_hold(authority: &Authority, state: &ApiState, new: NewHold) -> Result<Hold, NotPlaced> {
    let now_ms = state.now_ms();
    let mut faults = new.check(now_ms).err().unwrap_or_default();
    if faults.is_empty() {
        faults.extend(unknown_camera(authority, state, &new).await?);
    }
    if !faults.is_empty() {
        return Err(NotPlaced::Wrong(faults));
    }
    let hold = state.store(authority).place_hold(new, authority.person(), now_ms).await?;
    tracing::info!(hold = hold.number, township = %hold.new.township, "hold {} is placed", hold.number);
    Ok(hold)
}

/// A camera of which nothing is known holds nothing: a typing mistake that somebody would find too late.
async fn unknown_camera(
    authority: &Authority,
    state: &ApiState,
    new: &NewHold,
) -> Result<Option<FieldFault>, StoreError> {
    for camera in &new.scope.cameras {
        let key = CameraKey { township: new.township.clone(), camera: camera.clone() };
        if state.cameras(authority).knows(&key) {
            continue;
        }
        let filter = EventFilter { camera: Some(camera.clone()), limit: 1, ..EventFilter::default() };
        if state.store(authority).find_events(&new.township, filter).await?.is_empty() {
            return Ok(Some(FieldFault {
                field: "cameras",
                wrong: format!("`{camera}` is no camera of this township, and its log has no event of it"),
                zh: format!("本乡镇没有摄像机“{camera}”，日志中也没有它的事件"),
            }));
        }
    }
    Ok(None)
}

/// Which hold.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct HoldPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Its number.
    number: u64,
}

/// Why it is lifted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LiftBody {
    /// 4 to 500 characters.
    #[schema(example = "案件已结，调证完毕")]
    reason: String,
}

/// Lifts a hold
///
/// What it kept goes by its rules again, from the next run on; the hold itself stays on record.
#[utoipa::path(post, path = "/holds/{township}/{number}/lift", tag = "retention", params(HoldPath),
    request_body = LiftBody, responses((status = 200, body = HoldView), Problem))]
pub(super) async fn lift(
    identity: Identity,
    State(state): State<ApiState>,
    Path(HoldPath { township, number }): Path<HoldPath>,
    Json(body): Json<LiftBody>,
) -> Result<axum::Json<HoldView>, Problem> {
    let authority = to_hold(&identity, &township)?;
    Ok(axum::Json(lift_hold(&authority, &state, &township, number, &body.reason).await?.into()))
}

/// Lifts a hold of a township.
pub(crate) async fn lift_hold(
    authority: &Authority,
    state: &ApiState,
    township: &TownshipId,
    number: u64,
    reason: &str,
) -> Result<Hold, Problem> {
    if let Some(fault) = reason_fault(reason) {
        return Err(wrong(vec![fault]));
    }
    let (by, reason) = (authority.person().to_owned(), reason.trim().to_owned());
    let lifted = Lifted { by, at_ms: state.now_ms(), reason };
    let hold = state.store(authority).lift_hold(township, number, lifted).await?;
    tracing::info!(hold = number, %township, "hold {number} is lifted");
    Ok(hold)
}

fn wrong(faults: Vec<FieldFault>) -> Problem {
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code::WRONG_HOLD)
        .with_detail("a hold names its document and its reason, and only what can be held");
    faults.into_iter().fold(problem, |problem, fault| problem.with_field(fault.field, fault.wrong))
}

#[cfg(test)]
mod tests;
