//! Turns observations into events.
//!
//! Reads what bridges send, refuses what is malformed, unknown or too fast, stores pictures under their hash and appends
//! the rest to the log of its township. Whatever has queued is committed together; while one drain commits, the next is
//! prepared. A verdict goes back only after the commit. Does not look at who subscribes: that is [`crate::dispatch`].

pub(crate) mod picture;
mod rate;
mod refusals;
mod validate;

pub use rate::Rate;
pub use refusals::RefusalWriter;
pub use refusals::Refusals;

use std::sync::Arc;

use futures::FutureExt;
use futures::StreamExt;
use futures::future::BoxFuture;
use metrics::counter;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::warn;
use xl_bridge::port::RefusalSink;
use xl_bridge::port::Submission;
use xl_media::PictureLimits;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::event::Appended;
use xl_model::event::NewEvent;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::observation::Observation;
use xl_model::observation::Verdict;
use xl_store::Store;
use xl_store::StoreError;

use crate::config::Config;
use crate::devices::Devices;
use rate::Rates;

/// Most observations of one drain: as many as the store commits at once (measured in `host/design/event-log.md`).
const DRAIN_OBSERVATIONS: usize = 512;

/// Bytes of pictures after which a drain takes no more, so that two of them in flight stay far below the hub's memory.
const DRAIN_BYTES: usize = 32 * 1024 * 1024;

/// Pictures of a drain that are written at the same time; more only queue at the disk.
const PICTURES_AT_ONCE: usize = 32;

/// Bytes of a refused message that are kept for whoever repairs the device.
const SAMPLE_BYTES: usize = 4_096;

/// What one camera may send.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Size of a picture.
    pub picture: PictureLimits,
    /// Pictures of one camera.
    pub pictures: Rate,
    /// Other events of one camera.
    pub events: Rate,
}

impl From<&Config> for Limits {
    fn from(config: &Config) -> Self {
        let pictures = &config.pictures;
        Self {
            picture: PictureLimits {
                max_bytes: pictures.max_bytes,
                max_side: pictures.max_side,
                max_pixels: pictures.max_pixels,
            },
            pictures: Rate {
                per_minute: pictures.per_minute_per_camera,
                burst: pictures.per_minute_per_camera.saturating_mul(2),
            },
            events: Rate { per_minute: config.events.per_minute_per_camera, burst: config.events.burst },
        }
    }
}

/// What the stage works with.
#[derive(Clone)]
pub struct Dependencies {
    /// The log and the pictures.
    pub store: Store,
    /// Which cameras are registered.
    pub devices: Devices,
    /// Where refusals are recorded.
    pub refusals: Refusals,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Takes observations until `stop`, or until the store takes no more.
pub async fn run(mut inbox: mpsc::Receiver<Submission>, limits: Limits, needs: Dependencies, stop: CancellationToken) {
    let rates = Rates::new(limits.pictures, limits.events);
    let mut stage = Stage { needs, picture_limits: limits.picture, rates };
    let mut committing: Option<BoxFuture<'static, Result<(), StoreError>>> = None;
    loop {
        let drain = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            done = settled(&mut committing), if committing.is_some() => {
                if done.is_err() {
                    return;
                }
                continue;
            }
            drain = drain(&mut inbox) => drain,
        };
        if drain.is_empty() {
            break;
        }
        let (prepared, done) = futures::join!(stage.prepare(drain), settled(&mut committing));
        if done.is_err() {
            // The verdicts of `prepared` are dropped with it: nothing of it is acknowledged.
            return;
        }
        committing = Some(commit(stage.needs.clone(), prepared).boxed());
    }
    // What is on its way to the disk is told to its sources, so that they need not send it again.
    if settled(&mut committing).await.is_ok()
        && let Err(failure) = stage.needs.devices.write_seen(true).await
    {
        warn!("times of last sight not written: {failure}");
    }
}

async fn settled(committing: &mut Option<BoxFuture<'static, Result<(), StoreError>>>) -> Result<(), StoreError> {
    match committing {
        Some(commit) => {
            let done = commit.await;
            *committing = None;
            done
        }
        None => Ok(()),
    }
}

/// Waits for one observation and takes what else has queued; empty when no bridge is left.
async fn drain(inbox: &mut mpsc::Receiver<Submission>) -> Vec<Submission> {
    let Some(first) = inbox.recv().await else { return Vec::new() };
    let size = |submission: &Submission| submission.observation.picture.as_ref().map_or(0, bytes::Bytes::len);
    let mut bytes = size(&first);
    let mut drain = vec![first];
    while drain.len() < DRAIN_OBSERVATIONS && bytes < DRAIN_BYTES {
        let Ok(next) = inbox.try_recv() else { break };
        bytes += size(&next);
        drain.push(next);
    }
    drain
}

/// An event on its way to the log, and who waits for it.
struct Accepted {
    event: NewEvent,
    verdict: oneshot::Sender<Verdict>,
}

struct Stage {
    needs: Dependencies,
    picture_limits: PictureLimits,
    rates: Rates,
}

impl Stage {
    /// Turns a drain into events whose pictures are stored; what is refused is answered here.
    async fn prepare(&mut self, drain: Vec<Submission>) -> Vec<Accepted> {
        let received_ms = self.needs.clock.now_ms();
        let mut admitted = Vec::with_capacity(drain.len());
        for Submission { observation, verdict } in drain {
            match self.admit(&observation, received_ms) {
                Ok(()) => admitted.push((observation, verdict)),
                Err(refused) => self.refuse(&observation, verdict, refused, received_ms),
            }
        }
        let (store, limits) = (&self.needs.store, &self.picture_limits);
        let with_pictures: Vec<_> = futures::stream::iter(admitted)
            .map(|(observation, verdict)| async move {
                let kept = match observation.picture.clone() {
                    Some(bytes) => picture::keep(store, bytes, limits).await.map(Some),
                    None => Ok(None),
                };
                (observation, verdict, kept)
            })
            .buffered(PICTURES_AT_ONCE)
            .collect()
            .await;
        let mut accepted = Vec::with_capacity(with_pictures.len());
        for (observation, verdict, kept) in with_pictures {
            match kept {
                Ok(picture) => {
                    let event = validate::event(observation, picture, received_ms);
                    accepted.push(Accepted { event, verdict });
                }
                Err(picture::NotKept::Refused(refused)) => self.refuse(&observation, verdict, refused, received_ms),
                // Without a verdict the source sends it again, when the disk may have room.
                Err(picture::NotKept::Failed(failure)) => {
                    error!(code = %failure.code(), "picture of `{}` not stored: {failure:?}", observation.source);
                }
            }
        }
        accepted
    }

    /// What can be said about an observation without touching its picture; cheap, so it stands first.
    fn admit(&mut self, observation: &Observation, received_ms: TimestampMs) -> Result<(), Refused> {
        validate::camera(observation, &self.needs.devices)?;
        // What a bridge kept the bridge has counted, and its age says nothing of a clock.
        if !observation.relayed {
            self.rates.admit(observation, received_ms)?;
        }
        validate::data(&observation.data)?;
        if let (Some(camera), Some(time_ms), false) = (&observation.camera, observation.time_ms, observation.relayed) {
            self.needs.devices.note_skew(&observation.township, camera, time_ms.saturating_sub(received_ms));
        }
        Ok(())
    }

    fn refuse(
        &self,
        observation: &Observation,
        verdict: oneshot::Sender<Verdict>,
        refused: Refused,
        at_ms: TimestampMs,
    ) {
        counter!("xl_ingest_events_total", "result" => "refused").increment(1);
        let sample = observation.picture.as_deref().unwrap_or(observation.data.as_bytes());
        self.needs.refusals.refuse(Refusal {
            at_ms,
            township: Some(observation.township.clone()),
            source: observation.source.as_ref().to_owned(),
            place: observation.kind.to_string(),
            refused: refused.clone(),
            sample: sample[..sample.len().min(SAMPLE_BYTES)].to_vec(),
        });
        // A bridge that has gone needs no verdict.
        let _ = verdict.send(Verdict::Refused(refused));
    }
}

/// Appends a prepared drain and tells each source; when that fails, nobody is told anything.
async fn commit(needs: Dependencies, prepared: Vec<Accepted>) -> Result<(), StoreError> {
    let Dependencies { store, devices, .. } = needs;
    let (events, verdicts): (Vec<_>, Vec<_>) = prepared.into_iter().map(|it| (it.event, it.verdict)).unzip();
    let cameras: Vec<_> = events.iter().map(|it| (it.township.clone(), it.camera.clone(), it.received_ms)).collect();
    let appended = store.append(events).await.inspect_err(|failure| {
        error!(code = %failure.code(), "{} observations not stored, none is acknowledged: {failure}", verdicts.len());
    })?;
    let (mut stored, mut repeated) = (0, 0);
    for ((verdict, (township, camera, at_ms)), appended) in verdicts.into_iter().zip(cameras).zip(appended) {
        if let Some(camera) = camera {
            devices.seen(&township, &camera, at_ms);
        }
        let answer = match appended {
            Appended::Stored(seq) => {
                stored += 1;
                Verdict::Stored(seq)
            }
            Appended::Repeated => {
                repeated += 1;
                Verdict::Repeated
            }
        };
        // A bridge that has gone needs no verdict.
        let _ = verdict.send(answer);
    }
    counter!("xl_ingest_events_total", "result" => "stored").increment(stored);
    counter!("xl_ingest_events_total", "result" => "repeated").increment(repeated);
    devices.write_seen(false).await
}

#[cfg(test)]
mod tests;
