//! The one table of steps: from which stages to which stage, and who may make them.

use crate::case::actor::Actor;
use crate::case::actor::Power;
use crate::case::stage::Stage;
use crate::case::step::StepName;

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The step.
    pub step: StepName,
    /// Where it is made.
    pub from: &'static [Stage],
    /// Where the case stands after it; none: where it stood.
    pub to: Option<Stage>,
    /// A person needs one of these.
    pub powers: &'static [Power],
    /// Whether a module makes it on its own, or the clock.
    pub by: By,
    /// Whether a reason in words is needed.
    pub reason: bool,
    /// Whether it judges work: then who gave a feedback to this case cannot make it.
    pub judges: bool,
}

/// Who besides persons makes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Nobody.
    Persons,
    /// Modules on their own too.
    Modules,
    /// The clock, and no person.
    Clock,
}

const OPEN: &[Stage] = &[
    Stage::Reported,
    Stage::Verifying,
    Stage::Filed,
    Stage::Dispatched,
    Stage::Returned,
    Stage::Accepted,
    Stage::Processing,
    Stage::ExtensionRequested,
    Stage::Suspended,
    Stage::Feedback,
    Stage::Checking,
    Stage::Rework,
];

const WITH_UNIT: &[Stage] = &[
    Stage::Dispatched,
    Stage::Accepted,
    Stage::Processing,
    Stage::ExtensionRequested,
    Stage::Suspended,
    Stage::Rework,
];

const ALL: &[Stage] = &Stage::ALL;
const ANY: &[Power] = &Power::ALL;
const FILE: &[Power] = &[Power::File];
const HANDLE: &[Power] = &[Power::Handle];
const CHECK: &[Power] = &[Power::Check, Power::File];
const UNIT: &[Power] = &[Power::Handle, Power::File];
const DUTY: &[Power] = &[Power::File, Power::Handle, Power::Check];

const fn row(step: StepName, from: &'static [Stage], to: Stage, powers: &'static [Power]) -> Row {
    Row { step, from, to: Some(to), powers, by: By::Persons, reason: false, judges: false }
}

const fn stays(step: StepName, from: &'static [Stage], powers: &'static [Power]) -> Row {
    Row { step, from, to: None, powers, by: By::Persons, reason: false, judges: false }
}

const fn reason(row: Row) -> Row {
    Row { reason: true, ..row }
}

const fn judges(row: Row) -> Row {
    Row { judges: true, ..row }
}

const fn by(by: By, row: Row) -> Row {
    Row { by, ..row }
}

/// All steps but `open`, whose case has no stage before it.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row(StepName::Verify, &[Stage::Reported], Stage::Verifying, CHECK),
    row(StepName::File, &[Stage::Verifying], Stage::Filed, FILE),
    reason(row(StepName::Reject, &[Stage::Verifying], Stage::Rejected, FILE)),
    row(StepName::Dispatch, &[Stage::Filed, Stage::Returned], Stage::Dispatched, FILE),
    reason(row(StepName::Return, &[Stage::Dispatched], Stage::Returned, HANDLE)),
    row(StepName::Accept, &[Stage::Dispatched], Stage::Accepted, HANDLE),
    row(StepName::Start, &[Stage::Accepted, Stage::Rework], Stage::Processing, HANDLE),
    stays(StepName::Phase, &[Stage::Processing], HANDLE),
    reason(row(StepName::RequestExtension, &[Stage::Processing], Stage::ExtensionRequested, HANDLE)),
    row(StepName::ApproveExtension, &[Stage::ExtensionRequested], Stage::Processing, FILE),
    reason(row(StepName::DenyExtension, &[Stage::ExtensionRequested], Stage::Processing, FILE)),
    reason(row(StepName::Suspend, &[Stage::Processing], Stage::Suspended, FILE)),
    row(StepName::Resume, &[Stage::Suspended], Stage::Processing, UNIT),
    row(StepName::Feedback, &[Stage::Processing], Stage::Feedback, HANDLE),
    judges(row(StepName::Check, &[Stage::Feedback], Stage::Checking, CHECK)),
    judges(row(StepName::Close, &[Stage::Checking], Stage::Closed, FILE)),
    judges(reason(row(StepName::Rework, &[Stage::Checking], Stage::Rework, CHECK))),
    judges(row(StepName::Evaluate, &[Stage::Closed], Stage::Evaluated, CHECK)),
    reason(row(StepName::Void, OPEN, Stage::Voided, FILE)),
    reason(row(StepName::Reopen, &[Stage::Closed, Stage::Evaluated], Stage::Filed, FILE)),
    reason(row(StepName::Reopen, &[Stage::Rejected, Stage::Voided], Stage::Verifying, FILE)),
    stays(StepName::Assign, WITH_UNIT, UNIT),
    by(By::Modules, reason(stays(StepName::Escalate, OPEN, DUTY))),
    by(By::Modules, stays(StepName::Comment, ALL, ANY)),
    by(By::Clock, stays(StepName::Overdue, OPEN, &[])),
    by(By::Clock, stays(StepName::Recalculate, OPEN, &[])),
];

/// The row by which a step is made from a stage; none: it is not made there.
pub fn row_of(step: StepName, stage: Stage) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.step == step && row.from.contains(&stage))
}

/// The stages from which a step is made.
pub fn stages_of(step: StepName) -> impl Iterator<Item = Stage> {
    TABLE.iter().filter(move |row| row.step == step).flat_map(|row| row.from.iter().copied())
}

impl Row {
    /// Whether nothing but the power to handle lets this actor make it: then only for a unit that he acts for.
    pub fn is_by_handling(&self, actor: &Actor) -> bool {
        let Actor::Person { powers, .. } = actor else { return false };
        self.lets(actor) && !self.powers.iter().any(|power| *power != Power::Handle && powers.has(*power))
    }

    /// Whether the table lets this actor make it.
    pub fn lets(&self, actor: &Actor) -> bool {
        match actor {
            Actor::Person { powers, .. } => self.powers.iter().any(|power| powers.has(*power)),
            Actor::Module(_) => self.by == By::Modules,
            Actor::Link(_) => false,
            Actor::Clock => self.by == By::Clock,
        }
    }
}
