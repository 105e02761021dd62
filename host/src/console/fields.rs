//! Fields of a form as they were typed, each with what is wrong with it; drawn by `templates/fields.html`.

use xl_model::fault::FieldFault;

use crate::api::language::Language;
use crate::console::frame::Frame;

/// A field of a form.
pub(crate) struct FieldRow {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) input: Input,
    /// What was typed.
    pub(crate) value: String,
    pub(crate) required: bool,
    /// Whether it may always stay empty; where neither is said, that depends on the rest of the form.
    pub(crate) optional: bool,
    /// Most characters.
    pub(crate) most: Option<usize>,
    /// What helps.
    pub(crate) hint: String,
    /// What is wrong.
    pub(crate) fault: Option<String>,
}

/// How a field is filled in.
pub(crate) enum Input {
    /// One line, of this type of a browser's inputs.
    Line(&'static str),
    /// A number; unlike in a browser's own input for numbers, whatever else was typed stays to be mended.
    Number,
    /// Several lines, so many of them in sight.
    Lines(u8),
    /// One of these: its word and its label.
    Choice(Vec<(String, String)>),
}

impl FieldRow {
    /// A line of text that must be filled in.
    pub(crate) fn new(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            input: Input::Line("text"),
            value: value.into(),
            required: true,
            optional: false,
            most: None,
            hint: String::new(),
            fault: None,
        }
    }
}

impl Input {
    /// One of `offered`, each a word and its label; `first` is an invitation that chooses nothing.
    pub(crate) fn choice<T: Into<String>>(first: Option<&str>, offered: impl IntoIterator<Item = (T, T)>) -> Self {
        let first = first.map(|label| (String::new(), label.to_owned()));
        let offered = offered.into_iter().map(|(word, label)| (word.into(), label.into()));
        Self::Choice(first.into_iter().chain(offered).collect())
    }
}

/// What is wrong with a field, in the viewer's language.
pub(crate) fn fault(frame: &Frame, faults: &[FieldFault], name: &str) -> Option<String> {
    let said = faults.iter().filter(|fault| fault.field == name).map(|fault| match frame.language {
        Language::Chinese => fault.zh.as_str(),
        Language::English => fault.wrong.as_str(),
    });
    Some(said.collect::<Vec<_>>().join(" ")).filter(|said| !said.is_empty())
}

/// Words between commas, spaces or line breaks.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '、', ';', '；', ' ', '\n']).map(str::trim).filter(|word| !word.is_empty())
}
