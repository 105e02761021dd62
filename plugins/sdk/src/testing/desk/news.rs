//! The events that tell of a case.

use crate::cases::Case;
use crate::cases::Past;
use crate::plugin::Event;

/// An opened or moved case, before it has a place in the log.
#[derive(Debug, Clone)]
pub(in crate::testing) struct News {
    id: String,
    kind: String,
    subject: String,
    at_ms: i64,
    data: String,
}

impl News {
    /// Tells of a step: ids, codes, stages and times, never what people wrote.
    pub(super) fn of(case: &Case, past: &Past) -> Self {
        let data = serde_json::json!({
            "case": case.id,
            "key": case.key,
            "number": past.number,
            "step": past.name,
            "from": past.from,
            "stage": past.to,
            "matter": { "set": case.matter.set, "version": case.matter.version, "code": case.matter.code },
            "source": case.source,
            "place": case.place,
            "unit": case.unit,
            "handler": case.handler,
            "due_ms": past.due_after_ms,
            "due_before_ms": past.due_before_ms,
            "overdue": case.overdue,
            "reworks": case.reworks,
            "extensions": case.extensions,
        });
        Self {
            id: format!("{}-{}", case.id, past.number),
            kind: format!("case.{}", kind(&past.name)),
            subject: case.id.clone(),
            at_ms: past.at_ms,
            data: data.to_string(),
        }
    }

    /// As the event with this number.
    pub(in crate::testing) fn event(self, seq: u64) -> Event {
        Event {
            seq,
            id: self.id,
            source: "cases".to_owned(),
            kind: self.kind,
            camera: None,
            subject: Some(self.subject),
            time_ms: self.at_ms,
            received_ms: self.at_ms,
            data: self.data,
            pictures: Vec::new(),
            cause: None,
            depth: 0,
        }
    }
}

fn kind(step: &str) -> &str {
    match step {
        "open" => "opened",
        "verify" => "verifying",
        "file" => "filed",
        "reject" => "rejected",
        "dispatch" => "dispatched",
        "return" => "returned",
        "accept" => "accepted",
        "start" => "started",
        "request-extension" => "extension_requested",
        "approve-extension" => "extended",
        "deny-extension" => "extension_denied",
        "suspend" => "suspended",
        "resume" => "resumed",
        "check" => "checking",
        "close" => "closed",
        "evaluate" => "evaluated",
        "void" => "voided",
        "reopen" => "reopened",
        "assign" => "assigned",
        "escalate" => "escalated",
        "comment" => "commented",
        same => same,
    }
}
