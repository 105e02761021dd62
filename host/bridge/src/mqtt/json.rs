//! The rules that all JSON payloads share, and errors that name the key and the rule.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use xl_model::clock::TimestampMs;
use xl_model::cloud_event::parse_rfc3339;
use xl_model::fault::Refused;
use xl_model::fault::code;

use crate::text::printable;

/// How deep objects and arrays may nest, the payload itself counted.
const DEPTH_MOST: usize = 8;

/// How deep a vendor's own JSON may nest: ONVIF's object appearance alone takes six.
const FOREIGN_DEPTH_MOST: usize = 16;

/// Most values in a vendor's own JSON, so that a few bytes each cannot become a tree of many.
const FOREIGN_VALUES_MOST: usize = 4096;

/// The longest `sid`, in bytes.
const SID_BYTES_MOST: usize = 64;

/// Text that is borrowed from the payload wherever it has no escapes.
#[derive(Debug, Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an optional text says.
pub(super) fn said<'a>(text: &'a Option<Text<'_>>) -> Option<&'a str> {
    text.as_ref().map(Text::as_str)
}

/// Reads a payload of at most `bytes_most` bytes as one JSON object.
pub(super) fn read<'a, T: Deserialize<'a>>(payload: &'a [u8], bytes_most: usize) -> Result<T, Refused> {
    read_within(payload, bytes_most, DEPTH_MOST)
}

/// As [`read`], nested at most `depth_most` deep, the payload itself counted.
pub(super) fn read_within<'a, T: Deserialize<'a>>(
    payload: &'a [u8],
    bytes_most: usize,
    depth_most: usize,
) -> Result<T, Refused> {
    if payload.len() > bytes_most {
        let detail = format!("payload of {} bytes: at most {bytes_most}", payload.len());
        return Err(Refused::new(code::DATA_TOO_LARGE, detail));
    }
    if payload.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Refused::new(code::BAD_JSON, "payload: a JSON object is expected"));
    }
    if is_deeper_than(payload, depth_most) {
        return Err(Refused::new(code::BAD_JSON, format!("payload: nested deeper than {depth_most}")));
    }
    serde_json::from_slice(payload).map_err(|error| explain(payload, "", &error))
}

/// Reads a vendor's own JSON of at most `bytes_most` bytes: any keys, bounded in depth and number of values.
pub(super) fn foreign(payload: &[u8], bytes_most: usize) -> Result<Value, Refused> {
    if payload.len() > bytes_most {
        let detail = format!("payload of {} bytes: at most {bytes_most}", payload.len());
        return Err(Refused::new(code::DATA_TOO_LARGE, detail));
    }
    let (depth, values) = extent(payload);
    if depth > FOREIGN_DEPTH_MOST {
        return Err(Refused::new(code::BAD_JSON, format!("payload: nested deeper than {FOREIGN_DEPTH_MOST}")));
    }
    if values > FOREIGN_VALUES_MOST {
        return Err(Refused::new(code::BAD_JSON, format!("payload: more than {FOREIGN_VALUES_MOST} values")));
    }
    serde_json::from_slice(payload).map_err(|error| explain(payload, "", &error))
}

/// As [`foreign`], and it must be an object.
pub(super) fn foreign_object(payload: &[u8], bytes_most: usize) -> Result<Map<String, Value>, Refused> {
    match foreign(payload, bytes_most)? {
        Value::Object(object) => Ok(object),
        _ => Err(Refused::new(code::BAD_JSON, "payload: a JSON object is expected")),
    }
}

/// A refusal that names the key and the rule it breaks.
pub(super) fn field(key: &str, rule: impl std::fmt::Display) -> Refused {
    Refused::new(code::BAD_FIELD, format!("`{key}`: {rule}"))
}

/// `v` must be 1.
pub(super) fn version(v: u64) -> Result<(), Refused> {
    if v == 1 { Ok(()) } else { Err(field("v", "must be 1")) }
}

/// The time that the device gave, if it gave one.
pub(super) fn time(key: &str, text: Option<&str>) -> Result<Option<TimestampMs>, Refused> {
    text.map(|text| parse_rfc3339(text).ok_or_else(|| field(key, "must be an RFC 3339 time with its zone"))).transpose()
}

/// `{sid}:{seq}`, the identity of a message within its camera.
pub(super) fn identity(sid: Option<&str>, seq: Option<u64>) -> Result<Arc<str>, Refused> {
    let sid = sid.ok_or_else(|| field("sid", "is missing"))?;
    let seq = seq.ok_or_else(|| field("seq", "is missing"))?;
    Ok(format!("{}:{seq}", session(sid)?).into())
}

/// The id of a session, which becomes part of a dedupe key.
pub(super) fn session(sid: &str) -> Result<&str, Refused> {
    if (1..=SID_BYTES_MOST).contains(&sid.len()) && sid.bytes().all(|b| b.is_ascii_graphic() && b != b':') {
        Ok(sid)
    } else {
        Err(field("sid", "must be 1 to 64 visible ASCII characters without `:`"))
    }
}

/// A short text from a device: bounded, control characters taken out.
pub(super) fn label<'a>(key: &str, text: Option<&'a str>, chars_most: usize) -> Result<Option<Cow<'a, str>>, Refused> {
    let Some(text) = text else { return Ok(None) };
    if text.chars().count() > chars_most {
        return Err(field(key, format_args!("at most {chars_most} characters")));
    }
    Ok(Some(printable(text)))
}

/// Valid JSON without the white space between its tokens.
pub(super) fn compact(json: &str) -> Arc<str> {
    if !json.bytes().any(|b| b.is_ascii_whitespace()) {
        return json.into();
    }
    let (mut kept, mut in_string, mut escaped) = (String::with_capacity(json.len()), false, false);
    for c in json.chars() {
        if in_string || !c.is_ascii_whitespace() {
            kept.push(c);
        }
        (in_string, escaped) = match c {
            '"' if !escaped => (!in_string, false),
            '\\' if in_string => (true, !escaped),
            _ => (in_string, false),
        };
    }
    kept.into()
}

/// Turns a parser's error into a refusal that names the key; `parent` is the key under which `json` stands.
pub(super) fn explain(json: &[u8], parent: &str, error: &serde_json::Error) -> Refused {
    let text = error.to_string();
    let rule = text.split(" at line ").next().unwrap_or_default();
    let rule: String = printable(rule).chars().take(128).collect();
    if !error.is_data() {
        return Refused::new(code::BAD_JSON, format!("line {}, column {}: {rule}", error.line(), error.column()));
    }
    let mut key = key_at(json, error.line(), error.column());
    if !parent.is_empty() {
        key = if key.is_empty() { parent.to_owned() } else { format!("{parent}.{key}") };
    }
    if key.is_empty() { Refused::new(code::BAD_FIELD, rule) } else { field(&key, rule) }
}

/// The dotted key whose value stands before this place.
fn key_at(json: &[u8], line: usize, column: usize) -> String {
    let before: usize = json.split_inclusive(|b| *b == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let json = &json[..json.len().min(before + column)];
    let (mut path, mut last, mut at): (Vec<&[u8]>, &[u8], usize) = (Vec::new(), &[], 0);
    while at < json.len() {
        match json[at] {
            b'"' => {
                let from = at + 1;
                at = from;
                while at < json.len() && json[at] != b'"' {
                    at += if json[at] == b'\\' { 2 } else { 1 };
                }
                last = &json[from.min(json.len())..at.min(json.len())];
            }
            b':' => {
                if let Some(key) = path.last_mut() {
                    *key = last;
                }
            }
            b'{' | b'[' => path.push(&[]),
            b'}' | b']' => drop(path.pop()),
            _ => {}
        }
        at += 1;
    }
    let keys: Vec<_> = path.into_iter().filter(|key| !key.is_empty()).map(String::from_utf8_lossy).collect();
    printable(&keys.join(".")).chars().take(64).collect()
}

fn is_deeper_than(json: &[u8], most: usize) -> bool {
    extent(json).0 > most
}

/// How deep the payload nests, and about how many values it has; exact where it is valid JSON.
fn extent(json: &[u8]) -> (usize, usize) {
    let (mut depth, mut deepest, mut values, mut at) = (0_usize, 0, 0, 0);
    while at < json.len() {
        match json[at] {
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            b'"' => {
                at += 1;
                while at < json.len() && json[at] != b'"' {
                    at += if json[at] == b'\\' { 2 } else { 1 };
                }
            }
            _ => {}
        }
        deepest = deepest.max(depth);
        at += 1;
    }
    (deepest, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_json_keeps_the_space_inside_strings() {
        assert_eq!(
            &*compact("{ \"a\" :\t[1,\n 2], \"b c\": \"x \\\" y\\\\\" , \"d\":\"\" }"),
            r#"{"a":[1,2],"b c":"x \" y\\","d":""}"#
        );
        assert_eq!(&*compact(r#"{"a":1}"#), r#"{"a":1}"#);
    }

    #[test]
    fn a_vendors_json_is_bounded_in_depth_and_number() {
        assert!(foreign(br#"{"a":[1,{"b":"[[[[[[[[[[[[[[[[[[[[,,,"}]}"#, 1024).is_ok());
        let deep = [b"[".repeat(17), b"]".repeat(17)].concat();
        assert_eq!(foreign(&deep, 1024).unwrap_err().to_string(), "XL0201: payload: nested deeper than 16");
        let wide = ["[0", &",0".repeat(4096), "]"].concat();
        assert_eq!(foreign(wide.as_bytes(), 65_536).unwrap_err().to_string(), "XL0201: payload: more than 4096 values");
        assert_eq!(foreign(b"[1,2]", 4).unwrap_err().to_string(), "XL0209: payload of 5 bytes: at most 4");
    }

    #[test]
    fn a_key_is_found_by_the_place_of_the_error() {
        let json = br#"{"v":1,"source":{"token":"a:\"b","rule":7},"data":[1,2]}"#;
        assert_eq!(key_at(json, 1, json.iter().position(|b| *b == b'7').unwrap()), "source.rule");
        assert_eq!(key_at(json, 1, 6), "v");
        assert_eq!(key_at(b"{\"a\":1,\n\"b\":2}", 2, 5), "b");
        assert_eq!(key_at(b"{\"a", 9, 900), "");
    }
}
