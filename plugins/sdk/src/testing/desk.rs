//! The desk of a test hub: cases in memory, with the hub's table of steps and simple clocks.

use crate::cases::Case;
use crate::cases::CasesError;
use crate::cases::Draft;
use crate::cases::Past;
use crate::cases::Step;
use crate::day::Day;

mod ask;
mod clock;
mod draft;
mod news;
mod table;

use news::News;

/// Who makes a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Actor {
    /// A person, by account.
    Account(String),
    /// The module under test.
    Module,
    /// Somebody behind a public link.
    Link,
    /// Time.
    Clock,
}

impl Actor {
    fn account(&self) -> Option<String> {
        match self {
            Self::Account(account) => Some(account.clone()),
            Self::Module | Self::Link | Self::Clock => None,
        }
    }

    fn named(&self) -> String {
        match self {
            Self::Account(account) => format!("account:{account}"),
            Self::Module => "module:test".to_owned(),
            Self::Link => "link:0123456789abcdef".to_owned(),
            Self::Clock => "clock".to_owned(),
        }
    }
}

/// A case with what the hub knows about it besides.
#[derive(Debug, Clone)]
struct Filed {
    case: Case,
    past: Vec<Past>,
    filed_ms: Option<i64>,
    /// The last limit that ran, also when it runs no more.
    last_due_ms: Option<i64>,
    /// What was left of the limit when the case was suspended.
    left_ms: Option<i64>,
    /// The extension that was asked for.
    asked_ms: Option<i64>,
    /// Who said that it was done.
    fed_back: Vec<Actor>,
}

/// All cases of the hub.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    filed: Vec<Filed>,
    news: Vec<News>,
}

impl Desk {
    /// Opens a case, or finds the one with its key.
    pub(super) fn open(&mut self, draft: &Draft, actor: &Actor, now_ms: i64) -> Result<String, CasesError> {
        if let Some(known) = self.filed.iter().find(|filed| filed.case.key == draft.key) {
            return Ok(known.case.id.clone());
        }
        draft::check(draft).map_err(CasesError::Invalid)?;
        let township = super::settings::township();
        let id = format!("{township}-{}-{:06}", Day::at(now_ms).year(), self.filed.len() + 1);
        let mut case = draft::case(draft, &id, &township, now_ms);
        if *actor == Actor::Link {
            case.source = "link".to_owned();
        }
        let (filed_ms, last_due_ms, left_ms, asked_ms, fed_back) = (None, None, None, None, Vec::new());
        let filed = Filed { case, past: Vec::new(), filed_ms, last_due_ms, left_ms, asked_ms, fed_back };
        self.filed.push(filed);
        let at = self.filed.len() - 1;
        self.write(at, &Step::new("open"), actor, "", None, now_ms);
        Ok(id)
    }

    /// Makes a step where the table allows it.
    pub(super) fn take(&mut self, id: &str, step: &Step, actor: &Actor, now_ms: i64) -> Result<Case, CasesError> {
        let at = self.filed.iter().position(|filed| filed.case.id == id).ok_or(CasesError::NotFound)?;
        let Some(filed) = self.filed.get_mut(at) else { return Err(CasesError::NotFound) };
        let to = table::leads(&filed.case.stage, &step.name)?;
        table::is_whole(step)?;
        if table::JUDGING.contains(&step.name.as_str()) && filed.fed_back.contains(actor) {
            let why = format!("who said that it is done cannot {} it", step.name);
            return Err(CasesError::Refused(why));
        }
        let (from, due) = (filed.case.stage.clone(), filed.case.due_ms);
        clock::run(filed, step, now_ms);
        filed.change(step, to, actor, now_ms);
        self.write(at, step, actor, &from, due, now_ms);
        self.get(id, now_ms)
    }

    /// Marks the cases whose limit has ended.
    pub(super) fn pass(&mut self, now_ms: i64) {
        for at in 0..self.filed.len() {
            let Some(filed) = self.filed.get_mut(at) else { continue };
            let Some(due_ms) = filed.case.due_ms.filter(|due| *due < now_ms && !filed.case.overdue) else { continue };
            filed.case.overdue = true;
            let stage = filed.case.stage.clone();
            self.write(at, &Step::new("overdue"), &Actor::Clock, &stage, Some(due_ms), due_ms);
        }
    }

    /// The events since the last question.
    pub(super) fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    fn write(&mut self, at: usize, step: &Step, actor: &Actor, from: &str, due: Option<i64>, at_ms: i64) {
        let Some(filed) = self.filed.get_mut(at) else { return };
        let past = Past {
            number: u32::try_from(filed.past.len() + 1).unwrap_or(u32::MAX),
            at_ms,
            actor: actor.named(),
            name: step.name.clone(),
            from: from.to_owned(),
            to: filed.case.stage.clone(),
            note: step.note.clone(),
            due_before_ms: due,
            due_after_ms: filed.case.due_ms,
            pictures: step.pictures.clone(),
        };
        self.news.push(News::of(&filed.case, &past));
        filed.past.push(past);
    }
}

impl Filed {
    /// Everything but the clock.
    fn change(&mut self, step: &Step, to: Option<&str>, actor: &Actor, now_ms: i64) {
        let case = &mut self.case;
        match step.name.as_str() {
            "file" => self.filed_ms = self.filed_ms.or(Some(now_ms)),
            "dispatch" => (case.unit, case.handler) = (step.unit.clone(), None),
            "accept" if case.handler.is_none() => case.handler = actor.account(),
            "assign" => case.handler = step.handler.clone(),
            "feedback" => self.fed_back.push(actor.clone()),
            "rework" => case.reworks += 1,
            "approve-extension" => case.extensions += 1,
            "close" | "reject" | "void" => case.closed_ms = Some(now_ms),
            "reopen" => case.closed_ms = None,
            _ => {}
        }
        let done = !self.fed_back.is_empty();
        let pictures = if done { &mut case.after } else { &mut case.before };
        pictures.extend(step.pictures.iter().cloned());
        if let Some(to) = to {
            case.stage = to.to_owned();
        }
    }
}
