//! Makes steps, as programs and people ask for it.

use axum::extract::State;
use serde::Deserialize;
use xl_model::case::Actor;
use xl_model::case::Case;
use xl_model::case::Step;
use xl_model::case::StepForm;
use xl_model::case::StepName;
use xl_model::case::limit::LimitForm;
use xl_model::case::table;
use xl_model::id::CaseId;
use xl_model::people::action::Action;

use super::CasePath;
use super::NotDone;
use super::actor;
use super::reach;
use super::shown;
use super::view::CaseView;
use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::authority::action_of;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cases::CasesError;

/// A step to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct StepBody {
    /// The revision at which the case was seen: when somebody moved it since, nothing is done (XL1006).
    #[schema(example = 3)]
    revision: u32,
    /// `verify`, `file`, `reject`, `dispatch`, `return`, `accept`, `start`, `phase`, `request-extension`,
    /// `approve-extension`, `deny-extension`, `suspend`, `resume`, `feedback`, `check`, `close`, `rework`, `evaluate`,
    /// `void`, `reopen`, `assign`, `escalate` or `comment`.
    #[schema(example = "file")]
    name: String,
    /// In words, at most 1,000 characters; some steps need a reason.
    note: Option<String>,
    /// The responsible unit, of `dispatch` and `escalate`.
    unit: Option<String>,
    /// An account, of `assign`.
    handler: Option<String>,
    /// `{"amount": 2, "unit": "work-day"}`: the extension asked for, or a limit other than the table's with `dispatch`.
    ///
    /// Hours also with a half: `{"amount": 1.5, "unit": "work-hour"}`.
    #[schema(value_type = Option<Object>)]
    limit: Option<LimitForm>,
    /// SHA-256 of at most 16 pictures: until the feedback of the state before, with it and after it of the state after.
    #[serde(default)]
    pictures: Vec<String>,
}

/// Makes a step of a case
///
/// Who may make it depends on the step; whoever gave the feedback neither checks, closes nor evaluates the same case, and
/// who was put into units handles only the cases of these (XL1007).
#[utoipa::path(post, path = "/cases/{case}/steps", tag = "cases", params(CasePath), request_body = StepBody,
    responses((status = 200, body = CaseView), Problem))]
pub(in crate::api) async fn step(
    identity: Identity,
    State(state): State<ApiState>,
    Path(CasePath { case }): Path<CasePath>,
    Json(body): Json<StepBody>,
) -> Result<axum::Json<CaseView>, Problem> {
    let StepBody { revision, name, note, unit, handler, limit, pictures } = body;
    let form = StepForm { name, note, unit, handler, limit, pictures };
    let (authority, case, actor) = stepped(&identity, &state, &case, revision, &form).await?;
    Ok(axum::Json(shown(&state, &authority, &case, &actor)))
}

/// Makes a step as a person asks for it; gives the case after it, and by what right and as whom he made it.
///
/// # Errors
/// That he may not, that somebody was faster, or what is wrong with the form.
pub(crate) async fn stepped(
    identity: &Identity,
    state: &ApiState,
    id: &CaseId,
    revision: u32,
    form: &StepForm,
) -> Result<(Authority, Case, Actor), NotDone> {
    let (authority, case) = of_step(identity, state, id, &form.name).await?;
    let step = Step::read(form).map_err(CasesError::from)?;
    let actor = actor(&authority, &reach(&case.place))?;
    let case = state.cases(&authority).step(&case, revision, &step, &actor).await?;
    Ok((authority, case, actor))
}

/// May he make this step of a case? Of the powers that make it one is enough.
async fn of_step(identity: &Identity, state: &ApiState, id: &CaseId, name: &str) -> Result<(Authority, Case), Problem> {
    let step = StepName::of(name);
    let rows = table::TABLE.iter().filter(|row| Some(row.step) == step);
    let mut actions: Vec<Action> = rows.flat_map(|row| row.powers.iter().copied()).map(action_of).collect();
    actions.dedup();
    // A step that is none is told to whoever may see the case.
    let last = actions.pop().unwrap_or(Action::ReadCases);
    for action in actions {
        if let Ok(found) = identity.of_case(state, action, id).await {
            return Ok(found);
        }
    }
    identity.of_case(state, last, id).await
}
