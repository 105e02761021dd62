//! Fields of a form as they were typed, each with what is wrong with it; drawn by `templates/fields.html`.

use xl_model::fault::FieldFault;

use crate::api::language::Language;
use crate::console::frame::Frame;

/// A field of a form.
pub(crate) struct FieldRow<'a> {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// Type of the input; of a choice it is not looked at.
    pub(crate) kind: &'static str,
    pub(crate) required: bool,
    pub(crate) value: &'a str,
    /// Word and label of what can be chosen; empty: it is typed.
    pub(crate) choices: Vec<(String, String)>,
    pub(crate) fault: Option<String>,
}

impl<'a> FieldRow<'a> {
    /// A field that is typed, with its fault among `faults`.
    pub(crate) fn typed(
        frame: &Frame,
        faults: &[FieldFault],
        (name, label, kind, required, value): (&'static str, &'static str, &'static str, bool, &'a str),
    ) -> Self {
        let fault = faults.iter().find(|fault| fault.field == name).map(|fault| told(frame, fault));
        Self { name, label, kind, required, value, choices: Vec::new(), fault }
    }

    /// The same with a list to choose from.
    pub(crate) fn of(mut self, choices: Vec<(String, String)>) -> Self {
        self.choices = choices;
        self
    }
}

fn told(frame: &Frame, fault: &FieldFault) -> String {
    match frame.language {
        Language::Chinese => fault.zh.clone(),
        Language::English => fault.wrong.clone(),
    }
}

/// Words between commas, spaces or line breaks.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '、', ';', '；', ' ', '\n']).map(str::trim).filter(|word| !word.is_empty())
}
