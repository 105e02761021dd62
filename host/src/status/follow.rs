//! Keeps the ladder's list of cameras that of the register: all of them at the start, and again at every change.

use tokio_util::sync::CancellationToken;
use xl_model::camera::Attachment;
use xl_model::camera::Camera;
use xl_model::status::SECOND_US;
use xl_model::status::evidence::Cadence;
use xl_model::status::evidence::Enrolment;
use xl_store::cameras::RegisteredCamera;

use crate::cameras::Cameras;
use crate::status::StatusSink;

/// Runs until `stop`. Changes that come while one is told are told together: an import is one.
pub async fn follow(cameras: Cameras, sink: StatusSink, stop: CancellationToken) {
    let mut changed = cameras.changed();
    loop {
        let all = || {
            changed.mark_unchanged();
            cameras.list(None).into_iter().map(enrolment).collect()
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = sink.register(all) => {}
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            risen = changed.changed() => if risen.is_err() { return },
        }
    }
}

/// What the ladder must know of a registered camera.
fn enrolment(row: RegisteredCamera) -> Enrolment {
    let camera = row.camera;
    let cadence = cadence(&camera);
    let bridge = match &camera.attachment {
        Attachment::Mapped { publisher } => Some(publisher.as_str().into()),
        Attachment::Mqtt | Attachment::Onvif { .. } | Attachment::None => None,
    };
    Enrolment {
        place: camera.place.into(),
        owner: Some(camera.owner.name).filter(|name| !name.is_empty()).map(Into::into),
        bridge,
        cadence,
        sleep: None,
        since_us: row.registered_ms.saturating_mul(1_000),
        camera: camera.key,
    }
}

/// How often a camera should be heard: as it is registered, else as its attachment lets expect. A bridge of ours says every
/// half a minute how its cameras stand; a camera that others publish for speaks when something happens; one that is not
/// attached yet never does.
fn cadence(camera: &Camera) -> Cadence {
    if camera.attachment.bridge().is_some() {
        return Cadence::default();
    }
    match (camera.heartbeat_s, &camera.attachment) {
        (Some(heartbeat_s), _) => Cadence::Every(i64::from(heartbeat_s) * SECOND_US),
        (None, Attachment::Mqtt | Attachment::Onvif { .. }) => Cadence::default(),
        (None, Attachment::Mapped { .. } | Attachment::None) => Cadence::None,
    }
}

#[cfg(test)]
mod tests;
