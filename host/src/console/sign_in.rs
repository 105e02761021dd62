//! Where people sign in and out.

use askama::Template;
use axum::Form;
use axum::extract::Extension;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::api::acts::NotLetIn;
use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::sessions::brought;
use crate::api::sessions::ended_cookie;
use crate::api::sessions::session_cookie;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::people::Attempt;
use crate::people::PeopleError;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInHtml<'a> {
    frame: &'a Frame,
    next: &'a str,
    openid: Option<By<'a>>,
    wrong: Option<&'a str>,
}

/// The button that leads to a provider of `OpenID` Connect.
struct By<'a> {
    button: &'a str,
    address: String,
}

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    pub(crate) next: String,
}

/// The form as it is sent: a name with a password and, where there is one, a code; or an API key alone.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// Shows the form.
pub(crate) async fn form(
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    draw(&state, &frame, StatusCode::OK, inside(&wish.next), None)
}

/// Opens a session; the one that the browser had ends.
pub(crate) async fn sign_in(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(address)): Extension<Caller>,
    headers: HeaderMap,
    Form(credentials): Form<Credentials>,
) -> Result<Response, Problem> {
    let Credentials { user, password, code, token, next } = credentials;
    let (frame, next) = (frame.at("/sign-in"), inside(&next));
    if let Err(seconds) = state.sign_ins().take(address, state.now_ms()) {
        return too_often(&state, &frame, next, seconds);
    }
    let former = brought(&state, &headers);
    let opened = match token.trim() {
        "" => {
            let attempt = Attempt { name: user, password: Zeroizing::new(password), code, address };
            state.people().sign_in_over(attempt, former).await
        }
        token => state.people().open_with_key_over(token, former).await,
    };
    match opened {
        Ok(value) => Ok(with_cookie(session_cookie(&state, &value), next)),
        Err(PeopleError::Locked { retry_after_s }) => too_often(&state, &frame, next, retry_after_s),
        Err(error @ PeopleError::BadSignIn) => {
            tracing::warn!(address = %address, "sign-in refused");
            let wrong = if token.trim().is_empty() { frame.words.wrong_sign_in } else { frame.words.wrong_token };
            let page = draw(&state, &frame, StatusCode::UNPROCESSABLE_ENTITY, next, Some(wrong))?;
            Ok(NotLetIn(error.code()).on(page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends the session.
pub(crate) async fn sign_out(State(state): State<ApiState>, identity: Identity) -> Result<Response, Problem> {
    state.people().sign_out(identity.by()).await?;
    Ok(with_cookie(ended_cookie(&state), "/sign-in"))
}

/// Leads on, with a cookie.
pub(crate) fn with_cookie(cookie: Option<HeaderValue>, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn draw(
    state: &ApiState,
    frame: &Frame,
    status: StatusCode,
    next: &str,
    wrong: Option<&str>,
) -> Result<Response, Problem> {
    let openid = state
        .openid_settings()
        .map(|settings| By { button: &settings.button, address: with_query("/sign-in/openid", [("next", next)]) });
    page_with(status, &SignInHtml { frame, next, openid, wrong })
}

fn too_often(state: &ApiState, frame: &Frame, next: &str, seconds: u32) -> Result<Response, Problem> {
    let wrong = Some(frame.words.too_many_tries);
    let mut response = draw(state, frame, StatusCode::TOO_MANY_REQUESTS, next, wrong)?;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}

// Only a path of our own: `//host`, `/\host` and `https://host` lead elsewhere.
pub(crate) fn inside(next: &str) -> &str {
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
