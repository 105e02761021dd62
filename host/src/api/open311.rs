//! Open311 GeoReport v2 under `/open311/v2`: what other systems read and report cases by, in XML and in JSON.
//!
//! Services are public; requests need a key, as `api_key` or as a bearer, whose roles reach the place. Our stages stay ours:
//! `status` says open or closed, `status_notes` says the stage. Nothing about a person comes in or goes out.

mod answer;
mod edge;
mod find;
mod report;
mod service;
#[cfg(test)]
mod tests;
mod view;
mod xml;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::Request;
use axum::middleware;
use axum::middleware::Next;
use axum::routing::MethodRouter;
use axum::routing::get;
use std::time::Duration;

use crate::api::acts;
use crate::api::shield;
use crate::api::state::ApiState;

/// Where it begins.
pub(crate) const PREFIX: &str = "/open311/v2";

/// Largest report: a description of 4,000 characters as a form writes it, and the fields around it.
pub(super) const MAX_BODY_BYTES: usize = 64 * 1024;

/// Like everything that only reads and writes the store.
const ORDINARY: Duration = Duration::from_secs(30);

/// The routes, whole: with keys read, acts recorded and errors in the form of the standard.
pub(super) fn router(state: &ApiState) -> Router {
    let routes = routes().into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    let routes = routes
        .method_not_allowed_fallback(super::wrong_method)
        .fallback(super::no_such_address)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(|request: Request, next: Next| shield::within(ORDINARY, request, next)))
        .with_state(state.clone());
    let guarded = shield::guarded(Router::new().nest(PREFIX, routes), state)
        .layer(middleware::from_fn_with_state(state.clone(), acts::recorded))
        .layer(middleware::from_fn(edge::key))
        .layer(middleware::from_fn(edge::faults));
    shield::wrapped(guarded, state)
}

/// The routes below [`PREFIX`].
pub(super) fn routes() -> Vec<(&'static str, MethodRouter<ApiState>)> {
    vec![
        ("/services.xml", get(service::list)),
        ("/services.json", get(service::list)),
        ("/services/{service}", get(service::one)),
        ("/requests.xml", get(find::list).post(report::report)),
        ("/requests.json", get(find::list).post(report::report)),
        ("/requests/{request}", get(find::one)),
    ]
}
