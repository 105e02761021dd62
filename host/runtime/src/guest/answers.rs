//! Host answers that are not in the log: recorded in a run, taken from the record in a replay.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use xl_model::batch::Stop;
use xl_model::effect::Answer;

/// Most bytes that are recorded of one run.
const MAX_RECORDED_BYTES: usize = 16 * 1024 * 1024;

/// What the host answered, and in a replay what it answered then.
#[derive(Debug)]
pub(crate) struct Answers {
    made: Vec<Answer>,
    made_bytes: usize,
    /// Questions whose answer stays the same for the whole run.
    steady: BTreeSet<String>,
    recorded: Option<Arc<Vec<Answer>>>,
    used: Vec<bool>,
}

/// Where an answer comes from.
#[derive(Debug, PartialEq)]
pub(crate) enum Known<T> {
    /// Ask the port.
    Live,
    /// This is what it answered then.
    Recorded(T),
    /// The replayed build asks what was not asked then.
    Missing,
}

impl Answers {
    pub(crate) fn new(recorded: Option<Arc<Vec<Answer>>>) -> Self {
        let used = vec![false; recorded.as_ref().map_or(0, |answers| answers.len())];
        Self { made: Vec::new(), made_bytes: 0, steady: BTreeSet::new(), recorded, used }
    }

    /// The first recorded answer to `question` that was not given yet.
    pub(crate) fn known<T: DeserializeOwned>(&mut self, question: &str) -> Known<T> {
        let Some(recorded) = &self.recorded else { return Known::Live };
        let fits = |at: &usize| !self.used[*at] && recorded[*at].question == question;
        let Some(at) = (0..recorded.len()).find(fits) else { return Known::Missing };
        self.used[at] = true;
        read(&recorded[at])
    }

    /// The recorded answer to a `question` whose answer stays the same for the whole run.
    pub(crate) fn known_steady<T: DeserializeOwned>(&self, question: &str) -> Known<T> {
        let Some(recorded) = &self.recorded else { return Known::Live };
        recorded.iter().find(|answer| answer.question == question).map_or(Known::Missing, read)
    }

    /// Records what was answered.
    pub(crate) fn keep<T: Serialize>(&mut self, question: String, answer: &T) -> wasmtime::Result<()> {
        let answer = serde_json::to_string(answer)?;
        self.made_bytes = self.made_bytes.saturating_add(question.len() + answer.len());
        if self.made_bytes > MAX_RECORDED_BYTES {
            return Err(Stop::Bytes { limit_bytes: MAX_RECORDED_BYTES as u64 }.into());
        }
        self.made.push(Answer { question, answer });
        Ok(())
    }

    /// Records once what stays the same for the whole run.
    pub(crate) fn keep_steady<T: Serialize>(&mut self, question: String, answer: &T) -> wasmtime::Result<()> {
        if self.steady.insert(question.clone()) { self.keep(question, answer) } else { Ok(()) }
    }

    /// All that was recorded, in order.
    pub(crate) fn into_made(self) -> Vec<Answer> {
        self.made
    }
}

fn read<T: DeserializeOwned>(recorded: &Answer) -> Known<T> {
    serde_json::from_str(&recorded.answer).map_or(Known::Missing, Known::Recorded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_gives_each_recorded_answer_once_and_in_order() {
        let mut live = Answers::new(None);
        assert_eq!(live.known::<u8>("a"), Known::Live);
        [("a", 1), ("b", 2), ("a", 3)]
            .into_iter()
            .for_each(|(question, n)| live.keep(question.to_owned(), &n).unwrap());
        let mut replay = Answers::new(Some(Arc::new(live.into_made())));
        let asked = ["a", "a", "a", "b", "c"].map(|question| replay.known::<u8>(question));
        assert_eq!(asked, [Known::Recorded(1), Known::Recorded(3), Known::Missing, Known::Recorded(2), Known::Missing]);
    }

    #[test]
    fn what_stays_the_same_is_recorded_once_and_given_as_often_as_asked() {
        let mut live = Answers::new(None);
        (0..3).for_each(|_| live.keep_steady("a".to_owned(), &1).unwrap());
        let made = live.into_made();
        assert_eq!(made.len(), 1);
        let replay = Answers::new(Some(Arc::new(made)));
        assert_eq!([0; 2].map(|_| replay.known_steady::<u8>("a")), [Known::Recorded(1), Known::Recorded(1)]);
    }

    #[test]
    fn what_is_recorded_of_a_run_has_an_end() {
        let mut live = Answers::new(None);
        let body = "x".repeat(1024 * 1024);
        let ended = (0..20).map(|n| live.keep(n.to_string(), &body)).find_map(Result::err);
        assert_eq!(ended.unwrap().downcast_ref(), Some(&Stop::Bytes { limit_bytes: 16 * 1024 * 1024 }));
    }
}
