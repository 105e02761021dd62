//! The page of the audit log, and what signing in leaves in it.

use sha2::Digest as _;
use xl_model::camera::draft::Field;
use xl_model::event::NewEvent;
use xl_model::id::Digest;
use xl_model::picture::PictureRef;

use super::cookie;
use super::cookie_of;
use super::open;
use super::site;
use crate::api::testing::TestSite;

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
async fn pictures_are_shown_once_it_is_said_what_for_and_the_register_says_who_saw_them() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    test.hub.add_camera("gh-1", &[(Field::Purposes, "flood")]).await;
    let bytes = bytes::Bytes::from_static(b"\xff\xd8 not looked into \xff\xd9");
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
    assert_eq!(open(&router, &format!("{picture}?{stated}"), &cookie).await.status.as_u16(), 200);
    let register = open(&router, "/looks?lang=en&camera=371122102%2Fgh-1&purpose=flood", &cookie).await;
    assert!(register.text.contains("water level") && register.text.contains("look.picture"), "{}", register.text);
    assert_eq!(open(&router, "/looks?camera=x", &cookie).await.status.as_u16(), 422);
}
