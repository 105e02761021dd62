//! A picture of a camera, taken now, for a purpose and a reason that are kept with it.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use tracing::info;
use xl_model::cloud_event::rfc3339;
use xl_model::fault::Code;
use xl_model::people::action::Action;
use xl_store::StoreError;

use crate::api::authority::Identity;
use crate::api::cameras::CameraPath;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::look;
use crate::look::NoPicture;
use crate::look::NotKept;
use crate::look::Seen;

/// The camera may not be looked at for this purpose.
const OTHER_PURPOSE: Code = Code(731);

/// The longest reason for a picture, in characters.
const REASON_CHARS_MOST: usize = 200;

/// Why somebody wants a picture.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnapshotBody {
    /// One of the camera's purposes.
    #[schema(example = "sanitation")]
    purpose: String,
    /// In one's own words, 1 to 200 characters; kept with the picture.
    reason: String,
}

/// A picture and how old it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SnapshotView {
    /// Its hash, under which `/pictures` has it.
    sha256: String,
    /// When it was taken, RFC 3339.
    time: String,
    /// How old it is, in milliseconds.
    age_ms: i64,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
}

/// Takes a picture now
///
/// The camera is asked, and the picture becomes an event `camera.picture` with purpose and reason.
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
    let row = state.cameras(&authority).get(&key);
    let row = row.ok_or_else(|| StoreError::NotFound { what: "camera", id: key.to_string() })?;
    if !row.camera.purposes.contains(&body.purpose) {
        let detail = format!("the purposes of camera `{key}` are: {}", row.camera.purposes.join(", "));
        return Err(Problem::new(StatusCode::FORBIDDEN, OTHER_PURPOSE).with_detail(detail));
    }
    let reason = body.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MOST || reason.chars().any(char::is_control) {
        return Err(Problem::field("reason", "1 to 200 characters"));
    }
    info!(camera = %key, purpose = body.purpose, account = authority.person(), "somebody takes a picture of camera `{key}`");
    // No stored one is young enough: whoever wants that finds it in the log.
    let found = match state.looks(&authority).look(&key, -1).await? {
        Seen::Stored(found) => found,
        Seen::Fresh { bytes, .. } => {
            let (store, inbox) = (state.store(&authority), state.inbox(&authority));
            look::keep(store, inbox, &key, &body.purpose, Some(reason), bytes).await?
        }
    };
    Ok(axum::Json(SnapshotView {
        sha256: found.picture.sha256.to_string(),
        time: rfc3339(found.time_ms),
        age_ms: state.now_ms().saturating_sub(found.time_ms).max(0),
        width: found.picture.width,
        height: found.picture.height,
    }))
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
