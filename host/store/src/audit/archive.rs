//! The audit log of a data folder, read without a hub: nothing is written, no lock keeps a hub waiting, no network is touched.

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

/// How often something is read that a hub's commits get in the way of; each has to hit the same few nanoseconds.
const TRIES: u32 = 10;

/// Why a database is not read whose WAL lies beside it without the WAL's index: SQLite would have to make one there.
const NO_INDEX: &str = "`xueliang.db-wal` lies there without `xueliang.db-shm`, which a hub leaves with it: bring both, or \
                        start and stop a hub on a copy of the folder";

/// An audit log that is only read.
pub struct Archive {
    connection: SqliteConnection,
}

impl Archive {
    /// Opens the database of a data folder; a hub may run on it meanwhile. A folder that cannot be written will do.
    ///
    /// # Errors
    /// [`StoreError::NotOpened`] when there is none, or none that can be read.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let not_opened = |source| StoreError::NotOpened { folder: folder.display().to_string(), source };
        let file = folder.join("xueliang.db");
        let has = |end: &str| folder.join(format!("xueliang.db{end}")).exists();
        let options = SqliteConnectOptions::new().read_only(true).disable_statement_logging();
        let options = match (has("-wal"), has("-shm")) {
            // Everything is in the file itself.
            (false, _) => options.filename(&file).immutable(true),
            (true, true) => options.filename(with_index_as_it_is(&file)),
            (true, false) => return Err(not_opened(NO_INDEX.into())),
        };
        let connection = options.connect().await.map_err(|error| not_opened(error.into()))?;
        Ok(Self { connection })
    }

    /// Where the log begins.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn base(&mut self) -> Result<Base, StoreError> {
        let base = again(is_half_written, async || audit::base(&mut self.connection).await).await;
        base.map_err(not_read("beginning of the audit log"))
    }

    /// The rows after `seq`, a few thousand at once; none: the log ends.
    ///
    /// A row that cannot be read is a fault of the log, and the last of the answer.
    ///
    /// # Errors
    /// [`StoreError::NotRead`] when the database cannot be read.
    pub async fn rows_after(&mut self, seq: u64) -> Result<Vec<Result<Row, Fault>>, StoreError> {
        let found = again(is_half_written, async || {
            sqlx::query("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?")
                .bind(columns::int(seq))
                .bind(PART)
                .fetch_all(&mut self.connection)
                .await
        });
        let found = found.await.map_err(not_read("audit log"))?;
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

/// The address of a database whose WAL's index is only read; sqlx has no option for it.
///
/// A hub that runs there keeps the index. After one that was killed SQLite makes an index in its own memory; by itself it would
/// write the file anew.
fn with_index_as_it_is(file: &Path) -> String {
    let path: String = file.as_os_str().as_encoded_bytes().iter().map(|byte| format!("%{byte:02X}")).collect();
    format!("file:{path}?readonly_shm=1")
}

/// Whether a hub was just writing the head of its WAL's index, which who only reads cannot tell from a crash:
/// `SQLITE_READONLY_RECOVERY`.
fn is_half_written(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "264")
}

/// Asks until the answer is none that passes, at most [`TRIES`] times.
async fn again<T, E>(passes: fn(&E) -> bool, mut ask: impl AsyncFnMut() -> Result<T, E>) -> Result<T, E> {
    for _ in 1..TRIES {
        match ask().await {
            Err(error) if passes(&error) => {}
            answer => return answer,
        }
    }
    ask().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_commit_got_in_the_way_of_is_read_again_and_not_for_ever() {
        for (fails, passing, answer, asked) in
            [(0, true, Ok(0), 1), (9, true, Ok(9), 10), (10, true, Err(true), 10), (1, false, Err(false), 1)]
        {
            let mut times = 0;
            let answered = again(
                |passes| *passes,
                async || {
                    times += 1;
                    if times <= fails { Err(passing) } else { Ok(times - 1) }
                },
            );
            assert_eq!((answered.await, times), (answer, asked), "{fails} {passing}");
        }
    }
}
