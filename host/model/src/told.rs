//! What of an event is told outside its module: everything but what people typed into forms.

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Value;

use crate::event::Event;

/// Data of an event as API, feed, console and receivers are told them, a JSON object.
///
/// Of a pressed button (`page.action`) the names of the filled-in `fields` stand in place of the `form`: a module shows a
/// name or a telephone number by role, purpose and consent, which would be worth nothing beside a log that tells everything.
/// The log itself keeps the form, for replays; of a button on a public page it has the fields only.
pub fn data(event: &Event) -> Cow<'_, str> {
    if event.kind.as_str() == "page.action" {
        Cow::Owned(without_form(&event.data))
    } else {
        Cow::Borrowed(&event.data)
    }
}

fn without_form(data: &str) -> String {
    // What is no object was not written by this hub: nothing of it is told.
    let mut told: Map<String, Value> = serde_json::from_str(data).unwrap_or_default();
    let fields = match (told.remove("form"), told.remove("fields")) {
        (Some(Value::Object(form)), _) => form.keys().map(|name| Value::from(name.as_str())).collect(),
        (None, Some(Value::Array(fields))) => fields,
        _ => Vec::new(),
    };
    told.insert("fields".to_owned(), Value::Array(fields));
    Value::Object(told).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_pressed_button_the_fields_are_told_and_not_what_was_typed() {
        let data = r#"{"page":"register","action":"register","by":"li","form":{"head":"王小明","contact":"138"}}"#;
        let told = without_form(data);
        assert!(!told.contains("王小明") && !told.contains("138"), "{told}");
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!((&told["by"], &told["fields"]), (&"li".into(), &serde_json::json!(["contact", "head"])));
        assert_eq!(without_form("[1]"), r#"{"fields":[]}"#);
        assert_eq!(without_form(r#"{"fields":["words"],"link":"71c4"}"#), r#"{"fields":["words"],"link":"71c4"}"#);
    }
}
