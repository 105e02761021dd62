//! The page vocabulary three times: `wit/page.schema.json`, the SDK's types, and the examples of `wit/README.md`.

#![expect(clippy::unwrap_used, reason = "the lint knows #[test] functions, not their helpers")]

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;
use xl_plugin::page::Block;
use xl_plugin::page::Page;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../wit/page.schema.json")).unwrap()
}

fn page_of(block: &Value) -> Value {
    json!({ "title": "t", "blocks": [block] })
}

/// The examples by the block's name.
fn examples() -> Vec<(String, Value)> {
    let schema = schema();
    let blocks = schema["properties"]["blocks"]["items"]["oneOf"].as_array().unwrap();
    let names = blocks.iter().map(|block| block["$ref"].as_str().unwrap().trim_start_matches("#/$defs/").to_owned());
    names.map(|name| (name.clone(), schema["$defs"][&name]["examples"][0].clone())).collect()
}

/// Every object inside `value`, by JSON pointer.
fn objects(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.clone());
            members.iter().for_each(|(name, member)| objects(member, format!("{at}/{name}"), found));
        }
        Value::Array(members) => {
            members.iter().enumerate().for_each(|(index, member)| objects(member, format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

#[test]
fn every_example_is_a_page_by_the_schema_and_by_the_types_and_reads_back_as_written() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert_eq!(examples().len(), 16);
    for (name, example) in examples() {
        assert_eq!(example["block"], name.as_str());
        let page = page_of(&example);
        validator.validate(&page).unwrap_or_else(|error| panic!("{name}: {error}"));
        let typed: Page = serde_json::from_value(page.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let written = serde_json::to_value(&typed).unwrap();
        validator.validate(&written).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(serde_json::from_value::<Page>(written).unwrap(), typed, "{name}");
    }
}

#[test]
fn a_key_more_or_a_required_key_less_is_refused_by_both() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let types = |page: &Value| serde_json::from_value::<Page>(page.clone()).is_ok();
    for (name, example) in examples() {
        let page = page_of(&example);
        let mut places = Vec::new();
        objects(&page, String::new(), &mut places);
        for place in places {
            // A query is an open object of strings.
            if place.ends_with("/query") {
                continue;
            }
            let mut more = page.clone();
            more.pointer_mut(&place).unwrap()["onclick"] = json!("x");
            assert!(!validator.is_valid(&more), "{name}: {more}");
            // What serde cannot refuse: unknown keys beside the tag of an input without options.
            let bare_input = page.pointer(&place).unwrap().as_object().unwrap().keys().eq(["as"]);
            assert!(bare_input || !types(&more), "{name}: {more}");
            for key in page.pointer(&place).unwrap().as_object().unwrap().keys() {
                let mut less = page.clone();
                less.pointer_mut(&place).unwrap().as_object_mut().unwrap().remove(key);
                assert_eq!(validator.is_valid(&less), types(&less), "{name}: {less}");
            }
        }
    }
}

#[test]
fn the_words_of_the_schema_are_the_words_of_the_types() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let agree = |page: Value, valid: bool| {
        assert_eq!(validator.is_valid(&page), valid, "{page}");
        assert_eq!(serde_json::from_value::<Page>(page.clone()).is_ok(), valid, "{page}");
    };
    for (tone, valid) in [("info", true), ("good", true), ("warn", true), ("bad", true), ("ugly", false)] {
        agree(page_of(&json!({ "block": "banner", "tone": tone, "text": "" })), valid);
    }
    for (state, valid) in [("done", true), ("current", true), ("open", true), ("late", false)] {
        agree(page_of(&json!({ "block": "steps", "steps": [{ "label": "", "state": state }] })), valid);
    }
    for (kind, valid) in [
        ("text", true),
        ("lines", true),
        ("number", true),
        ("date", true),
        ("hidden", true),
        ("position", true),
        ("check", true),
        ("picture", true),
        ("choice", false),
        ("many", false),
        ("file", false),
    ] {
        let field = json!({ "name": "n", "label": "", "input": { "as": kind } });
        agree(page_of(&json!({ "block": "form", "action": "a", "submit": "", "fields": [field] })), valid);
    }
    for (many, valid) in [(json!(true), true), (json!(false), true), (json!(4), false)] {
        let field = json!({ "name": "n", "label": "", "input": { "as": "picture", "many": many } });
        agree(page_of(&json!({ "block": "form", "action": "a", "submit": "", "fields": [field] })), valid);
    }
    for (measure, valid) in
        [("percent", true), ("count", true), ("ratio", true), ("minutes", true), ("days", true), ("hours", false)]
    {
        let item = json!({ "label": "", "numerator": 1, "denominator": 0, "as": measure });
        agree(page_of(&json!({ "block": "kpi", "items": [item] })), valid);
    }
    for (numerator, valid) in [(json!(u64::MAX), true), (json!(-1), false), (json!(0.5), false), (json!("1"), false)] {
        let item = json!({ "label": "", "numerator": numerator, "denominator": 1, "as": "count" });
        agree(page_of(&json!({ "block": "kpi", "items": [item] })), valid);
    }
    agree(page_of(&json!({ "block": "script", "text": "" })), false);
    agree(page_of(&json!({ "block": "table", "columns": [], "rows": [], "empty": null })), true);
}

#[test]
fn the_readme_shows_the_schemas_examples() {
    let readme = include_str!("../../../wit/README.md");
    let shown: BTreeSet<String> = readme
        .split("```json\n")
        .skip(1)
        .map(|rest| serde_json::from_str::<Value>(rest.split("\n```").next().unwrap()).unwrap().to_string())
        .collect();
    let wanted: BTreeSet<String> = examples().into_iter().map(|(_, example)| example.to_string()).collect();
    assert_eq!(shown, wanted);
}

#[test]
fn the_builder_makes_what_the_schema_describes() {
    use xl_plugin::page::Card;
    use xl_plugin::page::Choice;
    use xl_plugin::page::Field;
    use xl_plugin::page::Input;
    use xl_plugin::page::Kpi;
    use xl_plugin::page::Measure;
    use xl_plugin::page::PageLink;
    use xl_plugin::page::Pair;
    use xl_plugin::page::Point;
    use xl_plugin::page::Row;
    use xl_plugin::page::Stat;
    use xl_plugin::page::Target;
    use xl_plugin::page::Tone;

    let target = || Target::new("batch", [("batch", "b1")]);
    let inputs = [
        Input::Picture { many: false },
        Input::Picture { many: true },
        Input::Position,
        Input::Check,
        Input::Many { options: vec![Choice::new("a", "A")] },
    ];
    let page = Page::new("t")
        .heading("h")
        .text("t")
        .banner(Tone::Bad, "b")
        .stats([Stat::new("a", 1)])
        .kpis([Kpi::new("k", 911, 972, Measure::Percent).note("n")])
        .table_part(["a"], [Row::new(["1".to_owned()])], "none", Some(target()))
        .table(["a"], [Row::new(["1".to_owned()]).leads_to(target())], "none")
        .detail([Pair::new("a", "b")])
        .timeline([])
        .gallery([])
        .board([xl_plugin::page::BoardColumn {
            title: String::new(),
            cards: vec![Card { title: String::new(), text: None, to: Some(target()) }],
        }])
        .steps([])
        .chart("c", "°C", [Point { time_ms: 1, value: 1.5 }])
        .map([])
        .qr("code", "scan")
        .qr_of("code", "01/09521234543213/10/b000001", "scan")
        .form("go", "Go", [Field::new("n", "N", Input::Date).hint("h"), Field::hidden("h", "v")])
        .form("report", "Report", inputs.map(|input| Field::new("n", "N", input).optional()))
        .actions([PageLink::new("x", target())]);
    let validator = jsonschema::validator_for(&schema()).unwrap();
    validator.validate(&serde_json::to_value(&page).unwrap()).unwrap();
    let blocks: BTreeSet<String> = page
        .blocks
        .iter()
        .map(|block: &Block| serde_json::to_value(block).unwrap()["block"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(blocks, examples().into_iter().map(|(name, _)| name).collect());
}
