//! JSON from guests: what counts as an object, and the value under a pointer.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::Value;
use xl_model::effect::IndexValue;

/// Most levels of nesting: what every reader behind us can parse (`serde_json` ends at 128).
const MAX_NESTING: usize = 64;

/// Whether `text` is one JSON object; the error says what is wrong.
pub(crate) fn object(text: &str) -> Result<(), String> {
    if !text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{') {
        return Err("not a JSON object".to_owned());
    }
    if nesting(text) > MAX_NESTING {
        return Err(format!("nested deeper than {MAX_NESTING}"));
    }
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| format!("not a JSON object: {error}"))
}

/// Whether `text` is a JSON object whose values are all strings.
pub(crate) fn strings(text: &str) -> Result<(), String> {
    serde_json::from_str::<BTreeMap<String, String>>(text)
        .map(drop)
        .map_err(|error| format!("not a JSON object of strings: {error}"))
}

/// What an index holds of `document`: a string or an integer; anything else is not in the index.
pub(crate) fn index_value(document: &Value, pointer: &str) -> Option<IndexValue> {
    match document.pointer(pointer)? {
        Value::String(text) => Some(IndexValue::Text(text.clone())),
        Value::Number(number) => number.as_i64().map(IndexValue::Integer),
        _ => None,
    }
}

/// The deepest nesting outside of strings, without recursion and without allocating.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_shallow_object_is_taken() {
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(64), "]".repeat(64));
        for text in ["", "[]", "1", "{", r#"{"a":}"#, r#"{"a":1} x"#, "\u{feff}{}", deep.as_str()] {
            assert!(object(text).is_err(), "{text}");
        }
        for text in ["{}", " \n{\"a\":[1,2]}", r#"{"a":"[[[\"{{{"}"#] {
            assert_eq!(object(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn an_index_holds_strings_and_integers_only() {
        let document = serde_json::json!({"a": "x", "b": {"c": 7}, "d": 1.5, "e": null, "f": u64::MAX});
        assert_eq!(index_value(&document, "/a"), Some(IndexValue::Text("x".to_owned())));
        assert_eq!(index_value(&document, "/b/c"), Some(IndexValue::Integer(7)));
        for pointer in ["/d", "/e", "/f", "/b", "/missing"] {
            assert_eq!(index_value(&document, pointer), None, "{pointer}");
        }
    }
}
