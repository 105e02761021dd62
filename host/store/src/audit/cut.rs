//! Removes the oldest rows of the audit log, for who has signed that he does.
//!
//! A row is past its time when both say so: the clock on the wall, by the time that stands in it, and lived time, by the
//! marks ([`marks`]). A clock that stands years ahead, also since the start, makes none old.

use sqlx::Row as _;
use sqlx::SqliteConnection;
use xl_model::audit::KEEP_MS_LEAST;
use xl_model::audit::verify::Base;
use xl_model::clock::TimestampMs;

use crate::Store;
use crate::StoreError;
use crate::audit::base;
use crate::audit::marks;
use crate::not_read;
use crate::retention::DAY_MS;
use crate::sqlite::columns;

/// Rows of one cut: a few hundred milliseconds of the writer's time.
const MOST_ROWS: u32 = 10_000;

/// What can be removed in one cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Old {
    /// The last row of it, with its hash.
    pub through: Base,
    /// The latest time in it.
    pub newest_ms: TimestampMs,
}

impl Store {
    /// The oldest rows that were written more than `keep_days` before `now_ms` and have been there for so many days of lived
    /// time; nothing when there are none.
    ///
    /// The last row of a log always stays.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn old_audit_rows(&self, now_ms: TimestampMs, keep_days: u32) -> Result<Option<Old>, StoreError> {
        let keep_ms = DAY_MS.saturating_mul(keep_days.into());
        let before_ms = now_ms.saturating_sub(keep_ms);
        let mut connection = self.shared.readers.acquire().await.map_err(not_read("audit log"))?;
        let lived = marks::through(&mut connection, keep_ms).await.map_err(not_read("marks of the audit log"))?;
        let found = sqlx::query(
            "SELECT seq, hash, at_ms FROM audit WHERE seq <= ? AND seq < (SELECT max(seq) FROM audit) \
             ORDER BY seq LIMIT ?",
        )
        .bind(lived)
        .bind(MOST_ROWS)
        .fetch_all(&mut *connection)
        .await
        .map_err(not_read("audit log"))?;
        let mut old: Option<Old> = None;
        for row in &found {
            let at_ms: TimestampMs = row.try_get("at_ms").map_err(not_read("audit log"))?;
            if at_ms >= before_ms {
                break;
            }
            let through =
                columns::uint(row, "seq").and_then(|seq| Ok(Base { seq, hash: columns::digest(row, "hash")? }));
            let through = through.map_err(not_read("audit log"))?;
            let newest_ms = old.map_or(at_ms, |old| old.newest_ms.max(at_ms));
            old = Some(Old { through, newest_ms });
        }
        Ok(old)
    }

    /// Removes the rows that [`Store::old_audit_rows`] named. A signed checkpoint must say so before.
    ///
    /// # Errors
    /// [`StoreError::Kept`] when one of them is younger than six months by the clock or by lived time, whoever asks.
    pub async fn cut_audit_rows(&self, old: Old, now_ms: TimestampMs) -> Result<u64, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if base(connection).await?.seq >= old.through.seq {
                    return Ok(0);
                }
                let through = columns::int(old.through.seq);
                let newest: Option<TimestampMs> = sqlx::query_scalar("SELECT max(at_ms) FROM audit WHERE seq <= ?")
                    .bind(through)
                    .fetch_one(&mut *connection)
                    .await?;
                let lived = marks::through(connection, KEEP_MS_LEAST).await?;
                if lived < through || newest.is_some_and(|newest| newest > now_ms.saturating_sub(KEEP_MS_LEAST)) {
                    return Err(StoreError::Kept { seq: old.through.seq }.into());
                }
                Ok(remove(connection, &old.through).await?)
            })
        })
        .await
    }
}

async fn remove(connection: &mut SqliteConnection, through: &Base) -> Result<u64, sqlx::Error> {
    let seq = columns::int(through.seq);
    sqlx::query("UPDATE audit_base SET seq = ?, hash = ?")
        .bind(seq)
        .bind(columns::digest_bytes(&through.hash))
        .execute(&mut *connection)
        .await?;
    marks::forget(connection, seq).await?;
    let removed = sqlx::query("DELETE FROM audit WHERE seq <= ?").bind(seq).execute(connection).await?;
    Ok(removed.rows_affected())
}
