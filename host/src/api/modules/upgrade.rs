//! Moving modules to other builds: upgrade, what waits for an approval, rollback.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::people::action::Action;

use super::ModulePath;
use super::cameras;
use super::shown;
use super::view::GrantsShape;
use super::view::ModuleView;
use super::view::WaitingView;
use super::wall;
use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::Choice;
use crate::dispatch::SelfTest;
use crate::dispatch::Upgraded;
use crate::dispatch::Wish;

/// Another build of the plugin.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBuild {
    /// An installed build of the same plugin.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// Or the newest build of this version; the highest installed version when neither is said.
    version: Option<String>,
    /// Settings that come with it; those that hold when nothing is said.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
    /// Grants that come with it; those that hold when nothing is said.
    #[schema(value_type = Option<GrantsShape>)]
    grants: Option<Grants>,
}

/// A build that waits, as whoever decides has read it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decided {
    /// The build.
    #[schema(value_type = String)]
    digest: Digest,
    /// Settings in place of those that were asked for with it.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
    /// Grants in place of those that were asked for with it.
    #[schema(value_type = Option<GrantsShape>)]
    grants: Option<Grants>,
}

/// Moves a module to another build
///
/// Between two batches, after a self-test on recorded events. A build that asks for more than the one that runs waits for an
/// approval instead (202); one that waited before waits no more. An earlier version is refused: only a rollback leads back.
#[utoipa::path(post, path = "/modules/{township}/{plugin}/upgrade", tag = "modules",
    params(ModulePath),
    request_body = NewBuild,
    responses((status = 200, body = SelfTest), (status = 202, body = WaitingView), Problem))]
pub(crate) async fn upgrade(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
    Json(new): Json<NewBuild>,
) -> Result<Response, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::EditModules, &key)?;
    let modules = state.modules(&authority);
    // A module that is not there is told before a build that is not.
    modules.status(&key).await?;
    let digest = modules.build(&key.plugin, &Choice { digest: new.digest, version: new.version }).await?;
    if let Some(grants) = &new.grants {
        wall::admit(grants, &cameras(&authority, &state, &key.township))?;
    }
    let wish = Wish { digest, settings: new.settings, grants: new.grants };
    Ok(match modules.upgrade(&key, wish, authority.person()).await? {
        Upgraded::Runs(found) => axum::Json(found).into_response(),
        Upgraded::Waits(waiting) => (StatusCode::ACCEPTED, axum::Json(WaitingView::from(*waiting))).into_response(),
    })
}

/// Approves the upgrade of a module that waits
///
/// What it asks for stands in the module's `waiting`. The self-test comes now; where it fails, the upgrade goes on waiting.
#[utoipa::path(post, path = "/modules/{township}/{plugin}/approve", tag = "modules",
    params(ModulePath),
    request_body = Decided, responses((status = 200, body = SelfTest), Problem))]
pub(crate) async fn approve(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
    Json(decided): Json<Decided>,
) -> Result<axum::Json<SelfTest>, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::EditModules, &key)?;
    let wish = Wish { digest: decided.digest, settings: decided.settings, grants: decided.grants };
    Ok(axum::Json(decide(&state, &authority, &key, wish).await?))
}

/// Approves the upgrade of a module that waits, when the grants that hold afterwards may reach its township's cameras.
///
/// # Errors
/// That nothing waits, or what keeps it from running.
pub(crate) async fn decide(
    state: &ApiState,
    authority: &Authority,
    key: &ModuleKey,
    wish: Wish,
) -> Result<SelfTest, Problem> {
    let modules = state.modules(authority);
    let after = modules.grants_after(key, wish.grants.as_ref()).await?;
    wall::admit(&after, &cameras(authority, state, &key.township))?;
    Ok(modules.approve(key, wish).await?)
}

/// Refuses the upgrade of a module that waits; the build that runs goes on
#[utoipa::path(post, path = "/modules/{township}/{plugin}/refuse", tag = "modules",
    params(ModulePath),
    request_body = Decided, responses((status = 204), Problem))]
pub(crate) async fn refuse(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
    Json(decided): Json<Decided>,
) -> Result<StatusCode, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::EditModules, &key)?;
    state.modules(&authority).refuse(&key, &decided.digest).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves a module back to the build before the last upgrade
#[utoipa::path(post, path = "/modules/{township}/{plugin}/rollback", tag = "modules",
    params(ModulePath),
    responses((status = 200, body = ModuleView), Problem))]
pub(crate) async fn roll_back(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
) -> Result<axum::Json<ModuleView>, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::EditModules, &key)?;
    state.modules(&authority).roll_back(&key).await?;
    shown(&authority, &state, &key).await
}
