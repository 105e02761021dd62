//! Installed plugin builds.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use serde::Serialize;
use xl_model::cloud_event::rfc3339;
use xl_model::id::Digest;
use xl_model::people::action::Action;
use xl_store::modules::Plugin;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::body_not_read;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::ModuleError;

/// Largest packed plugin in bytes: a Python guest is 18 MB, with models three times that.
pub(super) const MAX_PLUGIN_BYTES: usize = 64 * 1024 * 1024;

/// An installed plugin build.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PluginView {
    /// SHA-256 of the packed component.
    digest: String,
    /// The plugin's id, the same in every version.
    id: String,
    /// Version of this build.
    version: String,
    /// When it was installed, RFC 3339.
    installed_at: String,
    /// What it says about itself.
    #[schema(value_type = Object)]
    manifest: serde_json::Value,
}

impl From<Plugin> for PluginView {
    fn from(plugin: Plugin) -> Self {
        Self {
            digest: plugin.digest.to_string(),
            id: plugin.manifest.id.to_string(),
            version: plugin.manifest.version.clone(),
            installed_at: rfc3339(plugin.installed_ms),
            // A manifest came from JSON and goes back to it.
            manifest: serde_json::to_value(&plugin.manifest).unwrap_or_default(),
        }
    }
}

/// Installs a packed plugin
///
/// The body is the packed component, at most 64 MiB. The same bytes twice change nothing. Compiling a JavaScript or
/// Python plugin takes half a minute.
#[utoipa::path(post, path = "/plugins", tag = "plugins",
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 201, body = PluginView), Problem))]
pub(super) async fn install(
    identity: Identity,
    State(state): State<ApiState>,
    packed: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, axum::Json<PluginView>), Problem> {
    let authority = identity.of_hub(Action::InstallPlugins)?;
    let packed = packed.map_err(|rejection| body_not_read(rejection.status()))?;
    let plugin = state.modules(&authority).install(packed).await?;
    Ok((StatusCode::CREATED, axum::Json(plugin.into())))
}

/// Lists installed plugin builds, newest first
#[utoipa::path(get, path = "/plugins", tag = "plugins", responses((status = 200, body = Vec<PluginView>), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<PluginView>>, Problem> {
    let authority = identity.anywhere(Action::ReadPlugins)?;
    let plugins = state.modules(&authority).plugins().await?;
    Ok(axum::Json(plugins.into_iter().map(Into::into).collect()))
}

/// Reads one plugin build
#[utoipa::path(get, path = "/plugins/{digest}", tag = "plugins",
    params(("digest" = String, Path, description = "64 hex digits.")),
    responses((status = 200, body = PluginView), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(digest): Path<Digest>,
) -> Result<axum::Json<PluginView>, Problem> {
    let authority = identity.anywhere(Action::ReadPlugins)?;
    let plugins = state.modules(&authority).plugins().await?;
    let plugin = plugins.into_iter().find(|plugin| plugin.digest == digest);
    let missing = || ModuleError::NotFound { what: "plugin", id: digest.to_string() };
    Ok(axum::Json(plugin.ok_or_else(missing)?.into()))
}
