//! `[plugins]`: whose plugins run here.

use xl_model::day::Day;
use xl_model::signature::PublisherKey;

use super::Section;

/// Whose plugins run here.
#[derive(Debug, Clone, PartialEq)]
pub struct Plugins {
    /// What becomes of a plugin that nobody signed.
    pub unsigned: Unsigned,
    /// Whose signatures are believed.
    pub publishers: Vec<Publisher>,
}

/// What becomes of a plugin that nobody signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsigned {
    /// It is neither installed nor run.
    Refuse,
    /// It runs: for development.
    Allow,
}

/// Whose signatures are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// What the county calls it.
    pub name: String,
    /// Its public key.
    pub key: PublisherKey,
    /// The last day, in China, on which something new by this key is installed; what is installed by then goes on.
    pub until: Option<Day>,
}

impl Plugins {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let unsigned = section.choice("unsigned", &[("refuse", Unsigned::Refuse), ("allow", Unsigned::Allow)]);
        let publishers: Vec<Publisher> =
            section.sections("publisher").into_iter().filter_map(Publisher::read).collect();
        let is_twice = |n: usize| publishers[..n].iter().any(|before| before.key == publishers[n].key);
        if let Some(n) = (0..publishers.len()).find(|n| is_twice(*n)) {
            let problem = format!("the key of `{}` is given twice", publishers[n].name);
            section.wrong("publisher", problem, "each key once; a name may have several keys");
        }
        section.finish();
        Self { unsigned, publishers }
    }
}

impl Publisher {
    fn read(mut section: Section<'_>) -> Option<Self> {
        let name: String = section.required("name", NAME);
        if name.chars().count() > 64 || name.chars().any(char::is_control) {
            section.wrong("name", "not a name", NAME);
        }
        let key: Option<PublisherKey> = section.optional("key", KEY);
        let has_key = section.has("key");
        if !has_key {
            section.wrong("key", "is missing", KEY);
        }
        let until = section.optional("until", "a day such as 2027-12-31");
        section.finish();
        Some(Self { name, key: key?, until })
    }
}

const NAME: &str = "1 to 64 characters";

const KEY: &str = "64 hex digits, as `xueliang plugin keygen` shows them";
