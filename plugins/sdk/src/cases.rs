//! Cases (工单, 案卷): matters with a responsible unit, stages and time limits, kept by the host and worked on by people.
//!
//! The manifest asks for them with a reason (`[asks.cases.reason]`). A module sees and moves only cases that it opened.
//! In [`crate::Plugin::handle`] it may [`Step::comment`] and [`Step::escalate`] by itself; every other step is made by the
//! person who pressed the button or called, and refused when he may not.
//!
//! ```
//! use xl_plugin::cases::{self, Draft, Step};
//! # let hub = xl_plugin::testing::Hub::new("[asks.cases.reason]\nzh = \"\"\nen = \"\"");
//! let draft = Draft::new("bin-7", "gbt30428", "01-02", "东门外垃圾满溢").source("video").place("371122102001");
//! let id = cases::open(&draft)?;
//! cases::move_case(&id, &Step::comment("每小时复查一次"))?;
//! assert_eq!(cases::get(&id)?.stage, "reported");
//! # Ok::<(), xl_plugin::Error>(())
//! ```

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::cases as host;
use crate::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::cases as host;

mod draft;
mod query;
mod step;

pub use crate::bindings::xueliang::hub::cases::Case;
pub use crate::bindings::xueliang::hub::cases::CasesError;
pub use crate::bindings::xueliang::hub::cases::Counts;
pub use crate::bindings::xueliang::hub::cases::Draft;
pub use crate::bindings::xueliang::hub::cases::Grouping;
pub use crate::bindings::xueliang::hub::cases::Limit;
pub use crate::bindings::xueliang::hub::cases::Matter;
pub use crate::bindings::xueliang::hub::cases::Page;
pub use crate::bindings::xueliang::hub::cases::Past;
pub use crate::bindings::xueliang::hub::cases::Position;
pub use crate::bindings::xueliang::hub::cases::Step;

pub use query::MAX_PAGE;
pub use query::Query;

/// The stages at which a case is worked on.
pub const OPEN: [&str; 12] = [
    "reported",
    "verifying",
    "filed",
    "dispatched",
    "returned",
    "accepted",
    "processing",
    "extension-requested",
    "suspended",
    "feedback",
    "checking",
    "rework",
];

/// The stages at which a case is not worked on any more; [`Step::reopen`] leads back.
pub const ENDED: [&str; 4] = ["closed", "evaluated", "rejected", "voided"];

/// Opens a case and returns its number; the same number for the same key.
///
/// # Errors
/// `AccessDenied` without the grant; `Invalid` with what is wrong with the draft.
pub fn open(draft: &Draft) -> Result<String, Error> {
    host::open(draft).map_err(Error::Cases)
}

/// One case, with the call's own steps.
///
/// # Errors
/// `NotFound` when this module opened no such case.
pub fn get(id: &str) -> Result<Case, Error> {
    host::get(id).map_err(Error::Cases)
}

/// The case with this key; `None` when the module opened none.
///
/// # Errors
/// `AccessDenied` without the grant.
pub fn by_key(key: &str) -> Result<Option<Case>, Error> {
    host::by_key(key).map_err(Error::Cases)
}

/// Makes a step, and returns the case as it stands then.
///
/// # Errors
/// `Refused` when the case stands where this step cannot be made, or it needs a person who may make it; `Invalid` when
/// something is missing. `?` tells both to the person at the form or the program that called.
pub fn move_case(id: &str, step: &Step) -> Result<Case, Error> {
    host::move_(id, step).map_err(Error::Cases)
}

/// The module's cases as committed before this call, newest first.
///
/// # Errors
/// `Invalid` with what is wrong with the question.
pub fn find(query: &Query) -> Result<Page, Error> {
    host::find(query.asked()).map_err(Error::Cases)
}

/// What happened to a case as committed before this call, oldest first, at most 500 steps.
///
/// # Errors
/// `NotFound` when this module opened no such case.
pub fn history(id: &str) -> Result<Vec<Past>, Error> {
    host::history(id).map_err(Error::Cases)
}

/// Counts of the module's cases from `from_ms` to before `to_ms`, at most 500 rows.
///
/// # Errors
/// `Invalid` when the period ends before it begins.
pub fn figures(from_ms: i64, to_ms: i64, by: Grouping) -> Result<Vec<Counts>, Error> {
    host::figures(from_ms, to_ms, by).map_err(Error::Cases)
}

impl Case {
    /// Whether it is still worked on.
    pub fn is_open(&self) -> bool {
        !ENDED.contains(&self.stage.as_str())
    }
}

impl Limit {
    /// Working hours (工作时).
    pub fn work_hours(amount: u32) -> Self {
        Self { amount, unit: "work-hour".to_owned() }
    }

    /// Working days (工作日).
    pub fn work_days(amount: u32) -> Self {
        Self { amount, unit: "work-day".to_owned() }
    }

    /// Hours that run outside of office hours too (紧急工作时).
    pub fn urgent_hours(amount: u32) -> Self {
        Self { amount, unit: "urgent-hour".to_owned() }
    }

    /// Days that run outside of office hours too (紧急工作日).
    pub fn urgent_days(amount: u32) -> Self {
        Self { amount, unit: "urgent-day".to_owned() }
    }
}
