//! Versions of records that their modules deleted or replaced while a hold covered them: how many there are, and read.
//!
//! Written by the writer with the commit that would have lost them, removed by retention.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::retention::DAY_MS;
use crate::sqlite::columns;

/// A version of a record that its module deleted or replaced, and that a hold kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldVersion {
    /// The newest of those that are there has the largest.
    pub number: u64,
    /// Whose record it was.
    pub plugin: PluginId,
    /// Its collection.
    pub collection: String,
    /// Its key.
    pub key: String,
    /// The JSON object as text, as it was.
    pub document: String,
    /// Whole days of lived time from its writing to its end.
    pub days: u64,
    /// When its module deleted or replaced it, by the clock on the wall as it was read last, once a minute.
    pub went_ms: TimestampMs,
}

impl Store {
    /// Versions of records of a township that holds keep, the newest first: those before this number, at most so many.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn held_versions(
        &self,
        township: &TownshipId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<HeldVersion>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT v.number, m.plugin, v.collection, v.key, v.document, (v.went_lived - v.written_lived) / ?4 AS days, \
             v.went_ms FROM held_versions AS v JOIN modules AS m ON m.number = v.module \
             WHERE m.township = ?1 AND (?2 IS NULL OR v.number < ?2) ORDER BY v.number DESC LIMIT ?3",
        )
        .bind(columns::township_number(township))
        .bind(before.map(columns::int))
        .bind(limit)
        .bind(DAY_MS)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(version_from).collect()).map_err(not_read("held versions of records"))
    }

    /// How many such versions there are, in the townships whose codes begin with one of these digits; nothing: in all.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn held_version_count(&self, within: Option<Vec<String>>) -> Result<u64, StoreError> {
        self.flush().await;
        let count: Result<i64, sqlx::Error> = sqlx::query_scalar(
            "SELECT count(*) FROM held_versions WHERE module IN (SELECT m.number FROM modules AS m WHERE ?1 IS NULL \
             OR EXISTS (SELECT 1 FROM json_each(?1) WHERE substr(printf('%09d', m.township), 1, length(value)) = value))",
        )
        .bind(within.map(columns::list))
        .fetch_one(&self.shared.readers)
        .await;
        count.map(i64::unsigned_abs).map_err(not_read("held versions of records"))
    }
}

fn version_from(row: &SqliteRow) -> Result<HeldVersion, sqlx::Error> {
    Ok(HeldVersion {
        number: columns::uint(row, "number")?,
        plugin: columns::parsed(row, "plugin")?,
        collection: row.try_get("collection")?,
        key: row.try_get("key")?,
        document: row.try_get("document")?,
        days: columns::uint(row, "days")?,
        went_ms: row.try_get("went_ms")?,
    })
}
