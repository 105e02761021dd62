//! Lived time: how much time surely passed, and how far each log had come by then.
//!
//! A clock that jumps, or stood wrong when an event came, makes no event old: lived time moves only by what both clocks say
//! has passed, the one on the wall and one that nobody can set, and not at all while the hub is off. An event is as old as
//! the first mark that covers it. Rows of the audit log have marks of their own (`audit::marks`).

use sqlx::SqliteConnection;
use xl_model::clock::TimestampMs;
use xl_model::id::TownshipId;

use super::DAY_MS;
use crate::Store;
use crate::StoreError;
use crate::audit;
use crate::not_read;
use crate::sqlite::columns;

/// Lived time between two marks of a log: by so much at most an event counts as younger than it is.
const MARK_MS: TimestampMs = 6 * 3_600_000;

impl Store {
    /// Lets time pass: `passed_ms` by a clock that nobody can set, since the call before, 0 at the first after a start.
    ///
    /// Gives the lived time, in milliseconds since the first start of the hub. Call it every few minutes.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn pass_time(&self, wall_ms: TimestampMs, passed_ms: TimestampMs) -> Result<TimestampMs, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let lived_ms: TimestampMs = sqlx::query_scalar(
                    "UPDATE lived_time SET lived_ms = lived_ms + CASE WHEN wall_ms IS NULL THEN 0 \
                     ELSE max(0, min(?1 - wall_ms, ?2)) END, wall_ms = ?1 RETURNING lived_ms",
                )
                .bind(wall_ms.clamp(0, i64::MAX / 2))
                .bind(passed_ms.max(0))
                .fetch_one(&mut *connection)
                .await?;
                sqlx::query(
                    "INSERT INTO log_marks (township, lived_ms, last_seq) \
                     SELECT t.township, ?1, t.last_seq FROM townships AS t WHERE NOT EXISTS (SELECT 1 FROM log_marks AS m \
                     WHERE m.township = t.township AND (m.lived_ms > ?1 - ?2 OR m.last_seq >= t.last_seq))",
                )
                .bind(lived_ms)
                .bind(MARK_MS)
                .execute(&mut *connection)
                .await?;
                audit::mark(connection, lived_ms).await?;
                Ok(lived_ms)
            })
        })
        .await
    }
}

/// The lived time by now, in milliseconds.
pub(crate) async fn lived(connection: &mut SqliteConnection) -> Result<TimestampMs, sqlx::Error> {
    sqlx::query_scalar("SELECT lived_ms FROM lived_time").fetch_one(connection).await
}

/// The number up to which everything in a log has been there for so many days; 0: nothing has.
pub(super) async fn through(
    store: &Store,
    township: &TownshipId,
    lived_ms: TimestampMs,
    days: u32,
) -> Result<u64, StoreError> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT last_seq FROM log_marks WHERE township = ? AND lived_ms <= ? ORDER BY lived_ms DESC LIMIT 1",
    )
    .bind(columns::township_number(township))
    .bind(lived_ms.saturating_sub(DAY_MS.saturating_mul(days.into())))
    .fetch_optional(&store.shared.readers)
    .await
    .map_err(not_read("marks of a log"))?;
    Ok(found.and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0))
}
