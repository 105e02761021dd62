//! The pull points of a camera, and the messages that wait in them.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::DateTime;
use chrono::Utc;

use crate::clock::Moment;

/// Messages that wait for one client; the oldest goes when another comes, as in cameras with a ring buffer.
const QUEUE: usize = 1_000;

/// Something that happened in front of a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// With its prefix, such as `tns1:VideoSource/MotionAlarm`.
    pub(crate) topic: String,
    /// Names and values.
    pub(crate) source: Vec<(String, String)>,
    pub(crate) data: Vec<(String, String)>,
    pub(crate) operation: Operation,
    /// By the clock of the camera.
    pub(crate) time: DateTime<Utc>,
}

/// What a message says of its property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// How it stands, for somebody who has just come.
    Initialized,
    Changed,
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Initialized => "Initialized",
            Self::Changed => "Changed",
        }
    }
}

/// One pull point.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) ends: Moment,
    /// What was asked for when it was made; a pull may prolong it by that.
    pub(crate) asked: Duration,
    /// When it was made or last renewed.
    pub(crate) renewed: Moment,
    pub(crate) pulls: u64,
    waiting: VecDeque<Message>,
}

impl Subscription {
    pub(crate) fn new(now: Moment, asked: Duration) -> Self {
        Self { ends: now.after(asked), asked, renewed: now, pulls: 0, waiting: VecDeque::new() }
    }

    /// Adds a message, and says whether another had to go for it.
    pub(crate) fn push(&mut self, message: Message) -> bool {
        let full = self.waiting.len() >= QUEUE;
        if full {
            self.waiting.pop_front();
        }
        self.waiting.push_back(message);
        full
    }

    pub(crate) fn take(&mut self, limit: usize) -> Vec<Message> {
        let count = limit.min(self.waiting.len());
        self.waiting.drain(..count).collect()
    }
}
