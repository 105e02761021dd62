//! The form that enables a plugin, as far as it needs no sandbox.

use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;
use xl_store::modules::Plugin;

use super::cookie;
use super::open;
use super::post;
use super::site;
use crate::api::testing::TestSite;

const ORIGIN: &str = "http://hub.example.cn";

/// A plugin that nobody signed: it is installed, and runs nowhere.
async fn install(test: &TestSite) {
    let manifest = serde_json::from_value(json!({
        "id": "street", "version": "1.0.0", "hub": "0.1.0",
        "name": {"zh": "街面", "en": "Street"}, "description": {"zh": "看街面", "en": "Looks at streets"},
        "settings_schema": {"type": "object", "properties": {
            "every": {"title": "间隔 · Interval", "type": "integer", "minimum": 1, "maximum": 60, "default": 5}}},
        "asks": {"cameras": {"level": "masked", "reason": {"zh": "看街面是否干净", "en": "to see whether streets are clean"}}},
        "limits": {"pictures_per_minute": 600},
    }))
    .unwrap();
    let component = bytes::Bytes::from_static(b"street");
    let digest = hex::encode(Sha256::digest(&component)).parse().unwrap();
    test.hub
        .store
        .install_plugin(Plugin { digest, manifest, installed_ms: 0, signature: None }, component)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_form_shows_settings_and_reasons_and_keeps_what_was_typed_with_each_fault_at_its_field() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let session = cookie(&test, &router).await;
    install(&test).await;
    let list = open(&router, "/enable?lang=zh", &session).await;
    assert!(list.text.contains("街面") && list.text.contains("/enable?plugin=street"), "{}", list.text);
    let form = open(&router, "/enable?plugin=street&lang=zh", &session).await;
    for text in ["间隔", "value=\"5\"", "看街面是否干净", "影响评估编号", "整数，最大 600"] {
        assert!(form.text.contains(text), "{text}: {}", form.text);
    }
    assert!(!form.text.contains("value=\"raw\""), "more than it asks for is not offered: {}", form.text);

    let wrong = "plugin=street&township=37&setting.every=61&cameras=only&camera_ids=&picture_level=masked&\
        pictures_per_minute=700&assessment=PIA-7&purposes=sanitation";
    let refused = post(&router, "/enable?lang=en", &session, ORIGIN, wrong).await;
    assert_eq!(refused.status.as_u16(), 422);
    for text in [
        "A whole number, at least 1, at most 60",
        "at least one",
        "at most 600",
        "nine digits",
        "value=\"61\"",
        "value=\"700\"",
        "value=\"PIA-7\"",
        "value=\"sanitation\"",
    ] {
        assert!(refused.text.contains(text), "{text}: {}", refused.text);
    }
    assert_eq!(refused.text.matches("class=\"error\"").count(), 4, "{}", refused.text);

    let right = "plugin=street&township=371122102&setting.every=7&cameras=none&picture_level=none";
    let untrusted = post(&router, "/enable", &session, ORIGIN, right).await;
    assert!(untrusted.status.as_u16() == 422 && untrusted.text.contains("XL0626"), "{}", untrusted.text);
    assert!(untrusted.text.contains("value=\"7\""), "{}", untrusted.text);
    assert_eq!(open(&router, "/enable?plugin=none", &session).await.status.as_u16(), 404);
}
