//! A copy of the database as it is at one moment, taken from outside while a hub goes on writing.
//!
//! What a copy names are pictures and plugins, whose bytes lie beside it: whoever copies them holds off retention
//! ([`hold`]), so that nothing that is named goes meanwhile.

use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteConnectOptions;
use xl_model::id::Digest;

use crate::StoreError;
use crate::lock;
use crate::not_read;
use crate::sqlite::columns;

/// Name of the database in its folder.
pub const DATABASE: &str = "xueliang.db";

/// Folder of the pictures, each below a folder of the first two digits of its hash.
pub const PICTURES: &str = "pictures";

/// Folder of the plugins, laid out as that of the pictures.
pub const PLUGINS: &str = "plugins";

/// Holds off retention in a data folder until it is dropped, or the process dies.
#[derive(Debug)]
pub struct Hold(#[expect(dead_code, reason = "the lock goes when the file is closed")] File);

/// What a database names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// Number of its newest migration.
    pub schema: i64,
    /// Pictures that its events name, in order.
    pub pictures: Vec<Digest>,
    /// Plugins that are installed, in order.
    pub plugins: Vec<Digest>,
}

/// Holds off retention; waits while it runs, or while somebody else holds it off.
///
/// # Errors
/// When the folder cannot be written.
pub async fn hold(folder: &Path) -> Result<Hold, StoreError> {
    locked(folder, lock::quiet).await.map(Hold)
}

/// Keeps backups away, for retention; nothing while one is taken.
pub(crate) async fn try_quiet(folder: &Path) -> Result<Option<File>, StoreError> {
    locked(folder, lock::try_quiet).await
}

async fn locked<T: Send + 'static>(folder: &Path, lock: fn(&Path) -> std::io::Result<T>) -> Result<T, StoreError> {
    let (path, named) = (folder.to_owned(), folder.display().to_string());
    let not_opened = |source| StoreError::NotOpened { folder: named, source };
    match tokio::task::spawn_blocking(move || lock(&path)).await {
        Ok(Ok(locked)) => Ok(locked),
        Ok(Err(error)) => Err(not_opened(error.into())),
        Err(lost) => Err(not_opened(lost.into())),
    }
}

/// Copies the database of `folder` to the new file `to`: every commit up to one moment and none after it.
///
/// # Errors
/// When there is no database, or it cannot be read, or the copy cannot be written.
pub async fn copy(folder: &Path, to: &Path) -> Result<Named, StoreError> {
    let mut connection = open(&folder.join(DATABASE)).await?;
    // In one read transaction; the writer of a hub goes on behind it.
    let copied = sqlx::query("VACUUM INTO ?").bind(to.display().to_string()).execute(&mut connection).await;
    copied.map_err(not_read("copy of the database"))?;
    close(connection).await;
    named(to).await
}

/// What the database in `file` names.
///
/// # Errors
/// When it cannot be read.
pub async fn named(file: &Path) -> Result<Named, StoreError> {
    let mut connection = open(file).await?;
    let read = read(&mut connection).await.map_err(not_read("what the database names"));
    close(connection).await;
    read
}

/// Where the bytes under a hash lie in a data folder, below [`PICTURES`] or [`PLUGINS`].
pub fn path(below: &str, sha256: &Digest) -> PathBuf {
    Path::new(below).join(&sha256.as_str()[..2]).join(sha256.as_str())
}

async fn open(file: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true).disable_statement_logging();
    options.connect().await.map_err(not_read("database"))
}

async fn close(connection: SqliteConnection) {
    // It only read.
    let _ = connection.close().await;
}

async fn read(connection: &mut SqliteConnection) -> Result<Named, sqlx::Error> {
    let schema = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations");
    let schema = schema.fetch_one(&mut *connection).await?;
    let rows =
        sqlx::query("SELECT DISTINCT sha256 FROM event_pictures UNION SELECT sha256 FROM uploads ORDER BY sha256");
    let rows = rows.fetch_all(&mut *connection).await?;
    let pictures = rows.iter().map(|row| columns::digest(row, "sha256")).collect::<Result<_, _>>()?;
    let rows = sqlx::query("SELECT digest FROM plugins ORDER BY digest").fetch_all(connection).await?;
    let plugins = rows.iter().map(|row| row.try_get::<&str, _>("digest")?.parse().map_err(columns::decode));
    Ok(Named { schema, pictures, plugins: plugins.collect::<Result<_, _>>()? })
}
