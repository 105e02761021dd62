//! `[retention]`: how long events, their pictures and the records of modules are kept.

use xl_model::camera::LegalClass;
use xl_model::id::Kind;
use xl_model::keep::Rule;

use super::Section;

/// How long events and records are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Retention {
    /// The first that matches decides. An event that matches none is kept for ever, a record as long as its manifest says.
    pub rules: Vec<Rule>,
    /// How long a repeated message is recognised, in days.
    pub dedupe_days: u32,
    /// How often what is past its time is removed, in minutes.
    pub every_minutes: u32,
}

impl Retention {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let dedupe_days = section.number("dedupe_days", 7, 1..=365);
        let every_minutes = section.number("every_minutes", 60, 1..=1_440);
        let mut rules = Vec::new();
        for mut rule in section.sections("rule") {
            let kinds: String = rule.required("kinds", KINDS);
            let class = rule.choice("class", &CLASSES);
            let days = rule.number("days", 30, 1..=36_500);
            let of_records = kinds.starts_with(Kind::RECORDS);
            match kinds.parse() {
                Ok(kinds) => rules.push(Rule { kinds, class, days }),
                Err(_) if kinds.is_empty() => {}
                Err(_) => rule.wrong("kinds", format!("`{kinds}` is not a kind or a prefix"), KINDS),
            }
            let least = class.map_or(0, LegalClass::days_at_least);
            if of_records && class.is_some() {
                rule.wrong("class", "records of a module are of no camera's class".to_owned(), "\"all\"");
            } else if days < dedupe_days && !of_records {
                rule.wrong(
                    "days",
                    format!("{days} days are shorter than dedupe_days"),
                    format!("at least {dedupe_days}"),
                );
            } else if days < least.into() {
                rule.wrong(
                    "days",
                    format!("{days} days are too short for this class (Order 799, article 17)"),
                    format!("at least {least}"),
                );
            }
            rule.finish();
        }
        section.finish();
        if rules.iter().all(Rule::is_of_records) {
            rules.extend(standard());
        }
        Self { rules, dedupe_days, every_minutes }
    }
}

/// The rules that hold when the file has none about events: what a camera says goes after a month or half a year, what people and
/// modules record stays.
fn standard() -> Vec<Rule> {
    [
        ("camera.picture", 30),
        ("camera.telemetry", 30),
        ("schedule.due", 30),
        ("camera.*", 180),
        ("audit.checkpoint", 190),
    ]
    .map(|(kinds, days)| Rule { kinds: kinds.parse().expect("a valid pattern"), class: None, days })
    .to_vec()
}

const KINDS: &str =
    "a kind such as \"camera.picture\", a prefix such as \"camera.*\", \"*\", or records as \"record.PLUGIN.*\"";

const CLASSES: [(&str, Option<LegalClass>); 4] = [
    ("all", None),
    ("public-security", Some(LegalClass::PublicSecurity)),
    ("other-public-place", Some(LegalClass::OtherPublicPlace)),
    ("non-public", Some(LegalClass::NonPublic)),
];
