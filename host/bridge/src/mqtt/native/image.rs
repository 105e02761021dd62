//! Pictures: raw bytes with their identity in the correlation data, or JSON with base64.

use bytes::Bytes;
use serde::Deserialize;
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;
use xl_model::fault::Refused;

use super::Decoded;
use super::Origin;
use super::json;
use super::json::Text;
use super::json::said;
use super::kind;
use crate::mqtt::encoded;

/// The largest JSON form in bytes: the most that a packet limit can be set to.
const BYTES_MOST: usize = 16 * 1024 * 1024;

/// The largest correlation data in bytes.
const CORRELATION_BYTES_MOST: usize = 1024;

/// The longest id of a command that a picture answers, in characters.
const CID_CHARS_MOST: usize = 64;

#[derive(Deserialize)]
struct Sent<'a> {
    v: u64,
    #[serde(flatten, borrow)]
    identity: Identity<'a>,
    #[serde(borrow)]
    b64: Text<'a>,
}

#[derive(Deserialize, Default)]
struct Identity<'a> {
    #[serde(borrow)]
    sid: Option<Text<'a>>,
    seq: Option<u64>,
    #[serde(borrow)]
    ts: Option<Text<'a>>,
    #[serde(borrow)]
    cid: Option<Text<'a>>,
}

#[derive(Serialize)]
struct Kept<'a> {
    stream: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cid: Option<Cow<'a, str>>,
}

/// Reads one message; the first byte `{` selects the JSON form.
pub(super) fn read(
    origin: &Origin,
    stream: &str,
    payload: &Bytes,
    correlation: Option<&[u8]>,
) -> Result<Decoded, Refused> {
    if payload.is_empty() {
        return Ok(Decoded::default());
    }
    if payload.first() == Some(&b'{') {
        let sent: Sent<'_> = json::read(payload, BYTES_MOST)?;
        json::version(sent.v)?;
        let picture = encoded::base64(sent.b64.as_str().as_bytes()).map_err(|error| json::field("b64", error))?;
        return picture_of(origin, stream, picture.into(), &sent.identity);
    }
    // Correlation data that is not ours (another scheme's request id) is none.
    let identity = match correlation {
        Some(correlation) if correlation.first() == Some(&b'{') => json::read(correlation, CORRELATION_BYTES_MOST)?,
        _ => Identity::default(),
    };
    picture_of(origin, stream, payload.clone(), &identity)
}

fn picture_of(origin: &Origin, stream: &str, picture: Bytes, identity: &Identity<'_>) -> Result<Decoded, Refused> {
    let id: Option<Arc<str>> = match (said(&identity.sid), identity.seq) {
        (None, None) => None,
        (sid, seq) => Some(json::identity(sid, seq)?),
    };
    let time_ms = json::time("ts", said(&identity.ts))?;
    let cid = json::label("cid", said(&identity.cid), CID_CHARS_MOST)?;
    let data = serde_json::to_string(&Kept { stream, cid }).map_err(|error| json::field("cid", error))?;
    let mut decoded = origin.says(kind!("camera.picture"), id, time_ms, data.into());
    if let Some(observation) = &mut decoded.observation {
        observation.picture = Some(picture);
    }
    Ok(decoded)
}
