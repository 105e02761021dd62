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

    /// The SHA-256 of each picture of a field with [`crate::page::Input::Picture`], in order.
    pub fn pictures(&self, name: &str) -> impl Iterator<Item = &str> {
        self.text(name).split_whitespace()
    }

    /// The position of a field with [`crate::page::Input::Position`]; nothing where it was left empty.
    pub fn position(&self, name: &str) -> Option<Position> {
        Position::read(self.text(name))
    }

    /// Whether the box of a field with [`crate::page::Input::Check`] was ticked.
    pub fn is_checked(&self, name: &str) -> bool {
        self.text(name) == "yes"
    }

    /// The values chosen in a field with [`crate::page::Input::Many`], in the order of its options.
    pub fn chosen(&self, name: &str) -> impl Iterator<Item = &str> {
        self.text(name).split_whitespace()
    }
}

/// A place in degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl Position {
    /// Reads `35.581234,118.832345`, as the host sends it; nothing where it is no place.
    pub fn read(text: &str) -> Option<Self> {
        let (latitude, longitude) = text.split_once(',')?;
        let (latitude, longitude): (f64, f64) = (latitude.trim().parse().ok()?, longitude.trim().parse().ok()?);
        let is_somewhere = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        is_somewhere.then_some(Self { latitude, longitude })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_field_is_read_as_what_it_is() {
        let form = Form::read(
            r#"{"photos":"aa bb","place":"35.581234,-118.5","agreed":"yes","found":"bin street","note":" dirty "}"#,
        );
        assert_eq!(form.pictures("photos").collect::<Vec<_>>(), ["aa", "bb"]);
        assert_eq!(form.position("place"), Some(Position { latitude: 35.581_234, longitude: -118.5 }));
        assert!(form.is_checked("agreed"));
        assert_eq!(form.chosen("found").collect::<Vec<_>>(), ["bin", "street"]);
        assert_eq!(form.text("note"), "dirty");
    }

    #[test]
    fn what_was_left_empty_is_nothing() {
        let form = Form::read("{}");
        assert_eq!(form.pictures("photos").count() + form.chosen("found").count(), 0);
        assert_eq!((form.position("place"), form.is_checked("agreed")), (None, false));
        for text in ["35", "91,0", "0,181", "NaN,0", "a,b"] {
            assert_eq!(Position::read(text), None, "{text}");
        }
    }
}
