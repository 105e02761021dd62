//! Where an answer ended: what a guest hands back as `after`.
//!
//! Holds the store's own token and, because the run's writes lie between the store's records, the last place given out.
//! A token of one run is good in another: whether that one wrote anything itself does not matter.

use std::cmp::Ordering;

use serde::Deserialize;
use serde::Serialize;
use xl_model::effect::IndexValue;

/// A place in the order of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The index value.
    pub(crate) value: IndexValue,
    /// The key, where values are equal.
    pub(crate) key: String,
}

impl Position {
    /// Whether this comes before `other` in an answer.
    pub(crate) fn precedes(&self, other: &Self, descending: bool) -> bool {
        self.cmp(other) == if descending { Ordering::Greater } else { Ordering::Less }
    }
}

/// Where an answer ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// The store's token of the page to go on with; `None`: its first.
    pub(crate) store: Option<String>,
    /// The last place given out.
    pub(crate) last: Option<Position>,
    /// Whether records of that page were given out already.
    pub(crate) inside: bool,
}

impl Cursor {
    /// As a token.
    pub(crate) fn token(&self) -> String {
        serde_json::json!([self.store, self.last, self.inside]).to_string()
    }

    /// From a token; `None` when it is none of ours.
    pub(crate) fn read(token: Option<&str>) -> Option<Self> {
        let Some(token) = token else { return Some(Self::default()) };
        let (store, last, inside) = serde_json::from_str(token).ok()?;
        Some(Self { store, last, inside })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_as_written_and_another_is_refused() {
        let last = Some(Position { value: IndexValue::Integer(3), key: "k".to_owned() });
        let cursor = Cursor { store: Some("s".to_owned()), last, inside: true };
        assert_eq!(Cursor::read(Some(&cursor.token())), Some(cursor));
        assert_eq!(Cursor::read(None), Some(Cursor::default()));
        assert_eq!(Cursor::read(Some("s")), None);
    }
}
