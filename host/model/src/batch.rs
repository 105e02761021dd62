//! What a module is handed, and what a run gives back.

use std::sync::Arc;

use crate::clock::TimestampMs;
use crate::effect::Effects;
use crate::event::Event;
use crate::id::ModuleKey;

/// A run's input: events of one township in `seq` order.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The module that runs.
    pub module: ModuleKey,
    /// The time inside the run: it stands still. The newest event's receive time, so that a replay sees the same.
    pub now_ms: TimestampMs,
    /// At most the module's batch size.
    pub events: Vec<Arc<Event>>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The guest returned `ok`: these effects may be committed.
    Done(Effects),
    /// The guest asked for another try, after so many milliseconds if it said.
    Retry(Option<u64>),
    /// The guest rejected the events with a reason: not to be tried again.
    Rejected(String),
    /// The run was stopped from outside: a trap or a limit.
    Stopped(Stop),
}

/// Why a run was stopped; each is a limit with a test, or the guest's own trap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The guest computed longer than its CPU budget. Code XL0601.
    #[error("used more than {limit_ms} ms of CPU")]
    Cpu {
        /// The budget.
        limit_ms: u64,
    },
    /// The run took longer than its wall time, host calls included. Code XL0602.
    #[error("took longer than {limit_ms} ms")]
    Wall {
        /// The limit.
        limit_ms: u64,
    },
    /// The guest's memories together grew past the limit. Code XL0603.
    #[error("asked for more than {limit_bytes} bytes of memory")]
    Memory {
        /// The limit, over all memories.
        limit_bytes: u64,
    },
    /// The guest's tables together grew past the limit. Code XL0604.
    #[error("asked for more than {limit_elements} table elements")]
    Table {
        /// The limit, over all tables.
        limit_elements: u64,
    },
    /// The guest held more handles than the limit. Code XL0605.
    #[error("held more than {limit} handles")]
    Handles {
        /// The limit.
        limit: u64,
    },
    /// The guest wanted more effects than one run may have. Code XL0606.
    #[error("wanted more than {limit} effects")]
    Effects {
        /// The limit.
        limit: u64,
    },
    /// The guest's effects or strings were larger than one run may have. Code XL0607.
    #[error("handed over more than {limit_bytes} bytes")]
    Bytes {
        /// The limit.
        limit_bytes: u64,
    },
    /// The guest called the host more often than one run may. Code XL0608.
    #[error("called the host more than {limit} times")]
    HostCalls {
        /// The limit.
        limit: u64,
    },
    /// The guest trapped: unreachable code, an overflowing stack, a failed check of its own. Code XL0609.
    #[error("trapped: {detail}")]
    Trap {
        /// The trap and the innermost frames.
        detail: String,
    },
    /// The host could not answer a read of the guest. Code XL0610.
    #[error("a host answer failed: {detail}")]
    Host {
        /// Which, and why.
        detail: String,
    },
}

impl Stop {
    /// The stable code of this stop.
    pub fn code(&self) -> crate::fault::Code {
        crate::fault::Code(match self {
            Self::Cpu { .. } => 601,
            Self::Wall { .. } => 602,
            Self::Memory { .. } => 603,
            Self::Table { .. } => 604,
            Self::Handles { .. } => 605,
            Self::Effects { .. } => 606,
            Self::Bytes { .. } => 607,
            Self::HostCalls { .. } => 608,
            Self::Trap { .. } => 609,
            Self::Host { .. } => 610,
        })
    }
}
