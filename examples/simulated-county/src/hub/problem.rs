//! Why the hub did not do what it was asked.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// It was not reached, did not answer in time, or answered something unreadable.
    #[error("no answer from the hub about `{what}`")]
    Unreachable {
        /// What was asked.
        what: String,
        /// Why there is none.
        source: reqwest::Error,
    },
    /// It said no.
    #[error("the hub refused `{what}`: {problem}")]
    Refused {
        /// What was asked.
        what: String,
        /// What it said.
        problem: Box<Problem>,
    },
}

impl HubError {
    /// Whether the same request may succeed later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { problem, .. } => matches!(problem.status, 408 | 429 | 502..=504),
        }
    }
}

/// An RFC 9457 answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code, such as `XL0625`.
    pub code: String,
    /// What happened.
    pub title: String,
    /// What exactly was wrong.
    pub detail: Option<String>,
    /// What is wrong with a field, by its name.
    pub fields: BTreeMap<String, String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        for part in [Some(&self.code), Some(&self.title), self.detail.as_ref()].into_iter().flatten() {
            if !part.is_empty() {
                write!(f, ", {part}")?;
            }
        }
        for (name, wrong) in &self.fields {
            write!(f, "; {name}: {wrong}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_form_says_which_field_is_wrong() {
        let json = r#"{"type":"/errors/XL0625","title":"The form was refused","status":422,"code":"XL0625",
            "fields":{"harvested":"the interval ends on 2026-11-25"}}"#;
        let problem: Problem = serde_json::from_str(json).unwrap();
        let error = HubError::Refused { what: "harvest".to_owned(), problem: Box::new(problem) };
        let words =
            "the hub refused `harvest`: 422, XL0625, The form was refused; harvested: the interval ends on 2026-11-25";
        assert_eq!(error.to_string(), words);
        assert!(!error.is_passing());
    }
}
