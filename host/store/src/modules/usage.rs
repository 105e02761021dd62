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
    /// Events published.
    pub published: u64,
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
            "SELECT day, events, published, pictures, cpu_us, stored_bytes FROM module_usage \
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

    /// What a module has used on a day so far, and the bytes of its records now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotRead`].
    pub async fn module_used(&self, module: &ModuleKey, day: Day) -> Result<DayUsage, StoreError> {
        let row = sqlx::query(
            "SELECT ?1 AS day, coalesce(u.events, 0) AS events, coalesce(u.published, 0) AS published, \
             coalesce(u.pictures, 0) AS pictures, coalesce(u.cpu_us, 0) AS cpu_us, m.stored_bytes \
             FROM modules AS m LEFT JOIN module_usage AS u ON u.module = m.number AND u.day = ?1 \
             WHERE m.township = ?2 AND m.plugin = ?3",
        )
        .bind(day.to_string())
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_optional(&self.shared.readers)
        .await;
        let found = row.and_then(|row| row.as_ref().map(usage_from).transpose()).map_err(not_read("module usage"))?;
        found.ok_or_else(|| StoreError::NotFound { what: "module", id: module.to_string() })
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
            published: columns::uint(row, "published")?,
            pictures: columns::uint(row, "pictures")?,
            cpu_us: columns::uint(row, "cpu_us")?,
        },
        stored_bytes: columns::uint(row, "stored_bytes")?,
    })
}
