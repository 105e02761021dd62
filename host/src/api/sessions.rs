//! Signing in and out over the API, and one's own sessions. The value of a session travels in its cookie only.

use axum::extract::Request;
use axum::extract::State;
use axum::http::Extensions;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde::Serialize;
use xl_model::cloud_event::rfc3339;
use zeroize::Zeroizing;

use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::language::cookie;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::rate;
use crate::api::state::ApiState;
use crate::people::Attempt;
use crate::people::People;
use crate::people::Renewal;
use crate::people::SESSION_MS;
use crate::people::SessionView as Session;

/// What somebody signs in with.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    /// The name of the account.
    #[schema(example = "li")]
    name: String,
    /// Its password, or the one-time password.
    password: String,
    /// Six digits of the second factor, where there is one.
    #[serde(default)]
    code: String,
}

/// Signs in
///
/// The session is in the cookie of the answer; one that the request came with ends. Name, password and code are refused
/// together: nobody learns which was wrong. Open to everybody.
#[utoipa::path(post, path = "/sessions", tag = "people", security(()), request_body = SignInBody,
    responses((status = 204), Problem))]
pub(super) async fn sign_in(
    State(state): State<ApiState>,
    extensions: Extensions,
    headers: HeaderMap,
    Json(SignInBody { name, password, code }): Json<SignInBody>,
) -> Result<Response, Problem> {
    let address = rate::address(&extensions, &headers, state.trusted_proxies());
    if let Err(seconds) = state.sign_ins().take(address, state.now_ms()) {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY).with_retry_after(seconds));
    }
    let attempt = Attempt { name, password: Zeroizing::new(password), code, address };
    let value = state.people().sign_in_over(attempt, brought(&state, &headers)).await?;
    Ok(with(session_cookie(&state, &value)))
}

/// Signs out
///
/// The session of the request ends, everywhere and at once; an API key that was shown instead stays.
#[utoipa::path(delete, path = "/sessions/current", tag = "people", responses((status = 204), Problem))]
pub(super) async fn sign_out(identity: Identity, State(state): State<ApiState>) -> Result<Response, Problem> {
    state.people().sign_out(identity.by()).await?;
    Ok(with(ended_cookie(&state)))
}

/// A session of one's own.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = SessionView)]
pub(super) struct SessionView {
    /// What it is ended by.
    id: String,
    /// When it was opened, RFC 3339.
    opened_at: String,
    /// When it was last used, RFC 3339.
    seen_at: String,
    /// The API key that it was opened with; nothing: a password, or a provider.
    key: Option<String>,
    /// Whether it is the one of this request.
    current: bool,
}

/// Lists one's own sessions, newest first
#[utoipa::path(get, path = "/sessions", tag = "people", responses((status = 200, body = Vec<SessionView>), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<SessionView>>, Problem> {
    let own = identity.own_account()?;
    let current = People::session_id(identity.by());
    let view = |Session { id, opened_ms, seen_ms, key }| SessionView {
        current: current == Some(&id),
        id,
        opened_at: rfc3339(opened_ms),
        seen_at: rfc3339(seen_ms),
        key,
    };
    Ok(axum::Json(state.people().sessions(own).into_iter().map(view).collect()))
}

/// Which session.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SessionPath {
    /// Its id, as it is listed.
    id: String,
}

/// Ends a session of one's own
#[utoipa::path(delete, path = "/sessions/{id}", tag = "people", params(SessionPath),
    responses((status = 204), Problem))]
pub(super) async fn end(
    identity: Identity,
    State(state): State<ApiState>,
    Path(SessionPath { id }): Path<SessionPath>,
) -> Result<StatusCode, Problem> {
    state.people().end_session(identity.own_account()?, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives the answer of a request that showed a code of the second factor its session's new value, whatever else came of it.
///
/// Stands outside of what draws problems, which keeps no headers. No other request of that session gets the value.
pub(super) async fn renewed(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let renewal = Renewal::default();
    request.extensions_mut().insert(renewal.clone());
    let mut response = next.run(request).await;
    if let Some(cookie) = renewal.value().and_then(|value| session_cookie(&state, value)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The session that a request came with, by its [`People::session_name`]: who signs in leaves it.
pub(crate) fn brought(state: &ApiState, headers: &HeaderMap) -> Option<String> {
    cookie(headers, state.cookie_name()).map(People::session_name)
}

/// The cookie of a session.
pub(crate) fn session_cookie(state: &ApiState, value: &str) -> Option<HeaderValue> {
    set_cookie(state, value, SESSION_MS / 1_000)
}

/// The cookie that takes a session's away.
pub(crate) fn ended_cookie(state: &ApiState) -> Option<HeaderValue> {
    set_cookie(state, "", 0)
}

fn set_cookie(state: &ApiState, value: &str, age_s: i64) -> Option<HeaderValue> {
    let secure = if state.is_secure() { "; Secure" } else { "" };
    let name = state.cookie_name();
    let cookie = format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}");
    // The value is URL-safe base64: it always fits a header.
    HeaderValue::from_str(&cookie).ok()
}

fn with(cookie: Option<HeaderValue>) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
