//! What supervised cameras tell, and what becomes of it: evidence, observations, streams in the register.

use std::collections::HashMap;

use metrics::counter;
use serde_json::Value;
use tokio::sync::oneshot;
use tracing::warn;
use xl_bridge::edges::Closed;
use xl_bridge::edges::Edge;
use xl_bridge::edges::Edges;
use xl_bridge::edges::Limits;
use xl_bridge::onvif::camera::Encoding;
use xl_bridge::onvif::camera::Profile;
use xl_bridge::onvif::supervisor::Description;
use xl_bridge::onvif::supervisor::Level;
use xl_bridge::onvif::supervisor::Report;
use xl_bridge::onvif::supervisor::Told;
use xl_bridge::port::Inbox;
use xl_bridge::port::Submission;
use xl_bridge::topics;
use xl_bridge::topics::Change;
use xl_bridge::topics::Notification;
use xl_model::camera;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;
use xl_model::id::DeviceId;
use xl_model::id::Kind;
use xl_model::observation::Observation;
use xl_model::status::Reason;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Said;
use xl_model::status::evidence::Witness;

use super::Onvif;

/// Who saw it, in statuses.
const SOURCE: &str = "onvif";

/// The most profiles that the register keeps of a camera.
const PROFILES_MOST: usize = 32;

/// Takes reports, one after another.
pub(super) struct Telling {
    onvif: Onvif,
    witness: std::sync::Arc<dyn Witness>,
    inbox: Inbox,
    edges: Edges,
    /// The offset that goes with the next evidence.
    skews: HashMap<CameraKey, i64>,
}

impl Telling {
    /// Nothing was told yet.
    pub(super) fn new(onvif: Onvif, witness: std::sync::Arc<dyn Witness>, inbox: Inbox) -> Self {
        Self { onvif, witness, inbox, edges: Edges::new(Limits::default()), skews: HashMap::new() }
    }

    /// Takes one report. Waits while the log is behind.
    pub(super) async fn take(&mut self, told: Told) {
        let Told { device, at_ms, report } = told;
        let key = CameraKey { township: device.township.clone(), camera: device.camera.clone() };
        match report {
            Report::Evidence { level, reason } => self.proven(key, at_ms, level, reason),
            Report::Event(notification) => self.notified(&device, at_ms, &notification).await,
            Report::Described(description) => self.described(&key, *description).await,
            Report::ClockOffset(skew_ms) => {
                self.onvif.0.cameras.note_skew(&key, skew_ms);
                self.note(&key, |condition| condition.skew_ms = Some(skew_ms));
                self.skews.insert(key, skew_ms);
            }
            Report::StatesStale => self.edges.stale(&device, at_ms),
        }
    }

    /// Closes states whose cameras never said that they ended.
    pub(super) async fn expire(&mut self) {
        for Closed { camera, kind, seen_ms, .. } in self.edges.expire(self.onvif.0.clock.now_ms()) {
            let data = serde_json::json!({"state": "inactive", "closed": "not_confirmed"});
            self.submit(observation(&camera, kind, Some(seen_ms), data)).await;
        }
    }

    /// Forgets a camera that no task is kept for any more.
    pub(super) fn forget(&mut self, key: &CameraKey) {
        self.edges.forget(&DeviceId { township: key.township.clone(), camera: key.camera.clone() });
        self.skews.remove(key);
    }

    fn proven(&mut self, camera: CameraKey, at_ms: TimestampMs, level: Level, reason: Option<Refused>) {
        let (said, word) = match level {
            Level::Up => (Said::Up, "answered"),
            Level::AuthFailed => (Said::AuthFailed, "login_refused"),
            Level::Reachable => (Said::Reachable, "no_service"),
            Level::Miss => (Said::Miss, "no_answer"),
        };
        if level == Level::Up {
            self.onvif.0.cameras.seen(&camera, at_ms);
        }
        let word = reason.as_ref().map_or_else(|| Reason::new(word), |refused| Reason::new(&refused.code.to_string()));
        self.note(&camera, |condition| {
            condition.level = Some((level, at_ms));
            condition.reason = reason;
        });
        let skew_ms = self.skews.remove(&camera);
        self.witness.saw(Evidence { camera, said, reason: word, source: SOURCE.into(), promised_us: None, skew_ms });
    }

    async fn notified(&mut self, device: &DeviceId, at_ms: TimestampMs, notification: &Notification) {
        let meaning = topics::meaning(notification);
        counter!("xl_identities_dropped_total").increment(meaning.identities_dropped.into());
        for change in meaning.changes {
            if let Some(edge) = self.edges.see(device, &change, notification.operation, at_ms) {
                let Change { kind, data, .. } = change;
                self.submit(observation(device, kind, notification.time_ms, with_state(data, edge))).await;
            }
        }
    }

    async fn described(&mut self, key: &CameraKey, description: Description) {
        let Description { information, profiles, has_ptz, degraded, .. } = description;
        let kept = profiles.iter().take(PROFILES_MOST).map(kept).collect();
        let model = information.map(|told| format!("{} {} {}", told.manufacturer, told.model, told.firmware));
        if let Some(attached) = self.onvif.attached(key) {
            attached.describe(profiles);
        }
        self.note(key, |condition| {
            condition.model = model;
            condition.degraded = degraded;
            condition.has_ptz = has_ptz;
        });
        // A camera that was removed meanwhile has no streams to keep.
        if let Err(failure) = self.onvif.0.cameras.set_profiles(key, kept).await {
            warn!(camera = %key, code = %failure.code(), "streams of camera `{key}` not kept: {failure}");
        }
    }

    fn note(&self, key: &CameraKey, note: impl FnOnce(&mut super::Condition)) {
        if let Some(attached) = self.onvif.attached(key) {
            attached.note(note);
        }
    }

    async fn submit(&self, observation: Observation) {
        // Nobody waits for the verdict: a camera tells nothing twice, and ingest counts what it refuses.
        let (verdict, _) = oneshot::channel();
        if self.inbox.send(Submission { observation, verdict }).await.is_err() {
            warn!("an event of a camera came when the hub was stopping and is lost");
        }
    }
}

fn observation(device: &DeviceId, kind: Kind, time_ms: Option<TimestampMs>, data: Value) -> Observation {
    Observation {
        township: device.township.clone(),
        source: device.to_string().into(),
        id: None,
        kind,
        camera: Some(device.camera.clone()),
        subject: None,
        time_ms,
        data: data.to_string().into(),
        picture: None,
        relayed: false,
    }
}

/// What is kept of a change, with what is news about it in the words of the native dialect.
fn with_state(mut data: serde_json::Map<String, Value>, edge: Edge) -> Value {
    let state = match edge {
        Edge::Began => Some("active"),
        Edge::Ended => Some("inactive"),
        Edge::Happened => Some("pulse"),
        Edge::Differs => None,
    };
    if let Some(state) = state {
        data.insert("state".to_owned(), state.into());
    }
    Value::Object(data)
}

/// A profile as the register keeps it.
fn kept(profile: &Profile) -> camera::Profile {
    let encoding = match &profile.encoding {
        Some(Encoding::H264) => "H264",
        Some(Encoding::H265) => "H265",
        Some(Encoding::Jpeg) => "JPEG",
        Some(Encoding::Other(word)) => word,
        None => "",
    };
    let (width, height) = profile.size.unwrap_or_default();
    let (token, name) = (profile.token.clone(), profile.name.clone());
    camera::Profile { token, name, encoding: encoding.to_owned(), width, height }
}
