//! Tests of packing and checking.

use serde_json::Value;
use serde_json::json;

use super::*;

fn value() -> Value {
    json!({
        "id": "p", "version": "1.0.0", "hub": "0.1.0",
        "name": {"zh": "名", "en": "name"}, "description": {"zh": "述", "en": "text"},
    })
}

fn made(change: impl FnOnce(&mut Value)) -> Manifest {
    let mut value = value();
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

/// An empty component with these sections.
fn component(sections: &[u8]) -> Vec<u8> {
    [component::HEADER.as_slice(), sections].concat()
}

fn refusal(change: impl FnOnce(&mut Value)) -> String {
    valid(&made(change)).unwrap_err().to_string()
}

#[test]
fn a_packed_manifest_reads_back_and_packing_again_replaces_it() {
    let (one, two) = (made(|_| {}), made(|value| value["version"] = json!("2.0.0")));
    let other = b"\0\x04\x02xyz"; // A custom section named `xy` that holds `z`.
    let packed = pack(&component(other), &one).unwrap();
    assert_eq!(manifest(&packed).unwrap(), one);
    let again = pack(&packed, &two).unwrap();
    assert_eq!(manifest(&again).unwrap(), two);
    assert!(again.starts_with(&component(other)), "other sections stay");
    assert_eq!(again.len(), packed.len(), "the old manifest is gone");
}

#[test]
fn what_is_no_component_or_has_no_single_manifest_is_no_plugin() {
    let packed = pack(&component(&[]), &made(|_| {})).unwrap();
    let twice = [packed.as_slice(), &packed[component::HEADER.len()..]].concat();
    let nested = [b"\x04".as_slice(), &[packed.len() as u8 | 0x80, (packed.len() >> 7) as u8], &packed].concat();
    for bytes in [
        Vec::new(),
        b"\0asm\x01\0\0\0".to_vec(),
        vec![7; 10_000],
        component(&[]),
        component(b"\0\xff\xff\xff\xff\x0f"),
        component(b"\0\x05\x09abcd"),
        packed[..packed.len() - 1].to_vec(),
        twice,
        component(&nested),
    ] {
        let error = manifest(&bytes).unwrap_err();
        assert!(matches!(error, RuntimeError::NotAPlugin { .. }), "{error}");
    }
}

#[test]
fn an_import_that_is_not_asked_for_is_refused_with_the_lines_to_add() {
    for (interface, line, change) in [
        ("records", "[[collections]]", json!({"collections": [{"name": "c"}]})),
        ("events", "publish = ", json!({"publish": ["a.b"]})),
        (
            "cameras",
            "[asks.cameras]",
            json!({"asks": {"cameras": {"level": "metric", "reason": {"zh": "z", "en": "e"}}}}),
        ),
        (
            "pictures",
            "[asks.cameras]",
            json!({"asks": {"cameras": {"level": "metric", "reason": {"zh": "z", "en": "e"}}}}),
        ),
        ("links", "[asks.links]", json!({"asks": {"links": {"reason": {"zh": "z", "en": "e"}}}})),
        ("cases", "[asks.cases]", json!({"asks": {"cases": {"reason": {"zh": "z", "en": "e"}}}})),
        (
            "kpis",
            "[[kpis]]",
            json!({"kpis": [{"id": "k", "name": {"zh": "z", "en": "e"}, "as": "percent", "version": 1}]}),
        ),
        ("http", "[asks.http]", json!({"asks": {"http": {"hosts": [], "reason": {"zh": "z", "en": "e"}}}})),
    ] {
        let import = format!("xueliang:hub/{interface}@0.1.0");
        let error = covered(&made(|_| {}), [import.as_str()].into_iter()).unwrap_err();
        assert!(matches!(&error, RuntimeError::NotAsked { remedy, .. } if remedy.contains(line)), "{error}");
        let asked = made(|value| value.as_object_mut().unwrap().extend(change.as_object().unwrap().clone()));
        covered(&asked, [import.as_str()].into_iter()).unwrap();
    }
}

#[test]
fn an_import_that_the_hub_does_not_offer_is_unknown() {
    for import in [
        "wasi:http/outgoing-handler@0.2.6",
        "wasi:keyvalue/store@0.2.0",
        "wasi:io/poll@0.3.0",
        "wasi:io/poll",
        "xueliang:hub/notices@0.1.0",
        "xueliang:hub/log@0.2.0",
        "env",
    ] {
        let error = covered(&made(|_| {}), [import].into_iter()).unwrap_err();
        assert!(matches!(&error, RuntimeError::Unknown { import: named } if named == import), "{error}");
    }
    let free = [
        "xueliang:hub/types@0.1.0",
        "xueliang:hub/log@0.1.0",
        "xueliang:hub/settings@0.1.0",
        "xueliang:hub/viewer@0.1.0",
        "wasi:io/poll@0.2.6",
    ];
    covered(&made(|_| {}), free.into_iter()).unwrap();
}

#[test]
fn handler_must_be_exported_and_pages_where_the_manifest_names_some() {
    let (handler, pages) = ("xueliang:hub/handler@0.1.0", "xueliang:hub/pages@0.1.0");
    let paged = made(|value| value["pages"] = json!([{"name": "home", "title": {"zh": "首页", "en": "Home"}}]));
    exported(&made(|_| {}), [handler].into_iter()).unwrap();
    exported(&paged, [pages, handler].into_iter()).unwrap();
    assert!(matches!(exported(&made(|_| {}), [pages].into_iter()), Err(RuntimeError::NoExport { .. })));
    assert!(matches!(exported(&paged, [handler].into_iter()), Err(RuntimeError::NoExport { .. })));
    let called = made(|value| value["calls"] = json!([{"name": "ask", "title": {"zh": "查询", "en": "Ask"}}]));
    let calls = "xueliang:hub/calls@0.1.0";
    exported(&called, [handler, calls].into_iter()).unwrap();
    assert!(matches!(exported(&called, [handler].into_iter()), Err(RuntimeError::NoExport { .. })));
}

#[test]
fn a_wrong_manifest_is_refused_with_the_key() {
    let collection = |indexes: Value| json!([{"name": "c", "indexes": indexes}]);
    for (key, wrong, words) in [
        ("version", json!("1.0"), "version"),
        ("version", json!("01.0.0"), "version"),
        ("hub", json!("0.2.0"), "hub is `0.2.0`"),
        ("name", json!({"zh": "", "en": "x"}), "name.zh"),
        ("description", json!({"zh": "x", "en": "x\ny"}), "description.en"),
        ("publish", json!(vec!["a.b"; 65]), "publish has more than 64"),
        ("collections", json!([{"name": "A"}]), "collections has the name `A`"),
        ("collections", json!([{"name": "c"}, {"name": "c"}]), "collections has the name `c` twice"),
        ("collections", collection(json!([{"name": "i", "pointer": "a"}])), "not a JSON pointer"),
        ("collections", collection(json!([{"name": "i", "pointer": "/a~2"}])), "not a JSON pointer"),
        ("asks", json!({"links": {"reason": {"zh": " ", "en": "x"}}}), "asks.links.reason.zh"),
        ("collections", json!([{"name": "c", "keep_days": 0}]), "collections `c`, keep_days is not 1 to 36500"),
        ("collections", json!([{"name": "c", "keep_days_least": 36_501}]), "keep_days_least is not 1 to 36500"),
        ("collections", json!([{"name": "c", "keep_days": 9, "keep_days_least": 10}]), "keep_days is shorter than"),
        ("publish", json!(["case.closed"]), "the hub's to tell"),
        ("publish", json!(["module.call"]), "the hub's to tell"),
        ("publish", json!(["record.p.c"]), "the hub's to tell"),
        ("publish", json!(["audit.checkpoint"]), "the hub's to tell"),
        ("collections", json!([{"name": "a-b"}, {"name": "a_b"}]), "has `a_b`, whose records would be called"),
        (
            "kpis",
            json!([{"id": "k", "name": {"zh": "z", "en": "e"}, "as": "count", "version": 0}]),
            "kpis `k`, version is 0",
        ),
        ("calls", json!([{"name": "a", "title": {"zh": "", "en": "e"}}]), "calls `a`, title.zh"),
        (
            "calls",
            json!([{"name": "a", "title": {"zh": "z", "en": "e"}, "content": ["Text/CSV"]}]),
            "calls `a`, content has `Text/CSV`",
        ),
        ("settings_schema", json!(true), "settings_schema"),
        ("limits", json!({"cpu_ms": 60_001}), "limits.cpu_ms is 60001"),
        ("limits", json!({"memory_mib": 0}), "limits.memory_mib is 0"),
        ("pages", json!([{"name": "a b", "title": {"zh": "x", "en": "x"}}]), "pages has the name `a b`"),
    ] {
        let refusal = refusal(|value| value[key] = wrong);
        assert!(refusal.contains(words), "{refusal}");
    }
    for version in ["1.0.0", "0.10.3", "1.0.0-rc.1"] {
        valid(&made(|value| value["version"] = json!(version))).unwrap();
    }
}

#[test]
fn an_operator_may_lower_a_ceiling() {
    let mut lower = ceilings();
    lower.insert("memory_mib".to_owned(), 32);
    let manifest = made(|_| {});
    within(&manifest, &ceilings()).unwrap();
    assert!(within(&manifest, &lower).unwrap_err().to_string().contains("limits.memory_mib is 64"));
}
