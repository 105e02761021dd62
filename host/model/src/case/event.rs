//! The events that tell of steps: ids, codes, stages and times, never what people wrote.

use serde_json::Value;
use serde_json::json;

use crate::case::Moved;
use crate::case::step::StepName;
use crate::case::timer::TimerName;

impl StepName {
    /// The kind of the event that tells of it.
    pub fn event_kind(self) -> &'static str {
        match self {
            Self::Open => "case.opened",
            Self::Verify => "case.verifying",
            Self::File => "case.filed",
            Self::Reject => "case.rejected",
            Self::Dispatch => "case.dispatched",
            Self::Return => "case.returned",
            Self::Accept => "case.accepted",
            Self::Start => "case.started",
            Self::Phase => "case.phase",
            Self::RequestExtension => "case.extension_requested",
            Self::ApproveExtension => "case.extended",
            Self::DenyExtension => "case.extension_denied",
            Self::Suspend => "case.suspended",
            Self::Resume => "case.resumed",
            Self::Feedback => "case.feedback",
            Self::Check => "case.checking",
            Self::Close => "case.closed",
            Self::Rework => "case.rework",
            Self::Evaluate => "case.evaluated",
            Self::Void => "case.voided",
            Self::Reopen => "case.reopened",
            Self::Assign => "case.assigned",
            Self::Escalate => "case.escalated",
            Self::Comment => "case.commented",
            Self::Overdue => "case.overdue",
            Self::Recalculate => "case.recalculated",
        }
    }
}

impl Moved {
    /// The data of the event that tells of this step: a JSON object. `null` where there is nothing.
    pub fn event_data(&self) -> Value {
        let (case, past) = (&self.case, &self.past);
        json!({
            "case": case.id,
            "key": (!case.key.is_empty()).then_some(&case.key),
            "plugin": case.plugin,
            "number": past.number,
            "step": past.name,
            "from": past.from,
            "stage": past.to,
            "matter": case.matter,
            "source": case.source,
            "place": case.place,
            "unit": case.unit,
            "unit_above": case.escalated_to,
            "handler": case.handler,
            "timer": past.timer.map(TimerName::word),
            "phase": past.phase,
            "due_ms": past.due_after_ms,
            "due_before_ms": past.due_before_ms,
            "final_due_ms": case.final_due_ms(),
            "overdue": case.is_overdue(),
            "reworks": case.reworks,
            "extensions": case.extensions,
        })
    }
}
