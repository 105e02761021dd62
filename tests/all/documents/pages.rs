//! The page vocabulary: every example of the schema is a page that the host draws, and reads back unchanged.

use serde_json::Value;
use serde_json::json;
use xl_model::block::Page;

use super::tree;

#[test]
fn every_example_of_the_page_schema_is_a_page_of_the_host() {
    let schema: Value = serde_json::from_str(&tree::read("wit/page.schema.json")).unwrap();
    let parts = schema["$defs"].as_object().unwrap();
    let examples = parts.values().filter_map(|part| part["examples"].as_array()).flatten();
    let blocks: Vec<&Value> = examples.filter(|example| example.get("block").is_some()).collect();
    assert!(blocks.len() >= 15, "each of the 15 blocks has one: {}", blocks.len());
    for block in blocks {
        let page = json!({"title": "t", "blocks": [block]});
        let read: Page = serde_json::from_value(page.clone()).unwrap_or_else(|error| panic!("{block}: {error}"));
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(written["blocks"][0]["block"], page["blocks"][0]["block"]);
    }
}
