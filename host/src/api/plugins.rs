//! Installed plugin builds.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use serde::Serialize;
use xl_model::cloud_event::rfc3339;
use xl_model::fault::Code;
use xl_model::id::Digest;
use xl_model::people::action::Action;
use xl_store::modules::Plugin;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::body_not_read;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::Standing;

/// Largest packed plugin in bytes: a Python guest is 18 MB, with models three times that.
pub(super) const MAX_PLUGIN_BYTES: usize = 64 * 1024 * 1024;

/// The header with the line of a package's signature file.
const SIGNATURE: &str = "plugin-signature";

/// An installed plugin build.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PluginView {
    /// SHA-256 of the packed component.
    digest: String,
    /// The plugin's id, the same in every version.
    id: String,
    /// Version of this build.
    version: String,
    /// When it was installed or signed anew, RFC 3339.
    installed_at: String,
    /// Who vouches for it, as the county calls the publisher.
    publisher: Option<String>,
    /// The publisher's public key.
    key: Option<String>,
    /// Why this hub does not run it.
    #[schema(value_type = Option<String>, example = "XL0627")]
    refused: Option<Code>,
    /// What it says about itself.
    #[schema(value_type = Object)]
    manifest: serde_json::Value,
}

impl PluginView {
    fn new(plugin: &Plugin, standing: Standing) -> Self {
        let (publisher, key, refused) = match standing {
            Standing::Signed { publisher, key } => (Some(publisher), Some(key), None),
            Standing::Unsigned => (None, None, None),
            Standing::Refused(fault) => (None, None, Some(fault.code())),
        };
        Self {
            publisher,
            key,
            refused,
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
/// The body is the packed component, at most 64 MiB; the header `Plugin-Signature` is the line of its `.sig` file, which this
/// hub wants unless its configuration says development. The same bytes twice change nothing but their signature. Compiling a
/// JavaScript or Python plugin takes half a minute.
#[utoipa::path(post, path = "/plugins", tag = "plugins",
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    params(("Plugin-Signature" = Option<String>, Header,
        description = "What `xueliang plugin sign` wrote: `xueliang-plugin-signature-1 plugin=… version=… sha256=… key=… signature=…`.")),
    responses((status = 201, body = PluginView), Problem))]
pub(super) async fn install(
    identity: Identity,
    State(state): State<ApiState>,
    headers: HeaderMap,
    packed: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, axum::Json<PluginView>), Problem> {
    let authority = identity.of_hub(Action::InstallPlugins)?;
    let packed = packed.map_err(|rejection| body_not_read(rejection.status()))?;
    // What is not text is no signature, which the check then says.
    let signature = headers.get(SIGNATURE).map(|value| value.to_str().unwrap_or_default());
    let modules = state.modules(&authority);
    let plugin = modules.install(packed, signature).await?;
    let standing = modules.standing(&plugin);
    Ok((StatusCode::CREATED, axum::Json(PluginView::new(&plugin, standing))))
}

/// Lists installed plugin builds, newest first
#[utoipa::path(get, path = "/plugins", tag = "plugins", responses((status = 200, body = Vec<PluginView>), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<PluginView>>, Problem> {
    let authority = identity.anywhere(Action::ReadPlugins)?;
    let modules = state.modules(&authority);
    let plugins = modules.plugins().await?;
    Ok(axum::Json(plugins.iter().map(|plugin| PluginView::new(plugin, modules.standing(plugin))).collect()))
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
    let modules = state.modules(&authority);
    let plugin = modules.installed(&digest).await?;
    Ok(axum::Json(PluginView::new(&plugin, modules.standing(&plugin))))
}
