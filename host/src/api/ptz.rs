//! Moving a camera, for a bounded time.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use xl_bridge::onvif::camera::MOVE_MOST;
use xl_bridge::onvif::camera::Velocity;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::cameras::CameraPath;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// A movement.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveBody {
    /// Speed to the right, -1 to 1.
    #[serde(default)]
    pan: f32,
    /// Speed upwards, -1 to 1.
    #[serde(default)]
    tilt: f32,
    /// Speed nearer, -1 to 1.
    #[serde(default)]
    zoom: f32,
    /// How long, in milliseconds, 1 to 10000; then it stops.
    ms: u32,
}

/// Moves a camera
///
/// It is stopped when the time is over, also when whoever asked is gone by then.
#[utoipa::path(post, path = "/cameras/{township}/{camera}/ptz", tag = "cameras", params(CameraPath),
    request_body = MoveBody, responses((status = 204), Problem))]
pub(super) async fn ptz(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
    Json(MoveBody { pan, tilt, zoom, ms }): Json<MoveBody>,
) -> Result<StatusCode, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::MoveCameras, &key)?;
    for (name, speed) in [("pan", pan), ("tilt", tilt), ("zoom", zoom)] {
        if !(-1.0..=1.0).contains(&speed) {
            return Err(Problem::field(name, "-1 to 1"));
        }
    }
    let time = Duration::from_millis(ms.into());
    if time.is_zero() || time > MOVE_MOST {
        return Err(Problem::field("ms", "1 to 10000"));
    }
    state.onvif(&authority).move_for(&key, Velocity { pan, tilt, zoom }, time).await?;
    Ok(StatusCode::NO_CONTENT)
}
