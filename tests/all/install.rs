//! What may be installed and enabled.

use serde_json::json;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_imports_what_its_manifest_does_not_ask_for_is_refused_with_the_line_to_add() {
    let town = Town::start().await;
    let whole = packed("produce-trace");
    let mut manifest = xl_runtime::package::manifest(&whole).unwrap();
    manifest.asks.links = None;
    let answer = town.install_answer(xl_runtime::package::pack(&whole, &manifest).unwrap()).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    assert_eq!(answer.json["code"], "XL0504");
    assert!(answer.json["detail"].as_str().unwrap().contains("[asks.links]"), "{answer:?}");
    town.install(whole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_plugin_are_refused() {
    let town = Town::start().await;
    for bytes in [Vec::new(), b"\0asm\x01\0\0\0".to_vec(), vec![7; 10_000]] {
        let answer = town.install_answer(bytes).await;
        assert_eq!((answer.status, answer.json["code"].as_str()), (422, Some("XL0502")), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_grants_must_fit_the_plugin() {
    let town = Town::start().await;
    let digest = town.install(packed("hello-plugin")).await;
    let enable = |settings, grants| {
        let body = json!({"township": TOWNSHIP, "digest": digest, "settings": settings, "grants": grants});
        town.ask("POST", "modules", Some(body))
    };
    let answer = enable(json!([]), json!({})).await;
    assert!(answer.status == 422, "settings are an object: {answer:?}");
    let http = json!({"http": [{"host": "example.com"}]});
    assert_eq!(enable(json!({}), http).await.json["code"], "XL0622", "not asked for, not granted");
    assert!(enable(json!({}), json!({"unknown": 1})).await.status == 422);
    assert_eq!(enable(json!({}), json!({"cameras": "all"})).await.status, 201);
    assert_eq!(enable(json!({}), json!({})).await.status, 409, "enabled already");
}
