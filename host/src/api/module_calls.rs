//! A module's operations for programs: the module answers, the hub decides who may ask.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde::Deserialize;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_runtime::run::Reply;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::extract::body_not_read;
use crate::api::language::Language;
use crate::api::module_pages::Texts;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::shield::while_waited;
use crate::api::state::ApiState;
use crate::dispatch::ModuleCall;

/// Largest body of a call, in bytes.
pub(super) const MAX_CALL_BYTES: usize = 4 * 1024 * 1024;

/// What an answer may do in a browser: nothing, not even as a page of this address.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

/// Which operation.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CallPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Id of the plugin.
    #[param(value_type = String, example = "produce-trace")]
    plugin: PluginId,
    /// An operation of its manifest.
    name: String,
}

/// Asks a module something
///
/// For operations that change nothing. The query of the address is handed to the module; what it answers stands in its own
/// documents.
#[utoipa::path(get, path = "/modules/{township}/{plugin}/calls/{name}", tag = "calls",
    params(CallPath),
    responses((status = 200, body = String, content_type = "*/*"), Problem))]
pub(super) async fn read(
    identity: Identity,
    State(state): State<ApiState>,
    language: Language,
    Path(path): Path<CallPath>,
    Query(query): Query<Texts>,
) -> Result<Response, Problem> {
    let key = ModuleKey { township: path.township, plugin: path.plugin };
    let authority = identity.of_module(Action::ReadPages, &key)?;
    let sent = Sent { key, name: path.name, query, language, content_type: String::new(), body: Bytes::new() };
    sent.answer(&state, &authority, true).await
}

/// Hands a module something
///
/// For operations of the module that change something, and for such as take a body. The event `module.call` and what the
/// module wants are committed before the answer; above status 399 nothing is kept. What was sent wrongly is XL0625 with
/// the reason of each field. A body has at most 4 MiB.
#[utoipa::path(post, path = "/modules/{township}/{plugin}/calls/{name}", tag = "calls",
    params(CallPath), request_body(content = String, content_type = "*/*"),
    responses((status = 200, body = String, content_type = "*/*"), Problem))]
pub(super) async fn post(
    identity: Identity,
    State(state): State<ApiState>,
    language: Language,
    Path(path): Path<CallPath>,
    Query(query): Query<Texts>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let key = ModuleKey { township: path.township, plugin: path.plugin };
    let authority = identity.of_module(Action::ActOnPages, &key)?;
    let body = body.map_err(|rejection| body_not_read(rejection.status()))?;
    let sent = Sent { key, name: path.name, query, language, content_type: media_type(&headers), body };
    sent.answer(&state, &authority, false).await
}

/// Hands a module something under its name
///
/// As by POST: which of them it is does not matter to the module.
#[utoipa::path(put, path = "/modules/{township}/{plugin}/calls/{name}", tag = "calls",
    params(CallPath), request_body(content = String, content_type = "*/*"),
    responses((status = 200, body = String, content_type = "*/*"), Problem))]
pub(super) async fn put(
    identity: Identity,
    state: State<ApiState>,
    language: Language,
    path: Path<CallPath>,
    query: Query<Texts>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    post(identity, state, language, path, query, headers, body).await
}

/// Has a module take something away
///
/// As by POST, without a body.
#[utoipa::path(delete, path = "/modules/{township}/{plugin}/calls/{name}", tag = "calls",
    params(CallPath),
    responses((status = 200, body = String, content_type = "*/*"), Problem))]
pub(super) async fn delete(
    identity: Identity,
    State(state): State<ApiState>,
    language: Language,
    Path(path): Path<CallPath>,
    Query(query): Query<Texts>,
) -> Result<Response, Problem> {
    let key = ModuleKey { township: path.township, plugin: path.plugin };
    let authority = identity.of_module(Action::ActOnPages, &key)?;
    let sent = Sent { key, name: path.name, query, language, content_type: String::new(), body: Bytes::new() };
    sent.answer(&state, &authority, false).await
}

struct Sent {
    key: ModuleKey,
    name: String,
    query: Texts,
    language: Language,
    content_type: String,
    body: Bytes,
}

impl Sent {
    async fn answer(mut self, state: &ApiState, authority: &Authority, is_safe: bool) -> Result<Response, Problem> {
        // Ours: the language of the answer.
        self.query.remove("lang");
        let call = ModuleCall {
            viewer: authority.viewer(state, &self.key.township),
            module: self.key,
            name: self.name,
            // A map of strings always serializes.
            query: serde_json::to_string(&self.query).unwrap_or_default(),
            content_type: if self.body.is_empty() { String::new() } else { self.content_type },
            body: self.body.as_ref().into(),
            locale: self.language.tag().to_owned(),
            is_safe,
        };
        response(while_waited(state.modules(authority).call(call)).await??)
    }
}

fn response(reply: Reply) -> Result<Response, Problem> {
    let broken = |error: &dyn std::error::Error| Problem::fault(StatusCode::BAD_GATEWAY, code::INTERNAL, error);
    let status = StatusCode::from_u16(reply.status).map_err(|error| broken(&error))?;
    let mut response = (status, reply.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if !reply.content_type.is_empty() {
        let value = HeaderValue::try_from(reply.content_type).map_err(|error| broken(&error))?;
        headers.insert(header::CONTENT_TYPE, value);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, NOTHING);
    Ok(response)
}

/// The media type of a body, in lower case and without parameters.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_read_without_its_parameters() {
        for (value, read) in [("Application/JSON; charset=utf-8", "application/json"), ("text/csv", "text/csv")] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]);
            assert_eq!(media_type(&headers), read);
        }
        assert_eq!(media_type(&HeaderMap::new()), "");
    }

    #[test]
    fn an_answer_of_a_module_is_no_page_of_this_address() {
        let reply = Reply { status: 201, content_type: "text/html".to_owned(), body: b"<script>".to_vec() };
        let response = response(reply).unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], NOTHING);
    }
}
