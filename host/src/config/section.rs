//! Reads one section key by key and notes every mistake with its line, so that nothing hides behind the first one.
//!
//! Each key is named once, in the `read` of its section, with its default and what is allowed. A key that nobody asked
//! for is a mistake: see [`Section::finish`].

use std::cell::RefCell;
use std::fs::File;
use std::ops::RangeInclusive;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::str::FromStr;

use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use super::Mistake;
use super::Mistakes;
use super::WRONG;

/// Permission bits that the file of a secret must not have: writing for its group, anything for others.
///
/// Its group may read it. So systemd hands out what `LoadCredential=` names (mode 0440 of root, with an ACL for the service's
/// user), and so a key of TLS is shared by services (0640). The keys that the hub makes itself are held to more: 0600.
const EXPOSED_BITS: u32 = 0o027;

/// Collects the mistakes of one file, and which keys were asked for and found.
#[derive(Debug, Default)]
pub(super) struct Report {
    check_files: bool,
    mistakes: RefCell<Vec<Mistake>>,
    asked: RefCell<Vec<(String, bool)>>,
}

impl Report {
    /// One that also sees whether named files can be read.
    pub(super) fn with_files_checked() -> Self {
        Self { check_files: true, ..Self::default() }
    }

    /// The document of `text` as far as it can be read.
    pub(super) fn document<'a>(&self, text: &'a str) -> DeTable<'a> {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.note(line_of(text, at), "", error.message(), "TOML 1.0");
        }
        document.into_inner()
    }

    /// `config` when there is no mistake.
    pub(super) fn into_result<T>(self, file: &str, config: T) -> Result<T, Mistakes> {
        let mut list = self.mistakes.into_inner();
        list.sort_by_key(|mistake| mistake.line);
        if list.is_empty() { Ok(config) } else { Err(Mistakes { code: WRONG, file: file.to_owned(), list }) }
    }

    /// Every key that was asked for, and whether the file has it.
    #[cfg(test)]
    pub(super) fn asked(&self) -> Vec<(String, bool)> {
        self.asked.borrow().clone()
    }

    fn note(&self, line: usize, key: &str, problem: impl Into<String>, allowed: impl Into<String>) {
        let (problem, allowed) = (problem.into(), allowed.into());
        self.mistakes.borrow_mut().push(Mistake { line, key: key.to_owned(), problem, allowed });
    }
}

/// One section of the file; absent sections read as empty ones.
pub(super) struct Section<'a> {
    path: String,
    line: usize,
    table: Option<&'a DeTable<'a>>,
    text: &'a str,
    report: &'a Report,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The whole document.
    pub(super) fn root(document: &'a DeTable<'a>, text: &'a str, report: &'a Report) -> Self {
        Self { path: String::new(), line: 0, table: Some(document), text, report, asked: Vec::new() }
    }

    /// Whether the file has this section.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// Whether the file has this key here.
    pub(super) fn has(&self, key: &str) -> bool {
        self.peek(key).is_some()
    }

    /// A section below this one.
    pub(super) fn section(&mut self, key: &'static str) -> Section<'a> {
        let value = self.value(key);
        let table = value.and_then(|value| match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                self.mismatch(key, value, "a section");
                None
            }
        });
        self.child(key.to_owned(), value, table)
    }

    /// Each of the sections `[[key]]`.
    pub(super) fn sections(&mut self, key: &'static str) -> Vec<Section<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.mismatch(key, value, &format!("sections written as [[{key}]]"));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => sections.push(self.child(key.to_owned(), Some(item), Some(table))),
                _ => self.mismatch(key, item, &format!("sections written as [[{key}]]")),
            }
        }
        sections
    }

    /// A text that `FromStr` understands.
    pub(super) fn parsed<T: FromStr>(&mut self, key: &'static str, default: T, allowed: &str) -> T {
        self.optional(key, allowed).unwrap_or(default)
    }

    /// A text that may be missing.
    pub(super) fn optional<T: FromStr>(&mut self, key: &'static str, allowed: &str) -> Option<T> {
        let value = self.value(key)?;
        let parsed = match value.get_ref() {
            DeValue::String(text) if !text.is_empty() => text.parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            self.mismatch(key, value, allowed);
        }
        parsed
    }

    /// A text that must be there when its section is.
    pub(super) fn required<T: FromStr + Default>(&mut self, key: &'static str, allowed: &str) -> T {
        let missing = self.is_there() && self.peek(key).is_none();
        if missing {
            self.report.note(self.line, &self.name(key), "is missing", allowed);
        }
        self.optional(key, allowed).unwrap_or_default()
    }

    /// A list of texts.
    pub(super) fn list<T: FromStr>(&mut self, key: &'static str, default: Vec<T>, allowed: &str) -> Vec<T> {
        let Some(value) = self.value(key) else { return default };
        let parsed = match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) => text.parse().ok(),
                    _ => None,
                })
                .collect::<Option<Vec<T>>>(),
            _ => None,
        };
        parsed.unwrap_or_else(|| {
            self.mismatch(key, value, allowed);
            default
        })
    }

    /// A whole number within `range`.
    pub(super) fn number<T: TryFrom<i64>>(&mut self, key: &'static str, default: T, range: RangeInclusive<i64>) -> T {
        let Some(value) = self.value(key) else { return default };
        let number = match value.get_ref() {
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        let fitting = number.filter(|number| range.contains(number)).and_then(|number| T::try_from(number).ok());
        fitting.unwrap_or_else(|| {
            self.mismatch(key, value, &format!("a whole number from {} to {}", range.start(), range.end()));
            default
        })
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str, default: bool) -> bool {
        let Some(value) = self.value(key) else { return default };
        match value.get_ref() {
            DeValue::Boolean(flag) => *flag,
            _ => {
                self.mismatch(key, value, "true or false");
                default
            }
        }
    }

    /// One of several words; the first is the default.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> T {
        let default = choices[0].1;
        let Some(value) = self.value(key) else { return default };
        let chosen = match value.get_ref() {
            DeValue::String(word) => choices.iter().find(|(name, _)| name == word),
            _ => None,
        };
        chosen.map_or_else(
            || {
                let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
                self.mismatch(key, value, &names.join(", "));
                default
            },
            |(_, chosen)| *chosen,
        )
    }

    /// A file that must be readable when it is named.
    pub(super) fn file(&mut self, key: &'static str) -> Option<PathBuf> {
        let path: PathBuf = self.optional(key, "the path of a file")?;
        if self.report.check_files
            && let Err(error) = File::open(&path)
        {
            let problem = format!("`{}` cannot be read: {error}", path.display());
            self.wrong(key, problem, "the path of a file that the hub's user can read");
        }
        Some(path)
    }

    /// A file as [`Section::file`] takes it that holds a secret: others can neither read nor write it. Code XL0318.
    pub(super) fn secret_file(&mut self, key: &'static str) -> Option<PathBuf> {
        let path = self.file(key)?;
        if self.report.check_files
            && let Ok(file) = path.metadata()
            && file.permissions().mode() & EXPOSED_BITS != 0
        {
            let (path, mode) = (path.display(), file.permissions().mode() & 0o777);
            let problem = format!(
                "`{path}`（权限 {mode:04o}）他人可读或可改 · is open to others (mode {mode:04o}, XL0318): `chmod 600 {path}`"
            );
            self.wrong(
                key,
                problem,
                "0600; 0640 where its group is the hub's own; 0440 as LoadCredential= of systemd makes it",
            );
        }
        Some(path)
    }

    /// Whether files that are named are opened.
    pub(super) fn checks_files(&self) -> bool {
        self.report.check_files
    }

    /// Notes a mistake that shows only when keys are seen together.
    pub(super) fn wrong(&self, key: &str, problem: impl Into<String>, allowed: impl Into<String>) {
        let line = self.peek(key).map_or(self.line, |value| line_of(self.text, value.span().start));
        self.report.note(line, &self.name(key), problem, allowed);
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        for (key, _) in self.table.into_iter().flat_map(|table| table.iter()) {
            if !self.asked.contains(&key.get_ref().as_ref()) {
                let line = line_of(self.text, key.span().start);
                let known = format!("{} here", self.asked.join(", "));
                self.report.note(line, &self.name(key.get_ref()), "there is no such key", known);
            }
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.peek(key);
        self.asked.push(key);
        self.report.asked.borrow_mut().push((self.name(key), value.is_some()));
        value
    }

    fn peek(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table?.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn child(
        &self,
        key: String,
        value: Option<&'a Spanned<DeValue<'a>>>,
        table: Option<&'a DeTable<'a>>,
    ) -> Section<'a> {
        let line = value.map_or(0, |value| line_of(self.text, value.span().start));
        Section { path: self.name(&key), line, table, text: self.text, report: self.report, asked: Vec::new() }
    }

    fn mismatch(&self, key: &str, value: &Spanned<DeValue<'a>>, allowed: &str) {
        let line = line_of(self.text, value.span().start);
        let found = self.text.get(value.span()).unwrap_or_default();
        // Cut, so that a pasted certificate does not fill the screen; a secret stands in a file, never here.
        let found: String = found.lines().next().unwrap_or_default().chars().take(64).collect();
        self.report.note(line, &self.name(key), format!("{found} is not allowed"), allowed);
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
