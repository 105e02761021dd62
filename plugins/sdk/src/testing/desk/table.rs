//! Which step may be made from which stage, and what it must bring.

use crate::cases::CasesError;
use crate::cases::ENDED;
use crate::cases::Step;

/// Step, the stages it is made from, the stage it leads to.
const STEPS: [(&str, &[&str], &str); 19] = [
    ("verify", &["reported"], "verifying"),
    ("file", &["verifying"], "filed"),
    ("reject", &["verifying"], "rejected"),
    ("dispatch", &["filed", "returned"], "dispatched"),
    ("return", &["dispatched"], "returned"),
    ("accept", &["dispatched"], "accepted"),
    ("start", &["accepted", "rework"], "processing"),
    ("request-extension", &["processing"], "extension-requested"),
    ("approve-extension", &["extension-requested"], "processing"),
    ("deny-extension", &["extension-requested"], "processing"),
    ("suspend", &["processing"], "suspended"),
    ("resume", &["suspended"], "processing"),
    ("feedback", &["processing"], "feedback"),
    ("check", &["feedback"], "checking"),
    ("close", &["checking"], "closed"),
    ("rework", &["checking"], "rework"),
    ("evaluate", &["closed"], "evaluated"),
    ("reopen", &["closed", "evaluated"], "filed"),
    ("reopen", &["rejected", "voided"], "verifying"),
];

/// Where a unit works on the case: there a person can be named.
const WITH_UNIT: [&str; 6] = ["dispatched", "accepted", "processing", "extension-requested", "suspended", "rework"];

/// Steps that say why.
const REASONED: [&str; 9] =
    ["reject", "return", "request-extension", "deny-extension", "suspend", "rework", "void", "reopen", "escalate"];

/// Steps by which work is judged: who did it does not make them.
pub(super) const JUDGING: [&str; 4] = ["check", "close", "rework", "evaluate"];

/// The stage that the step leads to; `None`: it stays.
pub(super) fn leads(stage: &str, step: &str) -> Result<Option<&'static str>, CasesError> {
    let is_open = !ENDED.contains(&stage);
    let (is_there, to) = match step {
        "void" => (is_open, Some("voided")),
        "escalate" => (is_open, None),
        "assign" => (WITH_UNIT.contains(&stage), None),
        "comment" => (true, None),
        _ if !STEPS.iter().any(|(name, _, _)| *name == step) => {
            return Err(CasesError::Invalid(format!("name: there is no step `{step}`")));
        }
        _ => {
            let row = STEPS.iter().find(|(name, from, _)| *name == step && from.contains(&stage));
            (row.is_some(), row.map(|(_, _, to)| *to))
        }
    };
    if is_there { Ok(to) } else { Err(CasesError::Refused(format!("`{step}` cannot be made at stage `{stage}`"))) }
}

/// Whether the step brings what it needs.
pub(super) fn is_whole(step: &Step) -> Result<(), CasesError> {
    let invalid = |why: &str| Err(CasesError::Invalid(why.to_owned()));
    let said = step.note.as_deref().map_or("", str::trim);
    let speaks = step.name == "comment" && step.pictures.is_empty();
    if said.is_empty() && (REASONED.contains(&step.name.as_str()) || speaks) {
        return invalid("note: is needed");
    }
    if said.chars().count() > 1_000 {
        return invalid("note: longer than 1000 characters");
    }
    if step.unit.is_none() && step.name == "dispatch" {
        return invalid("unit: is needed");
    }
    if step.unit.iter().chain(&step.handler).any(|id| !is_id(id)) {
        return invalid("unit, handler: 1 to 64 of a-z, 0-9, `-`, `_`");
    }
    if step.handler.is_none() && step.name == "assign" {
        return invalid("handler: is needed");
    }
    if step.limit.is_none() && step.name == "request-extension" {
        return invalid("limit: is needed");
    }
    match &step.limit {
        Some(limit) if super::clock::unit_ms(&limit.unit).is_none() || limit.amount == 0 => invalid("limit: is none"),
        _ => Ok(()),
    }
}

fn is_id(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&id.len()) && id.bytes().all(is_letter) && !id.starts_with(['-', '_'])
}
