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
use crate::api::looks;
use crate::api::looks::Stated;
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
    /// One of the camera's purposes.
    #[serde(default)]
    #[schema(example = "flood")]
    purpose: Option<String>,
    /// In one's own words, 4 to 200 characters.
    #[serde(default)]
    reason: Option<String>,
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
    Json(MoveBody { pan, tilt, zoom, purpose, reason, ms }): Json<MoveBody>,
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
    let (stated, object) =
        (Stated { purpose, reason, module: None }, format!("pan {pan}, tilt {tilt}, zoom {zoom}, {ms} ms"));
    let look = looks::register(&authority, &state, &key, &stated, "look.move", &object).await?;
    let moved = state.onvif(&authority).move_for(&key, Velocity { pan, tilt, zoom }, time).await;
    look.brought(&state, moved.map_err(Problem::from)).await?;
    Ok(StatusCode::NO_CONTENT)
}
