//! Cases for people and programs: lists, one with its history, opens, steps and figures. What a step changes is the model's
//! answer; here it is asked who may make it.

pub(super) mod figures;
pub(super) mod list;
pub(super) mod open;
mod problem;
pub(super) mod step;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use serde::Deserialize;
use xl_model::case::Actor;
use xl_model::case::Case;
use xl_model::case::Rules;
use xl_model::id::CaseId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_model::place::code::PlaceCode;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

pub(crate) use list::CasesQuery;
pub(crate) use list::found;
pub(crate) use open::opened;
pub(crate) use problem::NotDone;
pub(crate) use problem::status;
pub(crate) use step::stepped;
use view::CaseView;
use view::HistoryView;

/// Which case.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CasePath {
    /// Its number.
    #[param(value_type = String, example = "371122102-2026-000017")]
    case: CaseId,
}

/// Reads one case
///
/// With the steps that the caller may make from here.
#[utoipa::path(get, path = "/cases/{case}", tag = "cases", params(CasePath),
    responses((status = 200, body = CaseView), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(CasePath { case }): Path<CasePath>,
) -> Result<axum::Json<CaseView>, Problem> {
    let (authority, case) = identity.of_case(&state, Action::ReadCases, &case).await?;
    let actor = actor(&authority, &reach(&case.place))?;
    Ok(axum::Json(shown(&state, &authority, &case, &actor)))
}

/// Reads the history of a case
///
/// What was done with it, by whom, from which stage to which, oldest first.
#[utoipa::path(get, path = "/cases/{case}/history", tag = "cases", params(CasePath),
    responses((status = 200, body = HistoryView), Problem))]
pub(super) async fn history(
    identity: Identity,
    State(state): State<ApiState>,
    Path(CasePath { case }): Path<CasePath>,
) -> Result<axum::Json<HistoryView>, Problem> {
    let (authority, case) = identity.of_case(&state, Action::ReadCases, &case).await?;
    let history = state.cases(&authority).history(&case.id).await?;
    Ok(axum::Json(HistoryView { steps: history.iter().map(view::PastView::new).collect() }))
}

/// A case with what its reader may do with it.
fn shown(state: &ApiState, authority: &Authority, case: &Case, actor: &Actor) -> CaseView {
    let (rules, matters) = (state.cases(authority).rules(&case.township), state.matters());
    CaseView::new(case, matters).with_steps(case.steps(actor, &rules)).with_people(has_people(state, case, &rules))
}

/// Whether anybody belongs to the unit that has the case, or to one above it; nothing: no unit has it, or it has ended.
pub(crate) fn has_people(state: &ApiState, case: &Case, rules: &Rules) -> Option<bool> {
    let unit = case.unit.as_ref().filter(|_| case.stage.is_open())?;
    Some(rules.units.is_of(unit, &state.people().staffed(&Reach::from(&case.township))))
}

/// Who acts, with what he may at a place.
///
/// # Errors
/// That nobody answers for it.
pub(crate) fn actor(authority: &Authority, at: &Reach) -> Result<Actor, Problem> {
    let account = authority.person().parse().map_err(|_| Problem::not_there("account", authority.person()))?;
    Ok(Actor::Person { account, powers: authority.powers(at), acts_for: authority.acts_for(at) })
}

/// Where a case counts.
pub(crate) fn reach(place: &PlaceCode) -> Reach {
    // The significant digits of a place are 2, 4, 6, 9 or 12, as a reach has them.
    place.significant().parse().unwrap_or_else(|_| Reach::whole_hub())
}
