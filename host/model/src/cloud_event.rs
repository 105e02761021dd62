//! Events as CloudEvents 1.0 JSON: the form at every edge (API, feed, export, MQTT out).

use serde::Deserialize;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::event::Event;
use crate::picture::PictureRef;
use crate::told;

/// Prefix of `type`: `cn.xueliang.` and the kind.
pub const TYPE_PREFIX: &str = "cn.xueliang.";

/// One event in CloudEvents 1.0 JSON format; our attributes beside the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloudEvent {
    /// Always `1.0`.
    pub specversion: String,
    /// Unique per `source`.
    pub id: String,
    /// `/{township}/{source}`.
    pub source: String,
    /// `cn.xueliang.{kind}`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What else it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// RFC 3339, UTC, milliseconds.
    pub time: String,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// The township's nine digits.
    pub township: String,
    /// Number in the township's log.
    pub seq: u64,
    /// The camera it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// When the hub received it, RFC 3339.
    pub receivedtime: String,
    /// The `seq` of the causing event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<u64>,
    /// How many causes stand before it.
    pub depth: u8,
    /// References to its pictures.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub pictures: Vec<PictureRef>,
    /// The fact itself; of a pressed button without what was typed, see [`told::data`].
    pub data: Box<RawValue>,
}

impl CloudEvent {
    /// It as JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        // Plain data of ours; there is nothing in it that JSON cannot say.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl From<&Event> for CloudEvent {
    fn from(event: &Event) -> Self {
        Self {
            specversion: "1.0".to_owned(),
            id: event.id.as_ref().to_owned(),
            source: format!("/{}/{}", event.township, event.source),
            kind: format!("{TYPE_PREFIX}{}", event.kind),
            subject: event.subject.as_deref().map(str::to_owned),
            time: rfc3339(event.time_ms),
            datacontenttype: "application/json".to_owned(),
            township: event.township.to_string(),
            seq: event.seq,
            camera: event.camera.as_ref().map(ToString::to_string),
            receivedtime: rfc3339(event.received_ms),
            cause: event.cause,
            depth: event.depth,
            pictures: event.pictures.clone(),
            data: RawValue::from_string(told::data(event).into_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned()),
        }
    }
}

/// A time as RFC 3339 in UTC with milliseconds: `2026-11-23T08:00:00.000Z`.
pub fn rfc3339(time_ms: i64) -> String {
    let (days, ms) = (time_ms.div_euclid(86_400_000), time_ms.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let (h, m, s, milli) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{milli:03}Z")
}

/// Milliseconds of an RFC 3339 time with zone; `None` when it is not one.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let b = text.as_bytes();
    let digits = |from: usize, to: usize| -> Option<i64> {
        let part = text.get(from..to)?;
        part.bytes().all(|c| c.is_ascii_digit()).then(|| part.parse().ok())?
    };
    if b.len() < 20 || b[4] != b'-' || b[7] != b'-' || !matches!(b[10], b'T' | b't') || b[13] != b':' || b[16] != b':' {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (h, m, s) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || h > 23 || m > 59 || s > 60 {
        return None;
    }
    let mut at = 19;
    let mut milli = 0;
    if b[at] == b'.' {
        let end = (at + 1..b.len()).find(|&i| !b[i].is_ascii_digit())?;
        if end == at + 1 {
            return None;
        }
        let fraction: String = text[at + 1..end].chars().chain("00".chars()).take(3).collect();
        milli = fraction.parse().ok()?;
        at = end;
    }
    let offset_min = match (b.get(at)?, b.len() - at) {
        (b'Z' | b'z', 1) => 0,
        (sign @ (b'+' | b'-'), 6) if b[at + 3] == b':' => {
            let minutes = digits(at + 1, at + 3)? * 60 + digits(at + 4, at + 6)?;
            if *sign == b'+' { minutes } else { -minutes }
        }
        _ => return None,
    };
    Some(days(year, month, day) * 86_400_000 + (h * 3_600 + m * 60 + s) * 1_000 + milli - offset_min * 60_000)
}

// Days ↔ civil date, proleptic Gregorian: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_as_written() {
        for ms in [0, 951_782_400_000, 1_795_420_800_123, -1] {
            assert_eq!(parse_rfc3339(&rfc3339(ms)), Some(ms));
        }
        assert_eq!(rfc3339(1_795_420_800_123), "2026-11-23T08:00:00.123Z");
    }

    #[test]
    fn a_zone_is_counted_and_a_time_without_one_is_refused() {
        assert_eq!(parse_rfc3339("2026-11-23T16:00:00+08:00"), parse_rfc3339("2026-11-23T08:00:00Z"));
        for text in ["2026-11-23T08:00:00", "2026-11-23 08:00:00Z", "2026-13-01T00:00:00Z", "", "2026-11-23T08:00:00.Z"]
        {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
