//! Marks: how far the log had come at which lived time, so that no clock on the wall makes a row old by itself.
//!
//! Written while time passes (`retention::time`), read before rows are removed ([`super::cut`]).

use sqlx::SqliteConnection;
use xl_model::clock::TimestampMs;

use crate::retention::DAY_MS;

/// Lived time between two marks: by so much at most a row counts as younger than it is.
const MARK_MS: TimestampMs = DAY_MS;

/// Marks how far the log has come by now, unless the mark before is younger than a day or nothing was written since.
pub(crate) async fn mark(connection: &mut SqliteConnection, lived_ms: TimestampMs) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit_marks (seq, lived_ms) SELECT a.seq, ?1 FROM (SELECT max(seq) AS seq FROM audit) AS a \
         WHERE a.seq IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM audit_marks AS m WHERE m.seq >= a.seq OR m.lived_ms > ?1 - ?2)",
    )
    .bind(lived_ms)
    .bind(MARK_MS)
    .execute(connection)
    .await
    .map(drop)
}

/// The number up to which every row has been there for so much lived time; 0: none has.
pub(super) async fn through(connection: &mut SqliteConnection, age_ms: TimestampMs) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT coalesce(max(seq), 0) FROM audit_marks WHERE lived_ms <= (SELECT lived_ms FROM lived_time) - ?",
    )
    .bind(age_ms)
    .fetch_one(connection)
    .await
}

/// Forgets the marks of rows that are gone.
pub(super) async fn forget(connection: &mut SqliteConnection, through: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM audit_marks WHERE seq <= ?").bind(through).execute(connection).await.map(drop)
}
