//! Grievances (诉求): objections, appeals, complaints, and what a person may ask about his own data.
//!
//! PIPL (个人信息保护法) articles 44 to 50: to see, copy, correct and delete, with a reason for every refusal.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

use crate::person::Person;

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Want {
    /// An objection to a notice.
    Objection,
    /// An appeal against a rejection.
    Appeal,
    /// A complaint.
    Complaint,
    /// To see or copy his data.
    Access,
    /// To correct it.
    Correction,
    /// To delete it.
    Deletion,
}

/// Who may answer.
pub const ANSWERERS: [&str; 2] = ["township-admin", "county-admin"];

/// A grievance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grievance {
    /// What is wanted.
    pub want: Want,
    /// Its household.
    pub household: String,
    /// The clue that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clue: Option<String>,
    /// In words.
    pub text: String,
    /// Account of who wrote it down.
    pub by: String,
    /// The day it came in.
    pub received: Day,
    /// The last day for an answer.
    pub due: Day,
    /// The same while it waits; what lists and the schedule find it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Day>,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// An answer, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether what was wanted is granted.
    pub granted: bool,
    /// The reason in words.
    pub text: String,
    /// Account of who answered.
    pub by: String,
    /// The day.
    pub day: Day,
}

/// Why no answer is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody answers for it.
    NoPerson,
    /// It takes one of [`ANSWERERS`].
    Role,
    /// He wrote it down, or decided what it is about.
    OwnWork,
    /// It was answered before.
    Answered,
}

impl Grievance {
    /// Answers it; `decided_by` made the decision that it is about.
    ///
    /// # Errors
    /// Why not.
    pub fn answer(
        &mut self,
        person: Option<&Person>,
        decided_by: Option<&str>,
        (granted, text, day): (bool, String, Day),
    ) -> Result<(), Refusal> {
        let person = person.ok_or(Refusal::NoPerson)?;
        if !person.holds_any(&ANSWERERS) {
            return Err(Refusal::Role);
        }
        if self.answer.is_some() {
            return Err(Refusal::Answered);
        }
        if self.by == person.account || decided_by == Some(person.account.as_str()) {
            return Err(Refusal::OwnWork);
        }
        self.waits = None;
        self.answer = Some(Answer { granted, text, by: person.account.clone(), day });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(account: &str, role: &str) -> Person {
        Person { account: account.to_owned(), roles: vec![role.to_owned()] }
    }

    #[test]
    fn a_grievance_is_answered_once_by_somebody_who_did_not_decide_what_it_is_about() {
        let today: Day = "2026-11-26".parse().unwrap();
        let mut one = Grievance {
            want: Want::Appeal,
            household: "h000001".to_owned(),
            clue: Some("c000001".to_owned()),
            text: "收入没有那么多".to_owned(),
            by: "grid".to_owned(),
            received: today,
            due: today.plus(15),
            waits: Some(today.plus(15)),
            answer: None,
        };
        let said = || (true, "重新核查".to_owned(), today);
        assert_eq!(one.answer(None, None, said()), Err(Refusal::NoPerson));
        assert_eq!(one.answer(Some(&person("x", "handler")), None, said()), Err(Refusal::Role));
        let town = person("town", "township-admin");
        assert_eq!(one.answer(Some(&town), Some("town"), said()), Err(Refusal::OwnWork));
        assert_eq!(one.answer(Some(&person("grid", "township-admin")), None, said()), Err(Refusal::OwnWork));
        one.answer(Some(&town), Some("handler"), said()).unwrap();
        assert_eq!((one.waits, one.answer.is_some()), (None, true));
        assert_eq!(one.answer(Some(&town), None, said()), Err(Refusal::Answered));
    }
}
