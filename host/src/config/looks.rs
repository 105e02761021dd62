//! `[looks]`: the purposes that cameras may be looked at for.

use std::path::Path;

use serde::Deserialize;
use xl_model::camera::check::is_purpose;

use super::Section;

/// The file that ships with the hub.
const SHIPPED: &str = include_str!("../../../config/purposes.toml");

/// Most purposes of one file.
const MOST_PURPOSES: usize = 64;

/// How looks are registered.
#[derive(Debug, Clone, PartialEq)]
pub struct Looks {
    /// What a camera may be looked at for.
    pub purposes: Vec<Purpose>,
}

/// What a camera may be looked at for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its word, as cameras and requests have it.
    pub code: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// The law that allows it.
    pub basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Raised with each change.
    #[expect(dead_code, reason = "for people who compare two files")]
    version: u32,
    purpose: Vec<Purpose>,
}

impl Looks {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let file = section.file("purposes_file");
        let read = match file.filter(|_| section.checks_files()) {
            None => purposes(SHIPPED),
            Some(file) => from_file(&file),
        };
        let purposes = read.unwrap_or_else(|problem| {
            section.wrong("purposes_file", problem, "a file like config/purposes.toml");
            Vec::new()
        });
        section.finish();
        Self { purposes }
    }
}

fn from_file(file: &Path) -> Result<Vec<Purpose>, String> {
    // That it cannot be read has been said.
    let Ok(text) = std::fs::read_to_string(file) else { return Ok(Vec::new()) };
    purposes(&text)
}

/// Reads the text of such a file.
fn purposes(text: &str) -> Result<Vec<Purpose>, String> {
    let File { purpose: purposes, .. } = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if purposes.is_empty() || purposes.len() > MOST_PURPOSES {
        return Err(format!("{} purposes, where 1 to {MOST_PURPOSES} are allowed", purposes.len()));
    }
    for (n, purpose) in purposes.iter().enumerate() {
        let Purpose { code, zh, en, basis } = purpose;
        if !is_purpose(code) {
            return Err(format!("purpose {} has no code of 1 to 64 of a-z, 0-9, `-`", n + 1));
        }
        if purposes[..n].iter().any(|other| other.code == *code) {
            return Err(format!("`{code}` stands there twice"));
        }
        if [zh, en, basis].iter().any(|text| text.trim().is_empty() || text.chars().count() > 200) {
            return Err(format!(
                "`{code}` lacks a Chinese name, an English name or its basis in law, 1 to 200 characters"
            ));
        }
    }
    Ok(purposes)
}

#[cfg(test)]
mod tests {
    use xl_model::camera::PURPOSES;

    use super::*;

    #[test]
    fn every_word_that_cameras_use_by_law_is_in_the_shipped_file() {
        let shipped = purposes(SHIPPED).unwrap();
        for word in PURPOSES {
            assert!(shipped.iter().any(|purpose| purpose.code == word), "{word}");
        }
    }

    #[test]
    fn a_file_of_purposes_is_taken_whole_or_says_what_is_wrong() {
        let purpose = |code: &str, basis: &str| {
            format!("[[purpose]]\ncode = \"{code}\"\nzh = \"名\"\nen = \"name\"\nbasis = \"{basis}\"\n")
        };
        for (text, wrong) in [
            ("version = 1\npurpose = []\n".to_owned(), "0 purposes"),
            (format!("version = 1\n{}", purpose("A b", "law")), "purpose 1 has no code"),
            (format!("version = 1\n{}{}", purpose("a", "law"), purpose("a", "law")), "`a` stands there twice"),
            (format!("version = 1\n{}", purpose("a", " ")), "`a` lacks"),
            (purpose("a", "law"), "missing field `version`"),
            (format!("version = 1\n{}", purpose("a", "law").repeat(65)), "65 purposes"),
        ] {
            let said = purposes(&text).unwrap_err();
            assert!(said.contains(wrong), "{wrong}: {said}");
        }
    }
}
