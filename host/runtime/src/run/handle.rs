//! Handling a batch of events.

use xl_model::batch::Batch;
use xl_model::batch::Outcome;
use xl_model::effect::Effects;
use xl_model::event::Event;
use xl_model::picture::PictureLevel;

use super::Context;
use super::Handled;
use super::sandbox;
use super::sandbox::Ask;
use super::sandbox::Said;
use crate::Plugin;
use crate::bindings::exports::xueliang::hub::handler;
use crate::bindings::xueliang::hub::types as wit;
use crate::guest::Call;
use crate::guest::Guest;
use crate::guest::dice::Dice;
use crate::guest::journal::plain;

/// Most bytes of a guest's reason for rejecting.
const MAX_REASON_BYTES: usize = 1024;

/// Handles `batch` in a fresh sandbox.
pub(super) async fn run(plugin: &Plugin, context: &Context, batch: &Batch) -> Handled {
    let first = batch.events.first().map_or(0, |event| event.seq);
    let dice = Dice::new(&plugin.engine.config().secret, &context.module, "batch", first);
    let guest = Guest::new(plugin, context, Call::Batch(batch.events.clone()), batch.now_ms, dice);
    let level = context.grants.now().picture_level;
    let shown = pictures(batch, level);
    let events = events(batch, &shown);
    let ended =
        sandbox::run(plugin, guest, Ask::Handle(handler::Batch { now_ms: batch.now_ms, events: &events })).await;
    let mut pictures = 0;
    let outcome = match ended.result {
        Ok((Said::Handled(Ok(())), guest)) => {
            pictures = guest.pictures;
            let answers = guest.answers.into_made();
            Outcome::Done(Effects { list: guest.effects, log: Vec::new(), answers })
        }
        Ok((Said::Handled(Err(handler::Failure::Retry(after_ms))), _)) => Outcome::Retry(after_ms.map(u64::from)),
        Ok((Said::Handled(Err(handler::Failure::Reject(reason))), _)) => {
            Outcome::Rejected(plain(&reason, MAX_REASON_BYTES))
        }
        // A handler was asked: no other answer can come back.
        Ok((Said::Viewed(_) | Said::Acted(_) | Said::Answered(_), _)) => Outcome::Retry(None),
        Err(stop) => Outcome::Stopped(stop),
    };
    Handled { outcome, log: ended.log, cpu_us: ended.cpu_us, pictures }
}

/// The pictures of all events in a row; none below the level that may know of them.
fn pictures(batch: &Batch, level: PictureLevel) -> Vec<wit::PictureRef<'_>> {
    let events = batch.events.iter().filter(|_| level >= PictureLevel::Metric);
    let pictures = events.flat_map(|event| &event.pictures).map(|picture| wit::PictureRef {
        sha256: picture.sha256.as_str(),
        width: picture.width,
        height: picture.height,
        bytes: picture.bytes,
    });
    pictures.collect()
}

/// The events as the guest is handed them: borrowed, nothing is copied before it lands in the guest's memory.
fn events<'a>(batch: &'a Batch, mut pictures: &'a [wit::PictureRef<'a>]) -> Vec<wit::Event<'a>> {
    let lift = |event: &'a Event| {
        let own = pictures.len().min(event.pictures.len());
        let (own, rest) = pictures.split_at(own);
        pictures = rest;
        wit::Event {
            seq: event.seq,
            id: &event.id,
            source: &event.source,
            kind: event.kind.as_str(),
            camera: event.camera.as_ref().map(|camera| camera.as_str()),
            subject: event.subject.as_deref(),
            time_ms: event.time_ms,
            received_ms: event.received_ms,
            data: &event.data,
            pictures: own,
            cause: event.cause,
            depth: event.depth,
        }
    };
    batch.events.iter().map(AsRef::as_ref).map(lift).collect()
}
