//! Which identity at the provider of `OpenID` Connect an account is linked to. Only an administrator links, and never himself.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::people::action::Action;
use xl_store::people::Identified;

use super::AccountPath;
use super::AccountView;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

/// Who somebody is at a provider of `OpenID` Connect.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct IdentifiedView {
    /// The provider, as it calls itself.
    #[schema(example = "https://id.example.cn")]
    issuer: String,
    /// What the provider calls the person.
    #[schema(example = "248289761001")]
    subject: String,
}

impl From<Identified> for IdentifiedView {
    fn from(Identified { issuer, subject }: Identified) -> Self {
        Self { issuer, subject }
    }
}

/// What an account is to be linked to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    /// What the configured provider calls the person: the sign-in page shows it to who is not linked.
    #[schema(example = "248289761001")]
    subject: String,
}

/// Links an account to an identity at the provider
///
/// Whoever the provider vouches for signs in to it from then on, beside its password; its sessions end. One identity
/// belongs to one account. Asks for a fresh second factor.
#[utoipa::path(put, path = "/accounts/{name}/openid", tag = "people", params(AccountPath), request_body = LinkBody,
    responses((status = 200, body = AccountView), Problem))]
pub(crate) async fn link(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<AccountPath>,
    Json(LinkBody { subject }): Json<LinkBody>,
) -> Result<axum::Json<AccountView>, Problem> {
    identity.of_account(&state, Action::EditPeople, &path.name)?;
    identity.is_fresh(&state)?;
    let openid = state.openid_settings().ok_or_else(|| Problem::new(StatusCode::CONFLICT, code::NO_OPENID))?;
    let identified = Identified { issuer: openid.issuer.clone(), subject };
    let account = state.people().link(identity.subject(), &path.name, Some(identified)).await?;
    Ok(axum::Json(account.into()))
}

/// Takes the link to an identity away
///
/// Its sessions end; without a password of its own it needs a one-time password to sign in.
#[utoipa::path(delete, path = "/accounts/{name}/openid", tag = "people", params(AccountPath),
    responses((status = 200, body = AccountView), Problem))]
pub(crate) async fn unlink(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<AccountPath>,
) -> Result<axum::Json<AccountView>, Problem> {
    identity.of_account(&state, Action::EditPeople, &path.name)?;
    let account = state.people().link(identity.subject(), &path.name, None).await?;
    Ok(axum::Json(account.into()))
}
