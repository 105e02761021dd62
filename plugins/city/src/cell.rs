//! Grid cells (单元网格): who is responsible where.

use serde::Deserialize;
use serde::Serialize;

use crate::ground::Area;

pub mod entry;

/// Most cameras of one cell.
pub const MOST_CAMERAS: usize = 100;

/// A grid cell, kept under its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Its name.
    pub name: String,
    /// The 12-digit division code of its village, or of the township.
    pub place: String,
    /// What the village is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub village: Option<String>,
    /// The grid member who is responsible, as an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Its ground; without it a report finds the cell by place only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
    /// Cameras that look at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cameras: Vec<String>,
}

/// Whether a text can be a cell's id: 1 to 32 of `A`–`Z`, `a`–`z`, `0`–`9`, `-`, `_`.
pub fn is_id(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Whether a text is a 12-digit division code inside `township`, nine digits.
pub fn is_place(text: &str, township: &str) -> bool {
    text.len() == 12 && text.starts_with(township) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text can be an account: 1 to 64 characters without blanks.
pub fn is_account(text: &str) -> bool {
    (1..=64).contains(&text.chars().count())
        && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_places_and_accounts_have_their_shapes() {
        assert!(is_id("371122102001-03") && is_id("A_1"));
        assert!(!is_id("") && !is_id("a/b") && !is_id("网格") && !is_id(&"x".repeat(33)));
        assert!(is_place("371122102001", "371122102"));
        assert!(!is_place("371122103001", "371122102") && !is_place("371122102", "371122102"));
        assert!(!is_place("37112210200x", "371122102"));
        assert!(is_account("grid.01") && is_account("王网格"));
        assert!(!is_account("") && !is_account("a b"));
    }
}
