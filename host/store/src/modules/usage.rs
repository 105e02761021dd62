//! What each module used on each day: written with its commits, so it counts what took effect, exactly once.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::day::Day;
use xl_model::id::ModuleKey;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// How long the days are kept: a year, and a month to read it in.
const KEEP_DAYS: TimestampMs = 400;

/// Milliseconds of a day.
const DAY_MS: TimestampMs = 86_400_000;

/// What one commit adds to its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// The day in China.
    pub day: Day,
    /// Events handled.
    pub events: u64,
    /// Pictures handed over.
    pub pictures: u64,
    /// CPU time of the run and of those that failed before it, in microseconds.
    pub cpu_us: u64,
}

/// What a module used on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayUsage {
    /// The sums of the day.
    pub used: Used,
    /// Bytes of its records at its last commit of that day: names of collections, keys and documents.
    pub stored_bytes: u64,
}

impl Store {
    /// What a module used on each day from `from` to `to`, the oldest first; days without a run are left out.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn module_usage(&self, module: &ModuleKey, from: Day, to: Day) -> Result<Vec<DayUsage>, StoreError> {
        let rows = sqlx::query(
            "SELECT day, events, pictures, cpu_us, stored_bytes FROM module_usage \
             WHERE module = (SELECT number FROM modules WHERE township = ? AND plugin = ?) \
             AND day BETWEEN ? AND ? ORDER BY day",
        )
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .bind(from.to_string())
        .bind(to.to_string())
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(usage_from).collect()).map_err(not_read("module usage"))
    }

    /// Removes the days that are older than 400 days.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub(crate) async fn forget_usage(&self, now_ms: TimestampMs) -> Result<(), StoreError> {
        let before = Day::in_china(now_ms.saturating_sub(KEEP_DAYS * DAY_MS)).to_string();
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM module_usage WHERE day < ?").bind(before).execute(connection).await?;
                Ok(())
            })
        })
        .await
    }
}

fn usage_from(row: &SqliteRow) -> Result<DayUsage, sqlx::Error> {
    Ok(DayUsage {
        used: Used {
            day: row.try_get::<&str, _>("day")?.parse().map_err(columns::decode)?,
            events: columns::uint(row, "events")?,
            pictures: columns::uint(row, "pictures")?,
            cpu_us: columns::uint(row, "cpu_us")?,
        },
        stored_bytes: columns::uint(row, "stored_bytes")?,
    })
}
