//! What a page that shows pictures asks before it shows them: a purpose and a reason, which then stand in its address.

use serde::Deserialize;

use crate::api::looks::REASON_CHARS_LEAST;
use crate::api::looks::REASON_CHARS_MOST;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Frame;

/// Purpose and reason as they stand in a page's address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Stated {
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    reason: String,
}

impl Stated {
    /// What was said.
    pub(crate) fn new(purpose: &str, reason: &str) -> Self {
        Self { purpose: purpose.to_owned(), reason: reason.to_owned() }
    }

    /// Names and values for an address; nothing when too little is said to look at anything.
    pub(crate) fn query(&self) -> Option<[(&str, &str); 2]> {
        let (purpose, reason) = (self.purpose.trim(), self.reason.trim());
        let fits = (REASON_CHARS_LEAST..=REASON_CHARS_MOST).contains(&reason.chars().count());
        (!purpose.is_empty() && fits).then_some([("purpose", purpose), ("reason", reason)])
    }

    /// The address of a picture; nothing when too little is said.
    pub(crate) fn picture(&self, address: &str, width: Option<&str>) -> Option<String> {
        let width = width.map(|width| ("width", width));
        self.query().map(|query| with_query(address, width.into_iter().chain(query)))
    }
}

/// The form, with what was said before.
pub(crate) struct LookForm {
    /// Where it leads.
    pub(crate) target: String,
    /// What else stands in the page's address.
    pub(crate) kept: Vec<(String, String)>,
    /// What can be chosen.
    pub(crate) purposes: Vec<Choice>,
    /// The reason.
    pub(crate) reason: String,
    /// Whether pictures are shown.
    pub(crate) shows: bool,
}

/// A purpose to choose.
pub(crate) struct Choice {
    /// Its word.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
    /// Whether it was chosen before.
    pub(crate) chosen: bool,
}

impl LookForm {
    /// A form that leads to `target`; `allowed` by the camera, where the page is about one.
    pub(crate) fn new(
        state: &ApiState,
        frame: &Frame,
        target: &str,
        stated: &Stated,
        allowed: Option<&[String]>,
    ) -> Self {
        let offered = state.purposes();
        let name = |code: &str| {
            let known = offered.iter().find(|purpose| purpose.code == code);
            known.map_or_else(|| code.to_owned(), |it| if frame.lang() == "en" { it.en.clone() } else { it.zh.clone() })
        };
        let codes = match allowed {
            Some(codes) => codes.to_vec(),
            None => offered.iter().map(|purpose| purpose.code.clone()).collect(),
        };
        let purposes = codes.into_iter().map(|code| Choice { name: name(&code), chosen: code == stated.purpose, code });
        Self {
            target: target.to_owned(),
            kept: Vec::new(),
            purposes: purposes.collect(),
            reason: stated.reason.clone(),
            shows: stated.query().is_some(),
        }
    }

    /// Keeps what else stands in the page's address.
    pub(crate) fn keeping<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        self.kept = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        self
    }
}
