//! What a module has, as the form that enabled it: filled with what holds, saved as the API saves it.
//!
//! The form remembers what it was filled with. Where somebody else changed the module meanwhile it is refused, with what was typed
//! kept and what holds now at each field that differs; sent once more, it takes the place of what it has shown.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::module::Module;
use xl_model::people::action::Action;
use xl_store::modules::Plugin;

use super::Texts;
use super::grants;
use super::module_form;
use super::module_form::ModuleForm;
use super::settings;
use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::modules::configure_as;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::draw::module_href;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::module::change_href;

/// The field that says what the form was filled with.
const WAS: &str = "was";

#[derive(Template)]
#[template(path = "module_change.html")]
struct ChangeHtml<'a> {
    frame: &'a Frame,
    township: &'a str,
    module: String,
    target: String,
    was: String,
    /// Why it was not saved.
    refused: Option<String>,
    form: ModuleForm,
}

/// A module and the build that it runs.
struct Held {
    module: Module,
    build: Plugin,
}

impl Held {
    async fn of(authority: &Authority, state: &ApiState, key: &ModuleKey) -> Result<Self, Problem> {
        let modules = state.modules(authority);
        let module = modules.status(key).await?.module;
        let build = modules.installed(&module.digest).await?;
        Ok(Self { module, build })
    }

    /// What holds, as it is typed.
    fn written(&self, frame: &Frame) -> Texts {
        let mut texts = settings::written(&module_form::fields_of(&self.build, frame), &self.module.settings);
        texts.extend(grants::written(&self.module.grants));
        texts
    }

    /// What tells this build with these settings and grants from every other state; the module's own work does not change it.
    fn mark(&self) -> String {
        let Module { digest, settings, grants, .. } = &self.module;
        hex::encode(Sha256::digest(format!("{digest} {settings} {grants:?}")))
    }

    fn draw(
        &self,
        frame: &Frame,
        status: StatusCode,
        form: ModuleForm,
        refused: Option<String>,
    ) -> Result<Response, Problem> {
        let key = &self.module.key;
        let (module, target) = (module_href(key), change_href(key));
        let township = key.township.as_str();
        page_with(status, &ChangeHtml { frame, township, module, target, was: self.mark(), refused, form })
    }
}

/// Shows the form, filled with what holds.
pub(crate) async fn form(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path((township, plugin)): Path<(TownshipId, PluginId)>,
) -> Result<Response, Problem> {
    let key = ModuleKey { township, plugin };
    let authority = identity.of_module(Action::EditModules, &key)?;
    let held = Held::of(&authority, &state, &key).await?;
    let form = ModuleForm::new(&state, &frame, &held.build, &held.written(&frame), Texts::new());
    held.draw(&frame, StatusCode::OK, form, None)
}

/// Saves the form. Between the look for changes of others and the saving another one may fall in: the later of both holds.
pub(crate) async fn save(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path((township, plugin)): Path<(TownshipId, PluginId)>,
    Form(typed): Form<Texts>,
) -> Result<Response, Problem> {
    let key = ModuleKey { township, plugin };
    let authority = identity.of_module(Action::EditModules, &key)?;
    let held = Held::of(&authority, &state, &key).await?;
    let again = |faults| ModuleForm::new(&state, &frame, &held.build, &typed, faults);
    if typed.get(WAS) != Some(&held.mark()) {
        let form = again(Texts::new()).compared(&frame, &held.written(&frame));
        return held.draw(&frame, StatusCode::CONFLICT, form, Some(frame.words.changed_meanwhile.to_owned()));
    }
    let saved = match module_form::read(&frame, &held.build, &held.module.settings, &typed) {
        Ok((settings, grants)) => {
            let configured = configure_as(&authority, &state, &key, settings, grants).await;
            configured.map_err(|problem| module_form::refused(&frame, &problem))
        }
        Err(faults) => Err(faults),
    };
    match saved {
        Ok(()) => Ok(Redirect::to(&with_query(&module_href(&key), [("saved", "true")])).into_response()),
        Err(faults) => {
            let mut form = again(faults);
            let refused = form.fault.take().unwrap_or_else(|| frame.words.not_saved.to_owned());
            held.draw(&frame, StatusCode::UNPROCESSABLE_ENTITY, form, Some(refused))
        }
    }
}
