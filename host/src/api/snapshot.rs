//! A picture of a camera, taken now, for a purpose that is kept with it and a reason that the call-up register keeps.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::camera::CameraKey;
use xl_model::cloud_event::rfc3339;
use xl_model::people::action::Action;
use xl_model::picture::Provenance;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::cameras::CameraPath;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::looks;
use crate::api::looks::Look;
use crate::api::looks::Stated;
use crate::api::problem;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::look;
use crate::look::NoPicture;
use crate::look::NotKept;
use crate::look::Seen;

/// Why somebody wants a picture.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnapshotBody {
    /// One of the camera's purposes.
    #[schema(example = "sanitation")]
    purpose: String,
    /// In one's own words, 4 to 200 characters; kept in the call-up register and in no event.
    reason: String,
}

/// A picture and how old it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SnapshotView {
    /// Its hash, under which `/pictures` shows as much of it as the purpose of that look allows.
    sha256: String,
    /// When it was taken, RFC 3339.
    time: String,
    /// How old it is, in milliseconds.
    age_ms: i64,
    /// Width in pixels, as it was taken.
    width: u32,
    /// Height in pixels, as it was taken.
    height: u32,
}

/// Takes a picture now
///
/// The camera is asked, and the picture becomes an event `camera.picture` with the purpose.
#[utoipa::path(post, path = "/cameras/{township}/{camera}/snapshot", tag = "cameras", params(CameraPath),
    request_body = SnapshotBody, responses((status = 200, body = SnapshotView), Problem))]
pub(super) async fn snapshot(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
    Json(body): Json<SnapshotBody>,
) -> Result<axum::Json<SnapshotView>, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::TakePictures, &key)?;
    let stated = Stated { purpose: Some(body.purpose), reason: Some(body.reason), module: None };
    let look = looks::register(&authority, &state, &key, &stated, "look.snapshot", "snapshot").await?;
    let found = taken(&authority, &state, &key, &look).await;
    let found = look.brought(&state, found).await?;
    Ok(axum::Json(SnapshotView {
        sha256: found.picture.sha256.to_string(),
        time: rfc3339(found.time_ms),
        age_ms: state.now_ms().saturating_sub(found.time_ms).max(0),
        width: found.picture.width,
        height: found.picture.height,
    }))
}

async fn taken(authority: &Authority, state: &ApiState, key: &CameraKey, look: &Look) -> Result<Provenance, Problem> {
    // No stored one is young enough: whoever wants that finds it in the log.
    match state.looks(look).look(key, -1).await? {
        Seen::Stored(found) => Ok(found),
        Seen::Fresh { bytes, .. } => {
            let (store, inbox) = (state.store(authority), state.inbox(authority));
            Ok(look::keep(store, inbox, key, look.purpose(), bytes).await?)
        }
    }
}

impl From<NoPicture> for Problem {
    fn from(error: NoPicture) -> Self {
        match &error {
            NoPicture::Store { source } => Self::fault(StatusCode::SERVICE_UNAVAILABLE, error.code(), source),
            NoPicture::NotAsked { .. } => Self::new(StatusCode::CONFLICT, error.code()).with_detail(error.to_string()),
            NoPicture::Failed { .. } | NoPicture::Late => {
                Self::new(StatusCode::BAD_GATEWAY, error.code()).with_detail(error.to_string())
            }
        }
    }
}

impl From<NotKept> for Problem {
    fn from(error: NotKept) -> Self {
        match error {
            NotKept::Stopping => Self::new(StatusCode::SERVICE_UNAVAILABLE, problem::code::STOPPING),
            NotKept::Refused(refused) => refused.into(),
            NotKept::Past => Self::not_there("picture", "newest"),
            NotKept::Store(error) => error.into(),
        }
    }
}
