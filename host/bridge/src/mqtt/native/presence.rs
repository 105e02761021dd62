//! Who a device is (`birth`), whether it is there (`state`, also its Last Will), and its answers to commands (`ack`).

use std::borrow::Cow;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use xl_model::fault::Refused;
use xl_model::status::Reason;
use xl_model::status::SECOND_US;
use xl_model::status::evidence::Said;

use super::Decoded;
use super::Origin;
use super::Session;
use super::Sign;
use super::json;
use super::json::Text;
use super::json::said;
use super::kind;

/// The largest payload in bytes.
const BYTES_MOST: usize = 64 * 1024;

/// The longest text about a device, in characters.
const LABEL_CHARS_MOST: usize = 128;

/// The longest reason of a state, in characters.
const WHY_CHARS_MOST: usize = 64;

#[derive(Deserialize)]
struct Birth<'a> {
    v: u64,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    sid: Option<Text<'a>>,
    seq: Option<u64>,
    #[serde(borrow)]
    ts: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    vendor: Option<Text<'a>>,
    #[serde(borrow)]
    model: Option<Text<'a>>,
    #[serde(borrow)]
    fw: Option<Text<'a>>,
    #[serde(borrow)]
    serial: Option<Text<'a>>,
    #[serde(borrow)]
    mac: Option<Text<'a>>,
    #[serde(borrow)]
    place: Option<Text<'a>>,
    #[serde(borrow)]
    via: Option<Text<'a>>,
    caps: Option<Map<String, Value>>,
    every: Option<Map<String, Value>>,
}

/// What is kept of a birth: never an address or URL, the hub does not learn from a payload where to connect.
#[derive(Serialize)]
struct KeptBirth<'a> {
    kind: &'a str,
    #[serde(flatten)]
    labels: std::collections::BTreeMap<&'static str, Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caps: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<Map<String, Value>>,
}

/// Reads a birth; an empty one withdraws the camera.
pub(super) fn birth(origin: &Origin, payload: &[u8]) -> Result<Decoded, Refused> {
    if payload.is_empty() {
        let sign = Sign { said: Some(Said::Offline), reason: Reason::new("withdrawn"), ..Sign::default() };
        return Ok(Decoded { sign, ..origin.says(kind!("camera.withdrawn"), None, None, "{}".into()) });
    }
    let mut sent: Birth<'_> = json::read(payload, BYTES_MOST)?;
    json::version(sent.v)?;
    let id = json::identity(said(&sent.sid), sent.seq)?;
    let time_ms = json::time("ts", said(&sent.ts))?;
    if !matches!(sent.kind.as_str(), "camera" | "bridge") {
        return Err(json::field("kind", "must be `camera` or `bridge`"));
    }
    let (caps, every) = (sent.caps.take(), sent.every.take());
    let promised_s = every.as_ref().and_then(|every| every.get("state_s")).and_then(Value::as_i64);
    let promised_us = promised_s.map(|seconds| seconds.saturating_mul(SECOND_US));
    let mut labels = std::collections::BTreeMap::new();
    for (key, text) in [
        ("name", &sent.name),
        ("vendor", &sent.vendor),
        ("model", &sent.model),
        ("fw", &sent.fw),
        ("serial", &sent.serial),
        ("mac", &sent.mac),
        ("place", &sent.place),
        ("via", &sent.via),
    ] {
        if let Some(label) = json::label(key, said(text), LABEL_CHARS_MOST)? {
            labels.insert(key, label);
        }
    }
    let kept = KeptBirth { kind: sent.kind.as_str(), labels, caps, every };
    let data = serde_json::to_string(&kept).map_err(|error| json::field("caps", error))?;
    let sign = Sign {
        reason: Reason::new("birth"),
        session: said(&sent.sid).map(|sid| Session::Begun(sid.to_owned())),
        promised_us,
        ..Sign::default()
    };
    Ok(Decoded { sign, ..origin.says(kind!("camera.birth"), Some(id), time_ms, data.into()) })
}

/// The session that a birth names, if it can be read.
pub(super) fn session(payload: &[u8]) -> Option<Session> {
    let sent: Birth<'_> = json::read(payload, BYTES_MOST).ok()?;
    json::session(said(&sent.sid)?).ok().map(|sid| Session::Begun(sid.to_owned()))
}

#[derive(Deserialize)]
struct State<'a> {
    v: u64,
    #[serde(borrow)]
    s: Text<'a>,
    #[serde(borrow)]
    sid: Text<'a>,
    seq: Option<u64>,
    #[serde(borrow)]
    ts: Option<Text<'a>>,
    up_s: Option<u64>,
    #[serde(borrow)]
    why: Option<Text<'a>>,
    #[serde(borrow)]
    until: Option<Text<'a>>,
}

// `level` and `reason` are a bridge's words about others; from a camera's own login they are ignored.
#[derive(Serialize)]
struct KeptState<'a> {
    s: &'a str,
    sid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    up_s: Option<u64>,
}

/// Reads a state; a heartbeat is no news.
pub(super) fn state(origin: &Origin, payload: &[u8]) -> Result<Decoded, Refused> {
    let sent: State<'_> = json::read(payload, BYTES_MOST)?;
    json::version(sent.v)?;
    let sid = json::session(sent.sid.as_str())?;
    let time_ms = json::time("ts", said(&sent.ts))?;
    let until = json::time("until", said(&sent.until))?;
    let s = sent.s.as_str();
    let id = match (s, sent.seq) {
        ("online" | "offline" | "sleeping", Some(_)) => json::identity(Some(sid), sent.seq)?,
        ("offline", None) => format!("{sid}:will").into(), // A Last Will has no `seq`.
        ("online" | "sleeping", None) => return Err(json::field("seq", "is missing")),
        _ => return Err(json::field("s", "must be `online`, `offline` or `sleeping`")),
    };
    if s == "sleeping" && until.is_none() {
        return Err(json::field("until", "is missing: when does it wake?"));
    }
    let why = json::label("why", said(&sent.why), WHY_CHARS_MOST)?;
    let (said_so, reason) = match s {
        "offline" => (Said::Offline, why.as_deref().unwrap_or("offline")),
        "sleeping" => (Said::Sleeping, Reason::SLEEPING),
        _ => (Said::Up, "state"),
    };
    let session = Some(Session::Of(sid.to_owned()));
    let sign = Sign { said: Some(said_so), reason: Reason::new(reason), session, promised_us: None };
    if s == "online" && why.is_none() {
        return Ok(Decoded { sign, ..Decoded::default() });
    }
    let kept = KeptState { s, sid, why, until: said(&sent.until), up_s: sent.up_s };
    let data = serde_json::to_string(&kept).map_err(|error| json::field("why", error))?;
    Ok(Decoded { sign, ..origin.says(kind!("camera.state"), Some(id), time_ms, data.into()) })
}

#[derive(Deserialize)]
struct Ack<'a> {
    v: u64,
    #[serde(borrow)]
    cid: Text<'a>,
    #[serde(rename = "ok")]
    _ok: bool,
    #[serde(borrow, rename = "err")]
    _err: Option<Text<'a>>,
}

/// Checks an answer to a command; it is never news.
pub(super) fn ack(payload: &[u8]) -> Result<Decoded, Refused> {
    let sent: Ack<'_> = json::read(payload, BYTES_MOST)?;
    json::version(sent.v)?;
    json::label("cid", Some(sent.cid.as_str()), LABEL_CHARS_MOST)?;
    Ok(Decoded::default())
}
