use sha2::Digest as _;
use xl_media::PictureLimits;
use xl_media::PixelFormat;
use xl_model::block::Block;
use xl_model::block::GalleryPicture;
use xl_model::camera::draft::Field;
use xl_model::effect::Effect;
use xl_model::event::NewEvent;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::id::CameraId;
use xl_model::id::ModuleKey;
use xl_model::manifest::Manifest;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_model::picture::PictureRef;
use xl_store::modules::Commit;
use xl_store::modules::Plugin;

use super::*;
use crate::api::testing::TestSite;

const CODE: &str = "abcdefghijklmnopqrstuvwxyz";
const WITH_GPS: &[u8] = include_bytes!("../../../../media/testdata/baseline-exif-gps.jpg");

fn page(title: &str) -> Arc<Page> {
    Arc::new(Page { title: title.to_owned(), blocks: Vec::new() })
}

#[test]
fn a_page_is_shown_again_only_while_it_is_fresh_and_in_its_language() {
    let shown = Shown::default();
    shown.put("code", Language::Chinese, 1_000, page("t"));
    for (language, now_ms, hit) in [
        (Language::Chinese, 1_000, true),
        (Language::Chinese, 2_999, true),
        (Language::Chinese, 3_000, false),
        (Language::Chinese, 999, false),
        (Language::English, 1_000, false),
    ] {
        assert_eq!(shown.get("code", language, now_ms, PAGE_AGE_MS).is_some(), hit, "{now_ms}");
    }
}

#[test]
fn shown_pages_are_bounded() {
    let shown = Shown::default();
    for n in 0..2 * MOST_SHOWN {
        shown.put(&n.to_string(), Language::Chinese, 0, page("t"));
    }
    assert!(shown.0.lock().unwrap().len() <= MOST_SHOWN);
}

fn key() -> ModuleKey {
    ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() }
}

/// A module with a grant for the camera `gh-1` that has issued the link.
async fn issue(site: &TestSite) {
    let manifest: Manifest = serde_json::from_value(serde_json::json!({
        "id": "trace", "version": "1.0.0", "hub": "0.1.0",
        "name": { "zh": "溯源", "en": "Trace" }, "description": { "zh": "溯源", "en": "Trace" },
    }))
    .unwrap();
    let digest: Digest = "d".repeat(64).parse().unwrap();
    let plugin = Plugin { digest: digest.clone(), manifest, installed_ms: 0, signature: None };
    site.hub.store.install_plugin(plugin, bytes::Bytes::from_static(b"component")).await.unwrap();
    let cameras = CameraSelector::Only(vec!["gh-1".parse().unwrap()]);
    let module = Module {
        key: key(),
        digest,
        previous: None,
        settings: serde_json::json!({}),
        grants: Grants {
            cameras,
            picture_level: PictureLevel::Raw,
            links: true,
            purposes: vec!["traceability".to_owned()],
            ..Grants::default()
        },
        state: ModuleState::Running,
        reason: None,
        cursor: 0,
        revision: 0,
        enabled_ms: 0,
    };
    site.hub.store.enable_module(module).await.unwrap();
    let (page, query) = ("batch".to_owned(), "{}".to_owned());
    commit(site, Effect::IssueLink { code: CODE.to_owned(), page, query }).await;
}

async fn commit(site: &TestSite, effect: Effect) {
    let revision = site.hub.store.module(&key()).await.unwrap().unwrap().revision;
    let commit = Commit {
        module: key(),
        revision,
        cursor: None,
        trigger: None,
        effects: vec![effect],
        events: Vec::new(),
        dead_letters: Vec::new(),
        settled: Vec::new(),
        answers: Vec::new(),
        used: None,
    };
    site.hub.store.commit(commit).await.unwrap();
}

/// A picture that a camera sent.
async fn picture(site: &TestSite, camera: &str) -> Digest {
    // Bytes after the end of the image make two pictures of one.
    let bytes = [WITH_GPS, camera.as_bytes()].concat();
    let sha256: Digest = hex::encode(sha2::Sha256::digest(&bytes)).parse().unwrap();
    site.hub.store.put_picture(&sha256, bytes.into()).await.unwrap();
    let event = NewEvent {
        township: key().township,
        source: camera.into(),
        id: "1".into(),
        kind: "camera.picture".parse().unwrap(),
        camera: Some(camera.parse::<CameraId>().unwrap()),
        subject: None,
        time_ms: 0,
        received_ms: 0,
        data: "{}".into(),
        pictures: vec![PictureRef { sha256: sha256.clone(), width: 64, height: 48, bytes: 1 }],
        cause: None,
        depth: 0,
    };
    site.hub.store.append(vec![event]).await.unwrap();
    sha256
}

#[tokio::test]
async fn a_link_opens_until_it_is_revoked_and_counts_its_views() {
    let site = TestSite::new().await;
    assert_eq!(site.state.open_link(CODE).await.err().map(|problem| problem.status.as_u16()), Some(404));
    issue(&site).await;
    site.state.open_link(CODE).await.map_err(|problem| problem.code).unwrap().count().await;
    commit(&site, Effect::RevokeLink { code: CODE.to_owned() }).await;
    assert_eq!(site.state.open_link(CODE).await.err().map(|problem| problem.status.as_u16()), Some(404));
    assert_eq!(site.hub.store.link(CODE).await.unwrap().unwrap().views, 1);
}

#[tokio::test]
async fn a_public_picture_is_one_that_the_page_shows_and_the_module_may_see_without_its_metadata() {
    let site = TestSite::new().await;
    issue(&site).await;
    let served = (Field::Purposes, "traceability");
    let camera = site.hub.add_camera("gh-1", &[(Field::Class, "C3"), served]).await;
    let (granted, hidden, foreign) =
        (picture(&site, "gh-1").await, picture(&site, "gh-2").await, "e".repeat(64).parse::<Digest>().unwrap());
    let link = site.state.open_link(CODE).await.map_err(|problem| problem.code).unwrap();
    let show = |pictures: &[&Digest]| {
        let pictures =
            pictures.iter().map(|sha256| GalleryPicture { sha256: (*sha256).clone(), caption: "c".to_owned() });
        let page = Page { title: "t".to_owned(), blocks: vec![Block::Gallery { pictures: pictures.collect() }] };
        site.state.0.shown.put(CODE, Language::Chinese, site.state.now_ms(), Arc::new(page));
    };
    let status =
        async |sha256: &Digest| link.picture(sha256, 320, Language::Chinese).await.map_err(|p| p.status.as_u16());

    show(&[&hidden, &foreign]);
    assert_eq!(status(&granted).await, Err(404), "the page does not show it");
    assert_eq!(status(&hidden).await, Err(404), "the module may not see that camera");
    assert_eq!(status(&foreign).await, Err(404), "no event of the township brought it");

    show(&[&granted]);
    let jpeg = status(&granted).await.unwrap();
    let has_exif = |bytes: &[u8]| bytes.windows(4).any(|window| window == b"Exif");
    assert!(has_exif(WITH_GPS) && !has_exif(&jpeg) && jpeg.starts_with(b"\xff\xd8"));

    // Raw was granted to the module; what everybody sees is under the masks all the same.
    let hand = site.hub.hand("li", "");
    let everything = [(Field::Masks, "[[[0,0],[1,0],[1,1],[0,1]]]".to_owned())];
    site.hub.cameras.change(&camera, &everything, &hand).await.unwrap();
    let covered = status(&granted).await.unwrap();
    let (cover, limits) = (Cover::default(), PictureLimits::default());
    let gray = xl_media::covered_pixels(&covered, 8, 8, PixelFormat::Gray, &cover, &limits).unwrap();
    assert!(gray.iter().all(|shade| shade.abs_diff(xl_media::MASKED) <= 1), "{gray:?}");

    site.hub.cameras.change(&camera, &[(Field::Purposes, "flood".to_owned())], &hand).await.unwrap();
    assert_eq!(status(&granted).await, Err(404), "the camera serves no purpose of the module");
}
