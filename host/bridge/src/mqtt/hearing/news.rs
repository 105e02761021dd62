//! The observations that news of a dialect become, in the form of the native dialect.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::id::DeviceId;
use xl_model::id::Kind;
use xl_model::observation::Observation;

use crate::topics::Change;

/// Bytes of a hash that stand for a message: no two of a county's messages share them.
const ID_BYTES: usize = 16;

/// A picture; its id is the hash of its bytes.
pub(super) fn picture(camera: &CameraKey, bytes: Bytes, label: Option<String>) -> Observation {
    // What is cut out around an object is another stream than the scene.
    let data = match label {
        None => json!({"stream": "main"}),
        Some(label) => json!({"stream": "crop", "label": label}),
    };
    let observation = says(camera, kind("camera.picture"), None, data.to_string());
    Observation { picture: Some(bytes), ..observation }
}

/// Readings.
pub(super) fn telemetry(camera: &CameraKey, readings: Map<String, Value>, time_ms: Option<TimestampMs>) -> Observation {
    let data = Value::Object(readings).to_string();
    says(camera, kind("camera.telemetry"), time_ms, data)
}

/// A change that is news.
pub(super) fn changed(camera: &CameraKey, change: Change, time_ms: Option<TimestampMs>) -> Observation {
    let mut data = Map::new();
    data.insert("kind".to_owned(), word(&change.kind).into());
    if let Some(state) = change.state.as_str() {
        data.insert("state".to_owned(), state.into());
    }
    data.extend(change.data);
    says(camera, change.kind, time_ms, Value::Object(data).to_string())
}

/// A state that nobody confirmed in time; `begun` is where it began.
pub(super) fn ended(camera: &DeviceId, kind: Kind, begun: Option<Value>) -> Observation {
    let mut data = json!({"kind": word(&kind), "state": "inactive", "reason": "timeout"});
    if let Some(source) = begun.filter(|source| !source.is_null()) {
        data["source"] = source;
    }
    let camera = CameraKey { township: camera.township.clone(), camera: camera.camera.clone() };
    says(&camera, kind, None, data.to_string())
}

fn says(camera: &CameraKey, kind: Kind, time_ms: Option<TimestampMs>, data: String) -> Observation {
    Observation {
        township: camera.township.clone(),
        source: format!("{}.{}", camera.township, camera.camera).into(),
        id: time_ms.map(|time_ms| id(&kind, time_ms, &data)),
        kind,
        camera: Some(camera.camera.clone()),
        subject: None,
        time_ms,
        data: data.into(),
        picture: None,
        relayed: false,
    }
}

/// A message that comes again, because its acknowledgement was lost, has the same id; without a time it has none.
fn id(kind: &Kind, time_ms: TimestampMs, data: &str) -> Arc<str> {
    let hash = Sha256::new().chain_update(kind.as_str()).chain_update(time_ms.to_be_bytes()).chain_update(data);
    hex::encode(&hash.finalize()[..ID_BYTES]).into()
}

/// A kind as a device says it.
fn word(kind: &Kind) -> &str {
    kind.as_str().strip_prefix("camera.").unwrap_or(kind.as_str())
}

fn kind(text: &'static str) -> Kind {
    text.parse().expect("a literal that is a kind")
}
