//! A config as sent: long and short keys, `~` for the base topic.

use serde_json::Map;
use serde_json::Value;
use xl_model::fault::Refused;

use super::super::Described;
use crate::mqtt::json;
use crate::text;

/// The largest config in bytes.
const BYTES_MOST: usize = 64 * 1024;

/// Most names of one device.
const IDENTIFIERS_MOST: usize = 8;

/// The longest payload that stands for something, in characters.
const WORD_CHARS_MOST: usize = 128;

/// Short keys, as Home Assistant's own list has them.
const SHORT: [(&str, &str); 24] = [
    ("t", "topic"),
    ("img_t", "image_topic"),
    ("img_e", "image_encoding"),
    ("url_t", "url_topic"),
    ("url_tpl", "url_template"),
    ("stat_t", "state_topic"),
    ("val_tpl", "value_template"),
    ("pl_on", "payload_on"),
    ("pl_off", "payload_off"),
    ("avty", "availability"),
    ("avty_t", "availability_topic"),
    ("avty_tpl", "availability_template"),
    ("avty_mode", "availability_mode"),
    ("pl_avail", "payload_available"),
    ("pl_not_avail", "payload_not_available"),
    ("uniq_id", "unique_id"),
    ("obj_id", "object_id"),
    ("dev", "device"),
    ("dev_cla", "device_class"),
    ("off_dly", "off_delay"),
    ("exp_aft", "expire_after"),
    ("json_attr_t", "json_attributes_topic"),
    ("ent_cat", "entity_category"),
    ("e", "encoding"),
];

/// Short keys inside `device`.
const SHORT_OF_DEVICE: [(&str, &str); 6] = [
    ("ids", "identifiers"),
    ("cns", "connections"),
    ("mf", "manufacturer"),
    ("mdl", "model"),
    ("sw", "sw_version"),
    ("sa", "suggested_area"),
];

/// A config with long keys only.
#[derive(Debug)]
pub(super) struct Config {
    keys: Map<String, Value>,
    device: Map<String, Value>,
    base: Option<String>,
}

impl Config {
    /// Reads a config.
    pub(super) fn read(payload: &[u8]) -> Result<Self, Refused> {
        let mut keys = lengthened(json::foreign_object(payload, BYTES_MOST)?, &SHORT);
        let base = keys.get("~").and_then(Value::as_str).map(str::to_owned);
        let device = match keys.remove("device") {
            Some(Value::Object(device)) => lengthened(device, &SHORT_OF_DEVICE),
            _ => Map::new(),
        };
        Ok(Self { keys, device, base })
    }

    /// What a key says.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.keys.get(key).and_then(Value::as_str)
    }

    /// The payload under a key that stands for something, cut to 128 characters.
    pub(super) fn word(&self, key: &str, default: &str) -> String {
        cut(self.text(key).unwrap_or(default))
    }

    /// The topic under a key, with `~` filled in at its beginning or end.
    pub(super) fn topic(&self, key: &str) -> Option<String> {
        self.text(key).map(|topic| self.filled(topic))
    }

    /// Each object of `availability`, which may be a list or a single one.
    pub(super) fn availability(&self) -> Vec<Map<String, Value>> {
        let list = match self.keys.get("availability") {
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        list.iter().filter_map(Value::as_object).map(|one| lengthened(one.clone(), &SHORT)).collect()
    }

    /// `~` is the base topic, at the beginning or end of a topic.
    pub(super) fn filled(&self, topic: &str) -> String {
        let Some(base) = &self.base else { return topic.to_owned() };
        match (topic.strip_prefix('~'), topic.strip_suffix('~')) {
            (Some(rest), _) => [base, rest].concat(),
            (None, Some(rest)) => [rest, base].concat(),
            (None, None) => topic.to_owned(),
        }
    }

    /// The names of the device, first the one that names the publisher: one device is one camera.
    pub(super) fn identifiers(&self) -> Vec<String> {
        let texts = |value: Option<&Value>| match value {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        // Connections are pairs such as `["mac", "02:…"]`.
        let connections = self.device.get("connections").and_then(Value::as_array).into_iter().flatten();
        let connections = connections.filter_map(|pair| pair.get(1)?.as_str().map(str::to_owned));
        texts(self.device.get("identifiers"))
            .into_iter()
            .chain(connections)
            .chain(self.text("unique_id").map(str::to_owned))
            .map(|name| text::short(&name, super::super::PUBLISHER_CHARS_MOST))
            .filter(|name| !name.is_empty())
            .take(IDENTIFIERS_MOST)
            .collect()
    }

    /// What the config says about its device.
    pub(super) fn described(&self) -> Described {
        let of_device = |key: &str| self.device.get(key).and_then(Value::as_str).map(|text| text::short(text, 128));
        Described {
            name: of_device("name").or_else(|| self.text("name").map(|name| text::short(name, 128))),
            vendor: of_device("manufacturer"),
            model: of_device("model"),
            firmware: of_device("sw_version"),
            identifiers: self.identifiers(),
        }
    }
}

/// As much of a text as is kept to be compared with.
pub(super) fn cut(text: &str) -> String {
    text.chars().take(WORD_CHARS_MOST).collect()
}

/// The same object with long keys; a long key that is there already stays.
fn lengthened(object: Map<String, Value>, short: &[(&str, &str)]) -> Map<String, Value> {
    let mut long = Map::new();
    for (key, value) in object {
        match short.iter().find(|(short, _)| *short == key) {
            Some((_, name)) => {
                long.entry(*name).or_insert(value);
            }
            None => {
                long.insert(key, value);
            }
        }
    }
    long
}
