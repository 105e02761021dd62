//! The pages for people: the console for who is signed in, and public pages for who has a link.
//!
//! Plain HTML from templates. Nothing needs a script, and one place offers one: a button that fills in where somebody
//! stands (`assets`). The API for programs is [`crate::api`].

mod account;
mod accounts;
pub(crate) mod address;
mod assets;
mod audit;
mod camera;
mod camera_form;
mod camera_table;
mod cameras;
mod case;
mod case_form;
mod case_list;
mod case_text;
mod classes;
mod draw;
mod dress;
mod duties;
mod enable;
mod events;
mod exports;
mod faults;
mod fields;
mod figures;
mod frame;
mod holds;
mod home;
mod look_form;
mod looks;
mod markdown;
mod menu;
mod module;
mod module_page;
mod onvif;
#[cfg(feature = "openid")]
mod openid;
mod places;
mod plugins;
mod request;
mod requests;
mod rights;
mod rights_status;
mod rights_text;
mod rows;
mod sign_in;
mod status;
mod strip;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod trace;
mod trace_form;
mod transparency;
mod waiting;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware;
use axum::middleware::Next;
use axum::routing::MethodRouter;
use axum::routing::get;
use axum::routing::post;

use crate::api;
use crate::api::acts;
use crate::api::pictures;
use crate::api::press::MAX_PRESS_BYTES;
use crate::api::press::MAX_STRANGERS_BYTES;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::shield;
use crate::api::state::ApiState;
use crate::cameras::MAX_TABLE_BYTES;

// A form of a page: texts that somebody typed.
const MAX_FORM_BYTES: usize = 256 * 1024;

// A request of a person: some 2,400 characters, each up to 9 bytes on its way.
const MAX_REQUEST_BYTES: usize = 32 * 1024;

// A table of cameras with the frame that a browser puts around a file.
const MAX_TABLE_FORM_BYTES: usize = MAX_TABLE_BYTES + 64 * 1024;

// A page of a module within its wall time of 10 s, an upgrade's rollback between two batches.
const ORDINARY: Duration = Duration::from_secs(30);

/// Everything that the hub serves over HTTP: the API and the pages.
pub fn site(state: ApiState) -> Router {
    api::router(state.clone()).merge(router(state))
}

/// The pages.
pub fn router(state: ApiState) -> Router {
    let router = routes().into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    let router = router
        .method_not_allowed_fallback(wrong_method)
        .fallback(no_such_address)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(middleware::from_fn(|request: Request, next: Next| {
            shield::within(shield::patience(&request, ORDINARY), request, next)
        }))
        .with_state(state.clone());
    let recorded = shield::guarded(router, &state).layer(middleware::from_fn_with_state(state.clone(), acts::recorded));
    shield::wrapped(recorded.layer(middleware::from_fn_with_state(state.clone(), dress::dress)), &state)
}

fn routes() -> Vec<(&'static str, MethodRouter<ApiState>)> {
    let routes = vec![
        // Everybody.
        ("/t/{code}", get(trace::trace).post(trace_form::act).layer(DefaultBodyLimit::max(MAX_STRANGERS_BYTES))),
        ("/t/{code}/01/{*named}", get(trace::by_digital_link)),
        ("/t/{code}/pictures/{sha256}", get(trace::picture)),
        ("/transparency", get(transparency::show)),
        ("/rights", get(rights::form).post(rights::file).layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))),
        (
            "/rights/status",
            get(rights_status::ask).post(rights_status::show).layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES)),
        ),
        ("/sign-in", get(sign_in::form).post(sign_in::sign_in)),
        ("/assets/{file}", get(assets::asset)),
        // Who is signed in, as far as his roles reach.
        ("/", get(home::home)),
        ("/sign-out", post(sign_in::sign_out)),
        ("/account", get(account::show)),
        ("/account/{what}", post(account::operate)),
        ("/accounts", get(accounts::list).post(accounts::add)),
        ("/accounts/{name}/{what}", post(accounts::operate)),
        ("/cameras", get(cameras::list)),
        ("/cameras/new", get(camera::new)),
        ("/cameras/new/save", post(camera::add)),
        ("/cameras/import", get(camera_table::form)),
        ("/cameras/import/table", post(camera_table::take).layer(DefaultBodyLimit::max(MAX_TABLE_FORM_BYTES))),
        ("/cameras/onvif", get(onvif::form)),
        ("/cameras/onvif/probe", post(onvif::probe)),
        ("/cameras/onvif/{offer}", get(onvif::show)),
        ("/cameras/onvif/{offer}/save", post(onvif::save)),
        ("/cameras/{township}/{camera}", get(camera::show)),
        ("/cameras/{township}/{camera}/{what}", post(camera::operate)),
        ("/cases", get(case_list::list)),
        ("/cases/new", get(case_form::form).post(case_form::open)),
        ("/cases/{case}", get(case::show)),
        ("/cases/{case}/{what}", post(case::step)),
        ("/places", get(places::show)),
        ("/status", get(status::show)),
        ("/figures", get(figures::show)),
        ("/duties", get(duties::list)),
        ("/classes", get(classes::list)),
        ("/classes/{township}/{camera}/{what}", post(classes::decide)),
        ("/holds", get(holds::list).post(holds::place)),
        ("/holds/{township}/{number}/lift", post(holds::lift)),
        ("/exports", get(exports::list).post(exports::ask)),
        ("/exports/{township}/{number}/package", get(crate::api::exports::package)),
        ("/exports/{township}/{number}/{what}", post(exports::operate)),
        ("/audit", get(audit::list)),
        ("/looks", get(looks::list)),
        ("/requests", get(requests::list)),
        ("/requests/new", get(requests::form).post(requests::file)),
        ("/requests/{township}/{number}", get(request::show)),
        ("/requests/{township}/{number}/open", post(request::open)),
        ("/requests/{township}/{number}/{what}", post(request::step)),
        ("/waiting", get(waiting::list).post(waiting::decide)),
        ("/events", get(events::list)),
        ("/plugins", get(plugins::list)),
        ("/enable", get(enable::form).post(enable::enable)),
        ("/configure/{township}/{plugin}", get(enable::change::form).post(enable::change::save)),
        ("/pictures/{township}/{sha256}", get(pictures::picture)),
        ("/modules/{township}/{plugin}", get(module::show)),
        ("/modules/{township}/{plugin}/{page}", get(module_page::show)),
        (
            "/modules/{township}/{plugin}/{page}/{action}",
            post(module_page::act).layer(DefaultBodyLimit::max(MAX_PRESS_BYTES)),
        ),
        ("/operate/{township}/{plugin}/{what}", post(module::operate)),
        ("/errors", get(faults::list)),
        ("/errors/{code}", get(faults::one)),
    ];
    #[cfg(feature = "openid")]
    let routes = routes.into_iter().chain(openid::routes()).collect();
    routes
}

async fn no_such_address() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, code::NO_SUCH_ADDRESS)
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, code::WRONG_METHOD)
}
