//! The audit log: rows are appended by the one writer, never changed, and read by who audits.
//!
//! What a row's hash is made of, and whether a log is sound, is [`xl_model::audit`]. A file that no hub has open, or may not
//! write, is read by [`archive`].

pub mod archive;
mod counts;
mod cut;
mod find;
mod marks;
mod rows;

pub use counts::LookCount;
pub use cut::Old;
pub use find::AuditFilter;
pub(crate) use marks::mark;

use sqlx::Row as _;
use sqlx::SqliteConnection;
use xl_model::audit::Entry;
use xl_model::audit::Row;
use xl_model::audit::chain;
use xl_model::audit::verify::Base;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// The last row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0: there is none.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// When it was written.
    pub at_ms: TimestampMs,
}

impl Store {
    /// Records what is about to be done, and answers when it is on stable storage: no answer, no act.
    ///
    /// Gives the number of each entry. Where the clock was set back, a row that says so stands before the entry.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn append_audit(&self, entries: Vec<Entry>) -> Result<Vec<u64>, StoreError> {
        self.change(move |connection| Box::pin(async move { Ok(append(connection, entries).await?) })).await
    }

    /// The last row of the log.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn audit_head(&self) -> Result<Head, StoreError> {
        self.flush().await;
        let mut connection = self.shared.readers.acquire().await.map_err(not_read("audit log"))?;
        head(&mut connection).await.map_err(not_read("audit log"))
    }

    /// Rows that pass `filter`.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn audit_rows(&self, filter: &AuditFilter) -> Result<Vec<Row>, StoreError> {
        self.flush().await;
        find::rows(&self.shared.readers, filter).await.map_err(not_read("audit log"))
    }

    /// The row with this number, if it is still there.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn audit_row(&self, seq: u64) -> Result<Option<Row>, StoreError> {
        let row = sqlx::query("SELECT * FROM audit WHERE seq = ?")
            .bind(columns::int(seq))
            .fetch_optional(&self.shared.readers)
            .await;
        row.and_then(|row| row.as_ref().map(rows::from).transpose()).map_err(not_read("audit log"))
    }
}

/// Adds rows to what a transaction changes: both come about, or neither does. Gives the number of each.
pub(crate) async fn append(connection: &mut SqliteConnection, entries: Vec<Entry>) -> Result<Vec<u64>, sqlx::Error> {
    let mut last = head(connection).await?;
    let mut linked = Vec::with_capacity(entries.len());
    let mut numbers = Vec::with_capacity(entries.len());
    for entry in entries {
        let step = (last.seq > 0).then(|| entry.step_back(last.at_ms)).flatten();
        for entry in step.into_iter().chain([entry]) {
            let row = chain::link(&last.hash, last.seq + 1, entry);
            last = Head { seq: row.seq, hash: row.hash.clone(), at_ms: row.entry.at_ms };
            linked.push(row);
        }
        numbers.push(last.seq);
    }
    rows::write(connection, &linked).await?;
    Ok(numbers)
}

/// Where the log stands.
pub(crate) async fn head(connection: &mut SqliteConnection) -> Result<Head, sqlx::Error> {
    let row = sqlx::query("SELECT seq, hash, at_ms FROM audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    match row {
        Some(row) => Ok(Head {
            seq: columns::uint(&row, "seq")?,
            hash: columns::digest(&row, "hash")?,
            at_ms: row.try_get("at_ms")?,
        }),
        None => base(connection).await.map(|Base { seq, hash }| Head { seq, hash, at_ms: TimestampMs::MIN }),
    }
}

async fn base(connection: &mut SqliteConnection) -> Result<Base, sqlx::Error> {
    let row = sqlx::query("SELECT seq, hash FROM audit_base").fetch_one(connection).await?;
    Ok(Base { seq: columns::uint(&row, "seq")?, hash: columns::digest(&row, "hash")? })
}
