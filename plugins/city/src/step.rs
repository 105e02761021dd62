//! The steps of a case: at which stage, for which roles, and what each takes.
//!
//! The host decides whether a step is made; this says what a person is offered, so that nobody is shown a button that
//! would only refuse him.

use crate::text::Phrase;
use crate::text::step as text;

/// What a step takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Words, which may be left out.
    Note,
    /// A reason, which may not.
    Reason,
    /// The unit.
    Unit,
    /// The unit above, which may be left out where the hub knows it.
    UnitAbove,
    /// A person, by account.
    Handler,
    /// A limit other than the table's, which may be left out.
    Limit,
    /// A limit.
    Asked,
    /// Pictures, which may be left out.
    Pictures,
    /// Pictures of the state after, at least one.
    Proof,
}

/// A step that a person may make.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Its name for the host.
    pub name: &'static str,
    /// Text of its button.
    pub label: Phrase,
    /// What it takes.
    pub needs: &'static [Need],
    /// Whether it moves the case along, or stands beside.
    pub is_main: bool,
    stages: &'static [&'static str],
    roles: &'static [&'static str],
}

const DESK: &[&str] = &["operator", "township-admin", "county-admin"];
const FIELD: &[&str] = &["grid-member", "operator", "township-admin", "county-admin"];
const UNIT: &[&str] = &["handler", "township-admin", "county-admin"];
const DUTY: &[&str] = &["handler", "operator", "township-admin", "county-admin"];
const ALL: &[&str] = &["grid-member", "handler", "operator", "township-admin", "county-admin"];

/// Stages of a case that is worked on, in the order of the process.
pub const OPEN: [&str; 12] = [
    "reported",
    "verifying",
    "filed",
    "dispatched",
    "returned",
    "accepted",
    "processing",
    "extension-requested",
    "suspended",
    "feedback",
    "checking",
    "rework",
];

/// Stages at which a unit has the case.
const WITH_UNIT: [&str; 6] = ["dispatched", "accepted", "processing", "extension-requested", "suspended", "rework"];

/// Stages of a case that has ended.
pub const ENDED: [&str; 4] = ["closed", "evaluated", "rejected", "voided"];

/// All steps, those that move a case along first.
pub const STEPS: [Step; 23] = [
    main("verify", text::DO_VERIFY, &["reported"], FIELD, &[Need::Note, Need::Pictures]),
    main("file", text::DO_FILE, &["verifying"], DESK, &[Need::Note]),
    main("reject", text::DO_REJECT, &["verifying"], DESK, &[Need::Reason]),
    main("dispatch", text::DO_DISPATCH, &["filed", "returned"], DESK, &[Need::Unit, Need::Limit, Need::Note]),
    main("accept", text::DO_ACCEPT, &["dispatched"], UNIT, &[]),
    main("return", text::DO_RETURN, &["dispatched"], UNIT, &[Need::Reason]),
    main("start", text::DO_START, &["accepted", "rework"], UNIT, &[]),
    main("feedback", text::DO_FEEDBACK, &["processing"], UNIT, &[Need::Proof, Need::Note]),
    main("request-extension", text::DO_ASK, &["processing"], UNIT, &[Need::Asked, Need::Reason]),
    main("approve-extension", text::DO_APPROVE, &["extension-requested"], DESK, &[Need::Note]),
    main("deny-extension", text::DO_DENY, &["extension-requested"], DESK, &[Need::Reason]),
    main("resume", text::DO_RESUME, &["suspended"], DUTY, &[Need::Note]),
    main("check", text::DO_CHECK, &["feedback"], FIELD, &[Need::Pictures, Need::Note]),
    main("close", text::DO_CLOSE, &["checking"], DESK, &[Need::Pictures, Need::Note]),
    main("rework", text::DO_REWORK, &["checking"], FIELD, &[Need::Reason, Need::Pictures]),
    main("evaluate", text::DO_EVALUATE, &["closed"], DESK, &[Need::Note]),
    beside("comment", text::DO_COMMENT, &OPEN, ALL, &[Need::Reason, Need::Pictures]),
    beside("phase", text::DO_PHASE, &["processing"], UNIT, &[Need::Note]),
    beside("suspend", text::DO_SUSPEND, &["processing"], DESK, &[Need::Reason]),
    beside("assign", text::DO_ASSIGN, &WITH_UNIT, DUTY, &[Need::Handler, Need::Note]),
    beside("escalate", text::DO_ESCALATE, &OPEN, ALL, &[Need::UnitAbove, Need::Reason]),
    beside("void", text::DO_VOID, &OPEN, DESK, &[Need::Reason]),
    beside("reopen", text::DO_REOPEN, &ENDED, DESK, &[Need::Reason]),
];

const fn main(
    name: &'static str,
    label: Phrase,
    stages: &'static [&'static str],
    roles: &'static [&'static str],
    needs: &'static [Need],
) -> Step {
    Step { name, label, needs, is_main: true, stages, roles }
}

const fn beside(
    name: &'static str,
    label: Phrase,
    stages: &'static [&'static str],
    roles: &'static [&'static str],
    needs: &'static [Need],
) -> Step {
    Step { name, label, needs, is_main: false, stages, roles }
}

impl Step {
    /// Whether it can be made at `stage`.
    pub fn is_at(&self, stage: &str) -> bool {
        self.stages.contains(&stage)
    }

    /// Whether one of these roles may make it.
    pub fn is_for(&self, roles: &[String]) -> bool {
        roles.iter().any(|role| self.roles.contains(&role.as_str()))
    }
}

/// The step of this name.
pub fn named(name: &str) -> Option<&'static Step> {
    STEPS.iter().find(|step| step.name == name)
}

/// The steps that somebody with these roles is offered at `stage`.
pub fn offered(stage: &str, roles: &[String]) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(move |step| step.is_at(stage) && step.is_for(roles))
}

/// Which of the seven stages of the process a case has reached, counted from 0; 7: all are behind it.
pub fn reached(stage: &str) -> usize {
    match stage {
        "reported" | "verifying" => 0,
        "filed" => 1,
        "dispatched" | "returned" => 2,
        "accepted" | "processing" | "extension-requested" | "suspended" | "rework" => 3,
        "feedback" => 4,
        "checking" => 5,
        "closed" => 6,
        _ => 7,
    }
}

/// A stage's name.
pub fn stage(name: &str) -> Option<Phrase> {
    let phrase = match name {
        "reported" => text::REPORTED,
        "verifying" => text::VERIFYING,
        "filed" => text::FILED,
        "dispatched" => text::DISPATCHED,
        "returned" => text::RETURNED,
        "accepted" => text::ACCEPTED,
        "processing" => text::PROCESSING,
        "extension-requested" => text::EXTENSION,
        "suspended" => text::SUSPENDED,
        "feedback" => text::FEEDBACK,
        "checking" => text::CHECKING,
        "rework" => text::REWORK,
        "closed" => text::CLOSED,
        "evaluated" => text::EVALUATED,
        "rejected" => text::REJECTED,
        "voided" => text::VOIDED,
        _ => return None,
    };
    Some(phrase)
}

/// What was done, as the history names it.
pub fn done(name: &str) -> Option<Phrase> {
    match name {
        "open" => Some(text::DID_OPEN),
        "overdue" => Some(text::DID_OVERDUE),
        _ => named(name).map(|step| step.label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(stage: &str, role: &str) -> Vec<&'static str> {
        offered(stage, &[role.to_owned()]).filter(|step| step.is_main).map(|step| step.name).collect()
    }

    #[test]
    fn each_role_is_offered_its_part_of_the_process() {
        assert_eq!(names("reported", "grid-member"), ["verify"]);
        assert_eq!(names("verifying", "operator"), ["file", "reject"]);
        assert_eq!(names("filed", "operator"), ["dispatch"]);
        assert_eq!(names("filed", "handler"), [""; 0]);
        assert_eq!(names("dispatched", "handler"), ["accept", "return"]);
        assert_eq!(names("processing", "handler"), ["feedback", "request-extension"]);
        assert_eq!(names("feedback", "grid-member"), ["check"]);
        assert_eq!(names("checking", "operator"), ["close", "rework"]);
        assert_eq!(names("rework", "handler"), ["start"]);
        assert_eq!(names("closed", "township-admin"), ["evaluate"]);
    }

    #[test]
    fn who_only_looks_is_offered_nothing() {
        for stage in OPEN.iter().chain(&ENDED) {
            for role in ["viewer", "auditor", "enterprise", "module-author"] {
                assert_eq!(offered(stage, &[role.to_owned()]).count(), 0, "{role} at {stage}");
            }
        }
    }

    #[test]
    fn every_stage_has_a_name_and_a_way_on() {
        for stage_name in OPEN.iter().chain(&ENDED) {
            assert!(stage(stage_name).is_some(), "{stage_name}");
            assert!(offered(stage_name, &["township-admin".to_owned()]).next().is_some(), "{stage_name}");
        }
        let order: Vec<usize> = OPEN.iter().chain(&ENDED).map(|stage| reached(stage)).collect();
        assert_eq!(order, [0, 0, 1, 2, 2, 3, 3, 3, 3, 4, 5, 3, 6, 7, 7, 7]);
    }
}
