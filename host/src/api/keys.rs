//! API keys of one's own: made by a person who is signed in, shown once, revoked by him or by who administers him.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::cloud_event::rfc3339;
use xl_model::id::AccountName;
use xl_model::people::action::Action;
use xl_model::people::held::Held;
use xl_store::StoreError;
use xl_store::people::ApiKey;

use crate::api::accounts::HeldShape;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::people::NewKey;

/// An API key, without itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct KeyView {
    /// What it is revoked by.
    id: String,
    /// What it is for.
    title: String,
    /// What it may have of its owner's roles.
    #[schema(value_type = Vec<HeldShape>)]
    roles: Vec<Held>,
    /// The ranges of addresses that it is taken from; none: from everywhere.
    addresses: Vec<String>,
    /// When it was made, RFC 3339.
    created_at: String,
    /// When it ends; nothing: never, the key of the first start.
    expires_at: Option<String>,
    /// When it was last used, to a minute.
    used_at: Option<String>,
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            title: key.title,
            roles: key.roles,
            addresses: key.addresses,
            created_at: rfc3339(key.created_ms),
            expires_at: key.expires_ms.map(rfc3339),
            used_at: key.used_ms.map(rfc3339),
        }
    }
}

/// A new API key.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FreshKeyView {
    #[serde(flatten)]
    view: KeyView,
    /// The key; the hub keeps only its hash.
    #[schema(example = "xlk_…")]
    key: String,
}

/// Lists one's own API keys, newest first
#[utoipa::path(get, path = "/keys", tag = "people", responses((status = 200, body = Vec<KeyView>), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<KeyView>>, Problem> {
    let own = identity.own_account()?;
    Ok(axum::Json(state.people().keys(own).into_iter().map(Into::into).collect()))
}

/// A key to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKeyBody {
    /// What it is for, 1 to 100 characters.
    #[schema(example = "大屏")]
    title: String,
    /// What it may have: nothing beyond what its owner holds.
    #[schema(value_type = Vec<HeldShape>)]
    roles: Vec<Held>,
    /// How long it lives, 1 to 366 days; 90 when nothing is said.
    days: Option<u32>,
    /// The ranges of addresses that it is taken from; none: from everywhere.
    #[schema(example = json!(["10.20.0.0/16"]))]
    #[serde(default)]
    addresses: Vec<String>,
}

/// Makes an API key
///
/// Needs a session with a fresh second factor: no key makes another. The key is in this answer and nowhere else.
#[utoipa::path(post, path = "/keys", tag = "people", request_body = NewKeyBody,
    responses((status = 201, body = FreshKeyView), Problem))]
pub(super) async fn add(
    identity: Identity,
    State(state): State<ApiState>,
    Json(NewKeyBody { title, roles, days, addresses }): Json<NewKeyBody>,
) -> Result<(StatusCode, axum::Json<FreshKeyView>), Problem> {
    let own = identity.whole_account()?;
    identity.is_fresh(&state)?;
    let (kept, key) = state.people().add_key(own, NewKey { title, roles, days: days.unwrap_or(90), addresses }).await?;
    Ok((StatusCode::CREATED, axum::Json(FreshKeyView { view: kept.into(), key })))
}

/// Which key.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct KeyPath {
    /// Its id.
    id: String,
}

/// Revokes an API key
///
/// One's own, or one of an account that one may change. It ends at once, with the sessions that were opened with it.
#[utoipa::path(delete, path = "/keys/{id}", tag = "people", params(KeyPath), responses((status = 204), Problem))]
pub(super) async fn revoke(
    identity: Identity,
    State(state): State<ApiState>,
    Path(KeyPath { id }): Path<KeyPath>,
) -> Result<StatusCode, Problem> {
    let missing = || Problem::from(StoreError::NotFound { what: "API key", id: id.clone() });
    let owner: Option<AccountName> = state.people().owner_of(&id);
    let is_own = identity.own_account().is_ok_and(|own| owner.as_ref() == Some(own));
    if !is_own {
        identity.anywhere(Action::EditPeople)?;
        let owner = owner.ok_or_else(missing)?;
        identity.of_account(&state, Action::EditPeople, &owner).map_err(|problem| match problem.status {
            StatusCode::NOT_FOUND => Problem { is_withheld: true, ..missing() },
            _ => problem,
        })?;
    }
    state.people().remove_key(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
