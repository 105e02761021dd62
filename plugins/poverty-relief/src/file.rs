//! What a household's file holds beside the household: visits, measures, incomes, looks.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Account of who visited.
    pub by: String,
    /// The day.
    pub day: Day,
    /// When it was written down.
    pub noted_ms: i64,
    /// Whether schooling, medical care, housing and drinking water were found secure, in this order.
    pub secure: [bool; 4],
    /// What he found.
    pub note: String,
    /// The last day of the period that it was due in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
}

/// What a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureKind {
    /// A trade of its own (产业).
    Trade,
    /// Work (就业).
    Work,
    /// Schooling (教育).
    Schooling,
    /// Medical insurance (医疗保障).
    Medical,
    /// Housing and water (住房饮水).
    Housing,
    /// Social assistance (兜底保障).
    Assistance,
    /// A share of a project (项目带动).
    Project,
    /// Something else.
    Other,
}

/// A measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What kind.
    pub kind: MeasureKind,
    /// What is done.
    pub note: String,
    /// The first day.
    pub from: Day,
    /// Account of who entered it.
    pub by: String,
    /// Whether it was found to be effective; none: nobody judged yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<bool>,
    /// Account of who judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_by: Option<String>,
}

/// What money it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncomeKind {
    /// Wages (工资性收入).
    Wages,
    /// Business (经营性收入).
    Business,
    /// Property (财产性收入).
    Property,
    /// Transfers (转移性收入).
    Transfer,
    /// A large expense that could not be put off; not summed with income.
    Expense,
}

/// Money that came in or, as [`IncomeKind::Expense`], went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Income {
    /// What money.
    pub kind: IncomeKind,
    /// In whole yuan.
    pub yuan: i64,
    /// The calendar year it counts in.
    pub year: u32,
    /// Account of who entered it.
    pub by: String,
    /// When.
    pub noted_ms: i64,
}

/// A look at an unmasked file: who, when, why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// The household.
    pub household: String,
    /// Account of who looked.
    pub by: String,
    /// When.
    pub at_ms: i64,
    /// What for.
    pub why: Why,
    /// In words.
    pub reason: String,
    /// `{household}/{account}` while no action followed and its time runs; what an action finds it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// The last day for an action to follow, while it is open; what the schedule finds it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<Day>,
    /// Whether an action followed; none: its time runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followed: Option<bool>,
}

/// What somebody looks at a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// A visit.
    Visit,
    /// A step of the procedure.
    Step,
    /// Measures and payments.
    Help,
    /// A grievance or a request of the household.
    Grievance,
    /// Supervision.
    Supervision,
}

/// How long a file stays unmasked for who said why, in milliseconds.
pub const LOOK_MS: i64 = 10 * 60_000;

impl Look {
    /// Whether this person may still see the file by it.
    pub fn shows(&self, household: &str, account: &str, now_ms: i64) -> bool {
        self.household == household && self.by == account && (self.at_ms..self.at_ms + LOOK_MS).contains(&now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_shows_one_file_to_one_person_for_ten_minutes() {
        let look = Look {
            household: "h000001".to_owned(),
            by: "zhang".to_owned(),
            at_ms: 1_000,
            why: Why::Visit,
            reason: "入户".to_owned(),
            open: None,
            settle: None,
            followed: None,
        };
        assert!(look.shows("h000001", "zhang", 1_000));
        assert!(look.shows("h000001", "zhang", 1_000 + LOOK_MS - 1));
        assert!(!look.shows("h000001", "zhang", 1_000 + LOOK_MS));
        assert!(!look.shows("h000001", "zhang", 999));
        assert!(!look.shows("h000002", "zhang", 1_000));
        assert!(!look.shows("h000001", "li", 1_000));
    }
}
