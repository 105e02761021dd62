//! The row "No snapshot URI; 200 with empty body; HTML login page; URI expires".

use simulated_onvif::fault::Fault;
use xl_bridge::onvif::fault::CallError;
use xl_bridge::onvif::fault::NOT_OFFERED;

use super::Site;
use super::ready;

#[tokio::test]
async fn a_picture_comes_with_the_login_that_it_wants_and_tells_its_size() {
    let site = Site::with(&[]).await;
    let camera = site.camera();
    let profiles = ready(&camera).await;
    let picture = camera.picture(&profiles[0]).await.unwrap();
    assert!(picture.width >= 16 && picture.height >= 16 && picture.bytes.starts_with(&[0xff, 0xd8, 0xff]));
    camera.picture(&profiles[0]).await.unwrap();
    let record = site.device().record();
    assert_eq!((record.auth_failures, record.clear_text_passwords, record.count("GetSnapshotUri")), (0, 0, 1));
}

#[tokio::test]
async fn a_camera_without_a_picture_address_says_that_it_has_none() {
    let site = Site::with(&[Fault::NoSnapshotUri]).await;
    let camera = site.camera();
    let profiles = ready(&camera).await;
    assert_eq!(camera.picture(&profiles[0]).await.unwrap_err().code(), NOT_OFFERED);
}

#[tokio::test]
async fn an_empty_answer_and_a_login_page_are_no_pictures() {
    for (fault, word) in [(Fault::EmptySnapshot, "empty"), (Fault::HtmlSnapshot, "web page")] {
        let site = Site::with(&[fault]).await;
        let camera = site.camera();
        let profiles = ready(&camera).await;
        let error = camera.picture(&profiles[0]).await.unwrap_err();
        assert!(matches!(error, CallError::NoPicture(reason) if reason.contains(word)), "{error}");
        assert_eq!(site.device().record().count("GetSnapshotUri"), 2, "the address is asked for once more");
    }
}

#[tokio::test]
async fn an_address_that_expires_is_asked_for_again() {
    let site = Site::with(&[Fault::SnapshotUriExpires]).await;
    let camera = site.camera();
    let profiles = ready(&camera).await;
    for _ in 0..3 {
        camera.picture(&profiles[0]).await.unwrap();
    }
}

#[tokio::test]
async fn a_password_inside_the_address_is_not_used() {
    let site = Site::with(&[Fault::SnapshotUriWithPassword]).await;
    let camera = site.camera();
    let profiles = ready(&camera).await;
    camera.picture(&profiles[0]).await.unwrap();
    assert_eq!(site.device().record().auth_failures, 0);
}

/// CAM-9: pictures have a count of their own, since SOAP may let in what the picture's server refuses.
#[tokio::test]
async fn a_refused_picture_is_not_tried_for_ever() {
    let site = Site::with(&[]).await;
    let camera = site.camera();
    let profiles = ready(&camera).await;
    camera.picture(&profiles[0]).await.unwrap();
    site.device().set_password("changed on the camera");
    for _ in 0..5 {
        assert!(camera.picture(&profiles[0]).await.is_err());
    }
    assert!(site.device().record().auth_failures <= 2);
}
