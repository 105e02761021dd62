//! Where an administrator signs in and out.

use askama::Template;
use axum::Form;
use axum::extract::Extension;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;

use crate::api::admin::SESSION_MS;
use crate::api::administrator::Administrator;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::page_with;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInHtml<'a> {
    frame: &'a Frame,
    next: &'a str,
    wrong: Option<&'a str>,
}

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    next: String,
}

/// The form as it is sent.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    token: String,
    #[serde(default)]
    next: String,
}

/// Shows the form.
pub(crate) async fn form(frame: Frame, Query(wish): Query<Wish>) -> Result<Response, Problem> {
    page_with(StatusCode::OK, &SignInHtml { frame: &frame, next: inside(&wish.next), wrong: None })
}

/// Opens a session for who has the token.
pub(crate) async fn sign_in(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(address)): Extension<Caller>,
    Form(credentials): Form<Credentials>,
) -> Result<Response, Problem> {
    let frame = frame.at("/sign-in");
    let next = inside(&credentials.next);
    let now_ms = state.now_ms();
    if let Err(seconds) = state.sign_ins().take(address, now_ms) {
        let html = SignInHtml { frame: &frame, next, wrong: Some(frame.words.too_many_tries) };
        let mut response = page_with(StatusCode::TOO_MANY_REQUESTS, &html)?;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(response);
    }
    match state.admin().sign_in(credentials.token.trim(), now_ms).await? {
        Some(value) => Ok(with_cookie(&state, &value, SESSION_MS / 1_000, next)),
        None => {
            tracing::warn!(address = %address, "sign-in with a wrong token");
            let html = SignInHtml { frame: &frame, next, wrong: Some(frame.words.wrong_token) };
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &html)
        }
    }
}

/// Ends the session.
pub(crate) async fn sign_out(State(state): State<ApiState>, administrator: Administrator) -> Result<Response, Problem> {
    if let Some(session) = administrator.session() {
        state.admin().sign_out(session).await?;
    }
    Ok(with_cookie(&state, "", 0, "/sign-in"))
}

fn with_cookie(state: &ApiState, value: &str, age_s: i64, next: &str) -> Response {
    let secure = if state.is_secure() { "; Secure" } else { "" };
    let name = state.cookie_name();
    let cookie = format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}");
    let mut response = Redirect::to(next).into_response();
    // The value is URL-safe base64: it always fits a header.
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

// Only a path of our own: `//host`, `/\host` and `https://host` lead elsewhere.
fn inside(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//");
    let is_plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if is_path && is_plain && !next.starts_with("/sign-") { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for (next, expected) in [
            ("/events?township=1", "/events?township=1"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("/\tx", "/"),
            ("/sign-out", "/"),
            ("", "/"),
        ] {
            assert_eq!(inside(next), expected, "{next}");
        }
    }
}
