//! The fields of a form and what each takes.

use serde::Deserialize;
use serde::Serialize;

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in the form's data.
    pub name: String,
    /// What stands beside it.
    pub label: String,
    /// What it takes.
    pub input: Input,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// What stands in it at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How to fill it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Field {
    /// A field that must be filled in.
    pub fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        Self { name: name.into(), label: label.into(), input, required: true, value: None, hint: None }
    }

    /// A field that is not shown and sent as it is.
    pub fn hidden(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { required: false, ..Self::new(name, "", Input::Hidden).starts_with(value) }
    }

    /// Lets the field be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Says what stands in it at first.
    #[must_use]
    pub fn starts_with(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Says how to fill it in.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "as", deny_unknown_fields)]
pub enum Input {
    /// One line.
    Text,
    /// Several lines.
    Lines,
    /// A decimal number.
    Number,
    /// A day, `2026-11-23`.
    Date,
    /// One of several.
    Choice {
        /// The choices.
        options: Vec<Choice>,
    },
    /// Not shown; sent as it is.
    Hidden,
    /// A photo that somebody takes or chooses, at most 8 MiB: [`crate::Form::pictures`].
    Picture {
        /// Up to four in place of one.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        many: bool,
    },
    /// A place, checked by the host: [`crate::Form::position`].
    Position,
    /// A box to tick: [`crate::Form::is_checked`].
    Check,
    /// Several of several: [`crate::Form::chosen`].
    Many {
        /// The choices; no value may be empty or have a blank in it.
        options: Vec<Choice>,
    },
}

/// One choice of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// A choice: what is sent, what is shown.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}
