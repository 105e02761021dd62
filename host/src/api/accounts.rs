//! Accounts: who may sign in, with which roles. Whoever administers a place sees and changes those that belong there.

mod faults;
pub(super) mod openid;
pub(crate) mod units;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::cloud_event::rfc3339;
use xl_model::id::AccountName;
use xl_model::people::action::Action;
use xl_model::people::held::Held;
use xl_model::people::member::Member;
use xl_model::people::reach::Reach;
use xl_store::people::Account;

use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::people::NewAccount;

/// A role at a place.
#[derive(utoipa::ToSchema)]
#[schema(as = Held)]
#[expect(dead_code, reason = "documents the form of xl_model::people::held::Held")]
pub(super) struct HeldShape {
    /// `county-admin`, `township-admin`, `operator`, `handler`, `grid-member`, `enterprise`, `module-author`, `auditor` or
    /// `viewer`.
    #[schema(example = "operator")]
    role: String,
    /// `*` for the whole hub, or a division code of 2, 4, 6, 9 or 12 digits: it holds there and everywhere below.
    #[schema(example = "371122102")]
    reach: String,
}

/// An account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AccountView {
    /// What the person signs in with.
    name: String,
    /// The person's name and office.
    title: String,
    /// Where the account belongs.
    reach: String,
    /// What the person holds.
    #[schema(value_type = Vec<HeldShape>)]
    roles: Vec<Held>,
    /// The responsible units that the person belongs to; none: handles the cases of all units of his places.
    #[schema(value_type = Vec<units::MemberShape>)]
    units: Vec<Member>,
    /// Whether the person may sign in.
    enabled: bool,
    /// Whether the person has a password of his own.
    has_password: bool,
    /// Whether a second factor is on.
    has_factor: bool,
    /// Who the person is at a provider of `OpenID` Connect; nothing: not linked.
    openid: Option<openid::IdentifiedView>,
    /// When it was made, RFC 3339.
    created_at: String,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            name: account.name.to_string(),
            title: account.title,
            reach: account.reach.to_string(),
            roles: account.roles,
            units: account.units,
            enabled: account.enabled,
            has_password: account.password_hash.is_some(),
            has_factor: account.factor.is_some_and(|factor| factor.proven),
            openid: account.openid.map(Into::into),
            created_at: rfc3339(account.created_ms),
        }
    }
}

/// An account with its one-time password.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FreshView {
    #[serde(flatten)]
    account: AccountView,
    /// Works once, within 30 minutes, to set a password of one's own; shown this once.
    one_time_password: String,
}

/// Which account.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AccountPath {
    /// Its name.
    #[param(value_type = String, example = "li")]
    name: AccountName,
}

/// Lists accounts
///
/// Those that belong, with all their roles, to places where the caller may read who has an account.
#[utoipa::path(get, path = "/accounts", tag = "people", responses((status = 200, body = Vec<AccountView>), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<AccountView>>, Problem> {
    let authority = identity.anywhere(Action::ReadPeople)?;
    let own = |account: &Account| {
        authority.covers_reach(&account.reach) && account.roles.iter().all(|held| authority.covers_reach(&held.reach))
    };
    let accounts = state.people().accounts().into_iter().filter(own);
    Ok(axum::Json(accounts.map(Into::into).collect()))
}

/// Reads one account
#[utoipa::path(get, path = "/accounts/{name}", tag = "people", params(AccountPath),
    responses((status = 200, body = AccountView), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<AccountPath>,
) -> Result<axum::Json<AccountView>, Problem> {
    let (_, account) = identity.of_account(&state, Action::ReadPeople, &path.name)?;
    Ok(axum::Json(account.into()))
}

/// An account to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccountBody {
    /// What the person will sign in with: 1 to 64 of a-z, 0-9, `-`, `_`; given once for ever.
    #[schema(value_type = String, example = "li")]
    name: AccountName,
    /// The person's name and office, 1 to 100 characters.
    #[schema(example = "李明，夏庄镇值守员")]
    title: String,
    /// Where the account belongs: who administers that may change it.
    #[schema(value_type = String, example = "371122102")]
    reach: Reach,
    /// What the person will hold: nothing beyond what the caller holds.
    #[schema(value_type = Vec<HeldShape>)]
    #[serde(default)]
    roles: Vec<Held>,
}

/// Makes an account
///
/// The one-time password is in this answer and nowhere else. Asks for a fresh second factor.
#[utoipa::path(post, path = "/accounts", tag = "people", request_body = NewAccountBody,
    responses((status = 201, body = FreshView), Problem))]
pub(super) async fn add(
    identity: Identity,
    State(state): State<ApiState>,
    Json(new): Json<NewAccountBody>,
) -> Result<(StatusCode, axum::Json<FreshView>), Problem> {
    let NewAccountBody { name, title, reach, roles } = new;
    identity.of_place(Action::EditPeople, &reach)?;
    identity.is_fresh(&state)?;
    let new = NewAccount { name, title, reach, roles };
    let (account, one_time_password) = state.people().add_account(identity.subject(), new).await?;
    Ok((StatusCode::CREATED, axum::Json(FreshView { account: account.into(), one_time_password })))
}

/// The roles of an account.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RolesBody {
    /// All of them: what is not said is taken.
    #[schema(value_type = Vec<HeldShape>)]
    roles: Vec<Held>,
}

/// Gives and takes roles
///
/// All sessions of the account end. Nobody changes his own; nobody both administers and audits. Asks for a fresh second
/// factor.
#[utoipa::path(put, path = "/accounts/{name}/roles", tag = "people", params(AccountPath), request_body = RolesBody,
    responses((status = 200, body = AccountView), Problem))]
pub(super) async fn set_roles(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<AccountPath>,
    Json(body): Json<RolesBody>,
) -> Result<axum::Json<AccountView>, Problem> {
    identity.of_account(&state, Action::EditPeople, &path.name)?;
    identity.is_fresh(&state)?;
    let account = state.people().set_roles(identity.subject(), &path.name, body.roles).await?;
    Ok(axum::Json(account.into()))
}

/// Gives an account a one-time password
///
/// Its password, its second factor and all its sessions end. Asks for a fresh second factor.
#[utoipa::path(post, path = "/accounts/{name}/password", tag = "people", params(AccountPath),
    responses((status = 200, body = FreshView), Problem))]
pub(super) async fn renew_password(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<AccountPath>,
) -> Result<axum::Json<FreshView>, Problem> {
    let (_, account) = identity.of_account(&state, Action::EditPeople, &path.name)?;
    identity.is_fresh(&state)?;
    let one_time_password = state.people().renew_password(&path.name).await?;
    let account = state.people().account(&path.name).unwrap_or(account);
    Ok(axum::Json(FreshView { account: account.into(), one_time_password }))
}

/// Forbids an account to sign in
///
/// Its sessions and its API keys end at once. Asks for no second factor: what has to end now must not wait for a phone.
#[utoipa::path(post, path = "/accounts/{name}/disable", tag = "people", params(AccountPath),
    responses((status = 204), Problem))]
pub(super) async fn disable(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<AccountPath>,
) -> Result<StatusCode, Problem> {
    identity.of_account(&state, Action::EditPeople, &path.name)?;
    state.people().enable_account(identity.subject(), &path.name, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Allows an account to sign in again
///
/// Its API keys hold again. Asks for a fresh second factor.
#[utoipa::path(post, path = "/accounts/{name}/enable", tag = "people", params(AccountPath),
    responses((status = 204), Problem))]
pub(super) async fn enable(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<AccountPath>,
) -> Result<StatusCode, Problem> {
    identity.of_account(&state, Action::EditPeople, &path.name)?;
    identity.is_fresh(&state)?;
    state.people().enable_account(identity.subject(), &path.name, true).await?;
    Ok(StatusCode::NO_CONTENT)
}
