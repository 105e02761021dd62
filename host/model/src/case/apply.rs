//! What each step changes besides the stage.

use crate::case::Case;
use crate::case::actor::Actor;
use crate::case::error::CaseError;
use crate::case::error::code;
use crate::case::limit::Limit;
use crate::case::past::Past;
use crate::case::rules::Allowed;
use crate::case::rules::Rules;
use crate::case::stage::Stage;
use crate::case::step::Step;
use crate::case::step::StepName;
use crate::case::timer::Timer;
use crate::case::timer::TimerName;
use crate::clock::TimestampMs;
use crate::id::UnitId;

impl Case {
    /// What a step changes besides the stage.
    pub(super) fn apply(
        &mut self,
        step: &Step,
        actor: &Actor,
        past: &mut Past,
        now_ms: TimestampMs,
        rules: &Rules,
    ) -> Result<(), CaseError> {
        let calendar = &rules.calendar;
        match step.name {
            StepName::File => {
                self.filed_ms = self.filed_ms.or(Some(now_ms));
                self.end_timers(now_ms);
                self.start(TimerName::Dispatch, now_ms, rules);
            }
            StepName::Return => {
                self.end_timers(now_ms);
                self.start(TimerName::Dispatch, now_ms, rules);
            }
            StepName::Dispatch => {
                self.end_timers(now_ms);
                (self.unit, self.handler) = (step.unit.clone(), None);
                let phases = match step.limit {
                    Some(limit) => vec![(String::new(), limit)],
                    None => rules.limits.phases(&self.matter, self.condition().as_deref()),
                };
                self.start_phases(&phases, now_ms, calendar);
            }
            StepName::Accept => self.handler = self.handler.take().or_else(|| actor.account().cloned()),
            StepName::Phase => {
                let Some(ended) = self.end_phase(now_ms) else {
                    let en = "no further limit waits: give the feedback instead";
                    return Err(CaseError::refused(code::NOTHING, en, "没有后续阶段，请直接反馈"));
                };
                (past.timer, past.phase) = (Some(ended.timer), Some(ended.phase));
            }
            StepName::RequestExtension => self.asked = step.limit,
            StepName::ApproveExtension => {
                if let Some(limit) = step.limit.or(self.asked.take()) {
                    past.limit = Some(limit);
                    self.extend(limit, calendar);
                    self.extensions = self.extensions.saturating_add(1);
                }
                self.asked = None;
            }
            StepName::DenyExtension => self.asked = None,
            StepName::Suspend => self.stop_timers(now_ms, calendar),
            StepName::Resume => self.resume_timers(now_ms, calendar),
            StepName::Feedback => {
                self.end_timers(now_ms);
                if let Some(account) = actor.account().filter(|account| !self.feedback_by.contains(account)) {
                    self.feedback_by.push(account.clone());
                }
                self.start(TimerName::Checking, now_ms, rules);
            }
            StepName::Rework => {
                self.end_timers(now_ms);
                self.reworks = self.reworks.saturating_add(1);
                self.start_rework(now_ms, rules);
            }
            StepName::Reject | StepName::Close | StepName::Void => {
                self.end_timers(now_ms);
                self.asked = None;
                self.closed_ms = Some(now_ms);
            }
            StepName::Reopen => {
                self.closed_ms = None;
                let timer = if self.stage == Stage::Filed { TimerName::Dispatch } else { TimerName::Filing };
                self.start(timer, now_ms, rules);
            }
            StepName::Assign => self.handler = step.handler.clone(),
            StepName::Escalate => {
                self.escalated_to = step.unit.clone().or_else(|| self.unit_above(rules));
                past.unit = self.escalated_to.clone();
            }
            StepName::Overdue => {
                let late = self.timers.iter_mut().find(|timer| timer.overdue_from_ms().is_some_and(|at| at <= now_ms));
                let Some(late) = late else {
                    return Err(CaseError::refused(code::NOTHING, "no limit has ended unkept", "没有超期的时限"));
                };
                late.overdue = true;
                (past.timer, past.phase) = (Some(late.timer), Some(late.phase.clone()));
                self.escalated_to = self.unit_above(rules).or_else(|| self.escalated_to.take());
                past.unit = self.escalated_to.clone();
            }
            StepName::Recalculate => {
                if !self.reckon(calendar, true) {
                    return Err(CaseError::refused(code::NOTHING, "no limit ends at another time", "时限没有变化"));
                }
            }
            StepName::Open | StepName::Verify | StepName::Start | StepName::Check | StepName::Evaluate => {}
            StepName::Comment => {}
        }
        Ok(())
    }

    pub(super) fn start(&mut self, timer: TimerName, now_ms: TimestampMs, rules: &Rules) {
        let limit = rules.limits.of(timer, &self.matter, self.condition().as_deref());
        self.start_timer(timer, limit, now_ms, &rules.calendar);
    }

    /// Handling runs again: by the limit of rework, or with what was left when the feedback came.
    fn start_rework(&mut self, now_ms: TimestampMs, rules: &Rules) {
        let calendar = &rules.calendar;
        let last = self.timers.iter().rev().find(|timer| timer.timer == TimerName::Handling);
        let (limit, rest): (Limit, _) = match (rules.limits.rework(&self.matter, self.condition().as_deref()), last) {
            (Allowed::Limit(limit), _) => (limit, None),
            (Allowed::Left, Some(last)) => {
                let rest = calendar.left(last.ended_ms.unwrap_or(now_ms), last.due_ms, last.limit.unit);
                (last.limit, Some(rest))
            }
            (Allowed::Left, None) => return,
        };
        self.timers.push(Timer::start(TimerName::Handling, "rework", limit, rest, now_ms, calendar));
    }

    /// The condition of the table of limits that the module's data name.
    fn condition(&self) -> Option<String> {
        let data: serde_json::Value = serde_json::from_str(&self.data).ok()?;
        data.get("condition")?.as_str().map(str::to_owned)
    }

    fn unit_above(&self, rules: &Rules) -> Option<UnitId> {
        rules.units.above(self.escalated_to.as_ref().or(self.unit.as_ref())?).cloned()
    }
}
