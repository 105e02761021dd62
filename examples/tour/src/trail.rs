//! Tells each step, and knows the last one for whoever has to find out where it went wrong.

use simulated_county::say::Say;

/// The steps so far.
#[derive(Debug)]
pub struct Trail {
    say: Say,
    steps: usize,
    last: String,
}

impl Trail {
    /// Nothing walked yet.
    pub fn new(say: Say) -> Self {
        Self { say, steps: 0, last: "the beginning".to_owned() }
    }

    /// A path begins.
    pub fn path(&self, chinese: &str, english: &str) {
        self.say.line(&format!("▸ {chinese}"), english);
    }

    /// A step answered as expected.
    pub fn step(&mut self, chinese: &str, english: &str) {
        self.steps += 1;
        self.last = format!("step {} ({english})", self.steps);
        self.say.line(&format!("  {:>2}. {chinese}", self.steps), english);
    }

    /// Something to know that is no step.
    pub fn note(&self, chinese: &str, english: &str) {
        self.say.line(&format!("      {chinese}"), english);
    }

    /// How many steps there were.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The last step that went well.
    pub fn last(&self) -> &str {
        &self.last
    }
}
