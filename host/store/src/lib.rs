//! The store: the event log, what modules keep, and the pictures.
//!
//! SQL stays in this crate. One writer task drains whatever has queued and commits it together; readers have
//! connections of their own. A caller gets its answer only after the commit is on stable storage. The first I/O error
//! of a commit ends the writer for good: see [`Store::failed`].

pub mod audit;
pub mod backup;
pub mod cameras;
pub mod cases;
mod error;
pub mod exports;
mod head;
pub mod holds;
pub mod kpis;
mod lock;
pub mod log;
pub mod modules;
#[cfg(target_os = "linux")]
mod network;
mod objects;
pub mod people;
pub mod pictures;
pub mod places;
mod recent;
mod records;
pub mod register;
pub mod retention;
pub mod rights;
mod search;
mod sqlite;
pub mod status;
#[cfg(test)]
mod testing;
pub mod uploads;
mod writer;

pub use error::StoreError;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use sqlx::SqliteConnection;
use sqlx::SqlitePool;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use head::Heads;
use objects::Objects;
use recent::Recent;
use sqlite::connect;
use writer::Operation;
use writer::Reply;
use writer::Writer;
use writer::change::ChangeFuture;
use writer::change::Pending;
use writer::later::Later;

/// Where the data lives and how much of the log stays in memory.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Folder of the database and of the pictures; made when missing.
    pub folder: PathBuf,
    /// Most operations of one commit. 512 by default.
    pub commit_operations: usize,
    /// Newest events of each township kept in memory for modules at the head of the log. 4096 by default.
    pub head_events: usize,
    /// Reading connections. 4 by default.
    pub readers: u32,
}

/// A handle to the store; clones share it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    queue: mpsc::Sender<Operation>,
    failed: watch::Receiver<Option<String>>,
    heads: Arc<Heads>,
    recent: Arc<Recent>,
    readers: SqlitePool,
    pictures: Arc<Objects>,
    plugins: Objects,
    /// One retention run at a time, with what the one before looked at.
    retaining: tokio::sync::Mutex<retention::Looked>,
    stop: CancellationToken,
    writer: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

impl Store {
    /// Opens or makes the store, checks it and brings its schema up to date.
    ///
    /// # Errors
    /// Refuses a faulty SQLite version, a damaged database, a schema from a newer hub, a folder in use or on another machine.
    pub async fn open(config: StoreConfig) -> Result<Self, StoreError> {
        let folder = config.folder.clone();
        let not_opened = |source| StoreError::NotOpened { folder: folder.display().to_string(), source };
        let (lock, pictures, plugins) = tokio::task::spawn_blocking(move || open_folders(&config.folder))
            .await
            .map_err(|error| not_opened(error.into()))??;
        let file = folder.join(backup::DATABASE);
        let mut connection = connect::open_writer(&folder, &file).await?;
        let last_seq = writer::last_seqs(&mut connection).await.map_err(|error| not_opened(error.into()))?;
        let heads = Arc::new(Heads::new(config.head_events.max(1), last_seq.iter().cloned()));
        let (recent, pictures) = (Arc::<Recent>::default(), Arc::new(pictures));
        // As much as one commit takes: while one is on its way to the disk the next one fills up.
        let (queue, operations) = mpsc::channel(config.commit_operations.max(1));
        let (failed, has_failed) = watch::channel(None);
        let parts = writer::Parts {
            connection,
            queue: operations,
            operations: config.commit_operations,
            heads: Arc::clone(&heads),
            recent: Arc::clone(&recent),
            pictures: Arc::clone(&pictures),
            failed,
            lock,
        };
        let writer = Writer::new(parts, &file, last_seq).await.map_err(|error| not_opened(error.into()))?;
        let readers = connect::open_readers(&file, config.readers).await.map_err(|error| not_opened(error.into()))?;
        let stop = CancellationToken::new();
        let writer = tokio::spawn(writer.run(stop.clone()));
        Ok(Self {
            shared: Arc::new(Shared {
                folder,
                queue,
                failed: has_failed,
                heads,
                recent,
                readers,
                pictures,
                plugins,
                retaining: tokio::sync::Mutex::default(),
                stop,
                writer: Mutex::new(Some(writer)),
            }),
        })
    }

    /// Resolves when a commit failed for good: stop acknowledging, say why, exit.
    pub async fn failed(&self) -> StoreError {
        let mut failed = self.shared.failed.clone();
        match failed.wait_for(Option::is_some).await {
            Ok(detail) => StoreError::Failed { detail: detail.clone().unwrap_or_default() },
            // The writer ended because the store was closed, which is no failure.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits for queued commits and closes all connections.
    pub async fn close(&self) {
        // The readers first: the last connection to close leaves everything in one file.
        self.shared.readers.close().await;
        self.shared.stop.cancel();
        let writer = self.shared.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // It only ends early by a panic, which the runtime has reported.
            let _ = writer.await;
        }
    }

    /// Queues an operation for the writer and waits for its answer.
    async fn ask<T>(&self, operation: impl FnOnce(Reply<T>) -> Operation) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(operation(reply)).await?;
        answer.await.unwrap_or_else(|_| Err(self.stopped()))
    }

    /// Queues something that joins the next commit.
    async fn later(&self, later: Later) -> Result<(), StoreError> {
        self.send(Operation::Later(later)).await
    }

    /// Waits until everything queued so far is committed, so that a reader sees it. A writer that has ended wrote it
    /// or never will.
    async fn flush(&self) {
        let _ = self.ask(Operation::Flush).await;
    }

    /// Makes a rare change in the next commit; it may fail alone.
    async fn change<T, F>(&self, function: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> ChangeFuture<'c, T> + Send + 'static,
    {
        self.ask(|reply| Operation::Change(Box::new(Pending::new(function, reply)))).await
    }

    async fn send(&self, operation: Operation) -> Result<(), StoreError> {
        self.shared.queue.send(operation).await.map_err(|_| self.stopped())
    }

    fn stopped(&self) -> StoreError {
        let detail = self.shared.failed.borrow().clone();
        StoreError::Failed { detail: detail.unwrap_or_else(|| "the store is closed".to_owned()) }
    }
}

fn open_folders(folder: &std::path::Path) -> Result<(std::fs::File, Objects, Objects), StoreError> {
    let not_opened = |source| StoreError::NotOpened { folder: folder.display().to_string(), source };
    lock::make_folder(folder).map_err(|error| not_opened(error.into()))?;
    // The lock below would hold nobody off there.
    #[cfg(target_os = "linux")]
    network::refuse(folder)?;
    let lock = lock::take(folder).map_err(|error| not_opened(error.into()))?;
    let pictures = Objects::open(folder.join(backup::PICTURES)).map_err(not_opened)?;
    let plugins = Objects::open(folder.join(backup::PLUGINS)).map_err(not_opened)?;
    Ok((lock, pictures, plugins))
}

/// What a failed read is reported as.
fn not_read(what: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| StoreError::NotRead { what, source: Box::new(source) }
}
