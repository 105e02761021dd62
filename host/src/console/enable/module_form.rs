//! The form of what a module has: settings as fields, grants beside the plugin's own reasons. The same to enable and to change.

use serde_json::Value;
use xl_model::grant::Grants;
use xl_store::modules::Plugin;

use super::Texts;
use super::grants;
use super::grants::GrantRow;
use super::settings;
use super::settings::Kind;
use super::settings::Setting;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::fields::FieldRow;
use crate::console::fields::Input;
use crate::console::frame::Frame;
use crate::console::module::records_kept;
use crate::console::module::said;

/// The form of one build; drawn by `templates/module_form.html`.
pub(super) struct ModuleForm {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) version: String,
    pub(super) settings: Vec<FieldRow>,
    pub(super) grants: Vec<GrantRow>,
    pub(super) records_kept: Vec<String>,
    /// What is wrong and belongs to no field of the form.
    pub(super) fault: Option<String>,
}

impl ModuleForm {
    /// The form of a build with what was typed, and what is wrong with it, by field.
    pub(super) fn new(state: &ApiState, frame: &Frame, build: &Plugin, typed: &Texts, mut faults: Texts) -> Self {
        let value = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let settings = fields_of(build, frame).into_iter().map(|setting| FieldRow {
            input: input(frame, &setting.kind, &value(&setting.name)),
            required: setting.required,
            optional: !setting.required,
            hint: setting.hint,
            fault: faults.remove(&setting.name),
            ..FieldRow::new(setting.name.as_str(), setting.label, value(&setting.name))
        });
        let settings = settings.collect();
        Self {
            id: build.manifest.id.to_string(),
            name: said(frame, &build.manifest.name),
            description: said(frame, &build.manifest.description),
            version: build.manifest.version.clone(),
            settings,
            grants: grants::rows(frame, &build.manifest, typed, &mut faults),
            records_kept: records_kept(frame.words, state.figures().records_kept(&build.manifest)),
            fault: Some(faults.into_values().collect::<Vec<_>>().join(" ")).filter(|fault| !fault.is_empty()),
        }
    }

    /// Says at each field that holds something else than was typed what that is.
    pub(super) fn compared(mut self, frame: &Frame, held: &Texts) -> Self {
        let granted = self.grants.iter_mut().flat_map(|grant| grant.fields.iter_mut());
        for row in self.settings.iter_mut().chain(granted) {
            let held = held.get(&row.name).map_or("", |text| text.trim());
            // A browser sends other ends of lines than it was given.
            if held != row.value.replace("\r\n", "\n").trim() {
                row.fault = Some(format!("{}{}", frame.words.holds_now, shown(frame, &row.input, held)));
            }
        }
        self
    }
}

/// The settings of a build as fields.
pub(super) fn fields_of(build: &Plugin, frame: &Frame) -> Vec<Setting> {
    settings::settings(build.manifest.settings_schema.as_ref().unwrap_or(&Value::Null), frame.language)
}

/// The settings and grants that a form says, where the settings `held` hold until now; or what is wrong, by field.
pub(super) fn read(frame: &Frame, build: &Plugin, held: &Value, typed: &Texts) -> Result<(Value, Grants), Texts> {
    let settings = settings::read(&fields_of(build, frame), held, typed, frame.language);
    match (settings, grants::read(&build.manifest, frame.words, typed)) {
        (Ok(settings), Ok(grants)) => Ok((settings, grants)),
        (settings, grants) => Err(settings.err().into_iter().chain(grants.err()).flatten().collect()),
    }
}

/// Why the hub refused it, at the field that it names; the empty name stands for the whole.
pub(super) fn refused(frame: &Frame, problem: &Problem) -> Texts {
    let named = problem.fields.keys().next().and_then(|field| field.strip_prefix("grants.")).unwrap_or_default();
    let detail = problem.detail.clone().unwrap_or_default();
    // A detail is English and names what the person typed: the whole gets it, a field has its page's words.
    let text = if named.is_empty() { format!("{}: {detail}", told(frame, problem)) } else { told(frame, problem) };
    Texts::from([(named.to_owned(), text)])
}

/// A problem in one line.
pub(super) fn told(frame: &Frame, problem: &Problem) -> String {
    format!("{} {}", problem.code, problem.title(frame.language))
}

/// What a field would show with this text in it.
fn shown<'a>(frame: &Frame, input: &'a Input, text: &'a str) -> &'a str {
    if text.is_empty() {
        return frame.words.none;
    }
    match input {
        Input::Choice(choices) => {
            choices.iter().find(|(word, _)| word == text).map_or(text, |(_, label)| label.as_str())
        }
        Input::Line(_) | Input::Number | Input::Lines(_) => text,
    }
}

fn input(frame: &Frame, kind: &Kind, text: &str) -> Input {
    let first = Some(frame.words.choose);
    match kind {
        // One line would lose the ends of the others.
        Kind::Text if text.contains('\n') => Input::Lines(3),
        Kind::Text => Input::Line("text"),
        Kind::Number => Input::Number,
        Kind::Lines | Kind::Json => Input::Lines(3),
        Kind::YesNo => Input::choice(first, [("yes", frame.words.yes), ("no", frame.words.no)]),
        Kind::Choice(words) => Input::choice(first, words.iter().map(|word| (word, word))),
    }
}
