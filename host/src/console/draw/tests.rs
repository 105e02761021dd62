use std::collections::BTreeMap;
use std::collections::BTreeSet;

use xl_model::block::FormErrors;
use xl_model::block::Page;
use xl_model::id::ModuleKey;

use super::Draw;
use super::Place;
use super::RefusedForm;
use crate::api::language::Language;
use crate::console::text::words;

const SHA: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Every block with `text` in each place that takes one.
fn every_block(text: &str) -> Page {
    let target = serde_json::json!({ "page": text, "query": { text: text } });
    let picture = serde_json::json!({ "sha256": SHA, "caption": text });
    let inputs = [
        serde_json::json!({ "as": "text" }),
        serde_json::json!({ "as": "lines" }),
        serde_json::json!({ "as": "number" }),
        serde_json::json!({ "as": "date" }),
        serde_json::json!({ "as": "choice", "options": [{ "value": text, "label": text }] }),
        serde_json::json!({ "as": "hidden" }),
        serde_json::json!({ "as": "position" }),
        serde_json::json!({ "as": "check" }),
        serde_json::json!({ "as": "many", "options": [{ "value": text, "label": text }] }),
        serde_json::json!({ "as": "picture" }),
        serde_json::json!({ "as": "picture", "many": true }),
    ];
    let fields: Vec<_> = inputs
        .into_iter()
        .map(|input| {
            let name = format!("{} {text}", input["as"].as_str().unwrap());
            serde_json::json!({ "name": name, "label": text, "input": input, "value": text, "hint": text })
        })
        .collect();
    let page = serde_json::json!({ "title": text, "blocks": [
        { "block": "heading", "text": text },
        { "block": "text", "text": text },
        { "block": "banner", "tone": "bad", "text": text },
        { "block": "stat", "items": [{ "label": text, "value": text }] },
        { "block": "kpi", "items": [
            { "label": text, "numerator": 911, "denominator": 972, "as": "percent", "note": text },
            { "label": text, "numerator": 1, "denominator": 0, "as": "days" },
        ] },
        { "block": "table", "columns": [text], "rows": [{ "cells": [text], "to": target }], "next": target },
        { "block": "table", "columns": [text], "rows": [], "empty": text },
        { "block": "detail", "items": [{ "label": text, "value": text }] },
        { "block": "timeline", "entries": [
            { "time_ms": 1_795_420_800_000_i64, "title": text, "text": text, "origin": "captured", "pictures": [picture] },
            { "time_ms": i64::MAX, "title": text, "origin": "recorded" },
        ] },
        { "block": "gallery", "pictures": [picture] },
        { "block": "board", "columns": [{ "title": text, "cards": [{ "title": text, "text": text, "to": target }] }] },
        { "block": "steps", "steps": [
            { "label": text, "state": "done" }, { "label": text, "state": "current" }, { "label": text, "state": "open" },
        ] },
        { "block": "chart", "title": text, "unit": text, "points": [{ "time_ms": 0, "value": 1.5 }, { "time_ms": 9, "value": 2.0 }] },
        { "block": "map", "marks": [{ "label": text, "latitude": 35.58, "longitude": 118.83 }] },
        { "block": "qr", "link": text, "caption": text },
        { "block": "form", "action": text, "submit": text, "fields": fields },
        { "block": "actions", "links": [{ "text": text, "to": target }] },
    ] });
    serde_json::from_value(page).unwrap()
}

fn console(page: &Page, refused: Option<RefusedForm<'_>>) -> String {
    let module = ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() };
    let query = BTreeMap::from([("id".to_owned(), "7&8".to_owned())]);
    let place = Place::Console { module: &module, page: "batch", query: &query };
    let words = words(Language::English);
    Draw { words, place, public_url: "https://hub.example.cn", refused }.page(page).unwrap()
}

fn public(page: &Page) -> String {
    stranger(page, None)
}

fn stranger(page: &Page, refused: Option<RefusedForm<'_>>) -> String {
    let token = |action: &str| format!("token of {action}");
    let place = Place::Public { code: "abcdefghijklmnopqrstuvwxyz", language: Language::Chinese, token: &token };
    let words = words(Language::Chinese);
    Draw { words, place, public_url: "https://hub.example.cn", refused }.page(page).unwrap()
}

/// Tag and attribute names of HTML, read as a browser reads them: quotes end a value, nothing else does.
fn names(html: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut tags, mut attributes) = (BTreeSet::new(), BTreeSet::new());
    for piece in html.split('<').skip(1) {
        let (mut inside, mut quoted, mut name, mut at_name) = (String::new(), false, String::new(), false);
        for c in piece.chars() {
            match c {
                '"' => quoted = !quoted,
                '>' if !quoted => break,
                ' ' | '\n' if !quoted => (at_name, name) = (true, String::new()),
                '=' if !quoted && at_name => {
                    attributes.insert(std::mem::take(&mut name));
                    at_name = false;
                }
                c if at_name && !quoted => name.push(c),
                c if !quoted && !at_name && name.is_empty() => inside.push(c),
                _ => {}
            }
        }
        assert!(!quoted, "a quote is open in <{piece}");
        let tag = inside.trim_start_matches('/');
        tags.insert(tag.chars().take_while(char::is_ascii_alphanumeric).collect());
    }
    (tags, attributes)
}

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</textarea></select></svg><iframe src=//evil.example>",
    "{{ 7 * 7 }}{% raw %}&lt;b&gt;\u{0}\u{202e}",
];

#[test]
fn no_text_becomes_markup_in_any_block() {
    let (plain_tags, plain_attributes) = names(&console(&every_block("plain"), None));
    assert!(
        plain_tags.contains("textarea") && plain_attributes.contains("href"),
        "{plain_tags:?} {plain_attributes:?}"
    );
    for text in HOSTILE {
        let page = every_block(text);
        let errors = FormErrors {
            summary: Some(text.to_owned()),
            fields: BTreeMap::from([(format!("text {text}"), text.to_owned()), (text.to_owned(), text.to_owned())]),
        };
        let typed = BTreeMap::from([(format!("text {text}"), text.to_owned())]);
        let refused = RefusedForm { action: text, typed: &typed, errors: &errors };
        for html in [console(&page, None), console(&page, Some(refused)), public(&page)] {
            let (tags, attributes) = names(&html);
            let known: BTreeSet<String> = plain_tags.union(&BTreeSet::from(["strong".to_owned()])).cloned().collect();
            assert!(tags.is_subset(&known), "{text}: {:?}", tags.difference(&known).collect::<Vec<_>>());
            let known: BTreeSet<String> =
                plain_attributes.union(&BTreeSet::from(["aria-invalid".to_owned()])).cloned().collect();
            assert!(attributes.is_subset(&known), "{text}: {:?}", attributes.difference(&known).collect::<Vec<_>>());
            assert!(!html.contains("href=\"javascript:"), "{html}");
        }
    }
}

#[test]
fn no_page_needs_script_or_a_style_attribute() {
    let html = console(&every_block("plain"), None) + &public(&every_block("plain"));
    let (tags, attributes) = names(&html);
    assert!(!tags.contains("script") && !tags.contains("style"), "{tags:?}");
    assert!(!attributes.iter().any(|name| name.starts_with("on") || name == "style"), "{attributes:?}");
}

#[test]
fn every_block_draws_something() {
    let page = every_block("plain");
    for block in &page.blocks {
        let one = Page { title: String::new(), blocks: vec![block.clone()] };
        assert!(console(&one, None).contains("plain"), "{block:?}");
    }
}

#[test]
fn a_public_page_leads_nowhere_and_its_forms_come_back_to_it() {
    let html = public(&every_block("plain"));
    assert!(!html.contains("/modules/"), "{html}");
    assert!(html.contains("action=\"/t/abcdefghijklmnopqrstuvwxyz?lang=zh\""), "{html}");
    for (name, value) in [("~form", "plain"), ("~token", "token of plain")] {
        assert!(html.contains(&format!("type=\"hidden\" name=\"{name}\" value=\"{value}\"")), "{html}");
    }
    assert!(!console(&every_block("plain"), None).contains("~token"));
    assert!(html.contains(&format!("/t/abcdefghijklmnopqrstuvwxyz/pictures/{SHA}?width=320")), "{html}");
    assert!(html.contains("https://hub.example.cn/t/plain"), "{html}");
}

#[test]
fn a_code_carries_a_digital_link_below_our_own_address() {
    let page = |named: serde_json::Value| -> Page {
        let qr = serde_json::json!({ "block": "qr", "link": "abc", "caption": "c", "digital_link": named });
        serde_json::from_value(serde_json::json!({ "title": "t", "blocks": [qr] })).unwrap()
    };
    let html = console(&page("01/09521234543213/10/A%B".into()), None);
    assert!(html.contains("href=\"https://hub.example.cn/t/abc/01/09521234543213/10/A%25B\""), "{html}");
    let plain = console(&page(serde_json::Value::Null), None);
    assert!(plain.contains("href=\"https://hub.example.cn/t/abc\"") && plain != html, "{plain}");
}

#[test]
fn links_lead_to_pages_of_the_same_module() {
    let html = console(&every_block("a/b"), None);
    assert!(html.contains("href=\"/modules/371122102/trace/a%2Fb?a%2Fb=a%2Fb\""), "{html}");
    assert!(html.contains("action=\"/modules/371122102/trace/batch/a%2Fb?id=7%268\""), "{html}");
    assert!(html.contains(&format!("/pictures/371122102/{SHA}?width=320")), "{html}");
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_at_its_field() {
    let page: Page = serde_json::from_value(serde_json::json!({ "title": "t", "blocks": [
        { "block": "form", "action": "save", "submit": "Save", "fields": [
            { "name": "weight", "label": "Weight", "input": { "as": "number" }, "value": "1", "required": true },
            { "name": "crop", "label": "Crop", "input": { "as": "choice", "options": [
                { "value": "tomato", "label": "Tomato" }, { "value": "leek", "label": "Leek" } ] } },
            { "name": "site", "label": "Site", "input": { "as": "hidden" }, "value": "3" },
        ] },
        { "block": "form", "action": "other", "submit": "Other", "fields": [
            { "name": "weight", "label": "Weight", "input": { "as": "text" }, "value": "first" },
        ] },
    ] }))
    .unwrap();
    let typed = BTreeMap::from([("weight".to_owned(), "12,5".to_owned()), ("crop".to_owned(), "leek".to_owned())]);
    let errors = FormErrors {
        summary: None,
        fields: BTreeMap::from([
            ("weight".to_owned(), "not a number".to_owned()),
            ("site".to_owned(), "is closed".to_owned()),
        ]),
    };
    let html = console(&page, Some(RefusedForm { action: "save", typed: &typed, errors: &errors }));
    assert!(html.contains("value=\"12,5\""), "{html}");
    assert!(html.contains("<option value=\"leek\" selected>"), "{html}");
    assert!(html.contains("aria-invalid=\"true\"") && html.contains("not a number"), "{html}");
    assert!(html.contains("role=\"alert\">is closed"), "a hidden field's fault stands above the form: {html}");
    assert!(html.contains("value=\"first\""), "the other form stays as it was: {html}");
}

#[test]
fn a_photo_of_a_strangers_refused_form_stays_named_and_is_not_shown() {
    let page = form(&serde_json::json!([field("photo", &serde_json::json!({ "as": "picture" }), "")]));
    let typed = BTreeMap::from([("photo".to_owned(), SHA.to_owned())]);
    let errors = FormErrors { summary: Some("no".to_owned()), fields: BTreeMap::new() };
    let refused = || Some(RefusedForm { action: "save", typed: &typed, errors: &errors });
    let named = format!("name=\"photo\" value=\"{SHA}\" checked");
    let (own, public) = (console(&page, refused()), stranger(&page, refused()));
    assert!(own.contains(&named) && own.contains("<img"), "{own}");
    assert!(public.contains(&named) && !public.contains("<img"), "{public}");
}

#[test]
fn a_page_cannot_make_the_hub_draw_without_end() {
    let block = serde_json::json!({ "block": "heading", "text": "h" });
    let page: Page = serde_json::from_value(serde_json::json!({ "title": "t", "blocks": vec![block; 5_000] })).unwrap();
    assert_eq!(console(&page, None).matches("<h2>").count(), xl_model::block::MAX_BLOCKS);
}

fn form(fields: &serde_json::Value) -> Page {
    let form = serde_json::json!({ "block": "form", "action": "save", "submit": "Save", "fields": fields });
    serde_json::from_value(serde_json::json!({ "title": "t", "blocks": [form] })).unwrap()
}

fn field(name: &str, input: &serde_json::Value, value: &str) -> serde_json::Value {
    serde_json::json!({ "name": name, "label": "L", "input": input, "value": value, "required": true })
}

#[test]
fn a_figure_stands_beside_what_it_is_made_of_and_nothing_of_nothing_says_so() {
    let item = |numerator: u64, denominator: u64, measure: &str| serde_json::json!({ "label": "l", "numerator": numerator, "denominator": denominator, "as": measure });
    let items = [
        item(911, 972, "percent"),
        item(911, 972, "count"),
        item(1, 3, "ratio"),
        item(201, 2, "minutes"),
        item(5, 2, "days"),
        item(0, 0, "percent"),
    ];
    let page = serde_json::json!({ "title": "t", "blocks": [{ "block": "kpi", "items": items }] });
    let page: Page = serde_json::from_value(page).unwrap();
    let html = console(&page, None);
    for shown in [
        "93.72 % <span class=\"of\">(911 / 972)",
        "911 <span class=\"of\">/ 972",
        "0.33 <span class=\"of\">(1 / 3)",
        "100.50 min ",
        "2.50 d ",
        "no data",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    let html = public(&page);
    assert!(html.contains("100.50 分钟") && html.contains("2.50 天") && html.contains("暂无数据"), "{html}");
}

#[test]
fn a_long_table_leads_to_its_next_part_and_a_short_one_nowhere() {
    let table = |next: serde_json::Value| -> Page {
        let table =
            serde_json::json!({ "block": "table", "columns": ["c"], "rows": [{ "cells": ["x"] }], "next": next });
        serde_json::from_value(serde_json::json!({ "title": "t", "blocks": [table] })).unwrap()
    };
    let long = table(serde_json::json!({ "page": "list", "query": { "after": "b7" } }));
    let html = console(&long, None);
    assert!(html.contains("href=\"/modules/371122102/trace/list?after=b7\" rel=\"next\">Next page<"), "{html}");
    assert!(!console(&table(serde_json::Value::Null), None).contains("rel=\"next\""));
    assert!(!public(&long).contains("rel=\"next\""), "a public page leads nowhere");
}

#[test]
fn a_form_with_pictures_is_sent_in_parts_and_asks_a_phone_for_its_camera() {
    let one = form(&serde_json::json!([field("p", &serde_json::json!({ "as": "picture" }), "")]));
    let html = console(&one, None);
    assert!(html.contains("enctype=\"multipart/form-data\""), "{html}");
    assert!(html.contains("accept=\"image/jpeg\" capture=\"environment\"") && html.contains(" required>"), "{html}");
    let many = form(&serde_json::json!([field("p", &serde_json::json!({ "as": "picture", "many": true }), "")]));
    assert_eq!(console(&many, None).matches("type=\"file\"").count(), 4);
    let plain = form(&serde_json::json!([field("p", &serde_json::json!({ "as": "text" }), "")]));
    assert!(!console(&plain, None).contains("enctype"), "other forms are sent as ever");
}

#[test]
fn a_picture_of_a_refused_form_stays_attached_and_is_not_asked_for_again() {
    let page = form(&serde_json::json!([
        field("one", &serde_json::json!({ "as": "picture" }), ""),
        field("more", &serde_json::json!({ "as": "picture", "many": true }), ""),
    ]));
    let other = "b".repeat(64);
    let typed =
        BTreeMap::from([("one".to_owned(), SHA.to_owned()), ("more".to_owned(), format!("{SHA} {other} <script>"))]);
    let errors = FormErrors::default();
    let html = console(&page, Some(RefusedForm { action: "save", typed: &typed, errors: &errors }));
    assert!(html.contains(&format!("name=\"one\" value=\"{SHA}\" checked")), "{html}");
    assert!(html.contains(&format!("name=\"more\" value=\"{other}\" checked")), "{html}");
    assert!(html.contains(&format!("/pictures/371122102/{SHA}?width=320&#38;module=trace")), "{html}");
    assert_eq!(html.matches("type=\"file\" name=\"more\"").count(), 2, "two of four are there: {html}");
    assert_eq!(html.matches("type=\"file\" name=\"one\"").count(), 1, "another takes its place: {html}");
    assert!(!html.contains(" required"), "{html}");
}

#[test]
fn boxes_and_several_choices_start_as_the_page_says_and_keep_what_was_filled_in() {
    let options = serde_json::json!([{ "value": "bin", "label": "B" }, { "value": "wall", "label": "W" }]);
    let page = form(&serde_json::json!([
        field("done", &serde_json::json!({ "as": "check" }), "yes"),
        field("found", &serde_json::json!({ "as": "many", "options": options }), "bin wall"),
        field("place", &serde_json::json!({ "as": "position" }), "35.5,118.8"),
    ]));
    let html = console(&page, None);
    assert_eq!(html.matches(" checked").count(), 3, "{html}");
    assert!(html.contains("value=\"35.5,118.8\"") && html.contains("data-locate=\"Use my position\""), "{html}");
    // The box was unticked, and one choice of two: what is not ticked is not sent.
    let typed = BTreeMap::from([("found".to_owned(), "wall".to_owned()), ("place".to_owned(), "91,0".to_owned())]);
    let errors = FormErrors::default();
    let html = console(&page, Some(RefusedForm { action: "save", typed: &typed, errors: &errors }));
    assert_eq!(html.matches(" checked").count(), 1, "{html}");
    assert!(html.contains("value=\"wall\" checked") && html.contains("value=\"91,0\""), "{html}");
}
