//! The fields of a form, what each takes, and whether what was sent is that.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::position::Position;
use crate::position::PositionError;

/// Most pictures of one field that takes several.
pub const MAX_PICTURES_A_FIELD: usize = 4;

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// A photo that somebody takes or chooses: the SHA-256 of what the host kept of it.
    Picture {
        /// Up to four, with a space between.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        many: bool,
    },
    /// A place (WGS 84), `35.581234,118.832345`: latitude, longitude.
    Position,
    /// A box to tick: `yes`, or not sent.
    Check,
    /// Several of several: the chosen values with a space between.
    Many {
        /// The choices; no value has a blank in it.
        options: Vec<Choice>,
    },
}

/// One choice of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// Why an action was refused, for the person who pressed the button.
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

/// Why a field does not take what was sent for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// It is no position.
    Position(PositionError),
    /// A box to tick is `yes` or not sent.
    Check,
    /// It is none of the choices.
    Choice,
}

impl Field {
    /// What this field takes of `sent`, in the one form that the plugin sees; a field that is left empty is nothing.
    ///
    /// Of a picture nothing is said here: whether it is one, and whose, the host looks up. Nor of text, number, day and
    /// choice, which the plugin judges.
    ///
    /// # Errors
    /// [`NotTaken`] says why not.
    pub fn taken(&self, sent: &str) -> Result<String, NotTaken> {
        match &self.input {
            _ if sent.trim().is_empty() => Ok(String::new()),
            Input::Position => Ok(sent.parse::<Position>().map_err(NotTaken::Position)?.to_string()),
            Input::Check if sent != "yes" => Err(NotTaken::Check),
            Input::Many { options } => {
                let chosen: Vec<&str> = sent.split_whitespace().collect();
                if chosen.iter().any(|value| !options.iter().any(|option| option.value == *value)) {
                    return Err(NotTaken::Choice);
                }
                // In the order of the choices, each once.
                let values = options.iter().map(|option| option.value.as_str()).filter(|value| chosen.contains(value));
                Ok(values.collect::<Vec<_>>().join(" "))
            }
            _ => Ok(sent.to_owned()),
        }
    }

    /// Most pictures that it takes; 0: it takes none.
    pub fn pictures_at_most(&self) -> usize {
        match self.input {
            Input::Picture { many: true } => MAX_PICTURES_A_FIELD,
            Input::Picture { many: false } => 1,
            _ => 0,
        }
    }

    /// Whether its value is made of several words, sent one by one under the same name.
    pub fn is_a_list(&self) -> bool {
        matches!(self.input, Input::Picture { .. } | Input::Many { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(input: serde_json::Value) -> Field {
        serde_json::from_value(serde_json::json!({ "name": "n", "label": "l", "input": input })).unwrap()
    }

    #[test]
    fn a_position_is_taken_in_one_form_and_refused_with_its_reason() {
        let place = field(serde_json::json!({ "as": "position" }));
        assert_eq!(place.taken(" 35.5800，118.83 "), Ok("35.58,118.83".to_owned()));
        assert_eq!(place.taken("91,0"), Err(NotTaken::Position(PositionError::Range)));
        assert_eq!(place.taken("  "), Ok(String::new()));
    }

    #[test]
    fn a_box_is_ticked_or_not_sent() {
        let check = field(serde_json::json!({ "as": "check" }));
        assert_eq!(check.taken("yes"), Ok("yes".to_owned()));
        assert_eq!(check.taken("on"), Err(NotTaken::Check));
        assert_eq!(check.taken(""), Ok(String::new()));
    }

    #[test]
    fn several_choices_come_in_their_order_each_once_and_no_others() {
        let options = ["bin", "street", "wall"].map(|value| serde_json::json!({ "value": value, "label": value }));
        let many = field(serde_json::json!({ "as": "many", "options": options }));
        assert_eq!(many.taken("wall bin wall"), Ok("bin wall".to_owned()));
        assert_eq!(many.taken("bin sky"), Err(NotTaken::Choice));
    }

    #[test]
    fn one_picture_or_four() {
        let pictures = |many: bool| field(serde_json::json!({ "as": "picture", "many": many })).pictures_at_most();
        assert_eq!((pictures(false), pictures(true)), (1, 4));
        assert_eq!(field(serde_json::json!({ "as": "text" })).pictures_at_most(), 0);
    }
}
