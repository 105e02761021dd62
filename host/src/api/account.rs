//! One's own account: who one is, the password, the second factor. Only a person who signed in changes these.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::people::held::Held;
use xl_model::people::subject::Standing;
use zeroize::Zeroizing;

use crate::api::accounts::HeldShape;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// Who asks.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SelfView {
    /// The account that answers for what is done.
    name: String,
    /// What may be used of it by what was shown.
    #[schema(value_type = Vec<HeldShape>)]
    roles: Vec<Held>,
    /// Whether a password of one's own or the second factor is still to be set: until then nothing else is allowed.
    enrolling: bool,
}

/// Tells who asks
#[utoipa::path(get, path = "/account", tag = "people", responses((status = 200, body = SelfView), Problem))]
pub(super) async fn show(identity: Identity) -> Result<axum::Json<SelfView>, Problem> {
    let subject = identity.subject();
    Ok(axum::Json(SelfView {
        name: subject.account().map(ToString::to_string).unwrap_or_default(),
        roles: subject.roles.to_vec(),
        enrolling: subject.standing == Standing::Enrolling,
    }))
}

/// A change of password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordBody {
    /// The one that it has; nothing after the one-time password.
    #[serde(default)]
    current: String,
    /// 12 to 128 characters.
    new: String,
}

/// Changes one's own password
///
/// All sessions of the account end, unless the second factor is still missing.
#[utoipa::path(put, path = "/account/password", tag = "people", request_body = PasswordBody,
    responses((status = 204), Problem))]
pub(super) async fn change_password(
    identity: Identity,
    State(state): State<ApiState>,
    Json(PasswordBody { current, new }): Json<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let own = identity.own_account()?;
    state.people().change_password(own, Zeroizing::new(current), Zeroizing::new(new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What goes into an authenticator app.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct FactorView {
    /// Base32, to be typed: six digits, 30 s, SHA-1.
    secret: String,
    /// The same as an address that apps read.
    #[schema(example = "otpauth://totp/…")]
    uri: String,
}

/// Makes the secret of a second factor
///
/// It counts once a code of it was entered.
#[utoipa::path(post, path = "/account/factor", tag = "people", responses((status = 200, body = FactorView), Problem))]
pub(super) async fn offer_factor(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<FactorView>, Problem> {
    let offered = state.people().offer_factor(identity.own_account()?).await?;
    Ok(axum::Json(FactorView { secret: offered.secret, uri: offered.uri }))
}

/// A code of a second factor.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeBody {
    /// Six digits.
    code: String,
}

/// Switches the second factor on
///
/// All sessions end; the code is used by that.
#[utoipa::path(post, path = "/account/factor/proof", tag = "people", request_body = CodeBody,
    responses((status = 204), Problem))]
pub(super) async fn prove_factor(
    identity: Identity,
    State(state): State<ApiState>,
    Json(CodeBody { code }): Json<CodeBody>,
) -> Result<StatusCode, Problem> {
    state.people().prove_factor(identity.own_account()?, &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows the second factor again
///
/// For five minutes this session may then change accounts, roles and keys. Its cookie is a new one, which the answer sets:
/// the one that was sent is refused from then on, and feeds that it opened end. The code is used by that; the fifth wrong one
/// ends the session.
#[utoipa::path(post, path = "/account/factor/code", tag = "people", request_body = CodeBody,
    responses((status = 204), Problem))]
pub(super) async fn show_factor(
    identity: Identity,
    State(state): State<ApiState>,
    Json(CodeBody { code }): Json<CodeBody>,
) -> Result<StatusCode, Problem> {
    identity.own_account()?;
    state.people().show_factor(identity.by(), &code).await?;
    Ok(StatusCode::NO_CONTENT)
}
