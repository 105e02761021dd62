//! Signing in by a provider of `OpenID` Connect: there, back, and the code of the second factor where the account has one.
//!
//! Nothing is made here: whom no administrator has linked sees what to tell him, and nothing about accounts.

use askama::Template;
use axum::Form;
use axum::extract::Extension;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use axum::routing::MethodRouter;
use axum::routing::get;
use serde::Deserialize;
use xl_store::people::Identified;

use crate::api::acts::NotLetIn;
use crate::api::language::cookie;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::sessions::brought;
use crate::api::sessions::session_cookie;
use crate::api::state::ApiState;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::sign_in::Wish;
use crate::console::sign_in::inside;
use crate::console::sign_in::with_cookie;
use crate::openid::Answer;
use crate::openid::BACK;
use crate::openid::OpenId;
use crate::openid::PATIENCE_MS;
use crate::openid::Vouched;
use crate::people::Entry;
use crate::people::PeopleError;

/// Where a sign-in ends: with the code of the second factor, where the account has one.
const CODE: &str = "/sign-in/openid/code";

/// After a provider led here, a browser sends a session's strict cookie only with what a page of ours begins. So this one goes
/// on by itself: the session that the browser has by then is the one that ends.
#[derive(Template)]
#[template(path = "openid_done.html")]
struct DoneHtml<'a> {
    frame: &'a Frame,
    next: &'a str,
}

#[derive(Template)]
#[template(path = "openid_code.html")]
struct CodeHtml<'a> {
    frame: &'a Frame,
    wrong: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "openid_unlinked.html")]
struct UnlinkedHtml<'a> {
    frame: &'a Frame,
    identity: &'a Identified,
    /// The subject as an administrator's shell reads it.
    quoted: String,
}

/// A code as it was typed.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    code: String,
}

/// The pages.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<ApiState>)> {
    vec![("/sign-in/openid", get(begin)), (BACK, get(back)), (CODE, get(enter).post(prove))]
}

/// Leads to the provider.
async fn begin(
    State(state): State<ApiState>,
    Extension(Caller(address)): Extension<Caller>,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let openid = set_up(&state)?;
    state.sign_ins().take(address, state.now_ms()).map_err(too_often)?;
    let way = openid.begin(inside(&wish.next)).await?;
    Ok(with_cookie(browser_cookie(&state, &way.browser), &way.address))
}

/// Takes what the provider says, and leads on.
async fn back(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(address)): Extension<Caller>,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let openid = set_up(&state)?;
    let vouched = openid.end(browser(&state, &headers), answer).await.inspect_err(|error| {
        tracing::warn!(address = %address, code = %error.code(), "sign-in by the provider refused: {error}");
    })?;
    // What stands in the address was used up by this: in another language he goes on as well.
    let response = page_with(StatusCode::OK, &DoneHtml { frame: &frame.at(CODE), next: CODE })?;
    Ok(with(response, browser_cookie(&state, &openid.keep(vouched))))
}

/// Opens a session, or shows the form for the code where the account has a second factor.
async fn enter(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(address)): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let openid = set_up(&state)?;
    let browser = browser(&state, &headers);
    let Vouched { identity, next } = openid.kept(browser)?;
    match state.people().enter_as(&identity, None, brought(&state, &headers), address).await {
        Ok(Entry::Opened(value)) => {
            openid.forget(browser);
            Ok(opened(&state, &value, &next))
        }
        Ok(Entry::NeedsCode) => page_with(StatusCode::OK, &CodeHtml { frame: &frame, wrong: None }),
        Err(error @ PeopleError::NotLinked) => {
            openid.forget(browser);
            tracing::warn!(address = %address, code = %error.code(), "sign-in by the provider refused: {error}");
            // This sign-in is over: in another language it is the form that is shown again.
            let frame = frame.at("/sign-in");
            let html = UnlinkedHtml { frame: &frame, identity: &identity, quoted: quoted(&identity.subject) };
            Ok(NotLetIn(error.code()).on(page_with(StatusCode::FORBIDDEN, &html)?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Compares the code.
async fn prove(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(address)): Extension<Caller>,
    headers: HeaderMap,
    Form(Typed { code }): Form<Typed>,
) -> Result<Response, Problem> {
    let openid = set_up(&state)?;
    state.sign_ins().take(address, state.now_ms()).map_err(too_often)?;
    let browser = browser(&state, &headers);
    let Vouched { identity, next } = openid.kept(browser)?;
    match state.people().enter_as(&identity, Some(&code), brought(&state, &headers), address).await {
        Ok(Entry::Opened(value)) => {
            openid.forget(browser);
            Ok(opened(&state, &value, &next))
        }
        // With a code nothing more is asked for.
        Ok(Entry::NeedsCode) | Err(PeopleError::BadCode) => {
            let html = CodeHtml { frame: &frame, wrong: Some(frame.words.wrong_code) };
            Ok(NotLetIn(PeopleError::BadCode.code()).on(page_with(StatusCode::UNPROCESSABLE_ENTITY, &html)?))
        }
        Err(error) => Err(error.into()),
    }
}

fn set_up(state: &ApiState) -> Result<&OpenId, Problem> {
    state.openid().ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, code::NO_OPENID))
}

fn too_often(seconds: u32) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY).with_retry_after(seconds)
}

/// The cookie of a sign-in that is on its way. It must come along when the provider leads back: lax, not strict.
fn browser_cookie(state: &ApiState, value: &str) -> Option<HeaderValue> {
    let (name, age_s) = (cookie_name(state), if value.is_empty() { 0 } else { PATIENCE_MS / 1_000 });
    let secure = if state.is_secure() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}")).ok()
}

fn browser<'a>(state: &ApiState, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, cookie_name(state))
}

fn cookie_name(state: &ApiState) -> &'static str {
    if state.is_secure() { "__Host-xueliang-openid" } else { "xueliang-openid" }
}

/// Leads on with the new session; the sign-in is over.
fn opened(state: &ApiState, value: &str, next: &str) -> Response {
    with(with_cookie(session_cookie(state, value), next), browser_cookie(state, ""))
}

fn with(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A word of a shell's command line: an administrator copies it, and the person may have chosen it.
fn quoted(word: &str) -> String {
    let is_plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'@' | b':'));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_administrator_copies_is_one_word_of_his_shell() {
        for (word, quoted_) in [
            ("li-4711", "li-4711"),
            ("x; rm -rf /", "'x; rm -rf /'"),
            ("$(id)", "'$(id)'"),
            ("it's", r"'it'\''s'"),
            ("李明", "'李明'"),
        ] {
            assert_eq!(quoted(word), quoted_);
        }
    }
}
