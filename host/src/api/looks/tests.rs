//! No look without purpose, reason and a row; and what the register says of it.

mod shown;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts as _;
use axum::http::header;
use sha2::Digest as _;
use xl_media::PictureLimits;
use xl_media::PixelFormat;
use xl_model::audit::Outcome;
use xl_model::block::Block;
use xl_model::block::GalleryPicture;
use xl_model::block::Page;
use xl_model::camera::CameraKey;
use xl_model::camera::draft::Field;
use xl_model::event::NewEvent;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::manifest::Manifest;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_model::people::action::Action;
use xl_model::picture::Cover;
use xl_model::picture::PictureLevel;
use xl_model::picture::PictureRef;
use xl_store::audit::AuditFilter;
use xl_store::modules::Plugin;
use xl_store::uploads::Upload;

use crate::api::authority::Identity;
use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::audit::ModuleLook;
use crate::audit::Shown;

const TOWNSHIP: &str = "371122102";

struct Desk {
    site: TestSite,
    router: Router,
}

impl Desk {
    /// A hub with a camera that may be looked at for flood.
    async fn new() -> Self {
        Self::with(&[(Field::Purposes, "flood")]).await
    }

    /// A hub with a camera of which this is said.
    async fn with(fields: &[(Field, &str)]) -> Self {
        let site = TestSite::new().await;
        site.hub.add_camera("gh-1", fields).await;
        let router = router(site.state.clone());
        Self { site, router }
    }

    async fn get(&self, path: &str) -> Answer {
        ask(&self.router, self.site.signed("GET", path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, json: &str) -> Answer {
        let request = self.site.signed("POST", path).header(header::CONTENT_TYPE, "application/json");
        ask(&self.router, request.body(Body::from(json.to_owned())).unwrap()).await
    }

    /// A picture that the camera sent; its address.
    async fn picture(&self, bytes: Option<&'static [u8]>) -> String {
        let sha256: Digest = hex::encode(sha2::Sha256::digest(bytes.unwrap_or(b"gone"))).parse().unwrap();
        if let Some(bytes) = bytes {
            self.site.hub.store.put_picture(&sha256, bytes.into()).await.unwrap();
        }
        let event = NewEvent {
            township: TOWNSHIP.parse().unwrap(),
            source: "test".into(),
            id: sha256.as_str().into(),
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
        self.site.hub.store.append(vec![event]).await.unwrap();
        format!("/api/v1/pictures/{TOWNSHIP}/{sha256}")
    }

    /// Action, outcome, purpose, reason of every row of the register, oldest first.
    async fn register(&self) -> Vec<(String, Outcome, String, String)> {
        let filter = AuditFilter { looks: true, limit: 100, ..AuditFilter::default() };
        let rows = self.site.hub.store.audit_rows(&filter).await.unwrap();
        let told = rows.into_iter().rev().map(|row| {
            let look = row.entry.look.unwrap();
            (row.entry.action.to_string(), row.entry.outcome, look.purpose.to_string(), look.reason.to_string())
        });
        told.collect()
    }

    /// Status and code of what is refused.
    async fn refused(&self, path: &str) -> (u16, String) {
        let answer = self.get(path).await;
        (answer.status.as_u16(), answer.json()["code"].as_str().unwrap().to_owned())
    }

    /// A page of the module shows the picture of this address to whoever asks.
    async fn show(&self, picture: &str) {
        let sha256: Digest = picture[picture.rfind('/').unwrap() + 1..].split('?').next().unwrap().parse().unwrap();
        let pictures = vec![GalleryPicture { sha256, caption: "c".to_owned() }];
        let page = Page { title: "t".to_owned(), blocks: vec![Block::Gallery { pictures }] };
        let (mut parts, ()) = self.site.signed("GET", "/").body(()).unwrap().into_parts();
        let identity = Identity::from_request_parts(&mut parts, &self.site.state).await.unwrap();
        let authority = identity.anywhere(Action::ReadPages).unwrap();
        self.site.state.note_shown(&authority, &module(), &page);
    }

    async fn enable(&self, level: PictureLevel, purpose: &str) {
        let manifest: Manifest = serde_json::from_value(serde_json::json!({
            "id": "trace", "version": "1.0.0", "hub": "0.1.0",
            "name": { "zh": "溯源", "en": "Trace" }, "description": { "zh": "溯源", "en": "Trace" },
        }))
        .unwrap();
        let digest: Digest = "d".repeat(64).parse().unwrap();
        let plugin = Plugin { digest: digest.clone(), manifest, installed_ms: 0, signature: None };
        self.site.hub.store.install_plugin(plugin, bytes::Bytes::from_static(b"component")).await.unwrap();
        let purposes = vec![purpose.to_owned()];
        let module = Module {
            key: module(),
            digest,
            previous: None,
            settings: serde_json::json!({}),
            grants: Grants { cameras: CameraSelector::All, picture_level: level, purposes, ..Grants::default() },
            state: ModuleState::Disabled,
            reason: None,
            cursor: 0,
            revision: 0,
            enabled_ms: 0,
        };
        self.site.hub.store.enable_module(module).await.unwrap();
    }
}

fn module() -> ModuleKey {
    ModuleKey { township: TOWNSHIP.parse().unwrap(), plugin: "trace".parse().unwrap() }
}

/// Of top and bottom of a picture, how many different shades.
fn shades(jpeg: &[u8]) -> usize {
    let (cover, limits) = (Cover::default(), PictureLimits::default());
    let pixels = xl_media::covered_pixels(jpeg, 1, 2, PixelFormat::Gray, &cover, &limits).unwrap();
    pixels.into_iter().map(|shade| shade / 16).collect::<std::collections::BTreeSet<_>>().len()
}

const WITH_GPS: &[u8] = include_bytes!("../../../media/testdata/baseline-exif-gps.jpg");

#[tokio::test]
async fn a_look_without_purpose_or_reason_is_refused_and_says_what_to_add() {
    let desk = Desk::new().await;
    let picture = desk.picture(Some(WITH_GPS)).await;
    let long = format!("?purpose=flood&reason={}", "x".repeat(201));
    for (query, missing) in [
        ("", vec!["purpose", "reason"]),
        ("?purpose=flood", vec!["reason"]),
        ("?purpose=flood&reason=%20abc%20", vec!["reason"]),
        ("?purpose=flood&reason=ab%0Acd", vec!["reason"]),
        (long.as_str(), vec!["reason"]),
        ("?reason=water%20level", vec!["purpose"]),
    ] {
        let answer = desk.get(&format!("{picture}{query}")).await;
        let json = answer.json();
        assert_eq!((answer.status.as_u16(), json["code"].as_str().unwrap()), (403, "XL0946"), "{query}");
        let fields: Vec<_> = json["fields"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, missing, "{query}");
    }
    let purposes = desk.get(&picture).await.json()["fields"]["purpose"].as_str().unwrap().to_owned();
    assert!(purposes.ends_with("flood"), "{purposes}");
    for (path, json) in [("snapshot", r#"{"purpose":"flood","reason":"x"}"#), ("ptz", r#"{"pan":0.5,"ms":100}"#)] {
        let answer = desk.post(&format!("/api/v1/cameras/{TOWNSHIP}/gh-1/{path}"), json).await;
        assert_eq!(answer.json()["code"], "XL0946", "{path}");
    }
    assert_eq!(desk.register().await, []);
}

#[tokio::test]
async fn a_look_is_a_row_with_its_purpose_and_reason_however_they_are_stated() {
    let desk = Desk::new().await;
    let picture = desk.picture(Some(WITH_GPS)).await;
    let answer = desk.get(&format!("{picture}?purpose=flood&reason=%E7%9C%8B%E6%B0%B4%E4%BD%8D%E7%BA%BF")).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::CONTENT_TYPE)), (200, "image/jpeg"));
    let request = desk.site.signed("GET", &picture).header("x-purpose", "flood").header("x-reason", "%E6%B0%B4 level");
    assert_eq!(ask(&desk.router, request.body(Body::empty()).unwrap()).await.status.as_u16(), 200);
    let row = |reason: &str| ("look.picture".to_owned(), Outcome::Allowed, "flood".to_owned(), reason.to_owned());
    assert_eq!(desk.register().await, [row("看水位线"), row("水 level")]);
}

#[tokio::test]
async fn a_purpose_that_the_camera_does_not_allow_is_refused_and_registered() {
    let desk = Desk::new().await;
    let picture = desk.picture(Some(WITH_GPS)).await;
    let answer = desk.get(&format!("{picture}?purpose=sanitation&reason=curious")).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str().unwrap()), (403, "XL0731"));
    let refused = ("look.picture".to_owned(), Outcome::Refused, "sanitation".to_owned(), "curious".to_owned());
    assert_eq!(desk.register().await, [refused]);
}

#[tokio::test]
async fn a_look_that_fails_keeps_its_row_and_gets_one_that_says_so() {
    let desk = Desk::new().await;
    let gone = desk.picture(None).await;
    let answer = desk.get(&format!("{gone}?purpose=flood&reason=water%20level")).await;
    assert_eq!(answer.status.as_u16(), 404);
    let wanted = r#"{"purpose":"flood","reason":"water level"}"#;
    let snapshot = desk.post(&format!("/api/v1/cameras/{TOWNSHIP}/gh-1/snapshot"), wanted).await;
    assert_eq!(snapshot.json()["code"], "XL0251");
    let told: Vec<_> = desk.register().await.into_iter().map(|(action, outcome, ..)| (action, outcome)).collect();
    let row = |action: &str, outcome| (action.to_owned(), outcome);
    assert_eq!(
        told,
        [
            row("look.picture", Outcome::Allowed),
            row("look.picture", Outcome::Failed),
            row("look.snapshot", Outcome::Allowed),
            row("look.snapshot", Outcome::Failed),
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_registered_is_not_looked_at() {
    let desk = Desk::new().await;
    desk.site.hub.store.close().await;
    let wanted = r#"{"pan":0.5,"ms":100,"purpose":"flood","reason":"water level"}"#;
    let answer = desk.post(&format!("/api/v1/cameras/{TOWNSHIP}/gh-1/ptz"), wanted).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str().unwrap()), (503, "XL0941"));
}

#[tokio::test]
async fn a_module_is_shown_nothing_that_cannot_be_registered() {
    let desk = Desk::new().await;
    let camera: CameraKey = format!("{TOWNSHIP}/gh-1").parse().unwrap();
    let look = |purpose: &str| ModuleLook {
        module: module(),
        camera: camera.clone(),
        purpose: purpose.to_owned(),
        shown: Shown::Masked,
        is_refused: false,
    };
    desk.site.state.auditor().module_looks(look("flood")).await.unwrap();
    let (purpose, reason) = ("flood".to_owned(), "granted to the module".to_owned());
    assert_eq!(desk.register().await, [("look.module".to_owned(), Outcome::Allowed, purpose, reason)], "at once");
    desk.site.hub.store.close().await;
    assert!(desk.site.state.auditor().module_looks(look("sanitation")).await.is_err());
}

#[tokio::test]
async fn a_picture_that_a_module_s_page_showed_is_looked_at_for_what_the_module_was_granted() {
    let desk = Desk::new().await;
    let picture = format!("{}?module=trace", desk.picture(Some(WITH_GPS)).await);
    desk.enable(PictureLevel::Masked, "flood").await;
    assert_eq!(desk.refused(&picture).await, (403, "XL0946".to_owned()), "no page showed it");
    desk.show(&picture).await;
    let answer = desk.get(&picture).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(!answer.bytes.windows(4).any(|window| window == b"Exif"), "as the module is shown it");
    let (purpose, reason) = ("flood".to_owned(), "page of trace".to_owned());
    assert_eq!(desk.register().await, [("look.picture".to_owned(), Outcome::Allowed, purpose, reason)]);
}

#[tokio::test]
async fn a_photo_of_a_form_is_opened_by_who_attached_it_and_by_whom_a_page_showed_it() {
    for (account, is_own) in [("admin", true), ("li", false)] {
        let desk = Desk::new().await;
        desk.enable(PictureLevel::Masked, "flood").await;
        let sha256: Digest = hex::encode(sha2::Sha256::digest(WITH_GPS)).parse().unwrap();
        desk.site.hub.store.put_picture(&sha256, WITH_GPS.into()).await.unwrap();
        let picture = PictureRef { sha256: sha256.clone(), width: 64, height: 48, bytes: 20 };
        let upload = Upload { module: module(), picture, account: account.to_owned(), time_ms: 0 };
        desk.site.hub.store.add_upload(upload).await.unwrap();
        let path = format!("/api/v1/pictures/{TOWNSHIP}/{sha256}?module=trace");
        if !is_own {
            assert_eq!(desk.refused(&path).await, (403, "XL0946".to_owned()));
            desk.show(&path).await;
        }
        assert_eq!(desk.get(&path).await.status.as_u16(), 200, "{account}");
    }
}

#[tokio::test]
async fn on_a_module_s_page_is_seen_what_the_camera_s_masks_leave() {
    let desk = Desk::new().await;
    let picture = format!("{}?module=trace", desk.picture(Some(WITH_GPS)).await);
    desk.enable(PictureLevel::Masked, "flood").await;
    desk.show(&picture).await;
    let open = desk.get(&picture).await.bytes;
    let everything = [(Field::Masks, "[[[0,0],[1,0],[1,1],[0,1]]]".to_owned())];
    let key = format!("{TOWNSHIP}/gh-1").parse().unwrap();
    desk.site.hub.cameras.change(&key, &everything, &desk.site.hub.hand("li", "")).await.unwrap();
    let covered = desk.get(&picture).await.bytes;
    assert_eq!(shades(&open), 2, "the picture has dark and light parts");
    assert_eq!(shades(&covered), 1);
}

#[tokio::test]
async fn a_module_that_is_shown_no_pixels_of_a_camera_opens_no_picture_to_anybody() {
    for (level, purpose) in [(PictureLevel::Metric, "flood"), (PictureLevel::Masked, "traceability")] {
        let desk = Desk::new().await;
        let picture = format!("{}?module=trace", desk.picture(Some(WITH_GPS)).await);
        desk.enable(level, purpose).await;
        desk.show(&picture).await;
        assert_eq!(desk.refused(&picture).await, (403, "XL0946".to_owned()), "{level:?} for {purpose}");
    }
}

#[tokio::test]
async fn the_register_is_read_by_camera_and_purpose_and_reading_it_is_recorded() {
    let desk = Desk::new().await;
    let picture = desk.picture(Some(WITH_GPS)).await;
    for reason in ["first", "second"] {
        desk.get(&format!("{picture}?purpose=flood&reason={reason}")).await;
    }
    let looks = desk.get(&format!("/api/v1/looks?township={TOWNSHIP}&camera=gh-1&purpose=flood")).await.json();
    let reasons: Vec<_> = looks["rows"].as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["second", "first"]);
    assert_eq!(desk.get("/api/v1/looks?purpose=sanitation").await.json()["rows"], serde_json::json!([]));
    let filter = AuditFilter { action: Some("look.read".to_owned()), limit: 9, ..AuditFilter::default() };
    assert_eq!(desk.site.hub.store.audit_rows(&filter).await.unwrap().len(), 2);
    let purposes = desk.get("/api/v1/purposes").await.json();
    assert!(purposes.as_array().unwrap().iter().any(|it| it["code"] == "flood" && it["zh"] == "防汛"));
}
