//! Pictures by their hash, for who may see pictures where their camera counts.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use xl_model::camera::CameraKey;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::picture::Provenance;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::looks;
use crate::api::looks::Stated;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// Each look is a row of the log: a browser that kept the picture would show it without one.
const KEPT_NOWHERE: &str = "no-store";

/// How a picture is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PictureQuery {
    /// At most so wide, 16 to 8192 pixels; as large as it is shown when nothing is said.
    pub(crate) width: Option<u32>,
}

/// Gives a picture as JPEG
///
/// Only a picture that a camera of this township sent, or that somebody attached to a form of a module. The look is
/// registered before it is given; one at what somebody attached names a reason and no purpose, as there is no camera. A camera's
/// picture is given as it was received for the purpose `public-security`, for any other one under the camera's masks and, of a
/// public place, with at most 320 pixels a side. With `module`, only a picture that a page of this module showed to whoever asks,
/// as far as the module is shown it.
#[utoipa::path(get, path = "/pictures/{township}/{sha256}", tag = "events",
    params(
        PictureQuery,
        Stated,
        ("township" = String, Path, description = "Nine digits."),
        ("sha256" = String, Path, description = "64 hex digits."),
    ),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), Problem))]
pub(crate) async fn picture(
    identity: Identity,
    State(state): State<ApiState>,
    Path((township, sha256)): Path<(TownshipId, Digest)>,
    Query(query): Query<PictureQuery>,
    stated: Stated,
) -> Result<impl IntoResponse, Problem> {
    if query.width.is_some_and(|width| !(16..=8_192).contains(&width)) {
        return Err(Problem::field("width", "16 to 8192"));
    }
    let module = stated.module.clone().map(|plugin| ModuleKey { township: township.clone(), plugin });
    let authority = match &module {
        // What a module's page showed was granted to the module: whoever may open the page sees it.
        Some(module) => identity.of_module(Action::ReadPages, module)?,
        None => identity.of_picture(&state, &township, &sha256).await?,
    };
    let found = state.store(&authority).provenance(&township, &sha256).await?;
    let object = format!("picture {sha256}");
    let look = match found.as_ref().and_then(Provenance::camera) {
        Some(camera) => {
            let key = CameraKey { township: township.clone(), camera: camera.clone() };
            match &module {
                Some(module) => {
                    state.has_shown(&authority, module, &sha256)?;
                    looks::register_on_page(&authority, &state, &key, module, &object).await?
                }
                None => looks::register(&authority, &state, &key, &stated, "look.picture", &object).await?,
            }
        }
        None => {
            let upload = state.store(&authority).upload(&township, &sha256, stated.module.as_ref()).await?;
            let upload = upload.ok_or_else(|| Problem::not_there("picture", &sha256))?;
            // Who attached it sees it beside its field before any page shows it.
            if let Some(module) = &module
                && upload.account != authority.person()
            {
                state.has_shown(&authority, module, &sha256)?;
            }
            looks::register_upload(&authority, &state, &upload.module, &stated, &object).await?
        }
    };
    let jpeg = state.picture(&look, &township, &sha256, query.width).await;
    let jpeg = look.brought(&state, jpeg).await?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, KEPT_NOWHERE)], jpeg))
}
