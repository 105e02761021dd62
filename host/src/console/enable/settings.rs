//! A plugin's settings as fields of a form, from its JSON Schema; and back. Pure.
//!
//! Texts, numbers, yes or no, choices among texts and lists of texts are fields of their own; whatever else a schema holds is typed
//! as JSON.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;

use crate::api::language::Language;

/// What a field's name begins with, so that no setting is taken for anything else of the form.
const PREFIX: &str = "setting.";

/// How a setting is typed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// One line.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    YesNo,
    /// One of these.
    Choice(Vec<String>),
    /// A text a line.
    Lines,
    /// JSON.
    Json,
}

/// A setting of a plugin.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Setting {
    /// Its key in the settings.
    pub(crate) key: String,
    /// The name of its field.
    pub(crate) name: String,
    /// What it is called.
    pub(crate) label: String,
    /// What it does.
    pub(crate) hint: String,
    /// How it is typed.
    pub(crate) kind: Kind,
    /// Whether it must be said.
    pub(crate) required: bool,
    /// What holds when nothing is said, as it is typed.
    pub(crate) default: String,
    schema: Value,
}

/// The settings that a schema describes, in its order.
pub(crate) fn settings(schema: &Value, language: Language) -> Vec<Setting> {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let one = |(key, schema): (&String, &Value)| {
        let text =
            |name: &str| spoken(schema.get(name).and_then(Value::as_str).unwrap_or_default(), language).to_owned();
        let kind = kind(schema);
        Setting {
            name: format!("{PREFIX}{key}"),
            label: Some(text("title")).filter(|title| !title.is_empty()).unwrap_or_else(|| key.clone()),
            hint: text("description"),
            required: required.contains(&key.as_str()),
            default: schema.get("default").map(|value| typed(&kind, value)).unwrap_or_default(),
            schema: schema.clone(),
            key: key.clone(),
            kind,
        }
    };
    properties.iter().map(one).collect()
}

/// What holds, as it is typed, by the name of its field; empty where nothing is said.
pub(crate) fn written(settings: &[Setting], held: &Value) -> BTreeMap<String, String> {
    let text = |setting: &Setting| held.get(&setting.key).map(|value| typed(&setting.kind, value)).unwrap_or_default();
    settings.iter().map(|setting| (setting.name.clone(), text(setting))).collect()
}

/// The settings that a form says, where `held` holds until now; or what is wrong, by the name of the field.
///
/// What is not said is left to the plugin. Of what holds, all stays to the letter that the form left as it was or has no field
/// for.
pub(crate) fn read(
    settings: &[Setting],
    held: &Value,
    form: &BTreeMap<String, String>,
    language: Language,
) -> Result<Value, BTreeMap<String, String>> {
    let has_field = |key: &str| settings.iter().any(|setting| setting.key == key);
    let others = held.as_object().into_iter().flatten().filter(|(key, _)| !has_field(key.as_str()));
    let mut values: Map<String, Value> = others.map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut faults = BTreeMap::new();
    for setting in settings {
        // A browser sends other ends of lines than it was given.
        let text = form.get(&setting.name).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
        let text = text.trim();
        if let Some(same) = held.get(&setting.key).filter(|value| typed(&setting.kind, value).trim() == text) {
            values.insert(setting.key.clone(), same.clone());
            continue;
        }
        if text.is_empty() {
            if setting.required {
                faults.insert(setting.name.clone(), said(language, "须填写。", "This is needed.").to_owned());
            }
            continue;
        }
        match value(&setting.kind, text).filter(|value| fits(&setting.schema, value)) {
            Some(value) => drop(values.insert(setting.key.clone(), value)),
            None => drop(faults.insert(setting.name.clone(), rule(setting, language))),
        }
    }
    if faults.is_empty() { Ok(Value::Object(values)) } else { Err(faults) }
}

fn kind(schema: &Value) -> Kind {
    let words = schema.get("enum").and_then(Value::as_array).filter(|words| words.iter().any(Value::is_string));
    if let Some(words) = words {
        // A choice offers texts only: a value beside them that holds would not be shown, and lost when the form is sent.
        let texts: Option<Vec<String>> = words.iter().map(|word| word.as_str().map(str::to_owned)).collect();
        return texts.map_or(Kind::Json, Kind::Choice);
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => Kind::Text,
        Some("integer" | "number") => Kind::Number,
        Some("boolean") => Kind::YesNo,
        Some("array") if schema.pointer("/items/type").and_then(Value::as_str) == Some("string") => Kind::Lines,
        _ => Kind::Json,
    }
}

/// A value as it is typed.
fn typed(kind: &Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Lines, Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        (Kind::YesNo, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        // Read back as JSON, in which a text has its quotes.
        (Kind::Json, value) => value.to_string(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// What was typed as a value.
fn value(kind: &Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Text | Kind::Choice(_) => Some(text.into()),
        Kind::Number => match text.parse::<i64>() {
            Ok(whole) => Some(whole.into()),
            Err(_) => serde_json::Number::from_f64(text.parse().ok()?).map(Value::Number),
        },
        Kind::YesNo => match text {
            "yes" => Some(true.into()),
            "no" => Some(false.into()),
            _ => None,
        },
        Kind::Lines => Some(text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()),
        Kind::Json => serde_json::from_str(text).ok(),
    }
}

/// Whether a value is what its part of the schema asks for; a part that refers to others is compared with the whole later.
fn fits(schema: &Value, value: &Value) -> bool {
    jsonschema::validator_for(schema).is_ok_and(|validator| validator.is_valid(value))
        || schema.to_string().contains("$ref")
}

/// What may be typed, in words.
fn rule(setting: &Setting, language: Language) -> String {
    let number = |name: &str| setting.schema.get(name).map(Value::to_string);
    let what = match &setting.kind {
        Kind::Text => said(language, "一行文字", "A text"),
        Kind::Number if setting.schema.get("type").and_then(Value::as_str) == Some("integer") => {
            said(language, "整数", "A whole number")
        }
        Kind::Number => said(language, "数字", "A number"),
        Kind::YesNo => said(language, "是或否", "Yes or no"),
        Kind::Choice(words) => return format!("{}{}", said(language, "其中之一：", "One of: "), words.join(", ")),
        Kind::Lines => said(language, "每行一项", "One in each line"),
        Kind::Json => said(language, "JSON", "JSON as the plugin's schema has it"),
    };
    let limits = [
        (number("minimum"), said(language, "最小 ", "at least ")),
        (number("maximum"), said(language, "最大 ", "at most ")),
        (number("minLength"), said(language, "最少字符数 ", "characters at least ")),
        (number("maxLength"), said(language, "最多字符数 ", "characters at most ")),
        (number("maxItems"), said(language, "最多项数 ", "lines at most ")),
        (number("enum"), said(language, "其中之一 ", "one of ")),
        (
            number("pattern").or_else(|| setting.schema.pointer("/items/pattern").map(Value::to_string)),
            said(language, "格式 ", "of the form "),
        ),
    ];
    let limits = limits.into_iter().filter_map(|(limit, words)| Some(format!("{words}{}", limit?)));
    std::iter::once(what.to_owned()).chain(limits).collect::<Vec<_>>().join(said(language, "，", ", "))
}

/// The part of a text in one language: schemas write both in one line, `中文 · English`.
fn spoken(text: &str, language: Language) -> &str {
    match (text.split_once(" · "), language) {
        (Some((zh, _)), Language::Chinese) => zh,
        (Some((_, en)), Language::English) => en,
        (None, _) => text,
    }
}

fn said<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({"type": "object", "required": ["origin"], "properties": {
            "every": {"title": "间隔 · Every", "description": "越大越少。 · Higher: fewer.", "type": "integer",
                      "minimum": 1, "maximum": 60, "default": 5},
            "mode": {"enum": ["day", "night"]},
            "names": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}, "default": ["a", "b"]},
            "origin": {"type": "string", "maxLength": 4},
            "regions": {"type": "object"},
            "shown": {"type": "boolean", "default": false},
        }})
    }

    fn form(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, text)| (format!("{PREFIX}{key}"), (*text).to_owned())).collect()
    }

    #[test]
    fn a_schema_becomes_fields_with_its_words_and_defaults() {
        let fields = settings(&schema(), Language::English);
        let told: Vec<(&str, &str, &str)> =
            fields.iter().map(|it| (it.key.as_str(), it.label.as_str(), it.default.as_str())).collect();
        let expected = [
            ("every", "Every", "5"),
            ("mode", "mode", ""),
            ("names", "names", "a\nb"),
            ("origin", "origin", ""),
            ("regions", "regions", ""),
            ("shown", "shown", "no"),
        ];
        assert_eq!(told, expected);
        assert_eq!(settings(&schema(), Language::Chinese)[0].hint, "越大越少。");
        assert_eq!(fields[1].kind, Kind::Choice(vec!["day".to_owned(), "night".to_owned()]));
        assert!(fields[3].required && settings(&json!({}), Language::English).is_empty());
    }

    #[test]
    fn what_is_typed_becomes_the_value_that_the_schema_asks_for() {
        let fields = settings(&schema(), Language::English);
        let typed = [
            ("every", "7"),
            ("mode", "night"),
            ("names", " a \r\n\r\nb"),
            ("origin", "莒县"),
            ("regions", "{\"a\":[1]}"),
            ("shown", "yes"),
        ];
        let expected = json!({"every": 7, "mode": "night", "names": ["a", "b"], "origin": "莒县",
            "regions": {"a": [1]}, "shown": true});
        assert_eq!(read(&fields, &json!({}), &form(&typed), Language::English), Ok(expected));
        let only = read(&fields, &json!({}), &form(&[("origin", "x")]), Language::English);
        assert_eq!(only, Ok(json!({"origin": "x"})), "the rest is left to the plugin");
    }

    #[test]
    fn each_wrong_field_is_told_with_its_rule_in_both_languages() {
        let typed = [
            ("every", "61"),
            ("mode", "noon"),
            ("names", "A"),
            ("regions", "{"),
            ("shown", "maybe"),
            ("origin", "12345"),
        ];
        let told = |language| read(&settings(&schema(), language), &json!({}), &form(&typed), language).unwrap_err();
        let (zh, en) = (told(Language::Chinese), told(Language::English));
        assert_eq!(en.len(), typed.len());
        assert_eq!(zh["setting.every"], "整数，最小 1，最大 60");
        assert_eq!(en["setting.every"], "A whole number, at least 1, at most 60");
        assert_eq!(en["setting.mode"], "One of: day, night");
        assert!(en["setting.names"].contains("^[a-z]+$"), "{en:?}");
        let fields = settings(&schema(), Language::Chinese);
        let missing = read(&fields, &json!({}), &form(&[]), Language::Chinese).unwrap_err();
        assert_eq!(missing["setting.origin"], "须填写。");
    }

    #[test]
    fn what_the_form_left_as_it_was_or_has_no_field_for_stays_to_the_letter() {
        let fields = settings(&schema(), Language::English);
        let held = json!({"every": 7, "names": [], "origin": "a\nb", "regions": "all", "shown": true,
            "beyond": {"kept": 1}});
        let mut typed = written(&fields, &held);
        assert_eq!((&*typed["setting.mode"], &*typed["setting.regions"]), ("", "\"all\""));
        assert_eq!(read(&fields, &held, &typed, Language::English), Ok(held.clone()));
        typed.insert("setting.origin".to_owned(), "a\r\nb".to_owned());
        assert_eq!(read(&fields, &held, &typed, Language::English), Ok(held.clone()), "as a browser sends it back");
        typed.extend(form(&[("every", "8"), ("shown", "")]));
        let changed = json!({"every": 8, "names": [], "origin": "a\nb", "regions": "all", "beyond": {"kept": 1}});
        let said = read(&fields, &held, &typed, Language::English);
        assert_eq!(said, Ok(changed), "an emptied field is left to the plugin");
    }

    /// What a browser sends of a form that shows what holds: of a choice nothing where it does not offer that.
    fn sent_back(fields: &[Setting], held: &Value) -> BTreeMap<String, String> {
        let mut typed = written(fields, held);
        for setting in fields {
            if let (Kind::Choice(words), Some(text)) = (&setting.kind, typed.get_mut(&setting.name))
                && !words.contains(text)
            {
                text.clear();
            }
        }
        typed
    }

    #[test]
    fn a_value_that_is_no_text_among_texts_to_choose_from_stays_and_can_be_typed() {
        let schema = json!({"properties": {
            "mode": {"enum": ["day", "night"]},
            "gain": {"enum": ["auto", 5]},
            "part": {"enum": ["day", "night", null]},
            "step": {"type": "integer", "enum": [1, 5]},
        }});
        let fields = settings(&schema, Language::English);
        for held in [
            json!({"mode": "day", "gain": 5, "part": null, "step": 5}),
            json!({"mode": "night", "gain": "auto", "part": "day", "step": 1}),
        ] {
            assert_eq!(read(&fields, &held, &sent_back(&fields, &held), Language::English), Ok(held));
        }
        let typed = form(&[("mode", "day"), ("gain", "\"auto\""), ("part", "null"), ("step", "1")]);
        let expected = json!({"mode": "day", "gain": "auto", "part": null, "step": 1});
        assert_eq!(read(&fields, &json!({"gain": 5}), &typed, Language::English), Ok(expected));
        let wrong = form(&[("gain", "6"), ("part", "noon"), ("step", "2")]);
        let told = read(&fields, &json!({}), &wrong, Language::English).unwrap_err();
        assert_eq!(told["setting.part"], "JSON as the plugin's schema has it, one of [\"day\",\"night\",null]");
        assert_eq!((told.len(), &*told["setting.step"]), (3, "A whole number, one of [1,5]"));
    }
}
