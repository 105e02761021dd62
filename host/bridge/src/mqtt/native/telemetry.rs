//! Readings: the map `m` becomes the data of `camera.telemetry`.
//!
//! The busiest channel: the payload is borrowed, the map checked in place and copied once.

use serde::Deserialize;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::value::RawValue;
use xl_model::fault::Refused;

use super::Decoded;
use super::Origin;
use super::json;
use super::json::Text;
use super::json::said;
use super::kind;

/// The largest payload in bytes.
const BYTES_MOST: usize = 8 * 1024;

/// Most readings in one message.
const READINGS_MOST: usize = 64;

/// The longest name of a reading, in bytes.
const NAME_BYTES_MOST: usize = 32;

/// The longest reading that is text, in characters.
const TEXT_CHARS_MOST: usize = 64;

#[derive(Deserialize)]
struct Sent<'a> {
    v: u64,
    #[serde(borrow)]
    sid: Option<Text<'a>>,
    seq: Option<u64>,
    #[serde(borrow)]
    ts: Option<Text<'a>>,
    #[serde(borrow)]
    m: &'a RawValue,
}

/// Reads one message.
pub(super) fn read(origin: &Origin, payload: &[u8]) -> Result<Decoded, Refused> {
    let sent: Sent<'_> = json::read(payload, BYTES_MOST)?;
    json::version(sent.v)?;
    let id = json::identity(said(&sent.sid), sent.seq)?;
    let time_ms = json::time("ts", said(&sent.ts))?;
    let readings = sent.m.get();
    serde_json::from_str::<Readings>(readings).map_err(|error| json::explain(readings.as_bytes(), "m", &error))?;
    Ok(origin.says(kind!("camera.telemetry"), Some(id), time_ms, json::compact(readings)))
}

/// Proof that a map of readings keeps the rules.
struct Readings;

impl<'de> Deserialize<'de> for Readings {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapRules)
    }
}

struct MapRules;

impl<'de> Visitor<'de> for MapRules {
    type Value = Readings;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a map from name to number, boolean or text")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Readings, A::Error> {
        let (mut names, mut count) = ([""; READINGS_MOST], 0);
        while let Some(name) = map.next_key::<&'de str>()? {
            if !is_name(name) {
                return Err(Error::custom("a name is a-z, then a-z, 0-9, `_`, at most 32 bytes"));
            }
            if names[..count].contains(&name) {
                return Err(Error::custom("the same name twice"));
            }
            if count == READINGS_MOST {
                return Err(Error::custom("at most 64 readings"));
            }
            names[count] = name;
            count += 1;
            map.next_value::<Reading>()?;
        }
        if count == 0 { Err(Error::custom("at least one reading")) } else { Ok(Readings) }
    }
}

/// Proof that one reading keeps the rules.
struct Reading;

impl<'de> Deserialize<'de> for Reading {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadingRules)
    }
}

struct ReadingRules;

impl Visitor<'_> for ReadingRules {
    type Value = Reading;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number, a boolean or a text")
    }

    fn visit_bool<E>(self, _value: bool) -> Result<Reading, E> {
        Ok(Reading)
    }

    fn visit_u64<E>(self, _value: u64) -> Result<Reading, E> {
        Ok(Reading)
    }

    fn visit_i64<E>(self, _value: i64) -> Result<Reading, E> {
        Ok(Reading)
    }

    fn visit_f64<E>(self, _value: f64) -> Result<Reading, E> {
        Ok(Reading)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Reading, E> {
        if value.chars().count() > TEXT_CHARS_MOST {
            Err(E::custom("a text has at most 64 characters"))
        } else if value.chars().any(char::is_control) {
            Err(E::custom("a text has no control characters"))
        } else {
            Ok(Reading)
        }
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= NAME_BYTES_MOST
        && text.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
