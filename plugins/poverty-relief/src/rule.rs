//! Written rules that warn: what fired, in which version, upon what. They decide nothing: a person opens a clue or not.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Locale;
use xl_plugin::day::Day;
use xl_plugin::zh_en;

/// One rule of `rules.json`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Its version; raise it when the way of judging changes.
    pub version: u32,
    zh: String,
    en: String,
    looks_at_zh: String,
    looks_at_en: String,
}

impl Rule {
    /// Its name for people.
    pub fn title(&self, locale: Locale) -> &str {
        zh_en(locale, &self.zh, &self.en)
    }

    /// What it looks at.
    pub fn looks_at(&self, locale: Locale) -> &str {
        zh_en(locale, &self.looks_at_zh, &self.looks_at_en)
    }
}

#[derive(Deserialize)]
struct Rules {
    rules: Vec<Rule>,
}

/// All rules.
pub fn all() -> Vec<Rule> {
    serde_json::from_str::<Rules>(include_str!("../rules.json")).map(|all| all.rules).unwrap_or_default()
}

/// A rule by its id.
pub fn by_id(id: &str) -> Option<Rule> {
    all().into_iter().find(|rule| rule.id == id)
}

/// Income per head below the line. `line_yuan` 0: the county set none, and the rule is off.
pub fn income_below_line(total_yuan: i64, heads: u32, line_yuan: i64) -> Option<Facts> {
    let per_head = total_yuan / i64::from(heads.max(1));
    (line_yuan > 0 && per_head < line_yuan).then_some(Facts { value_yuan: Some(per_head), limit_yuan: Some(line_yuan) })
}

/// An expense at or above the limit. `limit_yuan` 0: the rule is off.
pub fn sudden_expense(expense_yuan: i64, limit_yuan: i64) -> Option<Facts> {
    let fires = limit_yuan > 0 && expense_yuan >= limit_yuan;
    fires.then_some(Facts { value_yuan: Some(expense_yuan), limit_yuan: Some(limit_yuan) })
}

/// What a rule judged by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The value; sealed like income.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_yuan: Option<i64>,
    /// What it was held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_yuan: Option<i64>,
}

/// What became of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Nobody decided yet.
    Open,
    /// A clue was opened.
    Opened,
    /// Somebody said why no clue is needed.
    Dismissed,
}

impl Fate {
    /// As the index has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Opened => "opened",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A warning that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// Its household.
    pub household: String,
    /// Which rule fired.
    pub rule: String,
    /// In which version.
    pub rule_version: u32,
    /// Upon what: a record of this module, or the department with its reference.
    pub upon: String,
    /// What it judged by.
    pub facts: Facts,
    /// The day.
    pub day: Day,
    /// What became of it.
    pub fate: Fate,
    /// Account of who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// Why it was dismissed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The clue that was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clue: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_fires_at_its_threshold_and_says_upon_what() {
        assert_eq!(
            income_below_line(31_996, 4, 8_000),
            Some(Facts { value_yuan: Some(7_999), limit_yuan: Some(8_000) })
        );
        assert_eq!(income_below_line(32_000, 4, 8_000), None);
        assert!(sudden_expense(10_000, 10_000).is_some());
        assert_eq!(sudden_expense(9_999, 10_000), None);
    }

    #[test]
    fn a_rule_without_a_threshold_is_off_and_no_household_divides_by_zero() {
        assert_eq!(income_below_line(-5, 4, 0), None);
        assert_eq!(sudden_expense(i64::MAX, 0), None);
        assert!(income_below_line(0, 0, 1).is_some());
    }

    #[test]
    fn every_rule_has_a_version_and_both_names() {
        let rules = all();
        assert_eq!(rules.len(), 3);
        for rule in rules {
            assert!(rule.version > 0 && !rule.title(Locale::Zh).is_empty() && !rule.title(Locale::En).is_empty());
        }
    }
}
