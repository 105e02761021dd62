//! A clue (风险线索) on its way through the procedure: pure rules, no host.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

use crate::clock;
use crate::consent::Standing;
use crate::notice::Notice;
use crate::person::Person;
use crate::procedure::Procedure;
use crate::procedure::State;
use crate::procedure::Step;

mod refusal;

pub use refusal::Refusal;

/// Where a clue came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The household itself.
    SelfReport,
    /// A cadre's visit.
    Visit,
    /// A department's warning.
    Department,
    /// Supervision.
    Supervision,
    /// A written rule of this module fired.
    Analysis,
}

/// What kind of risk; closed, so that no free text and nothing about health stands in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Income fell.
    Income,
    /// A large expense that cannot be put off.
    Expense,
    /// Work was lost.
    Work,
    /// Schooling.
    Schooling,
    /// Housing.
    Housing,
    /// Drinking water.
    Water,
    /// A disaster or an accident.
    Disaster,
    /// Something else.
    Other,
}

/// A step that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Name of the step; `reject`, `reinstate` beside those of the procedure.
    pub step: String,
    /// Account of who made it.
    pub by: String,
    /// When.
    pub at_ms: i64,
    /// What he wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How it was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Where it stood.
    pub from: State,
    /// Account of who rejected it.
    pub by: String,
    /// When.
    pub on: Day,
    /// Why.
    pub reason: String,
}

/// A clue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clue {
    /// Its household.
    pub household: String,
    /// 12-digit code of the village.
    pub place: String,
    /// Where it came from.
    pub source: Source,
    /// What kind of risk.
    pub risk: Risk,
    /// The warning that it was opened upon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Version of the procedure.
    pub procedure: u32,
    /// Where it stands.
    pub state: State,
    /// The day it was opened.
    pub opened: Day,
    /// The last day for a decision.
    pub due: Day,
    /// The same while nothing was decided and the day is not counted yet; what the schedule finds it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Day>,
    /// The first decision, for or against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Day>,
    /// Its one notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// How it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Rejection>,
    /// What was done, oldest first.
    pub steps: Vec<Made>,
}

/// Most steps that are kept: with notes they must fit into 64 KiB.
const MOST_STEPS: usize = 40;

/// What a step looks at besides the clue.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Who makes it.
    pub person: Option<&'a Person>,
    /// What the household consents to now.
    pub consents: &'a Standing,
    /// The clue's notice.
    pub notice: Option<&'a Notice>,
    /// Whether an objection or appeal about the clue waits for its answer.
    pub objected: bool,
    /// When.
    pub now_ms: i64,
}

impl Clue {
    /// Opens a clue: a mark of risk, so somebody must answer for it.
    ///
    /// # Errors
    /// `NoPerson` without a person, `Role` when the procedure does not let him.
    pub fn open(
        procedure: &Procedure,
        household: &str,
        place: &str,
        (source, risk): (Source, Risk),
        (person, now_ms, note): (Option<&Person>, i64, Option<String>),
    ) -> Result<Self, Refusal> {
        let person = person.ok_or(Refusal::NoPerson)?;
        let step = procedure.steps.first().ok_or(Refusal::Full)?;
        in_role(step, person)?;
        let opened = Day::at(now_ms);
        let due = clock::due(opened, procedure.days_to_decide);
        Ok(Self {
            household: household.to_owned(),
            place: place.to_owned(),
            source,
            risk,
            warning: None,
            procedure: procedure.version,
            state: step.to,
            opened,
            due,
            clock: Some(due),
            decided: None,
            notice: None,
            rejected: None,
            steps: vec![Made { step: step.name.clone(), by: person.account.clone(), at_ms: now_ms, note }],
        })
    }

    /// Checks whether the next step may be made now, and returns it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_go_on<'p>(&self, procedure: &'p Procedure, around: Around<'_>) -> Result<&'p Step, Refusal> {
        let person = around.person.ok_or(Refusal::NoPerson)?;
        let step = procedure.next(self.state).ok_or(Refusal::State(self.state))?;
        in_role(step, person)?;
        if step.independent && self.was_entered_by(&person.account) {
            return Err(Refusal::OwnWork);
        }
        if let Some(purpose) = around.consents.missing(&step.consents) {
            return Err(Refusal::Consent(purpose));
        }
        if step.to == State::Noticed && self.notice.is_some() {
            return Err(Refusal::SecondNotice);
        }
        if step.from == Some(State::Noticed) {
            notice_stood(procedure, around)?;
        }
        if self.steps.len() >= MOST_STEPS {
            return Err(Refusal::Full);
        }
        Ok(step)
    }

    /// Makes the next step.
    ///
    /// # Errors
    /// Why not.
    pub fn go_on(&mut self, procedure: &Procedure, around: Around<'_>, note: Option<String>) -> Result<(), Refusal> {
        let step = self.may_go_on(procedure, around)?;
        let person = around.person.ok_or(Refusal::NoPerson)?;
        self.made(&step.name, person, around.now_ms, note);
        self.state = step.to;
        if step.to == State::CountyOk {
            self.decide(Day::at(around.now_ms));
        }
        Ok(())
    }

    /// Rejects it, which anybody may who could make the next step.
    ///
    /// # Errors
    /// Why not.
    pub fn reject(&mut self, procedure: &Procedure, around: Around<'_>, reason: String) -> Result<(), Refusal> {
        let person = around.person.ok_or(Refusal::NoPerson)?;
        if !self.state.may_be_rejected() {
            return Err(Refusal::State(self.state));
        }
        let step = procedure.next(self.state).ok_or(Refusal::State(self.state))?;
        // A failed notice can only end in a rejection: whoever made the notice may say so.
        if !person.holds_any(&["township-admin"]) {
            in_role(step, person)?;
        }
        let on = Day::at(around.now_ms);
        self.made("reject", person, around.now_ms, Some(reason.clone()));
        self.rejected = Some(Rejection { from: self.state, by: person.account.clone(), on, reason });
        self.state = State::Rejected;
        self.decide(on);
        Ok(())
    }

    /// The last day on which the household may appeal.
    ///
    /// # Errors
    /// `State` when it was not rejected, `TooLate` when the day has passed.
    pub fn may_appeal(&self, procedure: &Procedure, today: Day) -> Result<Day, Refusal> {
        let rejection = self.rejected.as_ref().ok_or(Refusal::State(self.state))?;
        let last = rejection.on.plus(procedure.appeal_days);
        if self.state != State::Rejected {
            Err(Refusal::State(self.state))
        } else if today > last {
            Err(Refusal::TooLate(last))
        } else {
            Ok(last)
        }
    }

    /// Takes a rejection back: it goes on where it stood. Not by who rejected it.
    ///
    /// # Errors
    /// Why not.
    pub fn reinstate(&mut self, person: Option<&Person>, now_ms: i64, reason: String) -> Result<(), Refusal> {
        let person = person.ok_or(Refusal::NoPerson)?;
        let Some(rejection) = self.rejected.clone().filter(|_| self.state == State::Rejected) else {
            return Err(Refusal::State(self.state));
        };
        if rejection.by == person.account {
            return Err(Refusal::OwnWork);
        }
        self.made("reinstate", person, now_ms, Some(reason));
        self.state = rejection.from;
        Ok(())
    }

    /// Whether the decision came in time; none while nothing was decided.
    pub fn was_on_time(&self) -> Option<bool> {
        self.decided.map(|day| clock::on_time(self.due, day))
    }

    /// Whether somebody entered anything of it.
    pub fn was_entered_by(&self, account: &str) -> bool {
        self.steps.iter().any(|made| made.by == account)
    }

    fn decide(&mut self, day: Day) {
        self.decided.get_or_insert(day);
    }

    fn made(&mut self, step: &str, person: &Person, at_ms: i64, note: Option<String>) {
        self.steps.push(Made { step: step.to_owned(), by: person.account.clone(), at_ms, note });
    }
}

fn in_role(step: &Step, person: &Person) -> Result<(), Refusal> {
    if person.holds_any(&step.roles) { Ok(()) } else { Err(Refusal::Role(step.roles.clone())) }
}

fn notice_stood(procedure: &Procedure, around: Around<'_>) -> Result<(), Refusal> {
    let notice = around.notice.ok_or(Refusal::NoticeFailed)?;
    match notice.down {
        None => return Err(Refusal::NoticeRuns(clock::notice_until(notice.posted, procedure.notice_days))),
        Some(_) if !notice.is_compliant(procedure.notice_days) => return Err(Refusal::NoticeFailed),
        Some(_) => {}
    }
    if around.objected { Err(Refusal::OpenObjection) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
