//! What GeoReport does in its own way: the key as a field, and errors as a list of code and description, in the form of the
//! address that was asked.

use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde::Serialize;

use super::MAX_BODY_BYTES;
use super::answer::Form;
use super::xml::Element;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::problem::code;

/// Makes `api_key` of the query, or of a form, the bearer that the rest of the API reads; a header of that name wins.
pub(super) async fn key(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::AUTHORIZATION) {
        return next.run(request).await;
    }
    let mut request = match with_body(request).await {
        Ok((request, body)) => match api_key(request.uri().query().unwrap_or_default()).or_else(|| api_key(&body)) {
            Some(key) => bearing(request, &key),
            None => request,
        },
        Err(problem) => return problem.into_response(),
    };
    // A session of the console is no key.
    request.headers_mut().remove(header::COOKIE);
    next.run(request).await
}

/// The request as it was, and the text of the form that it carries.
async fn with_body(request: Request) -> Result<(Request, String), Problem> {
    if request.method() != Method::POST {
        return Ok((request, String::new()));
    }
    let (parts, body) = request.into_parts();
    let too_large = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, code::BODY_TOO_LARGE);
    let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(too_large)?;
    let text = String::from_utf8_lossy(&body).into_owned();
    Ok((Request::from_parts(parts, Body::from(body)), text))
}

fn api_key(form: &str) -> Option<String> {
    let mut fields = url::form_urlencoded::parse(form.as_bytes());
    fields.find(|(name, _)| name == "api_key").map(|(_, key)| key.into_owned())
}

fn bearing(mut request: Request, key: &str) -> Request {
    if let Ok(mut value) = HeaderValue::try_from(format!("Bearer {key}")) {
        value.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    request
}

/// Writes a problem as GeoReport has errors.
pub(super) async fn faults(request: Request, next: Next) -> Response {
    let language = Language::of(request.uri(), request.headers());
    let form = Form::of(request.uri());
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let title = problem.title(language);
    let description = match &problem.detail {
        Some(detail) => format!("{title}: {detail} ({})", problem.code),
        None => format!("{title} ({})", problem.code),
    };
    let mut response = form.list(problem.status, "errors", &[Fault { code: problem.status.as_u16(), description }]);
    // In whatever form it is written, an answer carries its problem.
    response.extensions_mut().insert(problem);
    response
}

/// An error as the standard has it.
#[derive(Debug, Serialize)]
struct Fault {
    code: u16,
    description: String,
}

impl Element for Fault {
    const NAME: &'static str = "error";

    fn fields(&self) -> Vec<(&'static str, Option<String>)> {
        vec![("code", Some(self.code.to_string())), ("description", Some(self.description.clone()))]
    }
}
