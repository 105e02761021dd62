//! The one task that writes: drains whatever has queued, commits it together, answers after the commit.
//!
//! No timer decides when to commit: at low load a commit is one operation and one sync, under load it is as large as
//! what queued during the sync before. The first error of SQL, disk or sync ends the task for good; it is never tried
//! again, because a sync that is repeated can report success for data that is gone.

mod append;
mod apply;
mod cases;
pub(crate) mod change;
mod checkpoint;
mod dedupe;
mod drain;
mod effects;
mod kpis;
pub(crate) mod later;
mod usage;
mod versions;
pub(crate) mod work;

pub(crate) use dedupe::forget;
pub(crate) use effects::remove_records;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Row;
use sqlx::SqliteConnection;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;

use crate::StoreError;
use crate::head::Heads;
use crate::objects::Objects;
use crate::recent::Recent;
use crate::sqlite::columns;
use crate::sqlite::connect;

use checkpoint::Checkpointer;
use drain::Drain;
use later::Later;

/// Where an answer goes.
pub(crate) type Reply<T> = tokio::sync::oneshot::Sender<Result<T, StoreError>>;

/// Longest that lines, views and the like wait for a commit to join before they get one of their own.
const LATER: Duration = Duration::from_secs(1);

/// What the writer is asked to do.
pub(crate) enum Operation {
    /// Something that appends events.
    Work(work::Work),
    /// A rare change of anything else.
    Change(Box<dyn change::Change>),
    /// Joins the next commit.
    Later(Later),
    /// Answers when everything sent before is committed.
    Flush(Reply<()>),
}

/// What the writer works with.
pub(crate) struct Writer {
    connection: SqliteConnection,
    checkpointer: Checkpointer,
    queue: mpsc::Receiver<Operation>,
    /// Most operations of one commit.
    operations: usize,
    memory: Memory,
    heads: Arc<Heads>,
    recent: Arc<Recent>,
    pictures: Arc<Objects>,
    ending: Ending,
    /// Held as long as anything may be written.
    _lock: std::fs::File,
}

/// What the writer remembers of the database, so that it need not ask.
#[derive(Default)]
pub(crate) struct Memory {
    /// The newest number of each township.
    last_seq: HashMap<TownshipId, u64>,
    /// `modules.number`; modules are never removed.
    modules: HashMap<ModuleKey, i64>,
    /// Lines written since a module's log was trimmed.
    lines: HashMap<i64, u32>,
    /// Refusals written since they were trimmed.
    refusals: Option<u32>,
}

/// Says how the writer ended, however it ends.
struct Ending {
    failed: watch::Sender<Option<String>>,
    closed: bool,
}

impl Ending {
    /// Keeps the first reason.
    fn fail(&self, error: &dyn std::error::Error) {
        self.fail_with(chain(error));
    }

    fn fail_with(&self, detail: String) {
        self.failed.send_if_modified(|failed| {
            let is_first = failed.is_none();
            if is_first {
                tracing::error!(detail, "a commit failed: the store takes no more writes");
                *failed = Some(detail);
            }
            is_first
        });
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.closed {
            self.fail_with("the writer ended unexpectedly".to_owned());
        }
    }
}

/// What a writer is made of.
pub(crate) struct Parts {
    /// The one writing connection.
    pub(crate) connection: SqliteConnection,
    /// Where operations come from.
    pub(crate) queue: mpsc::Receiver<Operation>,
    /// Most operations of one commit.
    pub(crate) operations: usize,
    /// Where committed events go.
    pub(crate) heads: Arc<Heads>,
    /// Where committed records go.
    pub(crate) recent: Arc<Recent>,
    /// Hears which pictures are named.
    pub(crate) pictures: Arc<Objects>,
    /// Hears why the writer failed.
    pub(crate) failed: watch::Sender<Option<String>>,
    /// The folder's lock.
    pub(crate) lock: std::fs::File,
}

/// Reads the newest number of each township.
pub(crate) async fn last_seqs(connection: &mut SqliteConnection) -> Result<Vec<(TownshipId, u64)>, sqlx::Error> {
    let rows = sqlx::query("SELECT township, last_seq FROM townships").fetch_all(connection).await?;
    rows.iter()
        .map(|row| Ok((columns::township_id(row.try_get("township")?)?, columns::uint(row, "last_seq")?)))
        .collect()
}

impl Writer {
    /// Makes a writer that continues at the numbers `last_seq`.
    pub(crate) async fn new(
        parts: Parts,
        file: &Path,
        last_seq: impl IntoIterator<Item = (TownshipId, u64)>,
    ) -> Result<Self, sqlx::Error> {
        let checkpointer = Checkpointer::start(connect::open_checkpointer(file).await?);
        let memory = Memory { last_seq: last_seq.into_iter().collect(), ..Memory::default() };
        Ok(Self {
            connection: parts.connection,
            checkpointer,
            queue: parts.queue,
            operations: parts.operations.max(1),
            memory,
            heads: parts.heads,
            recent: parts.recent,
            pictures: parts.pictures,
            ending: Ending { failed: parts.failed, closed: false },
            _lock: parts.lock,
        })
    }

    /// Writes until the store is closed or dropped, or a commit fails.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        match self.write(stop).await {
            Ok(()) => {
                self.checkpointer.close().await;
                connect::close(self.connection).await;
                self.ending.closed = true;
            }
            Err(error) => self.ending.fail(&error),
        }
    }

    async fn write(&mut self, stop: CancellationToken) -> Result<(), sqlx::Error> {
        let mut later = Later::default();
        let mut deadline = None;
        let mut closing = false;
        loop {
            let operation = tokio::select! {
                operation = self.queue.recv() => operation,
                () = stop.cancelled(), if !closing => {
                    self.queue.close();
                    closing = true;
                    continue;
                }
                outcome = self.checkpointer.finished() => {
                    outcome?;
                    connect::checkpoint(&mut self.connection).await?;
                    continue;
                }
                () = until(deadline) => {
                    self.commit(Drain::of(std::mem::take(&mut later))).await?;
                    deadline = None;
                    continue;
                }
            };
            let Some(operation) = operation else {
                if !later.is_empty() {
                    self.commit(Drain::of(later)).await?;
                }
                return Ok(());
            };
            let mut drain = Drain::of(std::mem::take(&mut later));
            drain.take(operation);
            while drain.has_room(self.operations) {
                let Ok(operation) = self.queue.try_recv() else { break };
                drain.take(operation);
            }
            if drain.can_wait() {
                later = drain.into_later();
                deadline = deadline.or_else(|| Some(Instant::now() + LATER));
            } else {
                self.commit(drain).await?;
                deadline = None;
            }
        }
    }

    async fn commit(&mut self, mut drain: Drain) -> Result<(), sqlx::Error> {
        if drain.is_empty() {
            drain.answer(Vec::new());
            return Ok(());
        }
        match self.transact(&mut drain).await {
            Ok(applied) => {
                let named = applied.stored.iter().flat_map(|event| &event.pictures);
                self.pictures.named(named.map(|picture| &picture.sha256));
                self.checkpointer.written(drain.bytes());
                self.heads.publish(applied.stored);
                drain.committed(&applied.outcomes).for_each(|commit| self.recent.committed(commit));
                drain.answer(applied.outcomes);
                Ok(())
            }
            Err(error) => {
                // Before any caller learns that its answer will not come.
                self.ending.fail(&error);
                Err(error)
            }
        }
    }

    async fn transact(&mut self, drain: &mut Drain) -> Result<apply::Applied, sqlx::Error> {
        let applied = apply::apply(&mut self.connection, &mut self.memory, drain).await?;
        sqlx::query("COMMIT").execute(&mut self.connection).await?;
        Ok(applied)
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::Store;
    use crate::StoreConfig;
    use crate::StoreError;
    use crate::testing::fact;

    async fn store(folder: &std::path::Path) -> Store {
        let config = StoreConfig { folder: folder.to_owned(), commit_operations: 512, head_events: 16, readers: 1 };
        Store::open(config).await.unwrap()
    }

    /// Lets the database grow by `pages` at most.
    async fn fill(store: &Store, pages: i64) {
        store
            .change(move |connection| {
                Box::pin(async move {
                    let used: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *connection).await?;
                    // No parameter can be bound in a PRAGMA; this is a number.
                    let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", used + pages));
                    sqlx::query(limit).fetch_all(&mut *connection).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_failed_commit_stops_the_writer_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let store_ = store(folder.path()).await;
        store_.append(vec![fact("371122102", "kept")]).await.unwrap();
        fill(&store_, 2).await;
        let mut large = fact("371122102", "too large");
        large.data = "x".repeat(100_000).into();
        let (lost, neighbour) =
            tokio::join!(store_.append(vec![large]), store_.append(vec![fact("371122102", "neighbour")]));
        for refused in [lost, neighbour] {
            let error = refused.expect_err("nothing is acknowledged after a failed commit");
            assert!(matches!(&error, StoreError::Failed { detail } if detail.contains("full")), "{error}");
        }
        assert!(matches!(store_.failed().await, StoreError::Failed { .. }));
        // There is room for these; the writer does not come back all the same.
        let township = "371122102".parse().unwrap();
        assert!(matches!(store_.append(vec![fact("371122102", "b")]).await, Err(StoreError::Failed { .. })));
        assert!(matches!(store_.set_fact("a", "b").await, Err(StoreError::Failed { .. })));
        assert!(matches!(store_.seen(vec![("371122102/a".parse().unwrap(), 1)]).await, Err(StoreError::Failed { .. })));
        // What was committed can still be read.
        assert_eq!(store_.events_after(&township, 0, 9).await.unwrap().len(), 1);
        store_.close().await;
        drop(store_);

        let store_ = store(folder.path()).await;
        assert_eq!(store_.events_after(&township, 0, 9).await.unwrap().len(), 1);
        store_.append(vec![fact("371122102", "too large")]).await.unwrap();
        assert_eq!(store_.last_seq(&township).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_writer_that_panics_counts_as_failed() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let lost = store.change::<(), _>(|_| panic!("a fault of ours")).await;
        assert!(matches!(lost, Err(StoreError::Failed { .. })));
        assert!(matches!(store.failed().await, StoreError::Failed { detail } if detail.contains("unexpectedly")));
    }

    #[tokio::test]
    async fn what_waits_for_a_commit_is_written_when_the_store_closes() {
        let folder = tempfile::tempdir().unwrap();
        let store_ = store(folder.path()).await;
        let camera = crate::testing::camera("371122102", "a");
        store_.put_cameras(vec![camera.clone()], Vec::new(), 0).await.unwrap();
        store_.seen(vec![(camera.key, 5)]).await.unwrap();
        store_.close().await;
        drop(store_);
        assert_eq!(store(folder.path()).await.cameras().await.unwrap()[0].last_seen_ms, Some(5));
    }
}
