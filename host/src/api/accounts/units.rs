//! Which responsible units an account belongs to: whoever administers its places says so, and never about himself.

use axum::extract::State;
use serde::Deserialize;
use xl_model::people::action::Action;
use xl_model::people::member::Member;

use super::AccountPath;
use super::AccountView;
use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// A place in a unit.
#[derive(utoipa::ToSchema)]
#[schema(as = Member)]
#[expect(dead_code, reason = "documents the form of xl_model::people::member::Member")]
pub(super) struct MemberShape {
    /// A unit of the table of units.
    #[schema(example = "sanitation")]
    unit: String,
    /// Of which township, by nine digits; with fewer digits, or `*`: of all below.
    #[schema(example = "371122102")]
    reach: String,
}

/// The units of an account.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct UnitsBody {
    /// All of them: what is not said is taken.
    #[schema(value_type = Vec<MemberShape>)]
    units: Vec<Member>,
}

/// Puts an account into units
///
/// From then on it handles only cases of these units and of those below them; without any it handles the cases of all units
/// of its places. All its sessions end. Nobody changes his own. Asks for a fresh second factor.
#[utoipa::path(put, path = "/accounts/{name}/units", tag = "people", params(AccountPath), request_body = UnitsBody,
    responses((status = 200, body = AccountView), Problem))]
pub(in crate::api) async fn set(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<AccountPath>,
    Json(UnitsBody { units }): Json<UnitsBody>,
) -> Result<axum::Json<AccountView>, Problem> {
    let (authority, _) = identity.of_account(&state, Action::EditPeople, &path.name)?;
    identity.is_fresh(&state)?;
    known(&state, &authority, &units)?;
    let account = state.people().set_units(identity.subject(), &path.name, units).await?;
    Ok(axum::Json(account.into()))
}

/// Whether each of these units stands in the table of units, for a township of its place.
///
/// # Errors
/// The first that does not.
pub(crate) fn known(state: &ApiState, authority: &Authority, units: &[Member]) -> Result<(), Problem> {
    let cases = state.cases(authority);
    match units.iter().find(|member| !cases.has_unit(member)) {
        Some(unknown) => Err(Problem::field("units", format!("`{unknown}` is in no table of units: take one of it"))),
        None => Ok(()),
    }
}
