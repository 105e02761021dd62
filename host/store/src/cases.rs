//! Cases: how each stands and what was done with it. Who may see and move them is decided elsewhere.

mod figures;
mod find;

pub use figures::CaseScope;
pub use find::CaseFilter;

use sqlx::sqlite::SqliteRow;
use xl_model::case::Case;
use xl_model::case::Moved;
use xl_model::case::Past;
use xl_model::case::query::MAX_STEPS;
use xl_model::clock::TimestampMs;
use xl_model::event::NewEvent;
use xl_model::id::CaseId;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer::Operation;
use crate::writer::work::Task;
use crate::writer::work::Work;

/// Most cases that the clock is handed at once.
const MOST_DUE: u32 = 500;

impl Store {
    /// A case.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn case(&self, id: &CaseId) -> Result<Option<Case>, StoreError> {
        let row = sqlx::query("SELECT document FROM cases WHERE township = ? AND id = ?")
            .bind(columns::township_number(&id.township()))
            .bind(id.as_str())
            .fetch_optional(&self.shared.readers)
            .await;
        row.and_then(|row| row.as_ref().map(case_from).transpose()).map_err(not_read("case"))
    }

    /// The case that a module opened under this key.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn case_by_key(&self, module: &ModuleKey, key: &str) -> Result<Option<Case>, StoreError> {
        let row = sqlx::query("SELECT document FROM cases WHERE township = ? AND plugin = ? AND key = ?")
            .bind(columns::township_number(&module.township))
            .bind(module.plugin.as_str())
            .bind(key)
            .fetch_optional(&self.shared.readers)
            .await;
        row.and_then(|row| row.as_ref().map(case_from).transpose()).map_err(not_read("case"))
    }

    /// What was done with a case, oldest first, at most [`MAX_STEPS`].
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn case_history(&self, id: &CaseId) -> Result<Vec<Past>, StoreError> {
        let rows = sqlx::query("SELECT document FROM case_steps WHERE township = ? AND id = ? ORDER BY n LIMIT ?")
            .bind(columns::township_number(&id.township()))
            .bind(id.as_str())
            .bind(MAX_STEPS)
            .fetch_all(&self.shared.readers)
            .await;
        rows.and_then(|rows| rows.iter().map(|row| columns::json(row, "document")).collect())
            .map_err(not_read("case history"))
    }

    /// The number of a township's next case of a year, from 1 on.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn next_case_number(&self, township: &TownshipId, year: u16) -> Result<u32, StoreError> {
        let last: Result<Option<u32>, sqlx::Error> =
            sqlx::query_scalar("SELECT max(serial) FROM cases WHERE township = ? AND year = ?")
                .bind(columns::township_number(township))
                .bind(year)
                .fetch_one(&self.shared.readers)
                .await;
        last.map(|last| last.unwrap_or(0).saturating_add(1)).map_err(not_read("cases"))
    }

    /// Cases of all townships with which the clock has something to do by `now_ms`, the most urgent first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn cases_due(&self, now_ms: TimestampMs) -> Result<Vec<Case>, StoreError> {
        let rows =
            sqlx::query("SELECT document FROM cases WHERE next_overdue_ms <= ? ORDER BY next_overdue_ms LIMIT ?")
                .bind(now_ms)
                .bind(MOST_DUE)
                .fetch_all(&self.shared.readers)
                .await;
        rows.and_then(|rows| rows.iter().map(case_from).collect()).map_err(not_read("cases"))
    }

    /// When the clock has something to do with a case next; nothing: no limit runs.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn next_case_overdue_ms(&self) -> Result<Option<TimestampMs>, StoreError> {
        let next = sqlx::query_scalar("SELECT min(next_overdue_ms) FROM cases WHERE next_overdue_ms IS NOT NULL")
            .fetch_one(&self.shared.readers)
            .await;
        next.map_err(not_read("cases"))
    }

    /// Opens a case or makes a step with the event that tells of it, in one transaction; gives the event's number.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else moved the case, or took its number, meanwhile: ask for it again.
    pub async fn move_case(&self, moved: Moved, event: NewEvent) -> Result<u64, StoreError> {
        let (events, moved) = (vec![event], Box::new(moved));
        self.ask(|reply| Operation::Work(Work { events, task: Task::Move { moved, reply } })).await
    }
}

fn case_from(row: &SqliteRow) -> Result<Case, sqlx::Error> {
    columns::json(row, "document")
}
