//! A picture of a camera now: the newest stored one where it is young enough, else the camera is asked.
//!
//! One look at a camera at a time; whoever comes meanwhile waits for it and shares what it brought. A camera that just
//! failed is not asked again at once. Says nothing about who may look, and appends no event: the callers do both.

mod error;
mod keep;

pub use error::NoPicture;
pub use keep::NotKept;
pub use keep::keep;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use metrics::counter;
use tokio::sync::Semaphore;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::picture::Provenance;
use xl_store::Store;

/// Cameras that are asked at the same time: with 60 kB a picture a few MiB, and a hundred slow ones hold nobody up for long.
const AT_ONCE: usize = 64;

/// Longest wait for one camera, its place in the queue included: below what a run waits for a port.
const DEADLINE: Duration = Duration::from_secs(4);

/// How long a camera is left alone after a look at it, in milliseconds; a failed look counts too.
const SPACING_MS: i64 = 2_000;

/// Who asks a camera for a picture: the bridge that it is attached by.
#[async_trait]
pub trait Eye: Send + Sync {
    /// A fresh picture as JPEG; an error in words when the camera gives none, `None` when it cannot be asked at all.
    async fn snapshot(&self, camera: &CameraKey) -> Option<Result<Bytes, String>>;
}

/// Looks at cameras; clones share the queue.
#[derive(Clone)]
pub struct Looks(Arc<Shared>);

struct Shared {
    store: Store,
    eye: Arc<dyn Eye>,
    clock: Arc<dyn Clock>,
    deadline: Duration,
    room: Semaphore,
    turns: Mutex<HashMap<CameraKey, Arc<tokio::sync::Mutex<Option<Asked>>>>>,
}

/// The last look at a camera.
#[derive(Clone)]
struct Asked {
    at_ms: TimestampMs,
    outcome: Result<Bytes, NoPicture>,
}

/// What a look brought.
#[derive(Debug, Clone)]
pub enum Seen {
    /// A picture that is in the store.
    Stored(Provenance),
    /// A fresh one that nobody stored yet.
    Fresh {
        /// JPEG as the camera gave it.
        bytes: Bytes,
        /// When it came.
        taken_ms: TimestampMs,
    },
}

impl Looks {
    /// Looks through `eye` where the store has nothing young enough.
    pub fn new(store: Store, eye: Arc<dyn Eye>, clock: Arc<dyn Clock>) -> Self {
        Self::within(DEADLINE, store, eye, clock)
    }

    fn within(deadline: Duration, store: Store, eye: Arc<dyn Eye>, clock: Arc<dyn Clock>) -> Self {
        let (room, turns) = (Semaphore::new(AT_ONCE), Mutex::default());
        Self(Arc::new(Shared { store, eye, clock, deadline, room, turns }))
    }

    /// A picture of `camera` that is at most `max_age_ms` old.
    ///
    /// # Errors
    /// [`NoPicture`] says why there is none, within 4 s.
    pub async fn look(&self, camera: &CameraKey, max_age_ms: i64) -> Result<Seen, NoPicture> {
        let stored = self.0.store.latest_picture(&camera.township, &camera.camera).await;
        let stored = stored.map_err(|source| NoPicture::Store { source: Arc::new(source) })?;
        let age_ms = |time_ms: TimestampMs| self.0.clock.now_ms().saturating_sub(time_ms);
        if let Some(found) = stored.clone().filter(|found| age_ms(found.time_ms) <= max_age_ms) {
            counter!("xl_looks_total", "result" => "stored").increment(1);
            return Ok(Seen::Stored(found));
        }
        let asked = tokio::time::timeout(self.0.deadline, self.ask(camera)).await.unwrap_or(Err(NoPicture::Late));
        counter!("xl_looks_total", "result" => if asked.is_ok() { "fresh" } else { "failed" }).increment(1);
        match asked {
            Ok((bytes, taken_ms)) => Ok(Seen::Fresh { bytes, taken_ms }),
            Err(NoPicture::NotAsked { .. }) => {
                Err(NoPicture::NotAsked { age_ms: stored.map(|old| age_ms(old.time_ms)) })
            }
            Err(failed) => Err(failed),
        }
    }

    /// A picture of `camera` for a plan that looks every `period_ms`.
    ///
    /// Younger than half a period, else the camera is asked: a plan's own last picture is nearly a period old and must not
    /// do twice. Of a camera that only sends by itself, the newest one within a period does.
    ///
    /// # Errors
    /// As [`Looks::look`].
    pub async fn each(&self, camera: &CameraKey, period_ms: i64) -> Result<Seen, NoPicture> {
        match self.look(camera, period_ms / 2).await {
            Err(NoPicture::NotAsked { age_ms: Some(age_ms) }) if age_ms <= period_ms => {
                self.look(camera, period_ms).await
            }
            seen => seen,
        }
    }

    /// Asks the camera, or shares what it answered a moment ago.
    async fn ask(&self, camera: &CameraKey) -> Result<(Bytes, TimestampMs), NoPicture> {
        let turn = self.turn(camera);
        let mut last = turn.lock().await;
        let recent = |asked: &&Asked| self.0.clock.now_ms() - asked.at_ms < SPACING_MS;
        if let Some(Asked { at_ms, outcome }) = last.as_ref().filter(recent) {
            return outcome.clone().map(|bytes| (bytes, *at_ms));
        }
        // Nobody closes it; and a look without a place is late like any other.
        let Ok(_place) = self.0.room.acquire().await else { return Err(NoPicture::Late) };
        // Noted before, so that a look that is given up leaves the camera alone as well.
        *last = Some(Asked { at_ms: self.0.clock.now_ms(), outcome: Err(NoPicture::Late) });
        let outcome = match self.0.eye.snapshot(camera).await {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(why)) => Err(NoPicture::Failed { why }),
            None => Err(NoPicture::NotAsked { age_ms: None }),
        };
        let at_ms = self.0.clock.now_ms();
        *last = Some(Asked { at_ms, outcome: outcome.clone() });
        outcome.map(|bytes| (bytes, at_ms))
    }

    /// The turn of a camera. What nobody waits for and is past is forgotten when the map grows.
    fn turn(&self, camera: &CameraKey) -> Arc<tokio::sync::Mutex<Option<Asked>>> {
        let mut turns = self.0.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= 2 * AT_ONCE {
            let since_ms = self.0.clock.now_ms() - SPACING_MS;
            let is_recent = |asked: &Option<Asked>| asked.as_ref().is_some_and(|it| it.at_ms > since_ms);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1 || turn.try_lock().is_ok_and(|asked| is_recent(&asked)));
        }
        turns.entry(camera.clone()).or_default().clone()
    }
}

#[cfg(test)]
mod tests;
