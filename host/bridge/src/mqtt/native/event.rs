//! Events of a device: motion, a crossed line, a full bin; kind `camera.{kind}`.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use xl_model::fault::Refused;
use xl_model::id::Kind;

use super::Decoded;
use super::Origin;
use super::identity;
use super::json;
use super::json::Text;
use super::json::said;

/// The largest payload in bytes.
const BYTES_MOST: usize = 64 * 1024;

/// The longest text in a named field, in characters.
const LABEL_CHARS_MOST: usize = 64;

/// The longest id that a device gives itself, in bytes.
const ID_BYTES_MOST: usize = 128;

/// Kinds that only the hub gives; a device that says them would pass for something else.
const RESERVED: [&str; 7] = ["picture", "telemetry", "birth", "withdrawn", "state", "status", "sampled"];

#[derive(Deserialize)]
struct Sent<'a> {
    v: u64,
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    sid: Option<Text<'a>>,
    seq: Option<u64>,
    #[serde(borrow)]
    ts: Option<Text<'a>>,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    state: Option<Text<'a>>,
    #[serde(borrow)]
    source: Option<Source<'a>>,
    #[serde(borrow)]
    label: Option<Text<'a>>,
    score: Option<f64>,
    #[serde(rename = "box")]
    frame: Option<[f64; 4]>,
    data: Option<Map<String, Value>>,
    image_seq: Option<u64>,
}

#[derive(Deserialize)]
struct Source<'a> {
    #[serde(borrow)]
    token: Option<Text<'a>>,
    #[serde(borrow)]
    rule: Option<Text<'a>>,
}

#[derive(Serialize)]
struct Kept<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<KeptSource<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    frame: Option<[f64; 4]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_seq: Option<u64>,
}

#[derive(Serialize)]
struct KeptSource<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Cow<'a, str>>,
}

/// Reads one message.
pub(super) fn read(origin: &Origin, payload: &[u8]) -> Result<Decoded, Refused> {
    let mut sent: Sent<'_> = json::read(payload, BYTES_MOST)?;
    json::version(sent.v)?;
    let id = match said(&sent.id) {
        Some(given) => id(given)?,
        None => json::identity(said(&sent.sid), sent.seq)?,
    };
    let time_ms = json::time("ts", said(&sent.ts))?;
    let kind = kind(sent.kind.as_str())?;
    let mut data = sent.data.take();
    let identities_dropped = data.as_mut().map_or(0, identity::take_out);
    let kept = Kept {
        kind: sent.kind.as_str(),
        state: state(said(&sent.state))?,
        source: sent.source.as_ref().map(kept_source).transpose()?,
        label: json::label("label", said(&sent.label), LABEL_CHARS_MOST)?,
        score: share("score", sent.score)?,
        frame: frame(sent.frame)?,
        data,
        image_seq: sent.image_seq,
    };
    let data = serde_json::to_string(&kept).map_err(|error| json::field("data", error))?;
    Ok(Decoded { identities_dropped, ..origin.says(kind, Some(id), time_ms, data.into()) })
}

/// The id that a message was given by its source.
pub(super) fn id(given: &str) -> Result<Arc<str>, Refused> {
    if (1..=ID_BYTES_MOST).contains(&given.len()) && given.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(given.into())
    } else {
        Err(json::field("id", "must be 1 to 128 visible ASCII characters"))
    }
}

fn kind(text: &str) -> Result<Kind, Refused> {
    if RESERVED.contains(&text) {
        return Err(json::field("kind", format_args!("`{text}` is the hub's own word")));
    }
    ["camera.", text]
        .concat()
        .parse()
        .map_err(|_| json::field("kind", "must be words of a-z, 0-9, `_`, joined by dots"))
}

fn state(text: Option<&str>) -> Result<Option<&str>, Refused> {
    match text {
        None | Some("active" | "inactive" | "pulse") => Ok(text),
        Some(_) => Err(json::field("state", "must be `active`, `inactive` or `pulse`")),
    }
}

fn kept_source<'a>(source: &'a Source<'_>) -> Result<KeptSource<'a>, Refused> {
    Ok(KeptSource {
        token: json::label("source.token", said(&source.token), LABEL_CHARS_MOST)?,
        rule: json::label("source.rule", said(&source.rule), LABEL_CHARS_MOST)?,
    })
}

fn share(key: &str, number: Option<f64>) -> Result<Option<f64>, Refused> {
    match number {
        Some(number) if !(0.0..=1.0).contains(&number) => Err(json::field(key, "must be between 0 and 1")),
        _ => Ok(number),
    }
}

fn frame(frame: Option<[f64; 4]>) -> Result<Option<[f64; 4]>, Refused> {
    for number in frame.iter().flatten() {
        share("box", Some(*number))?;
    }
    Ok(frame)
}
