//! Public pages: what a buyer sees who scans a code. No sign-in, no cookie, no script, nobody is recorded.

use askama::Template;
use axum::extract::Extension;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use xl_model::id::Digest;

use crate::api::extract::Query;
use crate::api::pictures::PictureQuery;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;
use crate::api::state::OpenLink;
use crate::api::state::PUBLIC_WIDTH;
use crate::console::draw::Draw;
use crate::console::draw::Place;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::not_drawn;
use crate::console::frame::page_with;

#[derive(Template)]
#[template(path = "trace.html")]
struct TraceHtml<'a> {
    frame: &'a Frame,
    title: &'a str,
    blocks: String,
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
) -> Result<Response, Problem> {
    let frame = frame.for_everybody();
    let shown = async {
        let link = open(&state, caller, &link_code).await?;
        let page = link.page(frame.language).await?;
        link.count().await;
        let place = Place::Public { code: &link_code };
        let draw = Draw { words: frame.words, place, public_url: state.public_url(), refused: None };
        let blocks = draw.page(&page).map_err(|error| not_drawn(&error))?;
        let mut response = page_with(StatusCode::OK, &TraceHtml { frame: &frame, title: &page.title, blocks })?;
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
        let cache = "private, max-age=86400, immutable";
        Ok(([(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, cache)], jpeg).into_response())
    };
    match given.await {
        Ok(response) => Ok(response),
        Err(problem) => closed(&frame, &problem),
    }
}

async fn open(state: &ApiState, caller: Caller, link: &str) -> Result<OpenLink, Problem> {
    if let Err(seconds) = state.visits().take(caller.0, state.now_ms()) {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY);
        return Err(problem.with_retry_after(seconds));
    }
    state.open_link(link).await
}

// A stranger learns that there is nothing, or nothing now; never why.
fn closed(frame: &Frame, problem: &Problem) -> Result<Response, Problem> {
    let words = frame.words;
    let (status, title, text) = match problem.status {
        StatusCode::NOT_FOUND => (StatusCode::NOT_FOUND, words.link_closed, words.link_closed_text),
        StatusCode::TOO_MANY_REQUESTS => (StatusCode::TOO_MANY_REQUESTS, words.too_often, words.too_often_text),
        _ => (StatusCode::SERVICE_UNAVAILABLE, words.not_now, words.not_now_text),
    };
    let mut response = page_with(status, &ClosedHtml { frame, title, text })?;
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
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
