//! The register of cameras in memory: which exist, where they stand, what covers their pictures, when they were last seen.
//!
//! Reads the register from the store once and changes both together (`change`). Knows no connection and no probe: who
//! attaches a camera reads it here. A login of a camera is [`crate::devices`] (to the right).

mod change;
mod classes;
mod duties;
mod error;
mod export;
mod ground;
mod hand;
mod import;
mod publishers;
mod rotate;
mod rules;
mod seal;
mod secrets;
mod sight;
mod sign_in;
mod table;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use duties::Owed;
pub use error::CameraError;
pub use export::table as export_table;
pub use hand::Hand;
pub use import::Outcome;
pub use import::Yours;
pub use rotate::rotate;
pub use rotate::sealed_by;
pub use seal::Secret;
pub use sight::Sight;
pub use sign_in::SignIn;
pub use table::MAX_BYTES as MAX_TABLE_BYTES;
pub use table::RowWrong;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use tokio::sync::watch;
use tracing::info;
use tracing::warn;
use xl_model::camera::Attachment;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::id::TownshipId;
use xl_model::region::Masks;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::cameras::CameraFilter;
use xl_store::cameras::CameraPage;
use xl_store::cameras::RegisteredCamera;

use crate::places::Places;
use classes::Classes;
use publishers::Publishers;
pub(crate) use seal::SealKey;

/// A camera's clock that differs by more than this counts as wrong, in milliseconds.
const WRONG_CLOCK_MS: i64 = 5_000;

/// How often the times of last sight are written, in milliseconds. A crash forgets at most so much of them.
const WRITE_SEEN_EVERY_MS: i64 = 30_000;

/// The register; clones share it.
#[derive(Clone)]
pub struct Cameras(Arc<Shared>);

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    key: SealKey,
    places: Places,
    entries: RwLock<HashMap<CameraKey, Entry>>,
    publishers: RwLock<Publishers>,
    classes: Mutex<Classes>,
    written_ms: AtomicI64,
    /// One change at a time: each reads what the one before wrote.
    turn: tokio::sync::Mutex<()>,
    /// How often a camera was registered, changed or removed since the start.
    changes: watch::Sender<u64>,
}

struct Entry {
    row: Arc<RegisteredCamera>,
    /// How often its password was set or forgotten since the start.
    secrets: u64,
    /// 0: never.
    seen_ms: AtomicI64,
    seen_unwritten: AtomicBool,
    skew_ms: AtomicI64,
}

impl Cameras {
    /// Reads the register from the store; `key` seals and opens credentials, `places` is what cameras stand on.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(store: Store, clock: Arc<dyn Clock>, key: [u8; 32], places: Places) -> Result<Self, StoreError> {
        let (rows, classes) = (store.cameras().await?, Classes::read(&store).await?);
        let mut publishers = Publishers::default();
        for row in &rows {
            publishers.note(&row.camera.key, None, Some(&row.camera.attachment));
        }
        let entries = rows.into_iter().map(|row| (row.camera.key.clone(), Entry::new(row)));
        Ok(Self(Arc::new(Shared {
            entries: RwLock::new(entries.collect()),
            publishers: RwLock::new(publishers),
            classes: Mutex::new(classes),
            written_ms: AtomicI64::new(clock.now_ms()),
            key: SealKey::new(key),
            places,
            turn: tokio::sync::Mutex::default(),
            changes: watch::Sender::new(0),
            store,
            clock,
        })))
    }

    /// Whether this camera is registered.
    pub fn knows(&self, key: &CameraKey) -> bool {
        self.read().contains_key(key)
    }

    /// A camera, with its newest `last_seen_ms`.
    pub fn get(&self, key: &CameraKey) -> Option<RegisteredCamera> {
        self.read().get(key).map(Entry::current)
    }

    /// The place at which a camera is registered; `None` when it is not.
    pub fn place(&self, key: &CameraKey) -> Option<String> {
        self.read().get(key).map(|entry| entry.row.camera.place.clone())
    }

    /// The places that cameras stand at.
    pub fn places(&self) -> &Places {
        &self.0.places
    }

    /// How many of the cameras that `own` picks are registered at each place, by its code.
    pub fn at_places(&self, own: impl Fn(&CameraKey, &str) -> bool) -> HashMap<String, u64> {
        let mut count = HashMap::new();
        for (key, entry) in self.read().iter() {
            let place = &entry.row.camera.place;
            if own(key, place) {
                *count.entry(place.clone()).or_default() += 1;
            }
        }
        count
    }

    /// What covers a camera's pictures; `None` when it is not registered.
    pub fn masks(&self, key: &CameraKey) -> Option<Masks> {
        self.read().get(key).map(|entry| entry.row.camera.masks.clone())
    }

    /// All cameras, of one township or of all, by township and id, with their newest `last_seen_ms`.
    pub fn list(&self, township: Option<&TownshipId>) -> Vec<RegisteredCamera> {
        let entries = self.read();
        let wanted = entries.iter().filter(|(key, _)| township.is_none_or(|wanted| key.township == *wanted));
        let mut cameras: Vec<RegisteredCamera> = wanted.map(|(_, entry)| entry.current()).collect();
        cameras.sort_by(|a, b| a.camera.key.cmp(&b.camera.key));
        cameras
    }

    /// How many cameras are registered.
    pub fn count(&self) -> usize {
        self.read().len()
    }

    /// A page of cameras, with their newest `last_seen_ms`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn find(&self, filter: &CameraFilter) -> Result<CameraPage, StoreError> {
        let mut page = self.0.store.find_cameras(filter).await?;
        let entries = self.read();
        for row in &mut page.cameras {
            if let Some(entry) = entries.get(&row.camera.key) {
                row.last_seen_ms = entry.last_seen();
            }
        }
        Ok(page)
    }

    /// Rises whenever a camera is registered, changed or removed; whoever waits reads the register anew.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Notes that something of this camera was accepted.
    pub fn seen(&self, key: &CameraKey, at_ms: TimestampMs) {
        if let Some(entry) = self.read().get(key) {
            entry.seen_ms.fetch_max(at_ms, Ordering::Relaxed);
            entry.seen_unwritten.store(true, Ordering::Relaxed);
        }
    }

    /// Notes by how much a camera's clock is ahead of ours; warns once when it becomes wrong and tells when it is right.
    pub fn note_skew(&self, key: &CameraKey, skew_ms: i64) {
        let Some(before) = self.read().get(key).map(|entry| entry.skew_ms.swap(skew_ms, Ordering::Relaxed)) else {
            return;
        };
        match (before.abs() > WRONG_CLOCK_MS, skew_ms.abs() > WRONG_CLOCK_MS) {
            (false, true) => warn!(camera = %key, skew_ms, "the clock of camera `{key}` is wrong by {skew_ms} ms"),
            (true, false) => info!(camera = %key, skew_ms, "the clock of camera `{key}` is right again"),
            _ => {}
        }
    }

    /// By how much a camera's clock was ahead of ours at its last message, in milliseconds.
    pub fn skew_ms(&self, key: &CameraKey) -> Option<i64> {
        self.read().get(key).map(|entry| entry.skew_ms.load(Ordering::Relaxed))
    }

    /// Writes the times of last sight when 30 s have passed since they were written, or `now`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write_seen(&self, now: bool) -> Result<(), StoreError> {
        let now_ms = self.0.clock.now_ms();
        if !now && (now_ms - self.0.written_ms.load(Ordering::Relaxed)).abs() < WRITE_SEEN_EVERY_MS {
            return Ok(());
        }
        self.0.written_ms.store(now_ms, Ordering::Relaxed);
        let seen: Vec<(CameraKey, TimestampMs)> = self
            .read()
            .iter()
            .filter(|(_, entry)| entry.seen_unwritten.swap(false, Ordering::Relaxed))
            .map(|(key, entry)| (key.clone(), entry.seen_ms.load(Ordering::Relaxed)))
            .collect();
        if seen.is_empty() { Ok(()) } else { self.0.store.seen(seen).await }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<CameraKey, Entry>> {
        // A holder that panicked left the map whole: each change is one insertion or removal after another.
        self.0.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn publishers(&self) -> RwLockReadGuard<'_, Publishers> {
        // As above: each change is one removal and one insertion.
        self.0.publishers.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_publisher(&self, key: &CameraKey, before: Option<&Attachment>, now: Option<&Attachment>) {
        self.0.publishers.write().unwrap_or_else(PoisonError::into_inner).note(key, before, now);
    }

    fn update(&self, update: impl FnOnce(&mut HashMap<CameraKey, Entry>)) {
        update(&mut self.0.entries.write().unwrap_or_else(PoisonError::into_inner));
        self.0.changes.send_modify(|changes| *changes = changes.wrapping_add(1));
    }
}

impl Entry {
    fn new(row: RegisteredCamera) -> Self {
        let seen_ms = AtomicI64::new(row.last_seen_ms.unwrap_or(0));
        let (seen_unwritten, skew_ms) = (AtomicBool::new(false), AtomicI64::new(0));
        Self { row: Arc::new(row), secrets: 0, seen_ms, seen_unwritten, skew_ms }
    }

    fn last_seen(&self) -> Option<TimestampMs> {
        Some(self.seen_ms.load(Ordering::Relaxed)).filter(|seen_ms| *seen_ms != 0)
    }

    fn current(&self) -> RegisteredCamera {
        RegisteredCamera { last_seen_ms: self.last_seen(), ..self.row.as_ref().clone() }
    }
}
