//! What an observation proves about its camera. Pure: no clock, no register.

use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::observation::Observation;
use xl_model::status::Reason;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Said;

/// That the camera is there, where it spoke itself: its source is `{township}.{camera}`. What the hub, a module, a program
/// or another device says of a camera proves nothing, least of all what the hub says of its status; what a bridge kept is old.
pub(super) fn of(observation: &Observation, received_ms: TimestampMs) -> Option<Evidence> {
    let camera = observation.camera.as_ref()?;
    let is_own = observation.source.split_once('.') == Some((observation.township.as_str(), camera.as_str()));
    (is_own && !observation.relayed).then(|| Evidence {
        camera: CameraKey { township: observation.township.clone(), camera: camera.clone() },
        said: Said::Up,
        reason: Reason::new("message"),
        source: "ingest".into(),
        promised_us: None,
        skew_ms: observation.time_ms.map(|time_ms| time_ms.saturating_sub(received_ms)),
    })
}
