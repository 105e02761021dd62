//! Copies the WAL into the database beside the writer, so that commits do not wait for it.
//!
//! SQLite's own automatic checkpoint runs inside COMMIT and hides a failed sync. This one runs on a connection of its
//! own, and its error ends the writer. While commits go on it never quite catches up; the writer copies the few pages
//! that are left between two commits, after which SQLite begins the WAL anew.

use sqlx::SqliteConnection;
use tokio::sync::mpsc;

use crate::sqlite::connect;

/// WAL bytes between two checkpoints, as estimated from what was handed over. Higher: fewer pages are copied twice;
/// lower: a shorter recovery after a crash and smaller bursts of writing.
const BETWEEN_BYTES: usize = 4 * 1024 * 1024;

/// What any commit writes, however small: about ten pages of tables and indexes.
const COMMIT_BYTES: usize = 10 * 4096;

/// Indexes and half-filled pages write about as much again as the rows.
const AMPLIFICATION: usize = 2;

/// A task that checkpoints when it is asked to.
pub(super) struct Checkpointer {
    ask: mpsc::Sender<()>,
    outcomes: mpsc::Receiver<Result<(), sqlx::Error>>,
    task: tokio::task::JoinHandle<()>,
    written: usize,
    running: bool,
}

impl Checkpointer {
    /// Starts the task; it ends with this value.
    pub(super) fn start(mut connection: SqliteConnection) -> Self {
        // One question and one outcome at a time.
        let (ask, mut asked) = mpsc::channel(1);
        let (tell, outcomes) = mpsc::channel(1);
        let task = tokio::spawn(async move {
            while let Some(()) = asked.recv().await {
                if tell.send(connect::checkpoint(&mut connection).await).await.is_err() {
                    break;
                }
            }
            connect::close(connection).await;
        });
        Self { ask, outcomes, task, written: 0, running: false }
    }

    /// Counts what a commit wrote, and asks for a checkpoint when it is time.
    pub(super) fn written(&mut self, bytes: usize) {
        self.written += COMMIT_BYTES + AMPLIFICATION * bytes;
        if self.written >= BETWEEN_BYTES && !self.running {
            self.written = 0;
            self.running = self.ask.try_send(()).is_ok();
        }
    }

    /// Resolves when a checkpoint that was asked for is through.
    pub(super) async fn finished(&mut self) -> Result<(), sqlx::Error> {
        if !self.running {
            return std::future::pending().await;
        }
        let outcome = self.outcomes.recv().await.unwrap_or(Err(sqlx::Error::WorkerCrashed));
        self.running = false;
        outcome
    }

    /// Closes the connection.
    pub(super) async fn close(self) {
        drop(self.ask);
        drop(self.outcomes);
        // It only ends early by a panic, which the runtime has reported.
        let _ = self.task.await;
    }
}
