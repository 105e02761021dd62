//! The form that enables a plugin and changes what a module has, as far as it needs no sandbox.

use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::grant::Grants;
use xl_model::grant::Quotas;
use xl_model::id::ModuleKey;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_model::picture::PictureLevel;
use xl_store::modules::Plugin;

use super::cookie;
use super::cookie_of;
use super::open;
use super::post;
use super::site;
use crate::api::testing::TestSite;

const ORIGIN: &str = "http://hub.example.cn";

/// The module and its form.
const MODULE: &str = "/modules/371122102/street";
const FORM: &str = "/configure/371122102/street";

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

/// The plugin enabled where one camera watches a public place: rows of the store alone, since nobody vouches for its bytes.
async fn enabled(test: &TestSite) -> Module {
    install(test).await;
    test.hub.register("gh-1").await;
    let grants = json!({"cameras": {"only": ["gh-1"]}, "picture_level": "metric", "purposes": ["sanitation"],
        "assessment": "PIA-7", "quotas": {"pictures_per_minute": 60}});
    let module = Module {
        key: ModuleKey { township: "371122102".parse().unwrap(), plugin: "street".parse().unwrap() },
        digest: hex::encode(Sha256::digest(b"street")).parse().unwrap(),
        previous: None,
        settings: json!({"every": 7}),
        grants: serde_json::from_value(grants).unwrap(),
        state: ModuleState::Running,
        reason: None,
        cursor: 0,
        revision: 0,
        enabled_ms: 0,
    };
    test.hub.store.enable_module(module).await.unwrap()
}

/// What a form says that it was filled with.
fn mark(page: &str) -> String {
    page.split("name=\"was\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
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

/// TEN-1: where the table of pages cannot see it, since the form is shown again whatever was wrong.
#[tokio::test]
async fn whoever_administers_the_township_beside_enables_nothing_here() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    install(&test).await;
    let beside = cookie_of(&router, &test.key("township-admin@371122103").await).await;
    let send = async |township: &str| {
        let typed = format!("plugin=street&township={township}&setting.every=7&cameras=none&picture_level=none");
        let refused = post(&router, "/enable?lang=en", &beside, ORIGIN, &typed).await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
        refused.text
    };
    for township in ["371122102", "371122999"] {
        let page = send(township).await;
        let is_told = page.contains("id=\"w-township\">XL0712") && page.contains("value=\"7\"");
        assert!(is_told && !page.contains("XL0626"), "{township} is not there, and nothing else is asked: {page}");
        let key = ModuleKey { township: township.parse().unwrap(), plugin: "street".parse().unwrap() };
        assert_eq!(test.hub.store.module(&key).await.unwrap(), None, "{township}");
    }
    let own = send("371122103").await;
    assert!(own.contains("XL0626") && !own.contains("XL0712"), "at home only the signature is missing: {own}");
}

#[tokio::test]
async fn whoever_may_edit_modules_is_shown_what_holds_as_a_form_and_nobody_else_is() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let admin = cookie(&test, &router).await;
    enabled(&test).await;
    let link = format!("href=\"{FORM}\"");
    let page = open(&router, &format!("{MODULE}?saved=true&lang=zh"), &admin).await;
    assert!(page.text.contains(&link) && page.text.contains("已保存"), "{}", page.text);
    let form = open(&router, &format!("{FORM}?lang=zh"), &admin).await;
    for text in [
        "更改设置与授权",
        "一秒内生效",
        "看街面是否干净",
        "value=\"7\"",
        "<option value=\"only\" selected>",
        "gh-1</textarea>",
        "<option value=\"metric\" selected>",
        "value=\"sanitation\"",
        "value=\"PIA-7\"",
        "value=\"60\"",
    ] {
        assert!(form.text.contains(text), "{text}: {}", form.text);
    }
    assert!(!form.text.contains("name=\"township\""), "a module stays where it is: {}", form.text);

    let operator = cookie_of(&router, &test.key("operator@371122102").await).await;
    let page = open(&router, MODULE, &operator).await;
    assert!(page.status.as_u16() == 200 && !page.text.contains(&link), "{}", page.text);
    let viewer = cookie_of(&router, &test.key("viewer@371122102").await).await;
    for session in [operator, viewer] {
        let typed = format!("was={}&cameras=none&picture_level=none", mark(&form.text));
        for refused in [open(&router, FORM, &session).await, post(&router, FORM, &session, ORIGIN, &typed).await] {
            assert!(refused.status.as_u16() == 403 && refused.text.contains("XL0901"), "{}", refused.text);
            assert!(!refused.text.contains("name=\"was\""), "{}", refused.text);
        }
    }
    let beside = cookie_of(&router, &test.key("township-admin@371122103").await).await;
    assert_eq!(open(&router, FORM, &beside).await.status.as_u16(), 404, "of another township one learns nothing");
}

#[tokio::test]
async fn a_change_that_is_refused_keeps_what_was_typed_with_each_fault_at_its_field_in_both_languages() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let session = cookie(&test, &router).await;
    let module = enabled(&test).await;
    let was = mark(&open(&router, FORM, &session).await.text);
    let send = async |language: &str, typed: &str| {
        let typed = format!("was={was}&camera_ids=gh-1&{typed}");
        let refused = post(&router, &format!("{FORM}?lang={language}"), &session, ORIGIN, &typed).await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
        refused.text
    };
    let wrong = "setting.every=61&cameras=all&picture_level=masked&purposes=&assessment=PIA-8&pictures_per_minute=700";
    for (language, told) in [
        ("zh", ["未保存", "整数，最小 1，最大 60", "整数，最大 600"]),
        ("en", ["Not saved", "A whole number, at least 1, at most 60", "A whole number, at most 600"]),
    ] {
        let page = send(language, wrong).await;
        let kept = ["value=\"61\"", "value=\"700\"", "value=\"PIA-8\"", "<option value=\"all\" selected>"];
        for text in told.into_iter().chain(kept) {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert_eq!(page.matches("class=\"error\"").count(), 2, "{page}");
    }
    // The wall before public places stands here too, at whatever picture level; and pictures need a purpose.
    for (field, typed) in [
        ("assessment", "cameras=all&picture_level=masked&purposes=sanitation&assessment="),
        ("assessment", "cameras=only&picture_level=none&purposes=&assessment="),
        ("purposes", "cameras=all&picture_level=masked&purposes=&assessment=PIA-8"),
    ] {
        let page = send("zh", &format!("setting.every=9&{typed}")).await;
        assert!(page.contains(&format!("id=\"w-{field}\"")) && page.contains("value=\"9\""), "{field}: {page}");
        assert_eq!(page.matches("class=\"error\"").count(), 1, "{page}");
    }
    // What the hub says of the whole stands above all fields: here, that nobody vouches for these bytes.
    let page = send("en", "setting.every=9&cameras=none&picture_level=none").await;
    assert!(page.contains("XL0626") && page.contains("value=\"9\""), "{page}");
    let stored = test.hub.store.module(&module.key).await.unwrap();
    assert_eq!(stored, Some(module), "nothing of it was saved");
}

#[tokio::test]
async fn a_form_that_somebody_overtook_is_refused_and_says_what_holds_now() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let session = cookie(&test, &router).await;
    let Module { key, grants, .. } = enabled(&test).await;
    let was = mark(&open(&router, FORM, &session).await.text);
    test.hub.store.set_module_state(&key, ModuleState::Disabled, None).await.unwrap();
    assert_eq!(mark(&open(&router, FORM, &session).await.text), was, "it shows nothing of the state");

    let grants = Grants { picture_level: PictureLevel::None, quotas: Quotas::default(), ..grants };
    let other = test.hub.store.configure_module(&key, json!({"every": 8}), grants).await.unwrap();
    let typed = format!(
        "was={was}&setting.every=9&cameras=only&camera_ids=gh-1&picture_level=metric&purposes=sanitation&\
         assessment=PIA-7&pictures_per_minute=60"
    );
    for (language, told) in [
        ("en", ["somebody changed this module", "Holds now: 8", "Holds now: none"]),
        ("zh", ["填写期间有人更改了本模块", "现行：8", "现行：无"]),
    ] {
        let refused = post(&router, &format!("{FORM}?lang={language}"), &session, ORIGIN, &typed).await;
        assert_eq!(refused.status.as_u16(), 409, "{}", refused.text);
        for text in told.into_iter().chain(["value=\"9\"", "<option value=\"metric\" selected>", "value=\"60\""]) {
            assert!(refused.text.contains(text), "{text}: {}", refused.text);
        }
        assert_eq!(refused.text.matches("class=\"error\"").count(), 3, "only what differs: {}", refused.text);
        let again = typed.replace(&was, &mark(&refused.text));
        let past = post(&router, FORM, &session, ORIGIN, &again).await;
        assert!(past.status.as_u16() == 422 && past.text.contains("XL0626"), "it has seen them: {}", past.text);
    }
    assert_eq!(test.hub.store.module(&key).await.unwrap(), Some(other), "nothing of it was saved");
}
