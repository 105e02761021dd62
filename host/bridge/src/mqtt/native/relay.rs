//! Events that a bridge kept until it could send them, as they stand in its log: CloudEvents 1.0 JSON.
//!
//! Without a picture the payload is the event. With one the payload is the JPEG and the correlation data the event, which is
//! the form that every path carries. Id, kind, time and data stay what they were, so a message that comes twice is one event.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::value::RawValue;
use xl_model::cloud_event::TYPE_PREFIX;
use xl_model::event::MAX_DATA_BYTES;
use xl_model::fault::Refused;
use xl_model::id::Kind;

use super::Decoded;
use super::Origin;
use super::Sign;
use super::event::id;
use super::identity;
use super::json;
use super::json::Text;
use super::json::said;

/// What the attributes of an event take beside its data, in bytes.
const ATTRIBUTES_BYTES: usize = 16 * 1024;

/// How deep an event may nest: as deep as the hub takes it, and itself.
const DEPTH_MOST: usize = 33;

/// The longest subject, in characters.
const SUBJECT_CHARS_MOST: usize = 128;

/// What the hub says of a camera is not for a bridge to say.
const RESERVED: [&str; 2] = ["camera.status", "camera.sampled"];

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow)]
    specversion: Text<'a>,
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    subject: Option<Text<'a>>,
    #[serde(borrow)]
    time: Text<'a>,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// Reads one message.
pub(super) fn read(origin: &Origin, payload: &Bytes, correlation: Option<&[u8]>) -> Result<Decoded, Refused> {
    let event = correlation.unwrap_or(payload);
    let sent: Sent<'_> = json::read_within(event, MAX_DATA_BYTES + ATTRIBUTES_BYTES, DEPTH_MOST)?;
    if sent.specversion.as_str() != "1.0" {
        return Err(json::field("specversion", "must be `1.0`"));
    }
    let id = id(sent.id.as_str())?;
    let kind = kind(sent.kind.as_str())?;
    let time_ms = json::time("time", Some(sent.time.as_str()))?;
    let subject = json::label("subject", said(&sent.subject), SUBJECT_CHARS_MOST)?;
    let (data, identities_dropped) = data(sent.data)?;
    // It may be hours old.
    let sign = Sign { said: None, ..Sign::default() };
    let mut decoded = Decoded { identities_dropped, sign, ..origin.says(kind, Some(id), time_ms, data.into()) };
    if let Some(observation) = &mut decoded.observation {
        observation.relayed = true;
        observation.subject = subject.as_deref().map(Into::into);
        observation.picture = correlation.is_some().then(|| payload.clone());
    }
    Ok(decoded)
}

fn kind(text: &str) -> Result<Kind, Refused> {
    let kind = text.strip_prefix(TYPE_PREFIX).filter(|kind| kind.starts_with("camera.") && !RESERVED.contains(kind));
    kind.and_then(|kind| kind.parse().ok())
        .ok_or_else(|| json::field("type", "must be what a camera says: `cn.xueliang.camera.…`, not its status"))
}

/// The data as it was sent, without what would name somebody: a bridge of ours took that out, another may not have.
fn data(sent: &RawValue) -> Result<(String, u32), Refused> {
    let wrong = |error: serde_json::Error| json::explain(sent.get().as_bytes(), "data", &error);
    let mut data: Map<String, Value> = serde_json::from_str(sent.get()).map_err(wrong)?;
    let before = data.clone();
    let dropped = identity::take_out(&mut data);
    let kept = if data == before { sent.get().to_owned() } else { Value::Object(data).to_string() };
    Ok((kept, dropped))
}
