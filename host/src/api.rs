//! The API under `/api/v1`, for programs: JSON in, JSON or a [`problem::Problem`] out.
//!
//! The router is the table of contents. What is a page for people is [`crate::console`] (a link to the right).

mod account;
pub(crate) mod accounts;
pub mod acts;
mod audit;
pub mod authority;
pub(crate) mod cameras;
pub(crate) mod cases;
mod devices;
mod discovery;
pub mod docs;
pub(crate) mod duties;
mod errors;
mod events;
pub(crate) mod exports;
pub mod extract;
pub mod fault_pages;
mod feed;
mod form_token;
mod health;
pub(crate) mod holds;
mod keys;
pub(crate) mod kpis;
pub mod language;
pub(crate) mod looks;
mod module_calls;
mod module_care;
pub mod module_pages;
pub(crate) mod modules;
pub(crate) mod online_rate;
pub(crate) mod open311;
pub(crate) mod pictures;
pub(crate) mod places;
mod plugins;
pub(crate) mod press;
pub(crate) mod probe;
pub mod problem;
mod ptz;
mod purposes;
pub mod rate;
pub(crate) mod requests;
mod retention;
pub(crate) mod sessions;
pub mod shield;
mod snapshot;
pub mod state;
pub(crate) mod status;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod transparency;
pub(crate) mod waiting;
mod within;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware;
use axum::middleware::Next;
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

/// Where the API begins.
pub const PREFIX: &str = "/api/v1";

// An event's data is at most 256 KiB; with its frame and escapes never four times that.
const MAX_BODY_BYTES: usize = 1024 * 1024;

// The log answers in milliseconds; a page of a module within its wall time of 10 s.
const ORDINARY: Duration = Duration::from_secs(30);

// Compiling a JavaScript plugin costs 15–25 s of CPU (design/sandbox); a self-test runs as long as its events.
const SLOW: Duration = Duration::from_secs(600);

/// The API and the page that describes it.
pub fn router(state: ApiState) -> Router {
    let (operations, description) = described().split_for_parts();
    let description = axum::Json(description);
    let operations = operations
        .route(
            "/openapi.json",
            get(|identity: Identity| async move { identity.anywhere(Action::ReadManual).map(|_| description) }),
        )
        .method_not_allowed_fallback(wrong_method)
        .fallback(no_such_address)
        .with_state(state.clone());
    let router = Router::new().nest(PREFIX, operations).merge(docs::page(&state));
    let recorded = shield::guarded(router, &state).layer(middleware::from_fn_with_state(state.clone(), acts::recorded));
    shield::wrapped(recorded.layer(middleware::from_fn(shield::speak)), &state).merge(open311::router(&state))
}

/// The `OpenAPI` description of everything under [`PREFIX`].
pub fn description() -> OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<ApiState> {
    let mut description = docs::Description::openapi();
    description.servers = Some(vec![utoipa::openapi::Server::new(PREFIX)]);

    // Who watches the hub.
    let ordinary = OpenApiRouter::with_openapi(description)
        .routes(routes!(health::health))
        .routes(routes!(health::metrics))
        .routes(routes!(errors::list))
        .routes(routes!(errors::one))
        // Who audits.
        .routes(routes!(audit::list))
        .routes(routes!(looks::list))
        .routes(routes!(purposes::list))
        // Who keeps what a case needs.
        .routes(routes!(holds::list, holds::place))
        .routes(routes!(holds::lift))
        .routes(routes!(holds::versions::list))
        .routes(routes!(retention::runs))
        .routes(routes!(exports::list, exports::ask))
        .routes(routes!(exports::one))
        .routes(routes!(exports::approve))
        .routes(routes!(exports::refuse))
        .routes(routes!(exports::receipt))
        .routes(routes!(exports::package))
        // Who reads and writes the logs of the townships.
        .routes(routes!(events::townships))
        .routes(routes!(events::find, events::publish))
        .routes(routes!(events::one))
        .routes(routes!(pictures::picture))
        // Who registers cameras.
        .routes(routes!(cameras::list, cameras::add, cameras::change_many))
        .routes(routes!(cameras::one, cameras::put, cameras::remove))
        .routes(routes!(cameras::classes::list))
        .routes(routes!(cameras::classes::approve))
        .routes(routes!(cameras::classes::refuse))
        .routes(routes!(cameras::set_credentials, cameras::forget_credentials))
        .routes(routes!(cameras::table::export))
        .routes(routes!(duties::list))
        // Where that is.
        .routes(routes!(places::list))
        .routes(routes!(places::one))
        // Who asks where they stand.
        .routes(routes!(status::list))
        .routes(routes!(status::one))
        .routes(routes!(status::declare, status::withdraw))
        .routes(routes!(online_rate::rate))
        // Who asks what modules came to.
        .routes(routes!(kpis::list))
        .routes(routes!(kpis::table::export))
        .routes(routes!(waiting::list))
        .routes(routes!(waiting::adopt))
        .routes(routes!(waiting::dismiss))
        .routes(routes!(probe::condition))
        .routes(routes!(snapshot::snapshot))
        .routes(routes!(ptz::ptz))
        // Who may do what.
        .routes(routes!(account::show))
        .routes(routes!(account::change_password))
        .routes(routes!(account::offer_factor))
        .routes(routes!(account::prove_factor))
        .routes(routes!(account::show_factor))
        .routes(routes!(accounts::list, accounts::add))
        .routes(routes!(accounts::one))
        .routes(routes!(accounts::set_roles))
        .routes(routes!(accounts::units::set))
        .routes(routes!(accounts::renew_password))
        .routes(routes!(accounts::disable))
        .routes(routes!(accounts::enable))
        .routes(routes!(accounts::openid::link, accounts::openid::unlink))
        .routes(routes!(keys::list, keys::add))
        .routes(routes!(keys::revoke))
        .routes(routes!(sessions::list, sessions::sign_in))
        .routes(routes!(sessions::sign_out))
        .routes(routes!(sessions::end))
        // Who gives cameras their logins.
        .routes(routes!(devices::list, devices::register))
        .routes(routes!(devices::renew))
        .routes(routes!(devices::disable))
        .routes(routes!(devices::enable))
        .routes(routes!(devices::refusals))
        // Who runs modules.
        .routes(routes!(plugins::one))
        .routes(routes!(modules::list))
        .routes(routes!(modules::one))
        .routes(routes!(modules::configure))
        .routes(routes!(modules::disable))
        .routes(routes!(modules::resume))
        .routes(routes!(modules::upgrade::refuse))
        .routes(routes!(modules::upgrade::roll_back))
        .routes(routes!(modules::usage::usage))
        .routes(routes!(module_care::dead_letters))
        .routes(routes!(module_care::retry))
        .routes(routes!(module_care::log))
        .routes(routes!(module_care::links))
        // What people have a right to.
        .routes(routes!(transparency::show))
        .routes(routes!(requests::list, requests::file))
        .routes(routes!(requests::one))
        .routes(routes!(requests::open))
        .routes(routes!(requests::step))
        // Who works on cases.
        .routes(routes!(cases::list::list, cases::open::open))
        .routes(routes!(cases::figures::figures))
        .routes(routes!(cases::one))
        .routes(routes!(cases::history))
        .routes(routes!(cases::step::step))
        // Who draws pages of modules.
        .routes(routes!(module_pages::view))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(|request: Request, next: Next| shield::within(ORDINARY, request, next)));

    // Who calls operations of modules.
    let calls = OpenApiRouter::new()
        .routes(routes!(module_calls::read, module_calls::post, module_calls::put, module_calls::delete))
        .layer(DefaultBodyLimit::max(module_calls::MAX_CALL_BYTES))
        .layer(middleware::from_fn(|request: Request, next: Next| shield::within(ORDINARY, request, next)));

    let tables = OpenApiRouter::new()
        .routes(routes!(cameras::table::import))
        .layer(DefaultBodyLimit::max(crate::cameras::MAX_TABLE_BYTES))
        .layer(middleware::from_fn(|request: Request, next: Next| shield::within(ORDINARY, request, next)));

    let tables = tables.merge(
        OpenApiRouter::new()
            .routes(routes!(places::table::import))
            .layer(DefaultBodyLimit::max(crate::places::MAX_TABLE_BYTES))
            .layer(middleware::from_fn(|request: Request, next: Next| shield::within(ORDINARY, request, next))),
    );

    let presses = OpenApiRouter::new()
        .routes(routes!(module_pages::act))
        .layer(DefaultBodyLimit::max(press::MAX_PRESS_BYTES))
        .layer(middleware::from_fn(|request: Request, next: Next| {
            shield::within(shield::patience(&request, ORDINARY), request, next)
        }));

    let slow = OpenApiRouter::new()
        .routes(routes!(modules::enable))
        .routes(routes!(modules::many::enable))
        .routes(routes!(modules::upgrade::upgrade))
        .routes(routes!(modules::upgrade::approve))
        .routes(routes!(probe::probe))
        .routes(routes!(probe::probe_registered))
        .routes(routes!(discovery::search))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(plugins::list, plugins::install))
                .layer(DefaultBodyLimit::max(plugins::MAX_PLUGIN_BYTES)),
        )
        .layer(middleware::from_fn(|request: Request, next: Next| shield::within(SLOW, request, next)));

    let endless = OpenApiRouter::new().routes(routes!(feed::feed));

    ordinary.merge(calls).merge(tables).merge(presses).merge(slow).merge(endless)
}

async fn no_such_address() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, code::NO_SUCH_ADDRESS)
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, code::WRONG_METHOD)
}
