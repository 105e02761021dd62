//! Faults that an operator may meet: one stable code each, with a page in `host/errors`.

use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;

/// A stable fault code such as `XL0203`; the first two digits name the boundary.
///
/// 01 configuration and start · 02 ingest · 03 store · 04 MQTT · 05 plugin package · 06 plugin run · 07 API · 08 schedule · 09 people · 10 work of people.
/// A number is never used twice. `xueliang explain XL0203` prints its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "XL{:04}", self.0)
    }
}

impl std::str::FromStr for Code {
    type Err = crate::id::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix("XL")
            .filter(|digits| digits.len() == 4)
            .and_then(|digits| digits.parse().ok())
            .map(Self)
            .ok_or_else(|| crate::id::IdError {
                what: "fault code",
                text: text.chars().take(64).collect(),
                rule: "`XL` and four digits",
            })
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Why something from outside was not accepted: for the log, the metric and the API alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Refused {
    /// The stable code.
    pub code: Code,
    /// What exactly was wrong, in English, without the input itself beyond 128 characters.
    pub detail: String,
}

impl Refused {
    /// A refusal with a sentence that names the fault.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// What is wrong with a field of something that a person filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Which field.
    pub field: &'static str,
    /// What is wrong and what to do, in English.
    pub wrong: String,
    /// The same in Chinese.
    pub zh: String,
}

impl FieldFault {
    /// A fault in both languages.
    pub fn new(field: &'static str, wrong: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { field, wrong: wrong.into(), zh: zh.into() }
    }
}

/// Whether a text is one line of this many characters, spaces around it not counted.
pub(crate) fn is_line(text: &str, least: usize, most: usize) -> bool {
    let chars = text.trim().chars().count();
    (least..=most).contains(&chars) && !text.chars().any(char::is_control)
}

/// A refusal as it is kept for the operator, the newest few thousand of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// When it was refused.
    pub at_ms: TimestampMs,
    /// The township, where it is known.
    pub township: Option<crate::id::TownshipId>,
    /// Who sent it: a device id, a user name as claimed, or an address.
    pub source: String,
    /// Where it came in: an MQTT topic, `connect`, an API path.
    pub place: String,
    /// Why.
    #[serde(flatten)]
    pub refused: Refused,
    /// The first bytes of it, at most 4096, for whoever repairs the device.
    #[serde(skip)]
    pub sample: Vec<u8>,
}

/// The codes that more than one crate names; the rest stand beside their errors.
pub mod code {
    use super::Code;

    /// The payload is not the JSON that its topic promises.
    pub const BAD_JSON: Code = Code(201);
    /// A field is missing, of the wrong type, or out of range.
    pub const BAD_FIELD: Code = Code(202);
    /// The camera is not registered in this township.
    pub const UNKNOWN_CAMERA: Code = Code(203);
    /// The event log refused the write.
    pub const NOT_STORED: Code = Code(204);
    /// The bytes are not a JPEG picture.
    pub const NOT_JPEG: Code = Code(205);
    /// The JPEG ends before its picture does, or cannot be decoded.
    pub const BROKEN_JPEG: Code = Code(206);
    /// The picture is larger than the hub takes.
    pub const PICTURE_TOO_LARGE: Code = Code(207);
    /// The device sends faster than its limit.
    pub const TOO_FAST: Code = Code(208);
    /// The event's data is larger than the hub takes.
    pub const DATA_TOO_LARGE: Code = Code(209);
    /// The topic is none that the hub knows.
    pub const UNKNOWN_TOPIC: Code = Code(210);
    /// User name or password is wrong.
    pub const BAD_LOGIN: Code = Code(401);
    /// The topic belongs to another device.
    pub const FOREIGN_TOPIC: Code = Code(402);
    /// The packet is larger than the broker takes.
    pub const PACKET_TOO_LARGE: Code = Code(403);
    /// The external broker cannot be reached.
    pub const BROKER_UNREACHABLE: Code = Code(404);
    /// The device is disabled.
    pub const DEVICE_DISABLED: Code = Code(405);
}
