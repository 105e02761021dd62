//! JSON, query and path as values, with a [`Problem`] that names the field when they are wrong.

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::api::problem::Problem;
use crate::api::problem::code;

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// The variable parts of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code::WRONG_CONTENT_TYPE)
                    .with_detail("send it as `content-type: application/json`"))
            }
            Err(JsonRejection::BytesRejection(rejection)) => Err(body_not_read(rejection.status())),
            Err(JsonRejection::JsonSyntaxError(error)) => Err(unreadable(StatusCode::BAD_REQUEST, &error)),
            Err(error) => Err(unreadable(StatusCode::UNPROCESSABLE_ENTITY, &error)),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => Err(unreadable(StatusCode::BAD_REQUEST, &error)),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(error) => Err(unreadable(StatusCode::BAD_REQUEST, &error)),
        }
    }
}

/// Whether a body is made of parts, as a form with files is.
pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// A body that was too large, or broke off.
pub fn body_not_read(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(status, code::BODY_TOO_LARGE)
    } else {
        Problem::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST).with_detail("the body broke off")
    }
}

fn unreadable(status: StatusCode, error: &(dyn std::error::Error + 'static)) -> Problem {
    // The innermost cause names the field; the ones around it only say that it is a query or a body.
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    // Path and body rejections keep their field in the sentence around the cause.
    let mut text = innermost.to_string();
    let outer = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    if field_of(&text).is_none() && field_of(&outer).is_some() {
        text = outer;
    }
    let text: String = without_values(&text).chars().take(300).collect();
    let problem = Problem::new(status, code::BAD_REQUEST).with_detail(&text);
    match field_of(&text) {
        Some((name, wrong)) => problem.with_field(name, wrong),
        None => problem,
    }
}

// serde repeats a text that stands where something else belongs: it may be a password in the wrong place.
fn without_values(text: &str) -> String {
    let value =
        text.split_once("string \"").and_then(|(before, rest)| Some((before, rest.rsplit_once("\", expected")?.1)));
    value.map_or_else(|| text.to_owned(), |(before, expected)| format!("{before}a text, expected{expected}"))
}

// `grants.http[0].host: invalid type …` as serde_path_to_error writes it, or serde's own "missing field `host`".
fn field_of(text: &str) -> Option<(String, String)> {
    for rule in ["missing field `", "unknown field `"] {
        if let Some(rest) = text.split(rule).nth(1) {
            return rest.split_once('`').map(|(name, _)| (name.to_owned(), text.to_owned()));
        }
    }
    let (name, wrong) = text.split_once(": ")?;
    let is_path = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '?' | '-'));
    (is_path && !name.is_empty()).then(|| (name.to_owned(), wrong.to_owned()))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[expect(dead_code, reason = "only its type matters")]
        limit: u32,
    }

    async fn json(content_type: &str, body: &str) -> Problem {
        let request = Request::post("/").header(header::CONTENT_TYPE, content_type).body(Body::from(body.to_owned()));
        Json::<Wanted>::from_request(request.unwrap(), &()).await.unwrap_err()
    }

    async fn query(query: &str) -> Problem {
        let (mut parts, ()) = axum::http::Request::get(format!("/?{query}")).body(()).unwrap().into_parts();
        Query::<Wanted>::from_request_parts(&mut parts, &()).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_wrong_body_is_a_problem_that_names_the_field() {
        for (content_type, body, status, code, field) in [
            ("text/plain", "{}", 415, "XL0706", None),
            ("application/json", "{", 400, "XL0702", None),
            ("application/json", r#"{"limit":"x"}"#, 422, "XL0702", Some("limit")),
            ("application/json", r#"{"limit":1,"y":2}"#, 422, "XL0702", Some("y")),
            ("application/json", "{}", 422, "XL0702", Some("limit")),
        ] {
            let problem = json(content_type, body).await;
            assert_eq!((problem.status.as_u16(), problem.code.to_string().as_str()), (status, code), "{body}");
            assert_eq!(problem.fields.keys().next().map(String::as_str), field, "{problem:?}");
        }
    }

    #[tokio::test]
    async fn what_stands_in_the_wrong_place_is_not_repeated() {
        for body in [r#"{"limit":"geese \", expected"}"#, r#""geese""#] {
            let problem = json("application/json", body).await;
            let detail = problem.detail.unwrap();
            assert!(!detail.contains("geese") && detail.contains("invalid type: a text, expected"), "{detail}");
        }
    }

    #[tokio::test]
    async fn a_wrong_query_is_a_problem_that_names_the_field() {
        for (text, field) in [("limit=x", "limit"), ("", "limit"), ("limit=1&y=2", "y")] {
            let problem = query(text).await;
            assert_eq!((problem.status.as_u16(), problem.code), (400, code::BAD_REQUEST));
            assert_eq!(problem.fields.keys().next().map(String::as_str), Some(field), "{problem:?}");
        }
    }
}
