//! Matters by code: the sets of `config/cases`, and what a township adds to the set that it uses.

use std::borrow::Cow;

use serde::Deserialize;
use xl_plugin::Locale;
use xl_plugin::zh_en;

/// The lines of `matters.csv`: set, version, code, class, zh, en, kind. Ours, so without quotes.
const MATTERS: &str = include_str!("../../../config/cases/matters.csv");

/// The lines of `crosswalk.csv`: one matter by its code in each of [`SETS`].
const CROSSWALK: &str = include_str!("../../../config/cases/crosswalk.csv");

/// The code sets, in the order of the crosswalk's columns.
pub const SETS: [&str; 3] = ["gbt30428", "platform", "gbt47678"];

/// Something that happens, or a thing of the town that is broken or missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 事件.
    Event,
    /// 部件.
    Component,
}

/// A matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// Its code set.
    pub set: Cow<'static, str>,
    /// The set's version.
    pub version: Cow<'static, str>,
    /// Its code inside the set.
    pub code: Cow<'static, str>,
    /// Its name in Chinese.
    pub zh: Cow<'static, str>,
    /// Its name in English.
    pub en: Cow<'static, str>,
    /// Event or component.
    pub kind: Kind,
}

/// A matter that a township adds to its set, from the settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Own {
    /// Its code, which the set does not have.
    pub code: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English; the Chinese one where there is none.
    #[serde(default)]
    pub en: String,
    /// Event or component.
    #[serde(default = "event")]
    pub kind: Kind,
}

fn event() -> Kind {
    Kind::Event
}

impl Matter {
    /// Its name.
    pub fn name(&self, locale: Locale) -> &str {
        zh_en(locale, &self.zh, if self.en.is_empty() { &self.zh } else { &self.en })
    }
}

/// The matters that a township works with: one set, with what it added.
#[derive(Debug, Clone)]
pub struct Book {
    set: String,
    version: String,
    matters: Vec<Matter>,
}

impl Book {
    /// The matters of `set` and the township's own. An own code that the set has already does not count.
    pub fn new(set: &str, own: &[Own]) -> Self {
        let mut matters: Vec<Matter> = shipped().filter(|matter| matter.set == set).collect();
        let version = matters.first().map(|matter| matter.version.to_string()).unwrap_or_default();
        for own in own {
            if matters.iter().all(|matter| matter.code != own.code) {
                matters.push(Matter {
                    set: set.to_owned().into(),
                    version: version.clone().into(),
                    code: own.code.clone().into(),
                    zh: own.zh.clone().into(),
                    en: own.en.clone().into(),
                    kind: own.kind,
                });
            }
        }
        Self { set: set.to_owned(), version, matters }
    }

    /// The set's name.
    pub fn set(&self) -> &str {
        &self.set
    }

    /// The set's version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// All matters, in the order of their codes, then the township's own.
    pub fn matters(&self) -> &[Matter] {
        &self.matters
    }

    /// The matter with this code in the set in use.
    pub fn get(&self, code: &str) -> Option<&Matter> {
        self.matters.iter().find(|matter| matter.code == code)
    }

    /// What a code means, in the set that a case was filed under.
    pub fn name(&self, set: &str, code: &str, locale: Locale) -> String {
        if set == self.set
            && let Some(matter) = self.get(code)
        {
            return matter.name(locale).to_owned();
        }
        let shipped = shipped().find(|matter| matter.set == set && matter.code == code);
        shipped.map_or_else(|| code.to_owned(), |matter| matter.name(locale).to_owned())
    }

    /// The code in the set in use for a code of `set`; none where no relation is known.
    pub fn translate(&self, set: &str, code: &str) -> Option<String> {
        if set == self.set {
            return self.get(code).map(|matter| matter.code.to_string());
        }
        crosswalk(set, code, &self.set).map(str::to_owned)
    }
}

/// All matters of the sets that are shipped.
pub fn shipped() -> impl Iterator<Item = Matter> {
    MATTERS.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        let (set, version, code) = (cells.next()?, cells.next()?, cells.next()?);
        let (_class, zh, en) = (cells.next()?, cells.next()?, cells.next()?);
        let kind = match cells.next()? {
            "component" => Kind::Component,
            _ => Kind::Event,
        };
        let [set, version, code, zh, en] = [set, version, code, zh, en].map(Cow::Borrowed);
        Some(Matter { set, version, code, zh, en, kind })
    })
}

/// The code in set `to` for `code` of set `from`.
pub fn crosswalk(from: &str, code: &str, to: &str) -> Option<&'static str> {
    let column = |set: &str| SETS.iter().position(|known| *known == set);
    let (from, to) = (column(from)?, column(to)?);
    CROSSWALK.lines().skip(1).find_map(|line| {
        let codes: Vec<&str> = line.split(',').collect();
        let found = !code.is_empty() && codes.get(from) == Some(&code);
        codes.get(to).copied().filter(|other| found && !other.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_read_and_no_code_stands_twice() {
        let matters: Vec<Matter> = shipped().collect();
        assert_eq!(matters.len(), MATTERS.lines().count() - 1);
        let count = |set: &str| matters.iter().filter(|matter| matter.set == set).count();
        assert_eq!(SETS.map(count), [28, 16, 10]);
        for (at, matter) in matters.iter().enumerate() {
            assert!(!matter.zh.is_empty() && !matter.en.is_empty(), "{matter:?}");
            let twice = matters.iter().skip(at + 1).any(|other| other.set == matter.set && other.code == matter.code);
            assert!(!twice, "{matter:?}");
        }
    }

    #[test]
    fn every_code_stands_in_the_crosswalk_with_the_same_name_in_every_set() {
        let name = |set: &str, code: &str| shipped().find(|m| m.set == set && m.code == code).map(|m| m.zh);
        let lines: Vec<Vec<&str>> = CROSSWALK.lines().skip(1).map(|line| line.split(',').collect()).collect();
        for line in &lines {
            assert_eq!(line.len(), SETS.len(), "{line:?}");
            let names: Vec<_> = SETS.iter().zip(line).filter(|(_, code)| !code.is_empty()).collect();
            let mut names = names.into_iter().map(|(set, code)| name(set, code).expect("a code of the set"));
            let first = names.next().unwrap();
            assert!(names.all(|other| other == first), "{line:?}");
        }
        // A set of our own making has no counterpart.
        for matter in shipped().filter(|matter| SETS.contains(&&*matter.set)) {
            let column = SETS.iter().position(|set| *set == matter.set).unwrap();
            assert_eq!(lines.iter().filter(|line| line[column] == matter.code).count(), 1, "{matter:?}");
        }
    }

    #[test]
    fn a_code_is_found_again_in_another_set_or_not_at_all() {
        assert_eq!(crosswalk("gbt30428", "05-07", "gbt47678"), Some("06036"));
        assert_eq!(crosswalk("platform", "01-98", "gbt47678"), Some("06042"));
        assert_eq!(crosswalk("platform", "01-98", "gbt30428"), None);
        assert_eq!(crosswalk("gbt30428", "", "platform"), None);
        let book = Book::new("platform", &[]);
        assert_eq!(book.translate("gbt30428", "05-05").as_deref(), Some("04-09"));
        assert_eq!(book.name("gbt30428", "05-05", Locale::Zh), "机动车乱停放");
        assert_eq!(book.name("nobody", "x", Locale::Zh), "x");
    }

    #[test]
    fn a_township_adds_codes_but_changes_none_of_the_set() {
        let own =
            |code: &str| Own { code: code.to_owned(), zh: "自定".to_owned(), en: String::new(), kind: Kind::Event };
        let book = Book::new("gbt30428", &[own("21-01"), own("01-02")]);
        assert_eq!(book.matters().len(), 29);
        assert_eq!(book.get("01-02").unwrap().zh, "暴露垃圾");
        assert_eq!(book.name("gbt30428", "21-01", Locale::En), "自定");
        assert_eq!(book.version(), "2013");
    }
}
