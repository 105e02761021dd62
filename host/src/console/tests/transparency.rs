//! What everybody is told: numbers, and nothing of anybody.

use axum::http::header;
use bytes::Bytes;
use serde_json::json;
use sha2::Digest as _;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::LookedAt;
use xl_model::audit::text::Text;
use xl_model::camera::draft::Field;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::grant::HttpGrant;
use xl_model::id::ModuleKey;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_model::picture::PictureLevel;
use xl_store::modules::Plugin;

use super::get;
use super::site;
use crate::api::testing::TestSite;

const TOWNSHIP: &str = "371122102";

async fn camera(test: &TestSite, id: &str, class: &str, purposes: &str) {
    let fields = [
        (Field::Name, "canary-name"),
        (Field::OwnerName, "canary-owner"),
        (Field::Notes, "canary-notes"),
        (Field::SignageNote, "canary-signage"),
        (Field::Class, class),
        (Field::Purposes, purposes),
    ];
    test.hub.add_camera(&format!("canary-{id}"), &fields).await;
}

async fn look(test: &TestSite, action: &str, object: &str, purpose: &str, at_ms: i64) {
    let look = LookedAt {
        camera: "canary-c1".parse().unwrap(),
        purpose: Text::new(purpose),
        reason: Text::new("canary-reason"),
    };
    let entry = Entry::new(at_ms, Actor::new("canary-account", "canary-unit"), action, object)
        .in_township(Some(TOWNSHIP.parse().unwrap()))
        .with_detail("canary-detail")
        .with_look(look);
    test.state.auditor().record(entry).await.unwrap();
}

async fn module(test: &TestSite, id: &str, state: ModuleState, grants: Grants) {
    let manifest = json!({
        "id": id, "version": "1.0.0", "hub": "0.1.0",
        "name": {"zh": format!("{id} 名称"), "en": format!("{id} name")},
        "description": {"zh": "说明", "en": "description"},
        "asks": {
            "cameras": {"level": "masked", "reason": {"zh": "看街面是否干净", "en": "to see whether streets are clean"}},
            "http": {"hosts": [], "reason": {"zh": "查天气", "en": "to ask for the weather"}},
            "links": {"reason": {"zh": "canary-not-granted", "en": "canary-not-granted"}},
        },
    });
    let component = Bytes::from(id.to_owned());
    let digest: xl_model::id::Digest = hex::encode(sha2::Sha256::digest(&component)).parse().unwrap();
    let plugin = Plugin {
        digest: digest.clone(),
        manifest: serde_json::from_value(manifest).unwrap(),
        installed_ms: 1,
        signature: None,
    };
    test.hub.store.install_plugin(plugin, component).await.unwrap();
    let module = Module {
        key: ModuleKey { township: TOWNSHIP.parse().unwrap(), plugin: id.parse().unwrap() },
        digest,
        previous: None,
        settings: json!({"canary-setting": "canary-value"}),
        grants,
        state,
        reason: Some("canary-failure".to_owned()),
        cursor: 0,
        revision: 0,
        enabled_ms: 1,
    };
    test.hub.store.enable_module(module).await.unwrap();
}

/// The governance list, 13: cameras by purpose, looks by purpose; and nothing else.
#[tokio::test]
async fn everybody_is_told_numbers_and_nothing_of_anybody() {
    let test = TestSite::new().await;
    test.hub.cameras.places().begin("371122").await.unwrap();
    let router = site(test.state.clone());
    camera(&test, "c1", "public-security", "public-security;canary-purpose;canary-other").await;
    camera(&test, "c2", "other-public-place", "sanitation").await;
    for n in 0..7 {
        camera(&test, &format!("c3-{n}"), "non-public", if n < 3 { "traceability" } else { "work-safety" }).await;
    }
    let now_ms = test.state.now_ms();
    look(&test, "look.picture", "/pictures/canary", "public-security", now_ms).await;
    look(&test, "look.snapshot", "/cameras/canary", "public-security", now_ms).await;
    look(&test, "look.module", "12 × figures", "sanitation", now_ms).await;
    look(&test, "look.module", "3 × raw", "canary-purpose", now_ms).await;
    let host = |host: &str, private| HttpGrant {
        host: host.to_owned(),
        plain: false,
        private,
        credential: Some("canary-credential".to_owned()),
    };
    let grants = Grants {
        cameras: CameraSelector::All,
        picture_level: PictureLevel::Masked,
        http: vec![host("weather.example.cn", false), host("canary-inside.example.cn", true)],
        links: false,
        cases: false,
        purposes: vec!["sanitation".to_owned(), "canary-purpose".to_owned()],
        assessment: Some("canary-assessment".to_owned()),
        quotas: xl_model::grant::Quotas::default(),
    };
    module(&test, "street", ModuleState::Suspended, grants.clone()).await;
    module(&test, "canary-off", ModuleState::Disabled, grants).await;

    let answer = get(&router, &format!("/api/v1/transparency?place={TOWNSHIP}")).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=300");
    let told = answer.json();
    let counts = |n: usize| &told["cameras"][n];
    assert_eq!((counts(0)["class"].as_str(), counts(0)["count"].as_u64()), (Some("public-security"), Some(1)));
    assert_eq!(
        counts(0)["purposes"],
        json!([
            {"purpose": "other", "count": 1, "exact": true},
            {"purpose": "public-security", "count": 1, "exact": true},
        ])
    );
    assert_eq!((counts(1)["count"].as_u64(), counts(1)["exact"].as_bool()), (Some(1), Some(true)));
    assert_eq!((counts(2)["count"].as_u64(), counts(2)["exact"].as_bool()), (Some(5), Some(false)));
    assert_eq!(
        counts(2)["purposes"],
        json!([
            {"purpose": "traceability", "count": null, "exact": false},
            {"purpose": "work-safety", "count": null, "exact": false},
        ])
    );
    assert_eq!(
        told["looks"],
        json!([
            {"month": "2026-11", "purpose": "other", "by_persons": 0, "by_modules": 3},
            {"month": "2026-11", "purpose": "public-security", "by_persons": 2, "by_modules": 0},
            {"month": "2026-11", "purpose": "sanitation", "by_persons": 0, "by_modules": 12},
        ])
    );
    assert_eq!(
        told["modules"],
        json!([{
            "township": TOWNSHIP,
            "name": {"zh": "street 名称", "en": "street name"},
            "reasons": [
                {"zh": "看街面是否干净", "en": "to see whether streets are clean"},
                {"zh": "查天气", "en": "to ask for the weather"},
            ],
            "cameras": {"count": 10, "exact": false},
            "picture_level": "masked",
            "purposes": ["sanitation", "other"],
            "hosts": ["weather.example.cn"],
            "private_hosts": 1,
            "links": false,
        }])
    );
    assert!(told["cameras"].as_array().unwrap().iter().all(|class| class["pictures_kept_days"] == 30), "{told}");
    assert_eq!(told["file_at"], "http://hub.example.cn/rights");

    let table = "code,name,pinyin,en,kind,from,to,successor\n\
        371122102201,东村,Dongcun,East Village,administrative,,,\n";
    test.hub.cameras.places().import(Bytes::from(table), false).await.unwrap();
    let village = get(&router, "/api/v1/transparency?place=371122102201").await.json();
    assert_eq!((&village["cameras"], &village["looks"]), (&told["cameras"], &told["looks"]), "looks of its township");
    let unknown = get(&router, "/transparency?place=371122102202&lang=en").await;
    assert_eq!(unknown.status.as_u16(), 404, "nobody has entered this village");
    for place in ["", "place=371122", "place=371122102", "place=371122102201"] {
        for (lang, texts) in [
            ("zh", ["环境卫生", "少于 5", "看街面是否干净", "遮挡后的画面", "2026-11"]),
            ("en", ["Sanitation", "fewer than 5", "to see whether streets are clean", "under the masks", "2026-11"]),
        ] {
            let page = get(&router, &format!("/transparency?{place}&lang={lang}")).await;
            assert_eq!((page.status.as_u16(), page.header(header::SET_COOKIE)), (200, ""), "{place}");
            for text in texts {
                assert!(page.text.contains(text), "{place} {text}: {}", page.text);
            }
            assert!(!page.text.contains("canary"), "{place}: {}", page.text);
        }
        assert!(!get(&router, &format!("/api/v1/transparency?{place}")).await.text.contains("canary"), "{place}");
    }
    let beside = get(&router, "/api/v1/transparency?place=371122005").await.json();
    assert_eq!((&beside["looks"], &beside["modules"]), (&json!([]), &json!([])));
    assert_eq!(beside["cameras"][0]["count"], 0);
}

#[tokio::test]
async fn what_was_counted_is_told_for_ten_minutes_and_asked_for_only_so_often() {
    let test = TestSite::new().await;
    test.hub.cameras.places().begin("371122").await.unwrap();
    let router = site(test.state.clone());
    let path = "/api/v1/transparency?place=371122102";
    let count = async || get(&router, path).await.json()["cameras"][0]["count"].as_u64();
    assert_eq!(count().await, Some(0));
    camera(&test, "c1", "public-security", "public-security").await;
    test.pass(599_999);
    assert_eq!(count().await, Some(0));
    test.pass(1);
    assert_eq!(count().await, Some(1));
    // 阎庄镇 was 371122103 until 2020.
    assert_eq!(get(&router, "/api/v1/transparency?place=371122103").await.json()["place"], "371122005000");
    for (query, status) in [("place=371122999", 404), ("place=37", 404), ("place=x", 400), ("colour=red", 400)] {
        let answer = get(&router, &format!("/api/v1/transparency?{query}")).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.text);
    }
    let mut last = 200;
    for _ in 0..125 {
        last = get(&router, path).await.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(get(&router, "/transparency").await.status.as_u16(), 429, "the page has the same pace");
}
