//! Time limits without a calendar.

use super::Filed;
use crate::cases::Limit;
use crate::cases::Step;
use crate::day::DAY_MS;

const HOUR_MS: i64 = 3_600_000;

/// Milliseconds of a unit; `None`: there is no such unit.
pub(super) fn unit_ms(unit: &str) -> Option<i64> {
    match unit {
        "work-minute" | "urgent-minute" => Some(HOUR_MS / 60),
        "work-hour" | "urgent-hour" => Some(HOUR_MS),
        "work-day" | "urgent-day" => Some(DAY_MS),
        _ => None,
    }
}

/// What a step does to the limit that runs; before the step has changed the stage.
pub(super) fn run(filed: &mut Filed, step: &Step, now_ms: i64) {
    let late = filed.case.due_ms.is_some_and(|due| due < now_ms);
    let named = step.limit.as_ref().and_then(length);
    let due = filed.case.due_ms;
    filed.case.due_ms = match step.name.as_str() {
        "dispatch" => named.map(|length| now_ms + length),
        "rework" => named.map(|length| now_ms + length),
        "request-extension" => {
            filed.asked_ms = named;
            due
        }
        "approve-extension" => due.map(|due| due + filed.asked_ms.take().unwrap_or_default()),
        "suspend" => {
            filed.left_ms = due.map(|due| due - now_ms);
            None
        }
        "resume" => filed.left_ms.take().map(|left| now_ms + left),
        "feedback" | "return" | "close" | "reject" | "void" | "reopen" => None,
        _ => due,
    };
    filed.case.overdue |= late;
    filed.last_due_ms = filed.case.due_ms.or(filed.last_due_ms);
}

fn length(limit: &Limit) -> Option<i64> {
    Some(i64::from(limit.amount) * unit_ms(&limit.unit)?)
}
