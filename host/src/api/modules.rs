//! Modules: plugins enabled in a township, and everything that is done to them.

pub(super) mod many;
pub(crate) mod upgrade;
pub(crate) mod usage;
mod view;
mod wall;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use xl_model::camera::Camera;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::module::ModuleState;
use xl_model::people::action::Action;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::Choice;
use crate::dispatch::Modules;

use view::GrantsShape;
use view::ModuleView;

/// A plugin to enable in a township.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewModule {
    /// Nine digits.
    #[schema(value_type = String, example = "371122102")]
    township: TownshipId,
    /// An installed build; or give `plugin`.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// Id of a plugin, of which the highest installed version is taken.
    #[schema(value_type = Option<String>, example = "produce-trace")]
    plugin: Option<PluginId>,
    /// With `plugin`: this version.
    version: Option<String>,
    /// Valid against the plugin's schema; `{}` when nothing is said.
    #[schema(value_type = Object)]
    #[serde(default = "empty_object")]
    settings: Value,
    /// What it may see and do; nothing when nothing is said.
    #[schema(value_type = GrantsShape)]
    #[serde(default)]
    grants: Grants,
}

fn empty_object() -> Value {
    Value::Object(serde_json::Map::new())
}

/// New settings and grants: both replace what was there.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSettings {
    /// Valid against the plugin's schema.
    #[schema(value_type = Object)]
    settings: Value,
    /// What it may see and do.
    #[schema(value_type = GrantsShape)]
    grants: Grants,
}

/// Which module.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ModulePath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Id of the plugin.
    #[param(value_type = String, example = "produce-trace")]
    plugin: PluginId,
}

impl From<ModulePath> for ModuleKey {
    fn from(path: ModulePath) -> Self {
        Self { township: path.township, plugin: path.plugin }
    }
}

async fn shown(authority: &Authority, state: &ApiState, key: &ModuleKey) -> Result<axum::Json<ModuleView>, Problem> {
    let modules = state.modules(authority);
    Ok(axum::Json(ModuleView::of(modules, state.figures(), modules.status(key).await?).await?))
}

/// The build that somebody means, and its plugin.
async fn build(
    modules: &Modules,
    plugin: Option<PluginId>,
    digest: Option<Digest>,
    version: Option<String>,
) -> Result<(PluginId, Digest), Problem> {
    let plugin = match (plugin, &digest) {
        (Some(plugin), _) => plugin,
        (None, Some(digest)) => modules.manifest(digest).await?.id.clone(),
        (None, None) => return Err(Problem::field("plugin", "give `plugin` or `digest`")),
    };
    let digest = modules.build(&plugin, &Choice { digest, version }).await?;
    Ok((plugin, digest))
}

fn cameras(authority: &Authority, state: &ApiState, township: &TownshipId) -> Vec<Camera> {
    state.cameras(authority).list(Some(township)).into_iter().map(|row| row.camera).collect()
}

/// Lists all modules
#[utoipa::path(get, path = "/modules", tag = "modules", responses((status = 200, body = Vec<ModuleView>), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<ModuleView>>, Problem> {
    let authority = identity.anywhere(Action::ReadModules)?;
    let modules = state.modules(&authority);
    let mut views = Vec::new();
    for status in modules.list().await?.into_iter().filter(|it| authority.covers(&it.module.key.township)) {
        views.push(ModuleView::of(modules, state.figures(), status).await?);
    }
    Ok(axum::Json(views))
}

/// Enables a plugin in a township
///
/// It handles the events that come from now on. Where it uses cameras of public places (C1, C2), at whatever picture level, the
/// grants name the number of an impact assessment.
#[utoipa::path(post, path = "/modules", tag = "modules", request_body = NewModule,
    responses((status = 201, body = ModuleView), Problem))]
pub(super) async fn enable(
    identity: Identity,
    State(state): State<ApiState>,
    Json(new): Json<NewModule>,
) -> Result<(StatusCode, axum::Json<ModuleView>), Problem> {
    let authority = identity.of_log(&state, Action::EditModules, &new.township, None)?;
    let modules = state.modules(&authority);
    let (plugin, digest) = build(modules, new.plugin, new.digest, new.version).await?;
    let key = ModuleKey { township: new.township, plugin };
    enable_as(&authority, &state, &key, digest, new.settings, new.grants).await?;
    Ok((StatusCode::CREATED, shown(&authority, &state, &key).await?))
}

/// Enables a plugin in a township, when its grants may reach the township's cameras.
pub(crate) async fn enable_as(
    authority: &Authority,
    state: &ApiState,
    key: &ModuleKey,
    digest: Digest,
    settings: Value,
    grants: Grants,
) -> Result<(), Problem> {
    wall::admit(&grants, &cameras(authority, state, &key.township))?;
    state.modules(authority).enable(key.clone(), digest, settings, grants).await?;
    Ok(())
}

/// Changes settings and grants of a module, when the grants may reach the township's cameras.
///
/// What is withdrawn is gone for the next call of a run under way, what is new holds from the next run on.
///
/// # Errors
/// What the wall before public places says, or why the module was not changed.
pub(crate) async fn configure_as(
    authority: &Authority,
    state: &ApiState,
    key: &ModuleKey,
    settings: Value,
    grants: Grants,
) -> Result<(), Problem> {
    wall::admit(&grants, &cameras(authority, state, &key.township))?;
    state.modules(authority).configure(key, settings, grants).await?;
    Ok(())
}

/// Reads one module
#[utoipa::path(get, path = "/modules/{township}/{plugin}", tag = "modules",
    params(ModulePath),
    responses((status = 200, body = ModuleView), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
) -> Result<axum::Json<ModuleView>, Problem> {
    let key = path.into();
    let authority = identity.of_module(Action::ReadModules, &key)?;
    shown(&authority, &state, &key).await
}

/// Changes settings and grants
///
/// Both take the place of what was there. What is withdrawn is gone within a second, for the next call of a run under way too; what
/// that run wanted is dropped, and it runs again. What is added, and the settings, hold from the next run on.
#[utoipa::path(put, path = "/modules/{township}/{plugin}/settings", tag = "modules",
    params(ModulePath),
    request_body = NewSettings, responses((status = 200, body = ModuleView), Problem))]
pub(super) async fn configure(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
    Json(new): Json<NewSettings>,
) -> Result<axum::Json<ModuleView>, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::EditModules, &key)?;
    configure_as(&authority, &state, &key, new.settings, new.grants).await?;
    shown(&authority, &state, &key).await
}

/// Switches a module off
///
/// Everything is withdrawn within a second, and nothing of a run under way is kept. Its cursor and records stay; it goes on from
/// there when it is resumed.
#[utoipa::path(post, path = "/modules/{township}/{plugin}/disable", tag = "modules",
    params(ModulePath),
    responses((status = 200, body = ModuleView), Problem))]
pub(super) async fn disable(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
) -> Result<axum::Json<ModuleView>, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::EditModules, &key)?;
    state.modules(&authority).disable(&key).await?;
    shown(&authority, &state, &key).await
}

/// Starts a suspended or disabled module again
///
/// One that was switched off is started by who may edit modules, when its grants may reach the township's cameras.
#[utoipa::path(post, path = "/modules/{township}/{plugin}/resume", tag = "modules",
    params(ModulePath),
    responses((status = 200, body = ModuleView), Problem))]
pub(super) async fn resume(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
) -> Result<axum::Json<ModuleView>, Problem> {
    let key = ModuleKey::from(path);
    let authority = resume_as(&identity, &state, &key).await?;
    shown(&authority, &state, &key).await
}

/// Starts a suspended module again for who may care for it; one that was switched off for who may edit modules, when its grants
/// may reach the township's cameras.
///
/// # Errors
/// XL0901, what the wall before public places says, or why the module was not started.
pub(crate) async fn resume_as(identity: &Identity, state: &ApiState, key: &ModuleKey) -> Result<Authority, Problem> {
    let authority = identity.of_module(Action::CareForModules, key)?;
    let modules = state.modules(&authority);
    let module = modules.status(key).await?.module;
    if module.state != ModuleState::Disabled {
        modules.resume(key).await?;
        return Ok(authority);
    }
    let authority = identity.of_module(Action::EditModules, key)?;
    wall::admit(&module.grants, &cameras(&authority, state, &key.township))?;
    state.modules(&authority).switch_on(key).await?;
    Ok(authority)
}

#[cfg(test)]
mod tests;
