//! A module's pages as JSON blocks, for programs that draw them themselves.

use std::collections::BTreeMap;

use axum::extract::Request;
use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use xl_model::block::Page;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::language::Language;
use crate::api::press::NotPressed;
use crate::api::press::Presser;
use crate::api::press::press;
use crate::api::press::press_of_program;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::PageVisit;

/// Names and texts, as queries and forms hold them.
pub type Texts = BTreeMap<String, String>;

/// A visit of somebody who is signed in to a page of a module.
pub fn visit(
    state: &ApiState,
    authority: &Authority,
    module: ModuleKey,
    page: String,
    query: &Texts,
    language: Language,
) -> PageVisit {
    // A map of strings always serializes.
    let query = serde_json::to_string(query).unwrap_or_default();
    let viewer = authority.viewer(state, &module.township);
    PageVisit { module, page, query, locale: language.tag().to_owned(), link: None, viewer }
}

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct PagePath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Id of the plugin.
    #[param(value_type = String, example = "produce-trace")]
    plugin: PluginId,
    /// A page of its manifest.
    page: String,
}

/// Draws a page of a module as blocks
///
/// The query of the address is the page's query. The blocks are described in `page.schema.json` of the plugin world.
#[utoipa::path(get, path = "/modules/{township}/{plugin}/pages/{page}", tag = "pages",
    params(PagePath),
    responses((status = 200, body = Object), Problem))]
pub(super) async fn view(
    identity: Identity,
    State(state): State<ApiState>,
    language: Language,
    Path(path): Path<PagePath>,
    Query(mut query): Query<Texts>,
) -> Result<axum::Json<Page>, Problem> {
    query.remove("lang");
    let key = ModuleKey { township: path.township, plugin: path.plugin };
    let authority = identity.of_module(Action::ReadPages, &key)?;
    let visit = visit(&state, &authority, key, path.page, &query, language);
    Ok(axum::Json(state.page(&authority, visit).await?))
}

/// A pressed button.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Press {
    /// The query of the page that the button is on.
    #[serde(default)]
    query: Texts,
    /// What was filled in.
    #[serde(default)]
    form: Texts,
}

/// A pressed button with pictures.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes a body of parts, which is read part by part")]
pub(super) struct PressWithPictures {
    /// The button and what was filled in beside the pictures.
    press: Press,
    /// A JPEG; its part has the name of the field.
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "image/jpeg")]
    field: Option<Vec<u8>>,
}

/// Where to go after an action.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Pressed {
    /// A page of the module.
    page: String,
    /// Its query.
    #[schema(value_type = Object)]
    query: Value,
    /// Number of the `page.action` event.
    seq: u64,
}

/// Which button.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ActionPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Id of the plugin.
    #[param(value_type = String, example = "produce-trace")]
    plugin: PluginId,
    /// A page of its manifest.
    page: String,
    /// `action` of the form.
    action: String,
}

/// Presses a button on a page of a module
///
/// Answers after the event `page.action` and its effects are committed together. A refused form is XL0625 with the
/// reason of each field.
///
/// Pictures are sent with `multipart/form-data`: the part `press` holds what is otherwise the whole body (JSON), and each
/// other part is a JPEG of at most 8 MiB with a file name or the type `image/jpeg`, under the name of its field. A field
/// that takes several comes several times. In `form`, a field may name pictures of an earlier try by their SHA-256, with a
/// space between.
#[utoipa::path(post, path = "/modules/{township}/{plugin}/pages/{page}/actions/{action}", tag = "pages",
    params(ActionPath),
    request_body(content((Press = "application/json"), (PressWithPictures = "multipart/form-data"))),
    responses((status = 200, body = Pressed), Problem))]
pub(super) async fn act(
    identity: Identity,
    State(state): State<ApiState>,
    language: Language,
    Path(path): Path<ActionPath>,
    request: Request,
) -> Result<axum::Json<Pressed>, Problem> {
    let key = ModuleKey { township: path.township, plugin: path.plugin };
    let authority = identity.of_module(Action::ActOnPages, &key)?;
    let (sent, filled) = press_of_program::<Press>(&state, request).await?;
    let visit = visit(&state, &authority, key, path.page, &sent.query, language);
    let filled = filled.with_texts(sent.form);
    let next = press(&Presser::person(&state, &authority), visit, path.action, filled, language).await;
    let next = next.map_err(NotPressed::into_problem)?;
    let query = serde_json::from_str(&next.query).unwrap_or_default();
    Ok(axum::Json(Pressed { page: next.page, query, seq: next.seq }))
}
