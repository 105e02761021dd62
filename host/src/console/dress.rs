//! What stands around every page on its way out: the policy, the language's cookie, and problems drawn as pages.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::FromRequestParts as _;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use xl_model::fault::Code;

use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::page_with;

/// What a page may do in a browser: show our pictures and our style, send its forms to us; run nothing.
pub(crate) const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// The same for a page that offers our own script, which works without it; scripts of others and in the page never run.
pub(crate) const POLICY_WITH_SCRIPT: &str = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// In an answer's extensions: the page offers our script.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scripted;

const YEAR_S: u32 = 31_536_000;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemHtml<'a> {
    frame: &'a Frame,
    title: String,
    status: u16,
    code: Code,
    detail: Option<&'a str>,
    fields: &'a BTreeMap<String, String>,
}

/// Dresses the answer of every page.
pub(crate) async fn dress(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(frame) = Frame::from_request_parts(&mut parts, &state).await;
    let caller = Caller::of(&state, &parts);
    parts.extensions.insert(caller);
    let asked = Language::asked(&parts.uri);
    // Whoever is nobody here gets no cookie either.
    let is_public = ["/t/", "/transparency", "/rights"].iter().any(|open| parts.uri.path().starts_with(open));
    let back = if parts.method == Method::GET { parts.uri.path_and_query().map(ToString::to_string) } else { None };

    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(problem) = response.extensions().get::<Problem>().cloned() {
        response = drawn(&frame, &problem, back.as_deref());
        // In whatever form it is written, an answer carries its problem.
        response.extensions_mut().insert(problem);
    }
    let policy = if response.extensions().get::<Scripted>().is_some() { POLICY_WITH_SCRIPT } else { POLICY };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if let Some(language) = asked
        && !is_public
    {
        let cookie = format!("lang={}; Path=/; Max-Age={YEAR_S}; SameSite=Lax; HttpOnly", language.tag());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn drawn(frame: &Frame, problem: &Problem, back: Option<&str>) -> Response {
    if problem.status == StatusCode::UNAUTHORIZED {
        return Redirect::to(&with_query("/sign-in", back.map(|back| ("next", back)))).into_response();
    }
    if problem.code == code::ENROLLING {
        return Redirect::to("/account").into_response();
    }
    let html = ProblemHtml {
        frame,
        title: problem.title(frame.language),
        status: problem.status.as_u16(),
        code: problem.code,
        detail: problem.detail.as_deref(),
        fields: &problem.fields,
    };
    let mut response = page_with(problem.status, &html).unwrap_or_else(|problem| problem.answer(frame.language));
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;
    use crate::console::frame::frame;

    #[tokio::test]
    async fn a_problem_is_a_page_in_the_viewers_language_and_its_detail_is_text() {
        let problem = Problem::field("limit", "<script>alert(1)</script>");
        for (language, title) in [(Language::Chinese, "请求"), (Language::English, "request")] {
            let response = drawn(&frame("/events", language), &problem, None);
            assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
            let bytes = to_bytes(response.into_body(), 100_000).await.unwrap();
            let html = String::from_utf8(bytes.to_vec()).unwrap();
            assert!(html.contains(title) && html.contains("XL0702"), "{html}");
            assert!(!html.contains("<script"), "{html}");
        }
    }

    #[test]
    fn who_is_not_signed_in_is_sent_to_where_he_signs_in_and_comes_back() {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, crate::api::problem::code::NO_IDENTITY);
        let response = drawn(&frame("/", Language::Chinese), &problem, Some("/events?township=371122102"));
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[header::LOCATION], "/sign-in?next=%2Fevents%3Ftownship%3D371122102");
    }
}
