//! What an act is done to: its path, the township in it, and the fields of its body that name things.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Form;
use axum::body::Body;
use axum::body::Bytes;
use axum::body::to_bytes;
use axum::extract::FromRequest as _;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use serde_json::Value;
use xl_model::id::TownshipId;

use crate::api::MAX_BODY_BYTES;
use crate::api::PREFIX;
use crate::api::extract::body_not_read;
use crate::api::extract::is_multipart;
use crate::api::problem::Problem;
use crate::api::problem::code;

/// Longest wait for a body that is read before the act.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longest value of a field that is recorded, in characters.
const MOST_CHARS: usize = 300;

/// Parts of names of parameters whose values are not recorded.
const SECRET_NAMES: [&str; 7] = ["token", "key", "password", "secret", "code", "credential", "auth"];

/// Fields that hold numbers, lists or objects: a text there is in the wrong field, and may be a password.
const NEVER_TEXT: [&str; 9] = ["days", "port", "ports", "roles", "set", "grants", "cidrs", "interfaces", "townships"];

/// What an act is done to.
#[derive(Debug)]
pub(super) struct Object {
    /// Its path below the API's beginning, with its query.
    pub(super) what: String,
    /// The township that the path or the body names.
    pub(super) township: Option<TownshipId>,
    /// What the body says of it.
    pub(super) fields: String,
    /// The body, unread for whoever comes next.
    pub(super) body: Body,
    /// The part of the path that says what is done.
    done: String,
}

impl Object {
    /// Reads it; a body only where fields of it are wanted.
    ///
    /// # Errors
    /// When the body is too large or broke off.
    pub(super) async fn read(route: &str, parts: &Parts, body: Body, fields: &[&str]) -> Result<Self, Problem> {
        let path = parts.uri.path();
        let in_path = parameters(route, path);
        let below = path.strip_prefix(PREFIX).unwrap_or(path);
        let what = match parts.uri.query() {
            Some(query) => format!("{below}?{}", without_secrets(query)),
            None => below.to_owned(),
        };
        let (texts, body) = if fields.is_empty() || is_multipart(&parts.headers) {
            // Of pictures nothing is said here: they are not read twice.

            (BTreeMap::new(), body)
        } else {
            let read = tokio::time::timeout(PATIENCE, to_bytes(body, MAX_BODY_BYTES)).await;
            let slow = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::TOO_SLOW);
            let bytes = read.map_err(slow)?.map_err(|_| body_not_read(StatusCode::PAYLOAD_TOO_LARGE))?;
            (texts(parts, &bytes).await, Body::from(bytes))
        };
        let named = fields.iter().filter_map(|name| Some((*name, texts.get(*name)?)));
        let said: Vec<String> = named.map(|(name, text)| format!("{name}={}", cut(text))).collect();
        let township = in_path
            .get("township")
            .copied()
            .or_else(|| in_path.get("id").and_then(|device| device.split('.').next()))
            // The number of a case begins with its township.
            .or_else(|| in_path.get("case").and_then(|case| case.get(..9)))
            .or_else(|| texts.get("township").or(texts.get("jurisdiction_id")).map(String::as_str))
            .and_then(|text| text.parse().ok());
        let done = in_path.get("what").copied().unwrap_or_default().to_owned();
        Ok(Self { what, township, fields: said.join("; "), body, done })
    }

    /// The act's name, with what is done where the path says it.
    pub(super) fn named(&self, name: &str) -> String {
        name.replace("{what}", &self.done)
    }
}

/// The variable parts of a path, by name.
fn parameters<'a>(route: &'a str, path: &'a str) -> BTreeMap<&'a str, &'a str> {
    let parts = route.split('/').zip(path.split('/'));
    parts.filter_map(|(name, value)| Some((name.strip_prefix('{')?.strip_suffix('}')?, value))).collect()
}

/// The fields of a JSON object or a form; nothing of what cannot be read, which the handler will say.
async fn texts(parts: &Parts, bytes: &Bytes) -> BTreeMap<String, String> {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let request = Request::post("/").header(header::CONTENT_TYPE, kind).body(Body::from(bytes.clone()));
        let Ok(request) = request else { return BTreeMap::new() };
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        return form.map(|Form(pairs)| pairs.into_iter().collect()).unwrap_or_default();
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(bytes) else { return BTreeMap::new() };
    let text = |name: &str, value: Value| match value {
        Value::String(_) if NEVER_TEXT.contains(&name) => "…".to_owned(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    fields
        .into_iter()
        .map(|(name, value)| {
            let text = text(&name, value);
            (name, text)
        })
        .collect()
}

/// A query as it is recorded. No key belongs into an address and none counts there, but some put it there.
fn without_secrets(query: &str) -> String {
    let is_secret = |name: &str, value: &str| {
        SECRET_NAMES.iter().any(|secret| name.to_ascii_lowercase().contains(secret)) || value.starts_with("xl")
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if is_secret(name, value) => format!("{name}=…"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn cut(text: &str) -> String {
    let mut cut: String = text.chars().take(MOST_CHARS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_an_address_is_not_recorded() {
        for (query, recorded) in [
            ("from=1&to=2", "from=1&to=2"),
            ("Access_Token=xyz&from=1", "Access_Token=…&from=1"),
            ("x=xlk_abc", "x=…"),
            ("password=a=b&flag", "password=…&flag"),
        ] {
            assert_eq!(without_secrets(query), recorded);
        }
    }
}
