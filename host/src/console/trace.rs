//! Public pages: what a buyer sees who scans a code. No sign-in, no cookie, nobody is recorded.
//!
//! What somebody fills in there is taken by [`super::trace_form`].

use askama::Template;
use axum::extract::Extension;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use xl_model::digital_link::DigitalLink;
use xl_model::id::Digest;

use crate::api::extract::Query;
use crate::api::module_pages::Texts;
use crate::api::pictures::PictureQuery;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;
use crate::api::state::OpenLink;
use crate::api::state::PUBLIC_WIDTH;
use crate::console::assets;
use crate::console::draw::Draw;
use crate::console::draw::Place;
use crate::console::draw::RefusedForm;
use crate::console::dress::Scripted;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::not_drawn;
use crate::console::frame::page_with;
use crate::console::module_page::asks_where;

/// In the query: a form was taken. `link`: this page has the address of what came of it.
pub(super) const TAKEN: &str = "~taken";

/// See [`TAKEN`].
pub(super) const BY_ITS_LINK: &str = "link";

/// How long a picture is kept by who opened the page: its camera's masks may become others.
const KEPT_BY_VISITORS: &str = "private, max-age=300";

#[derive(Template)]
#[template(path = "trace.html")]
struct TraceHtml<'a> {
    frame: &'a Frame,
    title: &'a str,
    taken: Option<&'a str>,
    blocks: String,
    script: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "trace_closed.html")]
struct ClosedHtml<'a> {
    frame: &'a Frame,
    title: &'a str,
    text: &'a str,
}

/// Shows the page that a public link opens.
pub(crate) async fn trace(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(caller): Extension<Caller>,
    Path(link_code): Path<String>,
    Query(query): Query<Texts>,
) -> Result<Response, Problem> {
    let frame = frame.for_everybody();
    let shown = async {
        let link = open(&state, caller, &link_code).await?;
        let mut response = drawn(&state, &frame, &link, query.get(TAKEN).map(String::as_str), None).await?;
        link.count().await;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=10"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
        Ok(response)
    };
    match shown.await {
        Ok(response) => Ok(response),
        Err(problem) => closed(&frame, &problem),
    }
}

/// Shows the same page to who comes by a GS1 Digital Link that the code carried; nothing for what is none.
pub(crate) async fn by_digital_link(
    state: State<ApiState>,
    frame: Frame,
    caller: Extension<Caller>,
    Path((link_code, named)): Path<(String, String)>,
    query: Query<Texts>,
) -> Result<Response, Problem> {
    match DigitalLink::read(&format!("01/{named}")) {
        Some(_) => trace(state, frame, caller, Path(link_code), query).await,
        None => closed(&frame.for_everybody(), &Problem::not_there("link", "")),
    }
}

/// Gives a picture that the page shows.
pub(crate) async fn picture(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(caller): Extension<Caller>,
    Path((link_code, sha256)): Path<(String, String)>,
    Query(query): Query<PictureQuery>,
) -> Result<Response, Problem> {
    let frame = frame.for_everybody();
    let given = async {
        let sha256: Digest = sha256.parse().map_err(|_| Problem::not_there("picture", ""))?;
        let link = open(&state, caller, &link_code).await?;
        let width = query.width.unwrap_or(PUBLIC_WIDTH);
        let jpeg = link.picture(&sha256, width, frame.language).await?;
        let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, KEPT_BY_VISITORS)];
        Ok((headers, jpeg).into_response())
    };
    match given.await {
        Ok(response) => Ok(response),
        Err(problem) => closed(&frame, &problem),
    }
}

/// Draws the page that a link opens, with a form that was refused just now.
///
/// # Errors
/// When the module cannot draw it, or it does not show that form.
pub(super) async fn drawn(
    state: &ApiState,
    frame: &Frame,
    link: &OpenLink,
    taken: Option<&str>,
    refused: Option<RefusedForm<'_>>,
) -> Result<Response, Problem> {
    let page = link.page(frame.language).await?;
    if refused.as_ref().is_some_and(|refused| page.form(refused.action).is_none()) {
        return Err(Problem::not_there("form", ""));
    }
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let token = |action: &str| link.token(action);
    let place = Place::Public { code: link.code(), language: frame.language, token: &token };
    let draw = Draw { words: frame.words, place, public_url: state.public_url(), refused };
    let html = TraceHtml {
        frame,
        title: &page.title,
        taken: taken.map(|how| if how == BY_ITS_LINK { frame.words.taken_by_link } else { frame.words.taken }),
        blocks: draw.page(&page).map_err(|error| not_drawn(&error))?,
        script: asks_where(&page).then(assets::position_path),
    };
    let mut response = page_with(status, &html)?;
    if html.script.is_some() {
        response.extensions_mut().insert(Scripted);
    }
    Ok(response)
}

/// Opens a link for somebody who has not come too often.
///
/// # Errors
/// That there is none, or how long to wait.
pub(super) async fn open(state: &ApiState, caller: Caller, link: &str) -> Result<OpenLink, Problem> {
    if let Err(seconds) = state.visits().take(caller.0, state.now_ms()) {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY);
        return Err(problem.with_retry_after(seconds));
    }
    state.open_link(link).await
}

/// Says that there is nothing, or nothing now; a stranger never learns why.
pub(super) fn closed(frame: &Frame, problem: &Problem) -> Result<Response, Problem> {
    let words = frame.words;
    let (status, title, text) = match problem.status {
        StatusCode::NOT_FOUND => (StatusCode::NOT_FOUND, words.link_closed, words.link_closed_text),
        StatusCode::TOO_MANY_REQUESTS => (StatusCode::TOO_MANY_REQUESTS, words.too_often, words.too_often_text),
        _ => (StatusCode::SERVICE_UNAVAILABLE, words.not_now, words.not_now_text),
    };
    let mut response = say(frame, status, title, text)?;
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// A page that only says something.
pub(super) fn say(frame: &Frame, status: StatusCode, title: &str, text: &str) -> Result<Response, Problem> {
    page_with(status, &ClosedHtml { frame, title, text })
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use xl_model::fault::Code;

    use super::*;
    use crate::api::language::Language;
    use crate::console::frame::frame;

    #[tokio::test]
    async fn a_stranger_never_learns_why_a_page_is_not_shown() {
        let secret = "trapped: wasm unreachable in /srv/data";
        for (problem, status) in [
            (Problem::not_there("link", "abc"), 404),
            (Problem::new(StatusCode::NOT_FOUND, Code(620)).with_detail(secret), 404),
            (Problem::new(StatusCode::BAD_GATEWAY, Code(609)).with_detail(secret), 503),
            (Problem::new(StatusCode::INTERNAL_SERVER_ERROR, Code(305)).with_detail(secret), 503),
            (Problem::new(StatusCode::TOO_MANY_REQUESTS, Code(709)).with_retry_after(7), 429),
        ] {
            let response = closed(&frame("/t/abc", Language::English).for_everybody(), &problem).unwrap();
            assert_eq!(response.status().as_u16(), status);
            let bytes = to_bytes(response.into_body(), 100_000).await.unwrap();
            let html = String::from_utf8(bytes.to_vec()).unwrap();
            assert!(!html.contains("trapped") && !html.contains("XL0"), "{html}");
            assert!(!html.contains("/sign-out") && html.contains("noindex"), "{html}");
        }
    }
}
