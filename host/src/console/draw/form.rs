//! A form, with what was typed and what was wrong when it was refused.

use askama::Template;
use xl_model::block::Field;
use xl_model::block::Input;

use super::Draw;
use super::Place;
use super::module_href;
use crate::console::address::part;
use crate::console::address::with_query;
use crate::console::text::Words;

#[derive(Template)]
#[template(path = "blocks/form.html")]
struct FormHtml<'a> {
    words: &'static Words,
    target: String,
    submit: &'a str,
    faults: Vec<&'a str>,
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
}

struct ChoiceHtml<'a> {
    value: &'a str,
    label: &'a str,
    chosen: bool,
}

/// Draws a form; nothing on a public page, where nobody may send one.
pub(super) fn html(
    draw: &Draw<'_>,
    number: usize,
    action: &str,
    submit: &str,
    fields: &[Field],
) -> askama::Result<String> {
    let Place::Console { module, page, query } = &draw.place else {
        return Ok(String::new());
    };
    let path = format!("{}/{}/{}", module_href(module), part(page), part(action));
    let target = with_query(&path, query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let refused = draw.refused.as_ref().filter(|refused| refused.action == action);
    let visible = |name: &str| fields.iter().any(|field| field.name == name && field.input != Input::Hidden);
    let faults = refused.map(|refused| {
        // What is wrong with a field that nobody sees stands above the form.
        let stray = refused.errors.fields.iter().filter(|(name, _)| !visible(name)).map(|(_, wrong)| wrong.as_str());
        refused.errors.summary.as_deref().into_iter().chain(stray).collect()
    });
    let fields = fields.iter().enumerate().map(|(n, field)| {
        let typed = refused.and_then(|refused| refused.typed.get(&field.name));
        let value = typed.or(field.value.as_ref()).map_or("", String::as_str);
        let error = refused.and_then(|refused| refused.errors.fields.get(&field.name)).map(String::as_str);
        let (kind, choices) = match &field.input {
            Input::Text => ("text", Vec::new()),
            Input::Lines => ("lines", Vec::new()),
            Input::Number => ("number", Vec::new()),
            Input::Date => ("date", Vec::new()),
            Input::Hidden => ("hidden", Vec::new()),
            Input::Choice { options } => {
                let choices = options.iter().map(|choice| ChoiceHtml {
                    value: &choice.value,
                    label: &choice.label,
                    chosen: choice.value == value,
                });
                ("choice", choices.collect())
            }
        };
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
        }
    });
    let faults = faults.unwrap_or_default();
    FormHtml { words: draw.words, target, submit, faults, fields: fields.collect() }.render()
}
