//! JSON from guests: what counts as an object.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

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
}
