//! Takes out of an event's data what would name a person, a face or a plate.
//!
//! The host has no biometric interface: such keys stop at the edge, and how many is counted.

use serde_json::Map;
use serde_json::Value;

use crate::text::printable;

/// A key is dropped when one of its words is one of these.
const WORDS: [&str; 14] = [
    "face",
    "faces",
    "facial",
    "plate",
    "plates",
    "lpr",
    "anpr",
    "sublabel",
    "identity",
    "idcard",
    "gender",
    "ethnicity",
    "phone",
    "passport",
];

/// A key is dropped when, without separators and in lower case, it is one of these.
const NAMES: [&str; 22] = [
    "name",
    "fullname",
    "realname",
    "personname",
    "username",
    "nickname",
    "ownername",
    "drivername",
    "person_id",
    "personid",
    "licenseplate",
    "licenceplate",
    "platenumber",
    "plateno",
    "idnumber",
    "idno",
    "phonenumber",
    "mobile",
    "mobilenumber",
    "sublabel",
    "sublabels",
    "embedding",
];

/// A key is dropped when it contains one of these.
const CHINESE: [&str; 8] = ["姓名", "人名", "人脸", "车牌", "身份证", "手机", "电话", "性别"];

/// Drops such keys at every depth, cleans the texts that stay, and tells how many were dropped.
pub(crate) fn take_out(data: &mut Map<String, Value>) -> u32 {
    let before = data.len();
    data.retain(|key, _| !names_somebody(key));
    let dropped = u32::try_from(before - data.len()).unwrap_or(u32::MAX);
    data.values_mut().map(clean).fold(dropped, u32::saturating_add)
}

fn clean(value: &mut Value) -> u32 {
    match value {
        Value::Object(object) => take_out(object),
        Value::Array(items) => items.iter_mut().map(clean).fold(0, u32::saturating_add),
        Value::String(text) => {
            if let std::borrow::Cow::Owned(cleaned) = printable(text) {
                *text = cleaned;
            }
            0
        }
        _ => 0,
    }
}

/// Whether a key, a label or a level of a topic would name a person, a face or a plate.
pub(crate) fn names_somebody(key: &str) -> bool {
    let joined: String = key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    NAMES.contains(&joined.as_str())
        || CHINESE.iter().any(|word| key.contains(word))
        || words(key).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// The words of `snake_case`, `kebab-case`, `dotted.case` and `camelCase`, in lower case.
fn words(key: &str) -> Vec<String> {
    let (mut words, mut word, mut was_lower) = (Vec::new(), String::new(), false);
    for c in key.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.push(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_name_somebody_are_dropped_at_every_depth() {
        let mut data = serde_json::json!({
            "direction": "right", "sub_label": "x", "recognizedLicensePlate": "x", "license_plate": "x", "name": "x",
            "Face": {"id": 1}, "车牌号": "x", "person_name": "x",
            "objects": [{"class": "vehicle", "plateNumber": "x", "template": 7}],
            "rule_name": "gate", "filename": "a.jpg", "persons": 3, "nested": {"faceAttributes": {}, "temp_c": 3},
        });
        assert_eq!(take_out(data.as_object_mut().unwrap()), 9);
        assert_eq!(
            data,
            serde_json::json!({
                "direction": "right", "objects": [{"class": "vehicle", "template": 7}],
                "rule_name": "gate", "filename": "a.jpg", "persons": 3, "nested": {"temp_c": 3},
            })
        );
    }

    #[test]
    fn texts_that_stay_lose_their_control_characters() {
        let mut data = serde_json::json!({"zone": "a\u{0}b\u{1b}[31m"});
        assert_eq!(take_out(data.as_object_mut().unwrap()), 0);
        assert_eq!(data["zone"], "ab[31m");
    }
}
