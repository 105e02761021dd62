//! Groups over codes, such as 六乱: which label a matter falls under.
//!
//! No standard defines them. The default's rows come from `config/cases/groups.csv`; a township switches rows off, gives
//! them other codes, and adds its own, each from a day on.

use serde::Deserialize;
use xl_plugin::Locale;
use xl_plugin::day::Day;
use xl_plugin::zh_en;

/// The lines of `groups.csv`: group, `label_zh`, `label_en`, set, codes between blanks. Ours, so without quotes.
const GROUPS: &str = include_str!("../../../config/cases/groups.csv");

/// One label with the codes under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// In Chinese; what the settings name it by.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The codes of the set in use.
    pub codes: Vec<String>,
}

/// What a township changes, from the settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Change {
    /// A default's label, or a new one.
    pub label_zh: String,
    /// The same in English.
    #[serde(default)]
    pub label_en: String,
    /// Its codes in the set in use; empty: the default's.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Whether it counts.
    #[serde(default = "yes")]
    pub on: bool,
    /// The first day on which the change holds, `2026-07-01`; none: always.
    #[serde(default)]
    pub from: Option<String>,
}

fn yes() -> bool {
    true
}

impl Label {
    /// The label.
    pub fn name(&self, locale: Locale) -> &str {
        zh_en(locale, &self.zh, if self.en.is_empty() { &self.zh } else { &self.en })
    }

    /// Whether a matter falls under it.
    pub fn holds(&self, code: &str) -> bool {
        self.codes.iter().any(|known| known == code)
    }
}

/// The labels that hold on `day` for the set in use, default's first. Of several changes to a label the last one counts.
pub fn labels(set: &str, changes: &[Change], day: Day) -> Vec<Label> {
    let mut labels: Vec<Label> = shipped(set).collect();
    let day = day.to_string();
    // Compared as texts, which days of this form allow: a day that no calendar has must not stop the whole module.
    for change in changes.iter().filter(|change| change.from.as_ref().is_none_or(|from| *from <= day)) {
        let known = labels.iter().position(|label| label.zh == change.label_zh);
        let label = match known.map(|at| labels.remove(at)) {
            Some(label) if change.codes.is_empty() => label,
            before => Label {
                zh: change.label_zh.clone(),
                en: before.map_or_else(String::new, |label| label.en),
                codes: change.codes.clone(),
            },
        };
        let en = if change.label_en.is_empty() { label.en } else { change.label_en.clone() };
        if change.on {
            labels.insert(known.unwrap_or(labels.len()), Label { en, ..label });
        }
    }
    labels
}

fn shipped(set: &str) -> impl Iterator<Item = Label> {
    GROUPS.lines().skip(1).filter_map(move |line| {
        let cells: Vec<&str> = line.split(',').collect();
        let [_, zh, en, of, codes] = cells[..] else { return None };
        let codes = codes.split(' ').map(str::to_owned).collect();
        (of == set).then(|| Label { zh: zh.to_owned(), en: en.to_owned(), codes })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matter;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn change(json: &str) -> Change {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_default_has_seven_labels_and_every_code_of_them_exists() {
        let read: usize = matter::SETS.iter().map(|set| shipped(set).count()).sum();
        assert_eq!(read, GROUPS.lines().count() - 1);
        let default = labels("gbt30428", &[], day("2026-11-26"));
        let names: Vec<&str> = default.iter().map(|label| label.zh.as_str()).collect();
        assert_eq!(names, ["乱搭乱建", "乱堆乱放", "乱贴乱画", "乱停乱放", "乱摆乱卖", "乱扔乱倒", "乱拉乱挂"]);
        for set in matter::SETS {
            for code in shipped(set).flat_map(|label| label.codes) {
                assert!(matter::shipped().any(|matter| matter.set == set && matter.code == code), "{set} {code}");
            }
        }
    }

    #[test]
    fn a_township_switches_labels_off_and_adds_its_own_from_a_day_on() {
        let changes = [
            change(r#"{"label_zh": "乱拉乱挂", "on": false, "from": "2026-07-01"}"#),
            change(r#"{"label_zh": "乱修乱占", "label_en": "Disorderly repairs", "codes": ["21-01"]}"#),
            change(r#"{"label_zh": "乱停乱放", "codes": ["05-05"]}"#),
            change(r#"{"label_zh": "乱搭乱建", "on": false, "from": "2026-07-31"}"#),
        ];
        let names = |at: &str| -> Vec<String> {
            labels("gbt30428", &changes, day(at)).into_iter().map(|label| label.zh).collect()
        };
        assert!(names("2026-06-30").contains(&"乱拉乱挂".to_owned()));
        assert!(!names("2026-07-01").contains(&"乱拉乱挂".to_owned()));
        assert_eq!(names("2026-07-01").len(), 7);
        let now = labels("gbt30428", &changes, day("2026-07-01"));
        let parking = now.iter().find(|label| label.zh == "乱停乱放").unwrap();
        assert!(parking.holds("05-05") && !parking.holds("05-06"));
        assert_eq!(parking.name(Locale::En), "Disorderly parking");
        assert_eq!(now[6].name(Locale::En), "Disorderly repairs");
    }
}
