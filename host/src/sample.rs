//! Watching is events too: looks that modules asked for become `camera.sampled`.
//!
//! Takes what the running modules wish of their granted cameras, keeps one plan a camera, fetches each picture once within
//! bounded concurrency and hands the picture with its figures to ingest. Decides nothing about what a figure means.

mod observe;
mod plan;
mod wishes;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use metrics::counter;
use metrics::histogram;
use tokio::sync::Semaphore;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::debug;
use tracing::warn;
use xl_bridge::port::Inbox;
use xl_bridge::port::Submission;
use xl_media::PictureLimits;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::id::Digest;
use xl_model::observation::Verdict;
use xl_store::Store;

use crate::audit::Auditor;
use crate::audit::ModuleLook;
use crate::audit::Shown;
use crate::cameras::Cameras;
use crate::dispatch::Modules;
use crate::look::Looks;
use plan::Due;
use plan::Plans;
use plan::Wish;

/// Looks under way at once: 700 cameras every 5 minutes are 2.3 a second, so this rides out 25 s of every camera hanging.
const AT_ONCE: usize = 64;

/// How often wishes are asked for again: a module that is enabled waits no longer for its first look.
const WISHES_EVERY_MS: i64 = 5_000;

/// Longest sleep of the stage, so that a clock that was set is noticed.
const LONGEST_SLEEP_MS: i64 = 1_000;

/// What sampling needs of the hub.
#[derive(Clone)]
pub struct Dependencies {
    /// The store: references of the same hour.
    pub store: Store,
    /// Which cameras there are, for what, and their masks.
    pub cameras: Cameras,
    /// Who wishes what.
    pub modules: Modules,
    /// How pictures are fetched.
    pub looks: Looks,
    /// Where what was seen goes.
    pub inbox: Inbox,
    /// What a picture may be at most.
    pub pictures: PictureLimits,
    /// Registers looks.
    pub auditor: Auditor,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// The last picture of each camera by its hash, and how many before it were the same.
type Repeats = Arc<Mutex<HashMap<CameraKey, (Digest, u32)>>>;

/// Looks at cameras until `stop`.
pub async fn run(deps: Dependencies, stop: CancellationToken) {
    let (mut plans, repeats) = (Plans::default(), Repeats::default());
    let (room, tasks) = (Arc::new(Semaphore::new(AT_ONCE)), TaskTracker::new());
    let mut wishes_at_ms = i64::MIN;
    loop {
        let now_ms = deps.clock.now_ms();
        if now_ms >= wishes_at_ms || now_ms < wishes_at_ms - WISHES_EVERY_MS {
            wishes_at_ms = now_ms + WISHES_EVERY_MS;
            let cameras: Vec<_> = deps.cameras.list(None).into_iter().map(|row| row.camera).collect();
            plans.set(wishes::wishes(&deps.modules.samplings(), &cameras), now_ms);
        }
        while let Some(due) = plans.take(now_ms) {
            let place = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                place = room.clone().acquire_owned() => place,
            };
            let (deps, repeats) = (deps.clone(), repeats.clone());
            tasks.spawn(async move {
                let _place = place;
                sample(&deps, &repeats, due).await;
            });
        }
        let next_ms = plans.next_ms().unwrap_or(i64::MAX).min(wishes_at_ms) - deps.clock.now_ms();
        let sleep_ms = next_ms.clamp(1, LONGEST_SLEEP_MS).unsigned_abs();
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = tokio::time::sleep(Duration::from_millis(sleep_ms)) => {}
        }
    }
    tasks.close();
    tasks.wait().await;
}

/// Makes one look and hands over what was seen, for those who may at that moment: a wish may be older than what is granted.
async fn sample(deps: &Dependencies, repeats: &Repeats, mut due: Due) {
    if !is_still_granted(&deps.modules, &mut due) {
        return;
    }
    let late_ms = deps.clock.now_ms().saturating_sub(due.due_ms).max(0);
    histogram!("xl_sampling_late_share").record(late_ms as f64 / due.period_ms.max(1) as f64);
    let Some(masks) = deps.cameras.masks(&due.camera) else { return };
    for Wish { module, purpose, .. } in due.wishes.clone() {
        let camera = due.camera.clone();
        let look = ModuleLook { module, camera, purpose, shown: Shown::Sample, is_refused: false };
        if let Err(error) = deps.auditor.module_looks(look).await {
            warn!(camera = %due.camera, code = %error.code(), "camera `{}` is not sampled: {error}", due.camera);
            counter!("xl_samples_total", "result" => "failed").increment(1);
            return;
        }
    }
    let seen = deps.looks.each(&due.camera, due.period_ms).await;
    // A camera may take its time to answer.
    if !is_still_granted(&deps.modules, &mut due) {
        return;
    }
    counter!("xl_samples_total", "result" => if seen.is_ok() { "seen" } else { "failed" }).increment(1);
    let observation = observe::observation(deps, repeats, &due, &masks, seen).await;
    let (verdict, answer) = oneshot::channel();
    if deps.inbox.send(Submission { observation, verdict }).await.is_ok()
        && let Ok(Verdict::Refused(refused)) = answer.await
    {
        counter!("xl_samples_total", "result" => "refused").increment(1);
        debug!(camera = %due.camera, code = %refused.code, "sample of `{}` refused: {}", due.camera, refused.detail);
    }
}

/// Strikes out the wishes of modules that may not look there any more; false: nobody is left.
fn is_still_granted(modules: &Modules, due: &mut Due) -> bool {
    let camera = &due.camera.camera;
    due.wishes.retain(|wish| {
        let granted = modules.granted(&wish.module);
        granted.is_some_and(|grants| wishes::is_granted(&grants, camera, &wish.purpose))
    });
    !due.wishes.is_empty()
}

/// Counts how often a camera's picture was the same as the one before.
fn repeated(repeats: &Repeats, camera: &CameraKey, sha256: &Digest) -> u32 {
    let mut repeats = repeats.lock().unwrap_or_else(PoisonError::into_inner);
    let (last, count) = repeats.entry(camera.clone()).or_insert_with(|| (sha256.clone(), 0));
    if last == sha256 {
        let before = *count;
        *count = count.saturating_add(1);
        before
    } else {
        (*last, *count) = (sha256.clone(), 1);
        0
    }
}
