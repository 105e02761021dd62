//! What stands around every route: who may send a form, what a browser may do with an answer.
//!
//! And what becomes of a panic, and of an act that nobody waits for any more. Does not decide who may do what: that is
//! [`super::authority`].

use std::any::Any;
use std::panic;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use futures::StreamExt as _;
use futures::stream;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::csrf::ProtectionError;
use tower_http::request_id::MakeRequestUuid;
use tower_http::request_id::PropagateRequestIdLayer;
use tower_http::request_id::SetRequestIdLayer;
use tower_http::sensitive_headers::SetSensitiveHeadersLayer;
use tower_http::trace::TraceLayer;
use tracing::Instrument as _;

use crate::api::acts;
use crate::api::extract::is_multipart;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::sessions;
use crate::api::state::ApiState;

// Two photos of 4 MiB over a line of 512 kbit/s.
const SENDING: Duration = Duration::from_secs(150);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What an answer that is not a page may do in a browser: nothing.
pub const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Refuses forms of other sites and turns a panic into a [`Problem`]; inside of what draws problems.
pub fn guarded(router: Router, state: &ApiState) -> Router {
    let csrf = CsrfLayer::new();
    // A proxy in front may rewrite the host; the address that people use is ours all the same.
    let csrf = csrf.clone().add_trusted_origin(state.public_url()).unwrap_or(csrf);
    router
        .layer(csrf.with_rejection_response(|_: ProtectionError| {
            Problem::new(StatusCode::FORBIDDEN, code::FOREIGN_ORIGIN).into_response()
        }))
        .layer(CatchPanicLayer::custom(panicked))
}

/// Numbers, traces and counts each request, adds the headers that every answer has, and the cookie of a session that became
/// another one; outermost.
pub fn wrapped(router: Router, state: &ApiState) -> Router {
    router
        .layer(middleware::from_fn(to_its_end))
        .layer(middleware::from_fn_with_state(state.clone(), sessions::renewed))
        .layer(middleware::from_fn_with_state(state.clone(), headers))
        .layer(middleware::from_fn(count))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            // The path as registered: a public link's code in a log line would open its page.
            let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
            tracing::debug_span!("request", method = %request.method(), route)
        }))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(SetSensitiveHeadersLayer::new([header::AUTHORIZATION, header::COOKIE, header::SET_COOKIE]))
}

/// Writes a problem in the language that was asked for.
pub async fn speak(request: Request, next: Next) -> Response {
    let language = Language::of(request.uri(), request.headers());
    let response = next.run(request).await;
    match response.extensions().get::<Problem>() {
        Some(problem) if language != Language::Chinese => problem.clone().answer(language),
        _ => response,
    }
}

/// How long an answer may take: `ordinary`, and longer where somebody sends photos from a field.
pub fn patience(request: &Request, ordinary: Duration) -> Duration {
    if is_multipart(request.headers()) { ordinary.max(SENDING) } else { ordinary }
}

/// Answers instead of a handler that takes longer than it may; an act goes on: who hangs up is looked after in
/// [`wrapped`], here it is the limit that must not cut it.
pub async fn within(limit: Duration, request: Request, next: Next) -> Response {
    tokio::time::timeout(limit, to_its_end(request, next)).await.unwrap_or_else(|_| too_slow())
}

tokio::task_local! {
    /// Cancelled when nobody waits any more for the answer to the request that the task is about.
    static LEFT: CancellationToken;
}

/// Lets an act come to its end, also when nobody waits for it any more: cut between the store and what is known
/// here, it would leave a right that was taken away in force until the next start.
async fn to_its_end(request: Request, next: Next) -> Response {
    if !acts::is_act(&request) {
        return next.run(request).await;
    }
    let left = LEFT.try_with(CancellationToken::child_token).unwrap_or_default();
    let _waits = left.clone().drop_guard();
    let request = request.map(|body| read_until(left.clone(), body));
    match tokio::spawn(LEFT.scope(left, next.run(request)).in_current_span()).await {
        Ok(response) => response,
        // The hub stops, or a panic, which is told where others are.
        Err(error) => error.try_into_panic().map_or_else(|_| too_slow(), |cause| panic::resume_unwind(cause)),
    }
}

/// A body that fails once nobody waits for the answer: who sends no more keeps nothing going.
fn read_until(left: CancellationToken, body: Body) -> Body {
    Body::from_stream(stream::unfold((left, body.into_data_stream()), async |(left, mut body)| {
        let read = left.run_until_cancelled(body.next()).await;
        let read = read.unwrap_or_else(|| Some(Err(axum::Error::new("nobody waits for the answer any more"))));
        read.map(|read| (read, (left, body)))
    }))
}

/// Does something only as long as somebody waits for its answer: what still waits for its turn when he has gone, he would do again.
///
/// # Errors
/// XL0708, which nobody reads.
pub async fn while_waited<T>(does: impl Future<Output = T>) -> Result<T, Problem> {
    let left = LEFT.try_with(CancellationToken::clone).unwrap_or_default();
    tokio::select! {
        biased;
        done = does => Ok(done),
        () = left.cancelled() => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::TOO_SLOW)),
    }
}

async fn headers(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // `no-referrer` would make browsers send forms with `Origin: null`.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if state.is_secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn count(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("xueliang_http_requests_total", "route" => route, "status" => status).increment(1);
    response
}

fn too_slow() -> Response {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::TOO_SLOW).into_response()
}

fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let cause = cause.downcast_ref::<&str>().copied().or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    tracing::error!(code = %code::INTERNAL, "request handler panicked: {}", cause.unwrap_or("without a message"));
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL).into_response()
}
