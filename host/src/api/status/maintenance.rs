//! Windows in which a camera is worked on, declared and taken back by a person.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::people::action::Action;
use xl_model::rate::Span;
use xl_model::status::Reason;
use xl_model::status::TimestampUs;
use xl_model::status::maintenance::Window;
use xl_store::status::Scope;

use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;
use crate::api::status::Which;
use crate::api::status::written;

/// Most windows of one camera that are not over, as many as the ladder takes.
const MOST_WINDOWS: usize = 64;

/// A time in which a camera is worked on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewWindow {
    /// Its first moment, RFC 3339 with zone or milliseconds since 1970; now when nothing is said.
    #[schema(value_type = Option<String>)]
    from: Option<When>,
    /// The first moment after it, at most 30 days later.
    #[schema(value_type = String, example = "2026-11-24T18:00:00+08:00")]
    until: When,
    /// Why, in one word of `a-z 0-9 _ - . :`; other characters become `_`.
    #[schema(example = "lens_cleaning")]
    reason: String,
}

/// A declared window.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct WindowView {
    /// Its first moment, RFC 3339 UTC; what it is taken back by.
    from: String,
    /// The first moment after it.
    until: String,
    /// Why.
    #[schema(value_type = String, example = "lens_cleaning")]
    reason: Reason,
    /// Who declared it.
    person: String,
}

impl WindowView {
    pub(super) fn new(window: Window) -> Self {
        Self {
            from: written(window.from_us),
            until: written(window.until_us),
            reason: window.reason,
            person: window.person.as_ref().to_owned(),
        }
    }
}

/// Declares that a camera is worked on
///
/// The time counts neither for nor against it. A window that begins more than five minutes ago is refused: it would change
/// a rate that was shown, and needs a second person.
#[utoipa::path(post, path = "/cameras/{township}/{camera}/maintenance", tag = "status", params(Which),
    request_body = NewWindow, responses((status = 201, body = WindowView), Problem))]
pub(in crate::api) async fn declare(
    identity: Identity,
    State(state): State<ApiState>,
    Path(which): Path<Which>,
    Json(window): Json<NewWindow>,
) -> Result<(StatusCode, axum::Json<WindowView>), Problem> {
    let key = which.key();
    let authority = identity.of_camera(&state, Action::DeclareMaintenance, &key)?;
    let us = |when: When| when.ms().saturating_mul(1_000);
    let from_us = window.from.map_or_else(|| state.now_us(), us);
    let (now_us, reason) = (state.now_us(), Reason::new(&window.reason));
    let until_us = us(window.until);
    let window = Window { camera: key, from_us, until_us, reason, person: authority.person().into(), second: None };
    window.check(now_us)?;
    let store = state.store(&authority);
    let ahead = Span { from_us: now_us, to_us: TimestampUs::MAX };
    if store.maintenance_windows(Scope::Camera(&window.camera), ahead).await?.len() >= MOST_WINDOWS {
        return Err(Problem::new(StatusCode::CONFLICT, code::TOO_MANY_WINDOWS)
            .with_detail(format!("camera `{}` has {MOST_WINDOWS} windows that are not over", window.camera)));
    }
    store.declare_maintenance(window.clone(), now_us).await?;
    state.witness(&authority).maintain(window.clone()).await;
    Ok((StatusCode::CREATED, axum::Json(WindowView::new(window))))
}

/// Which window.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Beginning {
    /// Its first moment, as it was answered.
    #[param(value_type = String)]
    from: When,
}

/// Takes a window back
///
/// One that has begun ends now; one that has not is as if it had never been.
#[utoipa::path(delete, path = "/cameras/{township}/{camera}/maintenance", tag = "status", params(Which, Beginning),
    responses((status = 204), Problem))]
pub(in crate::api) async fn withdraw(
    identity: Identity,
    State(state): State<ApiState>,
    Path(which): Path<Which>,
    Query(window): Query<Beginning>,
) -> Result<StatusCode, Problem> {
    let key = which.key();
    let authority = identity.of_camera(&state, Action::DeclareMaintenance, &key)?;
    let from_us = window.from.ms().saturating_mul(1_000);
    state.store(&authority).withdraw_maintenance(&key, from_us, state.now_us()).await?;
    state.witness(&authority).withdraw(key, from_us).await;
    Ok(StatusCode::NO_CONTENT)
}
