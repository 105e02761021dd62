//! Pictures by their hash, for who may see pictures where their camera counts.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use xl_model::id::Digest;
use xl_model::id::TownshipId;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// How a picture is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PictureQuery {
    /// At most so wide, 16 to 8192 pixels; as received when nothing is said.
    pub(crate) width: Option<u32>,
}

/// Gives a picture as JPEG
///
/// Only a picture that an event of this township brought.
#[utoipa::path(get, path = "/pictures/{township}/{sha256}", tag = "events",
    params(
        PictureQuery,
        ("township" = String, Path, description = "Nine digits."),
        ("sha256" = String, Path, description = "64 hex digits."),
    ),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), Problem))]
pub(crate) async fn picture(
    identity: Identity,
    State(state): State<ApiState>,
    Path((township, sha256)): Path<(TownshipId, Digest)>,
    Query(query): Query<PictureQuery>,
) -> Result<impl IntoResponse, Problem> {
    if query.width.is_some_and(|width| !(16..=8_192).contains(&width)) {
        return Err(Problem::field("width", "16 to 8192"));
    }
    let authority = identity.of_picture(&state, &township, &sha256).await?;
    let jpeg = state.picture(&authority, &township, &sha256, query.width).await?;
    // The bytes under a hash never change; a shared cache must not keep them.
    Ok(([(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, max-age=86400, immutable")], jpeg))
}
