//! The sections of a notification in JSON (`Source`, `Key`, `Data`), flattened to names and texts.

use serde_json::Map;
use serde_json::Value;

/// Most items of one section.
const ITEMS_MOST: usize = 64;

/// The longest dotted name and the longest value, in characters; what is kept of them is shorter still.
const CHARS_MOST: usize = 512;

/// The items of a section.
///
/// ONVIF's `SimpleItem` may be a list or a single object of `Name` and `Value`; every other nested object keeps its
/// dotted path, such as `Object.Appearance.Class.Type`.
pub(super) fn items(section: Option<&Value>) -> Vec<(String, String)> {
    let mut items = Vec::new();
    match section {
        Some(Value::Object(section)) => flatten("", section, &mut items),
        Some(Value::Array(list)) => list.iter().for_each(|item| simple(item, &mut items)),
        _ => {}
    }
    items
}

fn flatten(parent: &str, object: &Map<String, Value>, items: &mut Vec<(String, String)>) {
    for (name, value) in object {
        match value {
            Value::Array(list) if name == "SimpleItem" => list.iter().for_each(|item| simple(item, items)),
            Value::Object(_) if name == "SimpleItem" => simple(value, items),
            _ => add(parent, name, value, items),
        }
    }
}

fn simple(item: &Value, items: &mut Vec<(String, String)>) {
    if let (Some(name), Some(value)) = (item.get("Name").and_then(Value::as_str), item.get("Value")) {
        add("", name, value, items);
    }
}

fn add(parent: &str, name: &str, value: &Value, items: &mut Vec<(String, String)>) {
    let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    if items.len() >= ITEMS_MOST || path.len() > CHARS_MOST {
        return;
    }
    match value {
        Value::Object(nested) => flatten(&path, nested, items),
        Value::Array(list) => {
            let texts: Vec<String> = list.iter().filter_map(text).collect();
            match list.iter().find_map(Value::as_object) {
                Some(nested) => flatten(&path, nested, items),
                None => items.push((path, texts.join(" ").chars().take(CHARS_MOST).collect())),
            }
        }
        _ => {
            if let Some(text) = text(value) {
                items.push((path, text));
            }
        }
    }
}

/// What a value says as a text; `None` for `null` and for what has parts.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.chars().take(CHARS_MOST).collect()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(on) => Some(on.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn flat(section: Value) -> Vec<String> {
        items(Some(&section)).into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn items_come_as_a_map_a_list_or_a_single_object() {
        assert_eq!(
            flat(json!({"State": "true", "Count": 3, "On": false, "Gone": null})),
            ["Count=3", "On=false", "State=true"]
        );
        assert_eq!(
            flat(json!({"SimpleItem": [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": 2}]})),
            ["A=1", "B=2"]
        );
        assert_eq!(flat(json!({"SimpleItem": {"Name": "A", "Value": "1"}})), ["A=1"]);
        assert_eq!(flat(json!({"SimpleItem": [{"Name": "A"}, 7, null]})), [""; 0]);
        assert_eq!(flat(json!([{"Name": "A", "Value": "1"}])), ["A=1"]);
        assert_eq!(flat(json!("text")), [""; 0]);
    }

    #[test]
    fn nested_objects_keep_their_path() {
        let section = json!({"Object": {"Appearance": {"Class": {"Type": ["Human", "Head"]}}, "Box": [{"x": 1}]}});
        assert_eq!(flat(section), ["Object.Appearance.Class.Type=Human Head", "Object.Box.x=1"]);
    }

    #[test]
    fn a_section_has_a_bound() {
        let many: Map<String, Value> = (0..1000).map(|n| (format!("i{n}"), "x".repeat(5000).into())).collect();
        let items = items(Some(&Value::Object(many)));
        assert_eq!((items.len(), items[0].1.len()), (64, 512));
    }
}
