//! The API's description: `OpenAPI` JSON from the code, and a page to read and try it that works without the Internet.

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header;
use axum::middleware;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use utoipa::Modify;
use utoipa::OpenApi;
use utoipa::openapi::security::ApiKey;
use utoipa::openapi::security::ApiKeyValue;
use utoipa::openapi::security::HttpAuthScheme;
use utoipa::openapi::security::HttpBuilder;
use utoipa::openapi::security::SecurityScheme;
use utoipa_swagger_ui::Config;
use utoipa_swagger_ui::SwaggerUi;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::problem::ProblemBody;
use crate::api::state::ApiState;

/// Where the page is.
pub const PATH: &str = "/api/docs";

// The page's own scripts and styles; it sets styles on elements, and draws small pictures from `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What stands around the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Xueliang+",
        description = "The hub's API. Everything but `/health`, `/transparency` and signing in needs an API key \
            (`Authorization: Bearer xlk_…`) or the session of the console, and a role that allows it where it is done. Errors are RFC 9457 problems with a stable \
            code; the page at `type` says what to do."
    ),
    tags(
        (name = "hub", description = "The hub itself."),
        (name = "events", description = "The logs of the townships, and their pictures."),
        (name = "cameras", description = "The register of cameras, however they are attached."),
        (name = "places", description = "The places of the county, on any day."),
        (name = "status", description = "Where cameras stand and stood, maintenance, and the online rate."),
        (name = "devices", description = "The logins of cameras, and what was refused."),
        (name = "audit", description = "Who did what, and who looked at what."),
        (name = "retention", description = "What is held from deletion, and what was removed."),
        (name = "plugins", description = "Installed builds."),
        (name = "modules", description = "Plugins enabled in a township."),
        (name = "people", description = "Accounts, roles, sessions and API keys."),
        (name = "rights", description = "What everybody is told, and requests of people about their information."),
        (name = "cases", description = "Cases: matters with a responsible unit, stages and time limits."),
        (name = "pages", description = "Pages of modules, as blocks."),
        (name = "calls", description = "Operations of modules for programs."),
        (name = "figures", description = "Key figures that modules report, added up."),
    ),
    components(schemas(ProblemBody)),
    security(("token" = []), ("session" = [])),
    modifiers(&Schemes)
)]
pub(super) struct Description;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        description.info.version = env!("CARGO_PKG_VERSION").to_owned();
        let components = description.components.get_or_insert_default();
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("`xlk_…`")).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let session = ApiKey::Cookie(ApiKeyValue::new("xueliang"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    }
}

/// The page, for who is signed in.
pub(super) fn page(state: &ApiState) -> Router {
    let config = Config::from("/api/v1/openapi.json").validator_url("none").try_it_out_enabled(true);
    Router::<ApiState>::from(SwaggerUi::new(PATH).config(config))
        .route_layer(middleware::from_fn_with_state(state.clone(), guard))
        .with_state(state.clone())
}

// A person with a browser is sent to where he signs in.
async fn guard(identity: Result<Identity, Problem>, request: Request, next: Next) -> Response {
    if identity.and_then(|identity| identity.anywhere(Action::ReadManual)).is_err() {
        return Redirect::to(&format!("/sign-in?next={PATH}/")).into_response();
    }
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
