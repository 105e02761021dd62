//! A task and its states: planned, started, done, passed, redo; missed and escalated when its window ends without it.

use serde::Deserialize;
use serde::Serialize;

/// Checks of one task kept.
const CHECKS: usize = 10;

/// Something to be done at a point inside a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) day: String,
    pub(crate) point: String,
    pub(crate) point_name: String,
    pub(crate) section: String,
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
    pub(crate) state: State,
    /// Who should do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    /// `{account}/{day}`, where somebody should.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mine: Option<String>,
    /// When it is missed; only while it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) open_until: Option<i64>,
    /// When it was missed; only until that was escalated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) missed_ms: Option<i64>,
    /// The day, while somebody should check it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) to_check: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) started_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) done_ms: Option<i64>,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) done_by: Option<String>,
    /// The picture he took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<String>,
    #[serde(default)]
    pub(crate) checks: Vec<Check>,
}

/// What somebody found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) by: String,
    pub(crate) at_ms: i64,
    pub(crate) pass: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The picture he saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<String>,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Planned,
    Started,
    Done,
    Passed,
    Redo,
    Missed,
    Escalated,
}

/// Why a task does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It stands somewhere else.
    State(State),
    /// Who did it does not check it.
    OwnWork,
}

impl Task {
    /// A task nobody has begun.
    pub(crate) fn planned(
        day: &str,
        (point, point_name, section): (&str, &str, &str),
        (from_ms, until_ms): (i64, i64),
        account: Option<&str>,
    ) -> Self {
        Self {
            day: day.to_owned(),
            point: point.to_owned(),
            point_name: point_name.to_owned(),
            section: section.to_owned(),
            from_ms,
            until_ms,
            state: State::Planned,
            account: account.map(str::to_owned),
            mine: account.map(|account| format!("{account}/{day}")),
            open_until: Some(until_ms),
            missed_ms: None,
            to_check: None,
            started_ms: None,
            done_ms: None,
            done_by: None,
            picture: None,
            checks: Vec::new(),
        }
    }

    /// Whether somebody still has to do it.
    pub(crate) fn is_to_do(&self) -> bool {
        matches!(self.state, State::Planned | State::Started | State::Redo | State::Missed | State::Escalated)
    }

    /// Begins; also after it was missed, late is better than not at all.
    pub(crate) fn start(&mut self, now_ms: i64) -> Result<(), Refusal> {
        if !self.is_to_do() || self.state == State::Started {
            return Err(Refusal::State(self.state));
        }
        self.state = State::Started;
        self.started_ms = Some(now_ms);
        Ok(())
    }

    /// Done, with a picture; whether inside the window.
    pub(crate) fn finish(&mut self, now_ms: i64, by: &str, picture: &str) -> Result<bool, Refusal> {
        if !self.is_to_do() {
            return Err(Refusal::State(self.state));
        }
        self.state = State::Done;
        self.started_ms.get_or_insert(now_ms);
        self.done_ms = Some(now_ms);
        self.done_by = Some(by.to_owned());
        self.picture = Some(picture.to_owned());
        self.open_until = None;
        self.missed_ms = None;
        self.to_check = Some(self.day.clone());
        Ok((self.from_ms..=self.until_ms).contains(&now_ms))
    }

    /// Checked by somebody else: passed, or to be done again until `redo_until_ms`.
    pub(crate) fn check(&mut self, check: Check, redo_until_ms: i64) -> Result<(), Refusal> {
        if self.state != State::Done {
            return Err(Refusal::State(self.state));
        }
        if self.done_by.as_ref() == Some(&check.by) {
            return Err(Refusal::OwnWork);
        }
        if check.pass {
            self.state = State::Passed;
        } else {
            self.state = State::Redo;
            self.open_until = Some(redo_until_ms);
        }
        self.to_check = None;
        if self.checks.len() == CHECKS {
            self.checks.remove(0);
        }
        self.checks.push(check);
        Ok(())
    }

    /// Its time is over.
    pub(crate) fn miss(&mut self, now_ms: i64) -> Result<(), Refusal> {
        if !matches!(self.state, State::Planned | State::Started | State::Redo)
            || self.open_until.is_none_or(|until| until >= now_ms)
        {
            return Err(Refusal::State(self.state));
        }
        self.state = State::Missed;
        self.open_until = None;
        self.missed_ms = Some(now_ms);
        Ok(())
    }

    /// Told to who is above.
    pub(crate) fn escalate(&mut self) -> Result<(), Refusal> {
        if self.state != State::Missed {
            return Err(Refusal::State(self.state));
        }
        self.state = State::Escalated;
        self.missed_ms = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task() -> Task {
        Task::planned("2026-11-26", ("p1", "东门", "s1"), (100, 200), Some("li"))
    }

    fn check(by: &str, pass: bool) -> Check {
        Check { by: by.to_owned(), at_ms: 190, pass, reason: None, picture: None }
    }

    #[test]
    fn a_task_goes_from_planned_over_started_and_done_to_passed() {
        let mut task = task();
        task.start(110).unwrap();
        assert_eq!(task.start(111), Err(Refusal::State(State::Started)));
        assert_eq!(task.finish(150, "li", "ab"), Ok(true));
        assert_eq!(task.check(check("li", true), 0), Err(Refusal::OwnWork));
        task.check(check("wang", true), 0).unwrap();
        assert_eq!((task.state, task.open_until, task.to_check.clone()), (State::Passed, None, None));
        assert_eq!(task.finish(160, "li", "ab"), Err(Refusal::State(State::Passed)));
    }

    #[test]
    fn what_did_not_pass_is_done_again_or_missed() {
        let mut task = task();
        task.finish(150, "li", "ab").unwrap();
        task.check(check("wang", false), 400).unwrap();
        assert_eq!((task.state, task.open_until), (State::Redo, Some(400)));
        let mut again = task.clone();
        assert_eq!(again.finish(390, "li", "cd"), Ok(false), "after its window");
        task.miss(401).unwrap();
        assert_eq!(task.state, State::Missed);
    }

    #[test]
    fn a_task_is_missed_after_its_window_and_escalated_after_that_and_may_still_be_done() {
        let mut task = task();
        assert_eq!(task.miss(200), Err(Refusal::State(State::Planned)));
        assert_eq!(task.escalate(), Err(Refusal::State(State::Planned)));
        task.miss(201).unwrap();
        assert_eq!(task.miss(202), Err(Refusal::State(State::Missed)));
        task.escalate().unwrap();
        assert_eq!(task.missed_ms, None);
        assert_eq!(task.finish(300, "li", "ab"), Ok(false));
    }
}
