//! The page of the audit log, and what signing in leaves in it.

use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use sha2::Digest as _;
use tokio_util::sync::CancellationToken;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::KEEP_DAYS_LEAST;
use xl_model::audit::LookedAt;
use xl_model::audit::text::Text;
use xl_model::camera::draft::Field;
use xl_model::event::NewEvent;
use xl_model::id::Digest;
use xl_model::id::TownshipId;
use xl_model::picture::PictureRef;
use xl_store::audit::AuditFilter;

use super::cookie;
use super::cookie_of;
use super::open;
use super::post;
use super::site;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::audit::checkpoints;
use crate::audit::checkpoints::Checkpoints;
use crate::people::NewKey;

#[tokio::test]
async fn the_audit_log_shows_who_signed_in_and_who_reads_it() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie_of(&router, &test.key("auditor@*").await).await;
    open(&router, "/audit", &cookie).await;
    let page = open(&router, "/audit?lang=en", &cookie).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    for text in ["session.open", "audit.read", "auditor (auditor@* · key", "Audit log"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    let filtered = open(&router, "/audit?action=session.*&day=2026-11-23", &cookie).await;
    assert!(filtered.text.contains("session.open") && !filtered.text.contains("<code>audit.read"), "{}", filtered.text);
    assert_eq!(open(&router, "/audit?day=x", &cookie).await.status.as_u16(), 422);
}

#[tokio::test]
async fn a_county_s_auditor_is_offered_the_log_and_reads_the_rows_of_its_townships() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let key = test.key("auditor@371122").await;
    let auditor = test.state.auditor();
    for (township, object) in [(Some("371122102"), "own-row"), (Some("371123102"), "beside-row"), (None, "hub-row")] {
        let township: Option<TownshipId> = township.map(|township| township.parse().unwrap());
        let entry = |action: &str| Entry::new(auditor.now_ms(), Actor::new("li", ""), action, object);
        auditor.record(entry("test.act").in_township(township.clone())).await.unwrap();
        if township.is_some() {
            let (purpose, reason) = (Text::new("flood"), Text::new(&format!("reason-{object}")));
            let look = LookedAt { camera: "gh-1".parse().unwrap(), purpose, reason };
            auditor.record(entry("look.picture").in_township(township).with_look(look)).await.unwrap();
        }
    }
    let cookie = cookie_of(&router, &key).await;
    let log = open(&router, "/audit?lang=en", &cookie).await;
    assert_eq!(log.status.as_u16(), 200, "{}", log.text);
    for text in ["own-row", "Only rows of the townships", "href=\"/audit\"", "href=\"/looks\""] {
        assert!(log.text.contains(text), "{text}: {}", log.text);
    }
    assert!(!log.text.contains("beside-row") && !log.text.contains("hub-row"), "{}", log.text);
    let looks = open(&router, "/looks?lang=en", &cookie).await;
    assert!(looks.text.contains("reason-own-row") && !looks.text.contains("beside-row"), "{}", looks.text);

    let asked = |key: &str, query: &str| {
        let request = Request::get(format!("/api/v1/audit?action=test.act{query}"));
        request.header(header::AUTHORIZATION, format!("Bearer {key}")).body(Body::empty()).unwrap()
    };
    let objects = async |key: &str, query: &str| {
        let rows = ask(&router, asked(key, query)).await.json()["rows"].clone();
        let rows = rows.as_array().unwrap().iter().map(|row| row["object"].as_str().unwrap().to_owned());
        rows.collect::<Vec<_>>()
    };
    assert_eq!(objects(&key, "").await, ["own-row"]);
    assert_eq!(objects(&key, "&township=371123102").await, [] as [&str; 0]);
    let people = test.state.people();
    let admin = people.with_key(&test.token).await.unwrap().subject;
    let whole = vec!["auditor@*".parse().unwrap()];
    people.set_roles(&admin, &"auditor".parse().unwrap(), whole.clone()).await.unwrap();
    let new = NewKey { title: "all".to_owned(), roles: whole, days: 1, addresses: Vec::new() };
    let (_, key) = people.add_key(&"auditor".parse().unwrap(), new).await.unwrap();
    assert_eq!(objects(&key, "").await, ["hub-row", "beside-row", "own-row"]);
}

/// TEN-9, for the console: a menu asks for everything and reads nothing.
#[tokio::test]
async fn a_page_from_above_leaves_a_row_of_what_it_shows_and_none_of_what_its_menu_offers() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    test.hub.add_camera("gh-1", &[]).await;
    let viewer = cookie_of(&router, &test.key("viewer@371122").await).await;
    let filter = AuditFilter { action: Some("read.from-above".to_owned()), limit: 9, ..AuditFilter::default() };
    for (path, rows) in [("/errors", 0), ("/cameras/371122102/gh-1", 1), ("/cameras/371122102/gh-1?lang=en", 1)] {
        assert_eq!(open(&router, path, &viewer).await.status.as_u16(), 200, "{path}");
        assert_eq!(test.hub.store.audit_rows(&filter).await.unwrap().len(), rows, "{path}");
    }
    let auditor = cookie_of(&router, &test.key("auditor@*").await).await;
    let log = open(&router, "/audit?action=read.*", &auditor).await;
    for text in ["viewer (viewer@371122 · key", "cameras · 371122102"] {
        assert!(log.text.contains(text), "{text}: {}", log.text);
    }
}

/// What was typed may be a password in the wrong field: it is in no row.
#[tokio::test]
async fn a_failed_sign_in_is_counted_in_the_log() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    for form in ["user=canary-1&password=canary-2&code=", "token=xla_canary"] {
        let wrong = post(&router, "/sign-in", "", "http://hub.example.cn", form).await;
        assert_eq!(wrong.status.as_u16(), 422, "{}", wrong.text);
    }
    let body = r#"{"name":"canary-1","password":"canary-2"}"#;
    let request = Request::post("/api/v1/sessions").header(header::CONTENT_TYPE, "application/json");
    let wrong = ask(&router, request.body(Body::from(body)).unwrap()).await;
    assert_eq!((wrong.status.as_u16(), wrong.json()["code"].as_str().unwrap()), (422, "XL0903"));

    // The stage writes what was counted, also when it stops.
    let (stop, data) = (CancellationToken::new(), test.hub.folder.path().to_owned());
    let path = data.join("checkpoints");
    stop.cancel();
    let (auditor, store) = (test.state.auditor().clone(), test.hub.store.clone());
    let stage = Checkpoints { auditor, store, data, path, secret: [7; 32], keep_days: KEEP_DAYS_LEAST, told_in: None };
    checkpoints::run(stage, stop).await;
    let filter = AuditFilter { limit: 10, ..AuditFilter::default() };
    let rows = test.hub.store.audit_rows(&filter).await.unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let entry = &rows[0].entry;
    assert_eq!((entry.action.as_str(), entry.object.as_str()), ("request.refused", "3 requests"));
    let counted = "XL0903 POST /sign-in ×2, XL0903 POST /api/v1/sessions ×1; from :: ×3";
    assert_eq!(entry.detail.as_str(), counted);
}

#[tokio::test]
async fn pictures_are_shown_once_it_is_said_what_for_and_the_register_says_who_saw_them() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    test.hub.add_camera("gh-1", &[(Field::Purposes, "flood")]).await;
    let bytes = bytes::Bytes::from_static(include_bytes!("../../../media/testdata/baseline-exif-gps.jpg"));
    let sha256: Digest = hex::encode(sha2::Sha256::digest(&bytes)).parse().unwrap();
    test.hub.store.put_picture(&sha256, bytes).await.unwrap();
    let event = NewEvent {
        township: "371122102".parse().unwrap(),
        source: "test".into(),
        id: "1".into(),
        kind: "camera.picture".parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: None,
        time_ms: 1_795_420_800_000,
        received_ms: 1_795_420_800_000,
        data: "{}".into(),
        pictures: vec![PictureRef { sha256: sha256.clone(), width: 640, height: 480, bytes: 20 }],
        cause: None,
        depth: 0,
    };
    test.hub.store.append(vec![event]).await.unwrap();
    let picture = format!("/pictures/371122102/{sha256}");
    for page in ["/", "/events?lang=en", "/cameras/371122102/gh-1", "/events?purpose=flood&reason=x"] {
        let shown = open(&router, page, &cookie).await;
        assert_eq!(shown.status.as_u16(), 200, "{page}: {}", shown.text);
        assert!(!shown.text.contains(&picture), "{page}: {}", shown.text);
    }
    let stated = "purpose=flood&reason=water%20level";
    for page in ["/events", "/cameras/371122102/gh-1"] {
        let shown = open(&router, &format!("{page}?{stated}"), &cookie).await;
        assert!(shown.text.contains(&picture) && shown.text.contains("reason=water%20level"), "{page}: {}", shown.text);
    }
    assert_eq!(open(&router, &picture, &cookie).await.status.as_u16(), 403);
    let opened = open(&router, &format!("{picture}?{stated}"), &cookie).await;
    assert_eq!((opened.status.as_u16(), opened.header(header::CACHE_CONTROL)), (200, "no-store"));
    let register = open(&router, "/looks?lang=en&camera=371122102%2Fgh-1&purpose=flood", &cookie).await;
    assert!(register.text.contains("water level") && register.text.contains("look.picture"), "{}", register.text);
    assert_eq!(open(&router, "/looks?camera=x", &cookie).await.status.as_u16(), 422);
}
