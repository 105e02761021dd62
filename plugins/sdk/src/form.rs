//! What somebody filled in, and what is wrong with it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::calls::CallsError;
use crate::plugin::PagesError;

/// What was filled in, by the field's name; values without the blanks around them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a JSON object of strings; what is none counts as empty.
    pub fn read(json: &str) -> Self {
        let values: BTreeMap<String, String> = serde_json::from_str(json).unwrap_or_default();
        Self(values.into_iter().map(|(name, value)| (name, value.trim().to_owned())).collect())
    }

    /// The value of a field; empty where it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Form {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value.into().trim().to_owned())).collect())
    }
}

/// Why an action was refused, in the language of the person who pressed the button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormErrors {
    /// What is wrong as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What is wrong with a field, by the field's name.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl FormErrors {
    /// Says what is wrong with a field; the first complaint about a field stays.
    pub fn field(&mut self, name: &str, reason: impl Into<String>) {
        self.fields.entry(name.to_owned()).or_insert_with(|| reason.into());
    }

    /// Says what is wrong as a whole.
    pub fn whole(reason: impl Into<String>) -> Self {
        Self { summary: Some(reason.into()), fields: BTreeMap::new() }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.summary.is_none() && self.fields.is_empty()
    }

    /// `value` when nothing is wrong.
    ///
    /// # Errors
    /// Itself, when something is.
    pub fn or_else_ok<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<FormErrors> for PagesError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(serde_json::to_string(&errors).expect("strings are JSON"))
    }
}

impl From<FormErrors> for CallsError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(serde_json::to_string(&errors).expect("strings are JSON"))
    }
}
