//! The audit log of a data folder, read without a hub: nothing is written, no lock is taken, no network is touched.

use std::path::Path;

use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::Row as _;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteConnectOptions;
use xl_model::audit::Row;
use xl_model::audit::checkpoint::Statement;
use xl_model::audit::verify::Base;
use xl_model::audit::verify::Fault;
use xl_model::audit::verify::Sound;
use xl_model::audit::verify::Verifier;

use crate::StoreError;
use crate::audit;
use crate::audit::rows;
use crate::not_read;
use crate::sqlite::columns;

/// Rows that are read at once: about a megabyte.
const PART: u32 = 2_000;

/// An audit log that is only read.
pub struct Archive {
    connection: SqliteConnection,
}

impl Archive {
    /// Opens the database of a data folder; a hub may run on it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::NotOpened`] when there is none, or none that can be read.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let file = folder.join("xueliang.db");
        // Without a WAL everything is in the file itself, and a folder that cannot be written will do.
        let is_whole = !folder.join("xueliang.db-wal").exists();
        let options = SqliteConnectOptions::new().filename(&file).read_only(true).immutable(is_whole);
        let connection = options.disable_statement_logging().connect().await;
        let not_opened = |error: sqlx::Error| StoreError::NotOpened {
            folder: folder.display().to_string(),
            source: Box::new(error),
        };
        Ok(Self { connection: connection.map_err(not_opened)? })
    }

    /// Where the log begins.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn base(&mut self) -> Result<Base, StoreError> {
        audit::base(&mut self.connection).await.map_err(not_read("beginning of the audit log"))
    }

    /// The rows after `seq`, a few thousand at once; none: the log ends.
    ///
    /// A row that cannot be read is a fault of the log, and the last of the answer.
    ///
    /// # Errors
    /// [`StoreError::NotRead`] when the database cannot be read.
    pub async fn rows_after(&mut self, seq: u64) -> Result<Vec<Result<Row, Fault>>, StoreError> {
        let found = sqlx::query("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?")
            .bind(columns::int(seq))
            .bind(PART)
            .fetch_all(&mut self.connection)
            .await
            .map_err(not_read("audit log"))?;
        let mut answer = Vec::with_capacity(found.len());
        for row in &found {
            let seq = row.try_get::<i64, _>("seq").ok().and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0);
            let read = rows::from(row).map_err(|error| Fault::Unreadable { seq, why: error.to_string() });
            let is_broken = read.is_err();
            answer.push(read);
            if is_broken {
                break;
            }
        }
        Ok(answer)
    }

    /// Reads the whole log and compares it with its chain and with what was signed about it.
    ///
    /// # Errors
    /// [`StoreError::NotRead`] when the database cannot be read; what is wrong with the log is in the answer.
    pub async fn verify(&mut self, statements: &[Statement]) -> Result<Result<Sound, Fault>, StoreError> {
        let base = self.base().await?;
        let mut last = base.seq;
        let mut verifier = match Verifier::new(base, statements) {
            Ok(verifier) => verifier,
            Err(fault) => return Ok(Err(fault)),
        };
        loop {
            let rows = self.rows_after(last).await?;
            if rows.is_empty() {
                return Ok(verifier.end());
            }
            for row in rows {
                if let Err(fault) = row.and_then(|row| verifier.row(&row).map(|()| last = row.seq)) {
                    return Ok(Err(fault));
                }
            }
        }
    }

    /// Closes it.
    pub async fn close(self) {
        // Nothing was written that could be lost.
        let _ = self.connection.close().await;
    }
}
