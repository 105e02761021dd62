//! Opens connections: one that writes, one that only checkpoints, and a few that read.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::SqliteConnection;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::sqlite::SqliteSynchronous;

use crate::StoreError;
use crate::sqlite::version;

/// How long a connection waits for a lock that another one holds; nobody but us opens the file.
const BUSY: Duration = Duration::from_secs(5);

/// Longest a reader waits for a connection before it gives up.
const ACQUIRE: Duration = Duration::from_secs(30);

/// The WAL shrinks to this after a checkpoint: 64 MiB.
const WAL_LIMIT_BYTES: &str = "67108864";

/// Page cache of the writer in KiB: holds the hot ends of all indexes of a county.
const WRITER_CACHE_KIB: &str = "-65536";

/// Page cache of each reader in KiB.
const READER_CACHE_KIB: &str = "-8192";

/// Prepared statements kept by a connection: every statement of this crate in every size.
const STATEMENTS: usize = 512;

/// Why the database cannot be used.
type Cause = Box<dyn std::error::Error + Send + Sync>;

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("journal_size_limit", WAL_LIMIT_BYTES)
        // A checkpoint is our own affair: SQLite would swallow the error of a failed one.
        .pragma("wal_autocheckpoint", "0")
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging()
}

/// Opens or makes the database, refuses what cannot be trusted, and brings the schema up to date.
pub(crate) async fn open_writer(folder: &Path, file: &Path) -> Result<SqliteConnection, StoreError> {
    let not_opened = |source: Cause| StoreError::NotOpened { folder: folder.display().to_string(), source };
    let options = options(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("cache_size", WRITER_CACHE_KIB);
    let mut connection = options.connect().await.map_err(|error| damage_or(error, not_opened))?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&mut connection)
        .await
        .map_err(|error| damage_or(error, not_opened))?;
    if version::is_faulty(&version) {
        return Err(StoreError::FaultySqlite { version });
    }
    let check: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(|error| damage_or(error, not_opened))?;
    if check != "ok" {
        return Err(StoreError::Damaged { detail: check });
    }
    // The folder's lock keeps every other hub away meanwhile: sqlx's own migration lock does nothing on SQLite.
    sqlx::migrate!().run(&mut connection).await.map_err(|error| not_opened(Box::new(error)))?;
    Ok(connection)
}

/// Opens the connection that copies the WAL into the database beside the writer.
pub(crate) async fn open_checkpointer(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    options(file).connect().await
}

/// Opens the reading connections.
pub(crate) async fn open_readers(file: &Path, readers: u32) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(readers.max(1))
        .acquire_timeout(ACQUIRE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options(file).read_only(true).pragma("cache_size", READER_CACHE_KIB))
        .await
}

/// Copies what it can from the WAL into the database; an error means that a sync failed.
pub(crate) async fn checkpoint(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_all(connection).await.map(drop)
}

/// Copies all of the WAL into the database and empties its file; an error means that a sync failed. `false`: not now, as somebody
/// reads or writes.
///
/// Without it, pages as they were before a removal lie in the WAL until others are written over them.
pub(crate) async fn empty_wal(file: &Path) -> Result<bool, sqlx::Error> {
    // Waits for nobody: while it did, the writer would wait for it.
    let options = options(file).busy_timeout(Duration::ZERO);
    let Ok(mut connection) = options.connect().await else { return Ok(false) };
    let emptied = copy_and_empty(&mut connection).await;
    close(connection).await;
    emptied
}

/// Copies without keeping the writer waiting first, which may take long; what came meanwhile is little.
async fn copy_and_empty(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let (_, written, copied): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&mut *connection).await?;
    if copied < written {
        return Ok(false);
    }
    let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    Ok(busy == 0)
}

/// Closes a connection; the last one to close writes everything into the database file.
pub(crate) async fn close(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        tracing::warn!(error = &error as &dyn std::error::Error, "a database connection was not closed cleanly");
    }
}

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB` mean damage, everything else that it could not be opened.
fn damage_or(error: sqlx::Error, otherwise: impl Fn(Cause) -> StoreError) -> StoreError {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        Some(11 | 26) => StoreError::Damaged { detail: error.to_string() },
        _ => otherwise(Box::new(error)),
    }
}
