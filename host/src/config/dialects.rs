//! `[mqtt.external.dialects]`: what an external broker is listened to for beside the native scheme. All off until named.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use xl_bridge::mqtt::dialect::Dialects;
use xl_bridge::mqtt::dialect::mapping::ImageMap;
use xl_bridge::mqtt::dialect::settings::Settings;

use super::Section;

/// Reads the section; what is wrong in it is noted, and a row that cannot be used is left out.
pub(super) fn read(mut section: Section<'_>) -> Settings {
    let topic = "a topic without wildcards, 1 to 128 bytes";
    let settings = Settings {
        onvif_ej_levels: section.number("onvif_ej_levels", 0, 0..=8),
        axis_prefixes: section.list("axis_prefixes", Vec::new(), "a list of prefixes, such as [\"axis/+\"]"),
        discovery_prefix: section.optional("discovery_prefix", topic),
        frigate_prefix: section.optional("frigate_prefix", topic),
        image_map: section.sections("image_map").into_iter().filter_map(row).collect(),
    };
    if let Err(error) = Dialects::new(settings.clone()) {
        section.wrong(error.key, "cannot be used", error.rule);
    }
    section.finish();
    settings
}

fn row(mut section: Section<'_>) -> Option<ImageMap> {
    let pointers = ["/image", "/data", "/params/image/value"].map(str::to_owned).to_vec();
    let filter: String = section.required("filter", "a topic filter, such as \"esp32/+/photo\"");
    let division: String = section.required("division", "nine digits");
    let camera: String = section.required("camera", "a camera's id with captures, such as \"gh-$1\"");
    let is_whole = ![&filter, &division, &camera].iter().any(|text| text.is_empty());
    let pointers = section.list("pointers", pointers, "a list of JSON pointers, such as [\"/image\"]");
    let chunk = section.choice("chunk", &[("none", "none"), ("meta", "meta"), ("pos", "pos")]);
    let chunk_pointers = chunk_pointers(section.section("chunk_pointers"));
    let max_per_min: u32 = section.number("max_per_min", 12, 1..=6_000);
    let row = json!({
        "filter": filter, "division": division, "camera": camera, "pointers": pointers, "chunk": chunk,
        "chunk_pointers": chunk_pointers, "max_per_min": max_per_min,
    });
    let row = serde_json::from_value(row);
    if let (Err(error), true) = (&row, is_whole) {
        section.wrong("filter", format!("the row cannot be used: {error}"), "filter, camera and pointers that fit");
    }
    section.finish();
    row.ok()
}

fn chunk_pointers(mut section: Section<'_>) -> Map<String, Value> {
    let pointer = "a JSON pointer, such as \"/data\"";
    let pointers = [("data", "/data"), ("pos", "/pos"), ("size", "/size"), ("id", "/pic_id")];
    let read = pointers.map(|(key, default)| {
        let said: String = section.parsed(key, default.to_owned(), pointer);
        (key.to_owned(), Value::from(said))
    });
    section.finish();
    read.into_iter().collect()
}
