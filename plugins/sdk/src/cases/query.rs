//! A question about the module's cases.

use crate::bindings::xueliang::hub::cases as host;

/// Most cases that one [`super::find`] brings.
pub const MAX_PAGE: u32 = 200;

/// A question about the module's cases; each word narrows it.
#[derive(Debug, Clone)]
pub struct Query(host::Query);

impl Query {
    /// All cases of the module.
    pub fn all() -> Self {
        Self(host::Query {
            stages: Vec::new(),
            place: None,
            unit: None,
            handler: None,
            grid: None,
            code: None,
            overdue: false,
            from: None,
            to: None,
            limit: MAX_PAGE,
            after: None,
        })
    }

    /// The cases that are worked on.
    pub fn open() -> Self {
        Self::all().stages(super::OPEN)
    }

    /// Only at one of these stages.
    #[must_use]
    pub fn stages<T: Into<String>>(mut self, stages: impl IntoIterator<Item = T>) -> Self {
        self.0.stages = stages.into_iter().map(Into::into).collect();
        self
    }

    /// Only at this place and below, by its 12-digit code.
    #[must_use]
    pub fn place(mut self, place: &str) -> Self {
        self.0.place = Some(place.to_owned());
        self
    }

    /// Only of this unit.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        self.0.unit = Some(unit.to_owned());
        self
    }

    /// Only of this person, by account.
    #[must_use]
    pub fn handler(mut self, account: &str) -> Self {
        self.0.handler = Some(account.to_owned());
        self
    }

    /// Only in this grid cell or section.
    #[must_use]
    pub fn grid(mut self, grid: &str) -> Self {
        self.0.grid = Some(grid.to_owned());
        self
    }

    /// Only about this matter.
    #[must_use]
    pub fn code(mut self, code: &str) -> Self {
        self.0.code = Some(code.to_owned());
        self
    }

    /// Only with a time limit that ended unkept.
    #[must_use]
    pub fn overdue(mut self) -> Self {
        self.0.overdue = true;
        self
    }

    /// Opened at this time or later.
    #[must_use]
    pub fn from(mut self, time_ms: i64) -> Self {
        self.0.from = Some(time_ms);
        self
    }

    /// Opened before this time.
    #[must_use]
    pub fn to(mut self, time_ms: i64) -> Self {
        self.0.to = Some(time_ms);
        self
    }

    /// At most so many, 1 to [`MAX_PAGE`]; [`MAX_PAGE`] where nothing is said.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.0.limit = limit;
        self
    }

    /// Goes on where an earlier answer ended: its `next`.
    #[must_use]
    pub fn after(mut self, token: String) -> Self {
        self.0.after = Some(token);
        self
    }

    pub(super) fn asked(&self) -> &host::Query {
        &self.0
    }
}
