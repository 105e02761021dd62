//! A module's page in the console: drawn, and acted on.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use xl_model::block::Block;
use xl_model::block::FormErrors;
use xl_model::block::Input;
use xl_model::block::Page;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::module_pages::Texts;
use crate::api::module_pages::visit;
use crate::api::press::Filled;
use crate::api::press::NotPressed;
use crate::api::press::Presser;
use crate::api::press::press;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::assets;
use crate::console::draw::Draw;
use crate::console::draw::Place;
use crate::console::draw::RefusedForm;
use crate::console::draw::module_href;
use crate::console::draw::page_href;
use crate::console::dress::Scripted;
use crate::console::frame::Frame;
use crate::console::frame::not_drawn;
use crate::console::frame::page_with;
use crate::console::module::menu;
use crate::console::module::said;
use crate::console::rows::PageRow;

// Names of the query that are ours and that the module does not see: the language, and the event of the last action.
const OURS: [&str; 2] = ["lang", DONE];
const DONE: &str = "~done";

#[derive(Template)]
#[template(path = "module_page.html")]
struct ModulePageHtml<'a> {
    frame: &'a Frame,
    title: &'a str,
    township: &'a str,
    module_name: String,
    module_href: String,
    menu: Vec<PageRow>,
    done: Option<u64>,
    refused: Option<&'a str>,
    blocks: String,
    script: Option<&'static str>,
}

/// Shows a page.
pub(crate) async fn show(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path((township, plugin, page)): Path<(TownshipId, PluginId, String)>,
    Query(mut query): Query<Texts>,
) -> Result<Response, Problem> {
    let done = query.get(DONE).and_then(|seq| seq.parse().ok());
    query.retain(|name, _| !OURS.contains(&name.as_str()));
    let visited = Visited { key: ModuleKey { township, plugin }, page, query };
    let authority = identity.of_module(Action::ReadPages, &visited.key)?;
    visited.show(&authority, &state, frame, done, None).await
}

/// Presses a button; when the form is refused, shows it again with what was typed.
pub(crate) async fn act(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path((township, plugin, page, action)): Path<(TownshipId, PluginId, String, String)>,
    Query(mut query): Query<Texts>,
    request: Request,
) -> Result<Response, Problem> {
    query.retain(|name, _| !OURS.contains(&name.as_str()));
    let visited = Visited { key: ModuleKey { township, plugin }, page, query };
    let authority = identity.of_module(Action::ActOnPages, &visited.key)?;
    let filled = Filled::of_browser(&state, request).await?;
    let (key, page) = (visited.key.clone(), visited.page.clone());
    let pressed = visit(&state, &authority, key, page, &visited.query, frame.language);
    match press(&Presser::person(&state, &authority), pressed, action.clone(), filled, frame.language).await {
        Ok(next) => {
            // What the module said was checked when it said it; a query that is none leads to the page without one.
            let mut query: Texts = serde_json::from_str(&next.query).unwrap_or_default();
            query.insert(DONE.to_owned(), next.seq.to_string());
            Ok(Redirect::to(&page_href(&visited.key, &next.page, &query)).into_response())
        }
        Err(NotPressed::Form { filled, errors }) => {
            let refused = Refused { action, typed: filled, errors };
            visited.show(&authority, &state, frame, None, Some(&refused)).await
        }
        Err(NotPressed::Problem(problem)) => Err(problem),
    }
}

struct Visited {
    key: ModuleKey,
    page: String,
    query: Texts,
}

struct Refused {
    action: String,
    typed: BTreeMap<String, String>,
    errors: FormErrors,
}

impl Visited {
    async fn show(
        &self,
        authority: &Authority,
        state: &ApiState,
        frame: Frame,
        done: Option<u64>,
        refused: Option<&Refused>,
    ) -> Result<Response, Problem> {
        let modules = state.modules(authority);
        let status = modules.status(&self.key).await?;
        let manifest = modules.manifest(&status.module.digest).await?;
        let visit = visit(state, authority, self.key.clone(), self.page.clone(), &self.query, frame.language);
        let page = state.page(authority, visit).await?;
        let frame = frame.at(&page_href(&self.key, &self.page, &self.query));
        let draw = Draw {
            words: frame.words,
            place: Place::Console { module: &self.key, page: &self.page, query: &self.query },
            public_url: state.public_url(),
            refused: refused.map(|refused| RefusedForm {
                action: &refused.action,
                typed: &refused.typed,
                errors: &refused.errors,
            }),
        };
        let html = ModulePageHtml {
            frame: &frame,
            title: &page.title,
            township: self.key.township.as_str(),
            module_name: said(&frame, &manifest.name),
            module_href: module_href(&self.key),
            menu: menu(&frame, &self.key, &manifest, Some(&self.page)),
            done,
            refused: refused.and_then(|refused| homeless(&page, refused)),
            blocks: draw.page(&page).map_err(|error| not_drawn(&error))?,
            script: asks_where(&page).then(assets::position_path),
        };
        let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let mut response = page_with(status, &html)?;
        if html.script.is_some() {
            response.extensions_mut().insert(Scripted);
        }
        Ok(response)
    }
}

/// Whether somebody may fill in where he stands.
pub(super) fn asks_where(page: &Page) -> bool {
    page.blocks.iter().any(|block| match block {
        Block::Form { fields, .. } => fields.iter().any(|field| field.input == Input::Position),
        _ => false,
    })
}

// Why a form was refused that the page does not show any more.
fn homeless<'a>(page: &Page, refused: &'a Refused) -> Option<&'a str> {
    let is_shown = |block: &Block| matches!(block, Block::Form { action, .. } if *action == refused.action);
    if page.blocks.iter().any(is_shown) {
        return None;
    }
    let first = refused.errors.fields.values().next().map(String::as_str);
    Some(refused.errors.summary.as_deref().or(first).unwrap_or_default())
}
