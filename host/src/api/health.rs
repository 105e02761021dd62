//! Health for everybody, metrics for who runs the hub.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::state::Health;

/// Tells whether the hub does its work
///
/// 503 when the log takes no more writes. Open to everybody.
#[utoipa::path(get, path = "/health", tag = "hub", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
pub(super) async fn health(State(state): State<ApiState>) -> impl IntoResponse {
    let health = state.health();
    let status = if health.status == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(health))
}

/// Gives the metrics in Prometheus text format
#[utoipa::path(get, path = "/metrics", tag = "hub",
    responses((status = 200, content_type = "text/plain", body = String), Problem))]
pub(super) async fn metrics(identity: Identity, State(state): State<ApiState>) -> Result<impl IntoResponse, Problem> {
    let authority = identity.of_hub(Action::ReadMetrics)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.metrics(&authority)))
}
