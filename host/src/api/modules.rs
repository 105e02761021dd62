//! Modules: plugins enabled in a township, and everything that is done to them.

mod wall;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use xl_model::camera::Camera;
use xl_model::cloud_event::rfc3339;
use xl_model::fault::Code;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::manifest::Manifest;
use xl_model::module::ModuleState;
use xl_model::people::action::Action;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::SelfTest;
use crate::dispatch::Status;

/// A module as it is shown.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ModuleView {
    /// Nine digits.
    township: String,
    /// Id of the plugin.
    plugin: String,
    /// Version of the build that runs.
    version: String,
    /// Name of the plugin, `{"zh", "en"}`.
    #[schema(value_type = Object)]
    name: Value,
    /// The build that runs.
    digest: String,
    /// What a rollback returns to.
    previous: Option<String>,
    /// `running`, `suspended` or `disabled`.
    #[schema(value_type = String, example = "running")]
    state: ModuleState,
    /// Why it is suspended.
    reason: Option<String>,
    /// Its settings.
    #[schema(value_type = Object)]
    settings: Value,
    /// What it may see and do.
    #[schema(value_type = GrantsShape)]
    grants: Grants,
    /// Everything up to this event is handled.
    cursor: u64,
    /// Events after the cursor.
    behind: u64,
    /// When it was enabled, RFC 3339.
    enabled_at: String,
    /// Runs since the start of the hub.
    runs: u64,
    /// Events handled since the start of the hub.
    handled: u64,
    /// Runs that failed since the start of the hub.
    failed_runs: u64,
    /// The last failure since the start of the hub.
    last_failure: Option<FailureView>,
    /// Events it could not handle.
    dead_letters: u64,
    /// CPU time since the start of the hub, in microseconds.
    cpu_us: u64,
}

/// A failure in words.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FailureView {
    /// Its code.
    #[schema(value_type = String, example = "XL0609")]
    code: Code,
    /// What happened.
    detail: String,
}

/// What a module may see and do in its township; what is left out is not granted.
#[derive(utoipa::ToSchema)]
#[schema(as = Grants)]
#[expect(dead_code, reason = "documents the form of xl_model::grant::Grants")]
pub(super) struct GrantsShape {
    /// `"none"`, `"all"` or `{"only": ["camera-id"]}`.
    #[schema(value_type = Object, example = "all")]
    cameras: Value,
    /// `none`, `metric`, `masked` or `raw`.
    #[schema(example = "masked")]
    picture_level: String,
    /// Hosts it may fetch from: `{"host", "plain", "private", "credential"}`.
    #[schema(value_type = Vec<Object>)]
    http: Vec<Value>,
    /// Whether it may open pages to the public.
    links: bool,
    /// What it may look at cameras for; the first is what its pages are looked at for.
    #[schema(example = json!(["traceability"]))]
    purposes: Vec<String>,
    /// Number of the impact assessment; needed where it uses pictures of public places.
    #[schema(example = "PIA-2026-007")]
    assessment: Option<String>,
}

impl ModuleView {
    fn new(status: Status, manifest: &Manifest) -> Self {
        let Status { module, behind, runs, handled, failed_runs, last_failure, dead_letters, cpu_us } = status;
        Self {
            township: module.key.township.to_string(),
            plugin: module.key.plugin.to_string(),
            version: manifest.version.clone(),
            name: serde_json::json!({ "zh": manifest.name.zh, "en": manifest.name.en }),
            digest: module.digest.to_string(),
            previous: module.previous.map(|digest| digest.to_string()),
            state: module.state,
            reason: module.reason,
            settings: module.settings,
            grants: module.grants,
            cursor: module.cursor,
            behind,
            enabled_at: rfc3339(module.enabled_ms),
            runs,
            handled,
            failed_runs,
            last_failure: last_failure.map(|(code, detail)| FailureView { code, detail }),
            dead_letters,
            cpu_us,
        }
    }
}

/// A plugin to enable in a township.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewModule {
    /// Nine digits.
    #[schema(value_type = String, example = "371122102")]
    township: TownshipId,
    /// An installed build.
    #[schema(value_type = String)]
    digest: Digest,
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

/// Another build of the plugin.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBuild {
    /// An installed build of the same plugin.
    #[schema(value_type = String)]
    digest: Digest,
}

/// Which module.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ModulePath {
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
    let status = modules.status(key).await?;
    let manifest = modules.manifest(&status.module.digest).await?;
    Ok(axum::Json(ModuleView::new(status, &manifest)))
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
        let manifest = modules.manifest(&status.module.digest).await?;
        views.push(ModuleView::new(status, &manifest));
    }
    Ok(axum::Json(views))
}

/// Enables a plugin in a township
///
/// It handles the events that come from now on. Where it uses cameras of public places (C1, C2), the grants name the number of
/// an impact assessment.
#[utoipa::path(post, path = "/modules", tag = "modules", request_body = NewModule,
    responses((status = 201, body = ModuleView), Problem))]
pub(super) async fn enable(
    identity: Identity,
    State(state): State<ApiState>,
    Json(new): Json<NewModule>,
) -> Result<(StatusCode, axum::Json<ModuleView>), Problem> {
    let authority = identity.of_log(&state, Action::EditModules, &new.township, None)?;
    let modules = state.modules(&authority);
    let manifest = modules.manifest(&new.digest).await?;
    let key = ModuleKey { township: new.township, plugin: manifest.id.clone() };
    wall::admit(&new.grants, &cameras(&authority, &state, &key.township))?;
    modules.enable(key.clone(), new.digest, new.settings, new.grants).await?;
    Ok((StatusCode::CREATED, shown(&authority, &state, &key).await?))
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
/// They hold from the next run on.
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
    wall::admit(&new.grants, &cameras(&authority, &state, &key.township))?;
    state.modules(&authority).configure(&key, new.settings, new.grants).await?;
    shown(&authority, &state, &key).await
}

/// Switches a module off
///
/// Its cursor and records stay; it goes on from there when it is resumed.
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

/// Starts a disabled or suspended module again
#[utoipa::path(post, path = "/modules/{township}/{plugin}/resume", tag = "modules",
    params(ModulePath),
    responses((status = 200, body = ModuleView), Problem))]
pub(super) async fn resume(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
) -> Result<axum::Json<ModuleView>, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::CareForModules, &key)?;
    state.modules(&authority).resume(&key).await?;
    shown(&authority, &state, &key).await
}

/// Moves a module to another build
///
/// Between two batches, after a self-test on recorded events.
#[utoipa::path(post, path = "/modules/{township}/{plugin}/upgrade", tag = "modules",
    params(ModulePath),
    request_body = NewBuild, responses((status = 200, body = SelfTest), Problem))]
pub(super) async fn upgrade(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
    Json(new): Json<NewBuild>,
) -> Result<axum::Json<SelfTest>, Problem> {
    let key = path.into();
    let authority = identity.of_module(Action::EditModules, &key)?;
    Ok(axum::Json(state.modules(&authority).upgrade(&key, new.digest).await?))
}

/// Moves a module back to the build before the last upgrade
#[utoipa::path(post, path = "/modules/{township}/{plugin}/rollback", tag = "modules",
    params(ModulePath),
    responses((status = 200, body = ModuleView), Problem))]
pub(super) async fn roll_back(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
) -> Result<axum::Json<ModuleView>, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::EditModules, &key)?;
    state.modules(&authority).roll_back(&key).await?;
    shown(&authority, &state, &key).await
}
