//! A form, with what was typed and what was wrong when it was refused.

use askama::Template;
use xl_model::block::Choice;
use xl_model::block::Field;
use xl_model::block::Input;
use xl_model::id::Digest;

use super::Draw;
use super::FORM;
use super::Place;
use super::TOKEN;
use super::module_href;
use crate::console::address::part;
use crate::console::address::with_query;
use crate::console::text::Words;

#[derive(Template)]
#[template(path = "blocks/form.html")]
struct FormHtml<'a> {
    words: &'static Words,
    target: String,
    /// Of a form on a public page: which one it is, and its token.
    stamp: Vec<(&'static str, String)>,
    submit: &'a str,
    faults: Vec<&'a str>,
    with_files: bool,
    fields: Vec<FieldHtml<'a>>,
}

struct FieldHtml<'a> {
    id: String,
    name: &'a str,
    label: &'a str,
    kind: &'static str,
    value: &'a str,
    required: bool,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    described: bool,
    with_nothing: bool,
    choices: Vec<ChoiceHtml<'a>>,
    /// Pictures that are attached already.
    pictures: Vec<PictureHtml>,
    /// Places for more of them.
    free: Vec<Free>,
    /// Whether one more takes the place of the one before.
    replaces: bool,
}

impl FieldHtml<'_> {
    /// What a reader of the screen is told of the field. Made of our own ids only.
    fn notes(&self) -> String {
        let described = if self.described { format!(" aria-describedby=\"{}-note\"", self.id) } else { String::new() };
        format!("{described}{}", if self.error.is_some() { " aria-invalid=\"true\"" } else { "" })
    }
}

struct PictureHtml {
    sha256: Digest,
    /// Not on a public page: whose hash it is would be enough to look at it.
    small: Option<String>,
}

struct Free {
    number: usize,
    required: bool,
}

struct ChoiceHtml<'a> {
    value: &'a str,
    label: &'a str,
    chosen: bool,
}

/// Draws a form.
pub(super) fn html(
    draw: &Draw<'_>,
    number: usize,
    action: &str,
    submit: &str,
    fields: &[Field],
) -> askama::Result<String> {
    let (target, stamp) = match &draw.place {
        Place::Console { module, page, query } => {
            let path = format!("{}/{}/{}", module_href(module), part(page), part(action));
            (with_query(&path, query.iter().map(|(name, value)| (name.as_str(), value.as_str()))), Vec::new())
        }
        Place::Public { code, language, token } => {
            let path = format!("/t/{}", part(code));
            let stamp = vec![(FORM, action.to_owned()), (TOKEN, token(action))];
            (with_query(&path, [("lang", language.tag())]), stamp)
        }
    };
    let refused = draw.refused.as_ref().filter(|refused| refused.action == action);
    let visible = |name: &str| fields.iter().any(|field| field.name == name && field.input != Input::Hidden);
    let faults = refused.map(|refused| {
        // What is wrong with a field that nobody sees stands above the form.
        let stray = refused.errors.fields.iter().filter(|(name, _)| !visible(name)).map(|(_, wrong)| wrong.as_str());
        refused.errors.summary.as_deref().into_iter().chain(stray).collect()
    });
    let with_files = fields.iter().any(|field| field.pictures_at_most() > 0);
    let fields = fields.iter().enumerate().map(|(n, field)| {
        let typed = refused.and_then(|refused| refused.typed.get(&field.name));
        // A browser sends nothing of what is not ticked: that it is missing is what was filled in.
        let at_first = field.value.as_ref().filter(|_| refused.is_none() || !may_be_missing(&field.input));
        let value = typed.or(at_first).map_or("", String::as_str);
        let error = refused.and_then(|refused| refused.errors.fields.get(&field.name)).map(String::as_str);
        let (kind, choices) = match &field.input {
            Input::Text => ("text", Vec::new()),
            Input::Lines => ("lines", Vec::new()),
            Input::Number => ("number", Vec::new()),
            Input::Date => ("date", Vec::new()),
            Input::Hidden => ("hidden", Vec::new()),
            Input::Position => ("position", Vec::new()),
            Input::Check => ("check", Vec::new()),
            Input::Picture { .. } => ("picture", Vec::new()),
            Input::Choice { options } => ("choice", choices(options, |choice| choice == value)),
            Input::Many { options } => {
                ("many", choices(options, |choice| value.split_whitespace().any(|chosen| chosen == choice)))
            }
        };
        let pictures = if kind == "picture" { attached(draw, value) } else { Vec::new() };
        FieldHtml {
            id: format!("f{number}-{n}"),
            name: &field.name,
            label: &field.label,
            kind,
            value,
            required: field.required,
            hint: field.hint.as_deref(),
            error,
            described: error.is_some() || field.hint.is_some(),
            with_nothing: !choices.iter().any(|choice| choice.chosen || choice.value.is_empty()),
            choices,
            free: free(field, pictures.len()),
            replaces: field.pictures_at_most() == 1 && !pictures.is_empty(),
            pictures,
        }
    });
    let faults = faults.unwrap_or_default();
    FormHtml { words: draw.words, target, stamp, submit, faults, with_files, fields: fields.collect() }.render()
}

fn may_be_missing(input: &Input) -> bool {
    matches!(input, Input::Check | Input::Many { .. } | Input::Picture { .. })
}

fn choices<'a>(options: &'a [Choice], is_chosen: impl Fn(&str) -> bool) -> Vec<ChoiceHtml<'a>> {
    let choice = |choice: &'a Choice| ChoiceHtml {
        value: &choice.value,
        label: &choice.label,
        chosen: is_chosen(&choice.value),
    };
    options.iter().map(choice).collect()
}

/// The pictures that a value names; what is no hash is left out.
fn attached(draw: &Draw<'_>, value: &str) -> Vec<PictureHtml> {
    let digests = value.split_whitespace().filter_map(|word| word.parse::<Digest>().ok());
    let is_public = matches!(draw.place, Place::Public { .. });
    let picture = |sha256| PictureHtml { small: (!is_public).then(|| draw.picture(&sha256, 320)), sha256 };
    digests.map(picture).collect()
}

/// One place for each picture that may still be attached: a phone's camera gives one at a time.
fn free(field: &Field, attached: usize) -> Vec<Free> {
    let most = field.pictures_at_most();
    let places = if most == 1 { 1 } else { most.saturating_sub(attached) };
    (0..places).map(|n| Free { number: attached + n + 1, required: field.required && attached + n == 0 }).collect()
}
