//! What an operator looks at when a module needs care: dead letters, its log, its public links.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use xl_model::cloud_event::rfc3339;
use xl_model::effect::LogLevel;
use xl_model::fault::Code;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::modules::ModulePath;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// An event that a module could not handle.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DeadLetterView {
    /// The event's number.
    seq: u64,
    /// When the module gave up, RFC 3339.
    at: String,
    /// How often it was tried.
    tries: u32,
    /// Code of the last failure.
    #[schema(value_type = String)]
    code: Code,
    /// The last failure in words.
    error: String,
}

/// Lists the events that a module could not handle
#[utoipa::path(get, path = "/modules/{township}/{plugin}/dead-letters", tag = "modules",
    params(ModulePath),
    responses((status = 200, body = Vec<DeadLetterView>), Problem))]
pub(super) async fn dead_letters(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
) -> Result<axum::Json<Vec<DeadLetterView>>, Problem> {
    let key = path.into();
    let authority = identity.of_module(Action::ReadModuleCare, &key)?;
    state.modules(&authority).status(&key).await?;
    let letters = state.store(&authority).dead_letters(&key).await?;
    let views = letters.into_iter().map(|letter| DeadLetterView {
        seq: letter.seq,
        at: rfc3339(letter.at_ms),
        tries: letter.tries,
        code: letter.code,
        error: letter.error,
    });
    Ok(axum::Json(views.collect()))
}

/// Which dead letter.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct LetterPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Id of the plugin.
    #[param(value_type = String, example = "produce-trace")]
    plugin: PluginId,
    /// The event's number.
    seq: u64,
}

/// Handles a dead letter again, alone
///
/// When it fails again it stays a dead letter, and the answer says why.
#[utoipa::path(post, path = "/modules/{township}/{plugin}/dead-letters/{seq}/retry", tag = "modules",
    params(LetterPath),
    responses((status = 204), Problem))]
pub(super) async fn retry(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<LetterPath>,
) -> Result<StatusCode, Problem> {
    let key = ModuleKey { township: path.township, plugin: path.plugin };
    let authority = identity.of_module(Action::CareForModules, &key)?;
    state.modules(&authority).retry(&key, path.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which lines of a module's log somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LogQuery {
    /// A text that the lines contain.
    q: Option<String>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<u32>,
}

/// A line of a module's log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LogLineView {
    /// When, RFC 3339.
    at: String,
    /// `debug`, `info`, `warn` or `error`.
    #[schema(value_type = String)]
    level: LogLevel,
    /// The line.
    message: String,
}

/// Reads a module's log, newest first
#[utoipa::path(get, path = "/modules/{township}/{plugin}/log", tag = "modules",
    params(LogQuery, ModulePath),
    responses((status = 200, body = Vec<LogLineView>), Problem))]
pub(super) async fn log(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
    Query(query): Query<LogQuery>,
) -> Result<axum::Json<Vec<LogLineView>>, Problem> {
    let key = path.into();
    let authority = identity.of_module(Action::ReadModuleCare, &key)?;
    let limit = query.limit.unwrap_or(100);
    if !(1..=1_000).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    state.modules(&authority).status(&key).await?;
    let lines = state.store(&authority).module_log(&key, query.q.as_deref(), limit).await?;
    let views = lines.into_iter().map(|stored| LogLineView {
        at: rfc3339(stored.at_ms),
        level: stored.line.level,
        message: stored.line.message,
    });
    Ok(axum::Json(views.collect()))
}

/// A public link of a module.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LinkView {
    /// The random code.
    code: String,
    /// The address that people open.
    url: String,
    /// The page it opens.
    page: String,
    /// The page's query.
    #[schema(value_type = Object)]
    query: Value,
    /// Whether it was closed.
    revoked: bool,
    /// How often it was opened; never by whom.
    views: u64,
}

/// Lists the public links of a module
#[utoipa::path(get, path = "/modules/{township}/{plugin}/links", tag = "modules",
    params(ModulePath),
    responses((status = 200, body = Vec<LinkView>), Problem))]
pub(super) async fn links(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
) -> Result<axum::Json<Vec<LinkView>>, Problem> {
    let key = path.into();
    let authority = identity.of_module(Action::ReadModuleCare, &key)?;
    state.modules(&authority).status(&key).await?;
    let links = state.store(&authority).links(&key).await?;
    let views = links.into_iter().map(|link| LinkView {
        url: format!("{}/t/{}", state.public_url(), link.code),
        code: link.code,
        page: link.page,
        query: serde_json::from_str(&link.query).unwrap_or_default(),
        revoked: link.revoked,
        views: link.views,
    });
    Ok(axum::Json(views.collect()))
}
