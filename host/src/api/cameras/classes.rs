//! Classes that one person wants for cameras and a second one has to agree to.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::camera::LegalClass;
use xl_model::camera::class_wish::ClassWish;
use xl_model::cloud_event::rfc3339;
use xl_model::people::action::Action;

use super::CameraPath;
use super::CameraView;
use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// A class that one person wants for a camera.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct ClassWishView {
    /// Nine digits.
    township: String,
    /// The camera's id there.
    camera: String,
    /// Its class: `public-security`, `other-public-place` or `non-public`.
    from: &'static str,
    /// The class that it shall have.
    to: &'static str,
    /// The account that wants it, which cannot agree to it.
    by: String,
    /// Since when, RFC 3339.
    asked_at: String,
    /// When it lapses, RFC 3339: after 30 days.
    lapses_at: String,
    /// Why.
    reason: String,
}

impl From<ClassWish> for ClassWishView {
    fn from(wish: ClassWish) -> Self {
        Self {
            asked_at: rfc3339(wish.asked_ms),
            lapses_at: rfc3339(wish.lapses_ms()),
            township: wish.key.township.to_string(),
            camera: wish.key.camera.to_string(),
            from: wish.from.word(),
            to: wish.to.word(),
            by: wish.by.to_string(),
            reason: wish.reason,
        }
    }
}

/// Which class somebody has read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct WishedClass {
    /// The `to` of the wish.
    #[schema(value_type = String, example = "non-public")]
    to: LegalClass,
}

/// Lists the classes that wait for a second person
///
/// The oldest first, of the cameras that he may change.
#[utoipa::path(get, path = "/class-wishes", tag = "cameras",
    responses((status = 200, body = Vec<ClassWishView>), Problem))]
pub(in crate::api) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<ClassWishView>>, Problem> {
    let authority = identity.anywhere(Action::EditCameras)?;
    Ok(axum::Json(waiting(&authority, &state).into_iter().map(Into::into).collect()))
}

/// What waits for the cameras that he may change.
pub(crate) fn waiting(authority: &Authority, state: &ApiState) -> Vec<ClassWish> {
    state.cameras(authority).class_wishes(|key, place| authority.covers_camera(key, place))
}

/// Agrees to the class that somebody else wants for a camera
///
/// It holds from now on. Never by the account that wants it, whatever key it uses (XL0908).
#[utoipa::path(post, path = "/cameras/{township}/{camera}/class/approve", tag = "cameras", params(CameraPath),
    request_body = WishedClass, responses((status = 200, body = CameraView), Problem))]
pub(in crate::api) async fn approve(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
    Json(wished): Json<WishedClass>,
) -> Result<axum::Json<CameraView>, Problem> {
    let key = path.key();
    let authority = identity.of_class_wish(&state, &key)?;
    let hand = state.hand(&authority, None)?;
    let row = state.cameras(&authority).approve_class(&key, wished.to, &hand).await?;
    Ok(axum::Json(CameraView::new(row, state.devices(&authority).of(&key), state.places(&authority))))
}

/// Refuses or withdraws the class that somebody wants for a camera
#[utoipa::path(post, path = "/cameras/{township}/{camera}/class/refuse", tag = "cameras", params(CameraPath),
    request_body = WishedClass, responses((status = 204), Problem))]
pub(in crate::api) async fn refuse(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
    Json(wished): Json<WishedClass>,
) -> Result<StatusCode, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::EditCameras, &key)?;
    state.cameras(&authority).refuse_class(&key, wished.to).await?;
    Ok(StatusCode::NO_CONTENT)
}
