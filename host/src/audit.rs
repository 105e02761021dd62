//! Where acts and looks are recorded: first the row, then the act. No row, no act.
//!
//! Whoever does something records it here with the authority of whoever asked; refusals are counted and become one row a
//! minute. What a row is, is [`xl_model::audit`]; who may read them is a matter of the API.

mod beside;
pub mod checkpoints;
mod counted;
mod file;
mod flood;
mod from_above;
mod module_look;

pub use beside::NotNoted;
pub use beside::Note;
pub use from_above::ReadFromAbove;
pub use module_look::ModuleLook;
pub use module_look::Shown;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use tokio::sync::Notify;
use xl_model::audit::Entry;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::fault::Code;
use xl_store::Store;
use xl_store::StoreError;

use counted::Counted;
use counted::Often;
use flood::Flood;

/// So many rows get a checkpoint of their own, however little time has passed.
const ROWS_A_CHECKPOINT: u64 = 1_000;

/// Rows of one commit: a few milliseconds of the writer's time.
const ROWS_AT_ONCE: usize = 500;

/// Records acts and looks; clones share it.
#[derive(Clone)]
pub struct Auditor(Arc<Shared>);

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    refused: Mutex<Flood>,
    looks: Mutex<Counted<ModuleLook>>,
    reads: Mutex<Counted<ReadFromAbove>>,
    /// One first read of an hour at a time: those that came meanwhile are counted into the hour that it begins.
    turn: tokio::sync::Mutex<()>,
    unsigned: AtomicU64,
    due: Notify,
}

/// Something was not recorded, and therefore not done. Code XL0941.
#[derive(Debug, thiserror::Error)]
#[error("`{action}` not recorded in the audit log, so it was not done")]
pub struct NotRecorded {
    /// What was not done.
    pub action: String,
    /// The reason.
    pub source: StoreError,
}

impl NotRecorded {
    /// The stable code.
    pub fn code(&self) -> Code {
        Code(941)
    }
}

impl Auditor {
    /// Records into `store`, at the time of `clock`.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let (refused, looks, reads) = (Mutex::default(), Mutex::default(), Mutex::default());
        let (turn, unsigned, due) = (tokio::sync::Mutex::default(), AtomicU64::new(0), Notify::new());
        Self(Arc::new(Shared { store, clock, refused, looks, reads, turn, unsigned, due }))
    }

    /// The time that a row gets.
    pub fn now_ms(&self) -> TimestampMs {
        self.0.clock.now_ms()
    }

    /// Records something and gives the number of its row, when it is on stable storage.
    ///
    /// # Errors
    /// [`NotRecorded`]: do not do it.
    pub async fn record(&self, entry: Entry) -> Result<u64, NotRecorded> {
        // The store answers with one number for each entry.
        self.record_all(vec![entry]).await.map(|numbers| numbers.first().copied().unwrap_or_default())
    }

    /// Records many things, a part of them in each commit.
    ///
    /// # Errors
    /// [`NotRecorded`]: do none of them.
    pub async fn record_many(&self, entries: Vec<Entry>) -> Result<(), NotRecorded> {
        for part in entries.chunks(ROWS_AT_ONCE) {
            self.record_all(part.to_vec()).await?;
        }
        Ok(())
    }

    async fn record_all(&self, entries: Vec<Entry>) -> Result<Vec<u64>, NotRecorded> {
        let action = entries.first().map_or_else(String::new, |entry| entry.action.to_string());
        let (rows, not_recorded) = (entries.len() as u64, |source| NotRecorded { action, source });
        let numbers = self.0.store.append_audit(entries).await.map_err(not_recorded)?;
        if self.0.unsigned.fetch_add(rows, Ordering::Relaxed) + rows >= ROWS_A_CHECKPOINT {
            self.0.due.notify_one();
        }
        Ok(numbers)
    }

    /// Registers a look of a module before it is shown anything.
    ///
    /// # Errors
    /// [`NotRecorded`]: show it nothing.
    pub async fn module_looks(&self, look: ModuleLook) -> Result<(), NotRecorded> {
        self.count(&self.0.looks, vec![look]).await
    }

    /// Records what somebody reads by a role from above before he is shown it.
    ///
    /// # Errors
    /// [`NotRecorded`]: show him nothing.
    pub async fn reads_from_above(&self, reads: Vec<ReadFromAbove>) -> Result<(), NotRecorded> {
        let firsts = uncounted(&self.0.reads, reads);
        if firsts.is_empty() {
            return Ok(());
        }
        let _turn = self.0.turn.lock().await;
        self.count(&self.0.reads, firsts).await
    }

    /// Counts what belongs to an hour that is under way, and records the rest, whose hour begins with its row.
    async fn count<T: Often>(&self, counted: &Mutex<Counted<T>>, all: Vec<T>) -> Result<(), NotRecorded> {
        let firsts = uncounted(counted, all);
        if firsts.is_empty() {
            return Ok(());
        }
        let now_ms = self.now_ms();
        self.record_many(firsts.iter().map(|one| counted::first(one, now_ms)).collect()).await?;
        let mut counted = locked(counted);
        firsts.into_iter().for_each(|one| counted.begin(one, now_ms));
        if counted.is_full() {
            self.0.due.notify_one();
        }
        Ok(())
    }

    /// Records what was counted in hours that are over, or in all.
    pub(crate) async fn record_counted(&self, everything: bool) -> Result<(), NotRecorded> {
        let now_ms = self.now_ms();
        let mut rows = locked(&self.0.looks).over(now_ms, everything);
        rows.extend(locked(&self.0.reads).over(now_ms, everything));
        self.record_many(rows).await
    }

    /// Counts a request that was let through to nothing; without an address where nobody is recorded.
    pub fn refused(&self, what: &str, code: Code, from: Option<IpAddr>) {
        locked(&self.0.refused).add(what, code, from);
    }

    /// Records what was refused since the last time, as one row.
    pub(crate) async fn record_refused(&self) -> Result<(), NotRecorded> {
        let refused = std::mem::take(&mut *locked(&self.0.refused));
        match refused.entry(self.now_ms()) {
            Some(entry) => self.record(entry).await.map(drop),
            None => Ok(()),
        }
    }

    /// Resolves when there are enough rows for a checkpoint.
    async fn due(&self) {
        self.0.due.notified().await;
    }

    /// Begins to count the rows for the next checkpoint.
    fn signed(&self) {
        self.0.unsigned.store(0, Ordering::Relaxed);
    }
}

/// Counts what belongs to an hour that is under way, and gives the rest.
fn uncounted<T: Often>(counted: &Mutex<Counted<T>>, all: Vec<T>) -> Vec<T> {
    let mut counted = locked(counted);
    all.into_iter().filter(|one| !counted.add(one)).collect()
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked with it left a count too low at worst.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
