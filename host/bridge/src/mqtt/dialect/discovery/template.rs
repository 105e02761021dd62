//! The two templates that are understood: `{{ value }}` and `{{ value_json.a.b }}`. Nothing is ever evaluated.

use serde_json::Value;
use xl_model::fault::Refused;

use super::super::fault;
use super::super::sections;
use crate::mqtt::json;
use crate::text;

/// The largest payload that a template looks into, in bytes.
const BYTES_MOST: usize = 64 * 1024;

/// How the value is found in a payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Template {
    /// The payload itself.
    #[default]
    Value,
    /// What lies under these keys.
    Json(Vec<String>),
}

impl Template {
    /// Reads a template; none is the payload itself.
    pub(super) fn read(text: Option<&str>) -> Result<Self, Refused> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(Self::Value) };
        let inner = text.strip_prefix("{{").and_then(|text| text.strip_suffix("}}")).map(str::trim);
        match inner {
            Some("value") => Ok(Self::Value),
            Some(inner) => {
                inner.strip_prefix("value_json.").and_then(keys).map(Self::Json).ok_or_else(|| unsupported(text))
            }
            None => Err(unsupported(text)),
        }
    }

    /// The value in a payload; `None`: it is not there, or no text.
    pub(super) fn value(&self, payload: &[u8]) -> Option<String> {
        match self {
            Self::Value => std::str::from_utf8(payload).ok().map(|text| text.trim().chars().take(256).collect()),
            Self::Json(keys) => {
                let json = json::foreign(payload, BYTES_MOST).ok()?;
                let found = keys.iter().try_fold(&json, |value, key| value.get(key))?;
                sections::text(found)
            }
        }
    }

    /// The object in a payload that says what happened.
    pub(super) fn object(&self, payload: &[u8]) -> Option<Value> {
        let json = json::foreign(payload, BYTES_MOST).ok()?;
        let keys: &[String] = match self {
            Self::Value => &[],
            Self::Json(keys) => keys,
        };
        keys.iter().try_fold(&json, |value, key| value.get(key)).cloned()
    }
}

fn keys(path: &str) -> Option<Vec<String>> {
    let keys: Vec<String> = path.split('.').map(str::to_owned).collect();
    let is_key =
        |key: &String| (1..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (keys.len() <= 8 && keys.iter().all(is_key)).then_some(keys)
}

fn unsupported(text: &str) -> Refused {
    let text = text::short(text, 64);
    Refused::new(
        fault::TEMPLATE_NOT_SUPPORTED,
        format!("template `{text}`: only `{{{{ value }}}}` and `{{{{ value_json.a.b }}}}`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_templates_are_understood() {
        for (text, payload, value) in [
            (None, "on", Some("on")),
            (Some(""), " on ", Some("on")),
            (Some("{{ value }}"), "on", Some("on")),
            (Some("{{value_json.state}}"), r#"{"state":true}"#, Some("true")),
            (Some("{{ value_json.a.b_1 }}"), r#"{"a":{"b_1":7}}"#, Some("7")),
            (Some("{{ value_json.a }}"), r#"{"a":{}}"#, None),
            (Some("{{ value_json.a }}"), "on", None),
        ] {
            assert_eq!(Template::read(text).unwrap().value(payload.as_bytes()).as_deref(), value, "{text:?} {payload}");
        }
    }

    #[test]
    fn every_other_template_is_refused_and_never_evaluated() {
        for text in [
            "{{ value_json['state'] }}",
            "{{ value_json.state | int }}",
            "{{ value_json }}",
            "{{ value_json. }}",
            "{% if value %}on{% endif %}",
            "{{ states('sensor.x') }}",
            "on",
            "{{ value }}{{ value }}",
            "{{ value_json.a.b.c.d.e.f.g.h.i }}",
        ] {
            assert_eq!(
                Template::read(Some(text)).map_err(|refused| refused.code),
                Err(fault::TEMPLATE_NOT_SUPPORTED),
                "{text}"
            );
        }
    }
}
