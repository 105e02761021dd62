//! Where acts and looks are recorded: first the row, then the act. No row, no act.
//!
//! Whoever does something records it here with the authority of whoever asked; refusals are counted and become one row a
//! minute. What a row is, is [`xl_model::audit`]; who may read them is a matter of the API.

pub mod checkpoints;
mod counted;
mod file;
mod flood;

pub use counted::ModuleLook;
pub use counted::Shown;

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
    looks: Mutex<Counted>,
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
        let (refused, looks, unsigned, due) = (Mutex::default(), Mutex::default(), AtomicU64::new(0), Notify::new());
        Self(Arc::new(Shared { store, clock, refused, looks, unsigned, due }))
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
        if self.looks().add(&look) {
            return Ok(());
        }
        let now_ms = self.now_ms();
        self.record(counted::first(&look, now_ms)).await?;
        let mut looks = self.looks();
        looks.begin(look, now_ms);
        if looks.is_full() {
            self.0.due.notify_one();
        }
        Ok(())
    }

    /// Records the looks of modules whose hour is over, or all of them.
    async fn record_looks(&self, everything: bool) -> Result<(), NotRecorded> {
        let now_ms = self.now_ms();
        let rows = {
            let mut looks = self.looks();
            let everything = everything || looks.is_full();
            looks.over(now_ms, everything)
        };
        self.record_many(rows).await
    }

    fn looks(&self) -> MutexGuard<'_, Counted> {
        self.0.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request that was let through to nothing; without an address where nobody is recorded.
    pub fn refused(&self, what: &str, code: Code, from: Option<IpAddr>) {
        self.0.refused.lock().unwrap_or_else(PoisonError::into_inner).add(what, code, from);
    }

    /// Records what was refused since the last time, as one row.
    async fn record_refused(&self) -> Result<(), NotRecorded> {
        let refused = std::mem::take(&mut *self.0.refused.lock().unwrap_or_else(PoisonError::into_inner));
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
