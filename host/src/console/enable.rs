//! A plugin for a township, as a form: settings as fields, grants beside the plugin's own reasons. `change` shows the same form
//! for a module that is there.
//!
//! What the API asks is asked here too. What was refused stands at its field, with everything that was typed.

pub(crate) mod change;
mod grants;
mod module_form;
mod settings;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::version;
use xl_store::modules::Plugin;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::modules::enable_as;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::draw::module_href;
use crate::console::fields::FieldRow;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::module::said;

use module_form::ModuleForm;

type Texts = BTreeMap<String, String>;

/// Which plugin, and where.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    plugin: String,
    township: String,
}

/// A plugin to choose.
struct ChoiceRow {
    name: String,
    description: String,
    id: String,
    version: String,
}

/// The form for one plugin.
struct Chosen {
    township: [FieldRow; 1],
    form: ModuleForm,
}

#[derive(Template)]
#[template(path = "enable.html")]
struct EnableHtml<'a> {
    frame: &'a Frame,
    choices: Vec<ChoiceRow>,
    chosen: Option<Chosen>,
}

/// Shows the plugins to choose from, or the form of one.
pub(crate) async fn form(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::EditModules)?;
    let newest = newest(&authority, &state).await?;
    if wish.plugin.is_empty() {
        let choices = newest.into_iter().map(|build| ChoiceRow {
            name: said(&frame, &build.manifest.name),
            description: said(&frame, &build.manifest.description),
            id: build.manifest.id.to_string(),
            version: build.manifest.version,
        });
        return page_with(StatusCode::OK, &EnableHtml { choices: choices.collect(), chosen: None, frame: &frame });
    }
    let build = chosen(newest, &wish.plugin)?;
    let mut typed = Texts::from([("township".to_owned(), wish.township)]);
    typed.extend(module_form::fields_of(&build, &frame).into_iter().map(|setting| (setting.name, setting.default)));
    typed.extend(grants::suggested(&build.manifest));
    draw(&state, &frame, &build, &typed, Texts::new())
}

/// Enables it.
pub(crate) async fn enable(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Form(typed): Form<Texts>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::EditModules)?;
    let frame = frame.at("/enable");
    let build = chosen(newest(&authority, &state).await?, typed.get("plugin").map_or("", String::as_str))?;
    match take(&identity, &state, &frame, &build, &typed).await {
        Ok(key) => Ok(Redirect::to(&module_href(&key)).into_response()),
        Err(faults) => draw(&state, &frame, &build, &typed, faults),
    }
}

/// Enables a plugin as the form says; or what is wrong, by field, where the empty name stands for the whole.
async fn take(
    identity: &Identity,
    state: &ApiState,
    frame: &Frame,
    build: &Plugin,
    typed: &Texts,
) -> Result<ModuleKey, Texts> {
    let mut faults = Texts::new();
    let township = typed.get("township").map_or("", |text| text.trim()).parse::<TownshipId>();
    if township.is_err() {
        faults.insert("township".to_owned(), frame.words.township_rule.to_owned());
    }
    let said = module_form::read(frame, build, &Value::Null, typed).map_err(|wrong| faults.extend(wrong));
    let (Ok(township), Ok((settings, grants))) = (township, said) else { return Err(faults) };
    let missing = || Problem::not_there("township", &township);
    let authority = identity.of_township(Action::EditModules, &township, missing);
    let refused = |problem| Texts::from([("township".to_owned(), module_form::told(frame, &problem))]);
    let authority = authority.map_err(refused)?;
    let key = ModuleKey { township, plugin: build.manifest.id.clone() };
    let enabled = enable_as(&authority, state, &key, build.digest.clone(), settings, grants).await;
    enabled.map(|()| key).map_err(|problem| module_form::refused(frame, &problem))
}

/// Of each plugin the installed build of the highest version, the newest among equals.
async fn newest(authority: &Authority, state: &ApiState) -> Result<Vec<Plugin>, Problem> {
    let mut newest: BTreeMap<PluginId, Plugin> = BTreeMap::new();
    for build in state.modules(authority).plugins().await? {
        let best = newest.get(&build.manifest.id);
        let is_later =
            |best: &Plugin| version::order(&build.manifest.version, &best.manifest.version) == Ordering::Greater;
        if best.is_none_or(is_later) {
            newest.insert(build.manifest.id.clone(), build);
        }
    }
    Ok(newest.into_values().collect())
}

fn chosen(newest: Vec<Plugin>, plugin: &str) -> Result<Plugin, Problem> {
    let build = newest.into_iter().find(|build| build.manifest.id.as_str() == plugin);
    build.ok_or_else(|| Problem::not_there("plugin", plugin))
}

fn draw(
    state: &ApiState,
    frame: &Frame,
    build: &Plugin,
    typed: &Texts,
    mut faults: Texts,
) -> Result<Response, Problem> {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let township = FieldRow {
        hint: frame.words.township_rule.to_owned(),
        fault: faults.remove("township"),
        ..FieldRow::new("township", frame.words.township, typed.get("township").map_or("", String::as_str))
    };
    let chosen = Chosen { township: [township], form: ModuleForm::new(state, frame, build, typed, faults) };
    page_with(status, &EnableHtml { frame, choices: Vec::new(), chosen: Some(chosen) })
}
