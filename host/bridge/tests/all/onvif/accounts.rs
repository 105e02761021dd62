//! Clocks and logins.

use simulated_onvif::auth::Auth;
use simulated_onvif::auth::DigestOffer;
use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::Manner;
use xl_bridge::onvif::auth::Method;
use xl_bridge::onvif::fault::CallError;
use xl_bridge::onvif::fault::LOGIN_REFUSED;

use super::Site;
use super::camera;
use super::credentials;
use super::enrolment;

/// CAM-10, and the row "Camera clock wrong".
#[tokio::test]
async fn a_clock_that_is_wrong_by_ten_years_is_corrected_in_every_login() {
    for skew_seconds in [-315_360_000, -15_811_200, 315_360_000] {
        let manner = Manner { auth: Auth::Wsse, skew_seconds, ..Manner::default() };
        let site = Site::of(manner, &[]).await;
        let camera = site.camera();
        let offset_ms = camera.read_clock().await.unwrap();
        assert!((offset_ms / 1000 - skew_seconds).abs() <= 2, "{offset_ms} for {skew_seconds}");
        camera.device_information().await.unwrap();
        assert_eq!((camera.method(), site.device().record().auth_failures), (Some(Method::Wsse), 0));
    }
}

#[tokio::test]
async fn a_clock_that_moves_after_the_login_is_read_again_and_the_login_repeated() {
    let site = Site::logged_in_by(Auth::Wsse, &[]).await;
    let camera = site.camera();
    camera.read_clock().await.unwrap();
    camera.device_information().await.unwrap();
    site.device().set_skew(-86_400);
    camera.device_information().await.unwrap();
    assert_eq!(site.device().record().auth_failures, 1);
}

#[tokio::test]
async fn a_clock_that_wants_a_login_is_read_with_one() {
    let site = Site::with(&[Fault::ClockNeedsLogin]).await;
    assert!(site.camera().read_clock().await.unwrap().abs() < 5_000);
}

#[tokio::test]
async fn a_clock_that_tells_local_time_only_is_read_with_its_zone() {
    let site = Site::logged_in_by(Auth::Wsse, &[Fault::ClockLocalOnly]).await;
    let camera = site.camera();
    assert!(camera.read_clock().await.unwrap().abs() < 5_000);
    camera.device_information().await.unwrap();
}

#[tokio::test]
async fn created_is_taken_by_a_camera_that_wants_z_and_whole_seconds() {
    let site = Site::logged_in_by(Auth::Wsse, &[Fault::CreatedStrict]).await;
    site.camera().device_information().await.unwrap();
}

/// The row "HTTP Digest only, WSSE only, or `PasswordText` only".
#[tokio::test]
async fn each_manner_of_login_is_found_without_a_wrong_try() {
    let manners = [
        (Auth::None, Method::Anonymous),
        (Auth::Wsse, Method::Wsse),
        (Auth::Digest, Method::Digest),
        (Auth::Either, Method::Digest),
    ];
    for (auth, method) in manners {
        let site = Site::logged_in_by(auth, &[]).await;
        let camera = site.camera();
        camera.device_information().await.unwrap();
        assert_eq!((camera.method(), site.device().record().auth_failures), (Some(method), 0), "{auth:?}");
    }
}

#[tokio::test]
async fn a_camera_that_wants_both_gets_both() {
    let site = Site::logged_in_by(Auth::Both, &[]).await;
    let camera = site.camera();
    camera.device_information().await.unwrap();
    assert_eq!(camera.method(), Some(Method::Both));
}

#[tokio::test]
async fn sha_256_is_taken_where_it_is_offered_and_md5_where_it_is_not() {
    for (digest, name) in
        [(DigestOffer::Both, "digest-sha256"), (DigestOffer::Sha256, "digest-sha256"), (DigestOffer::Md5, "digest-md5")]
    {
        let site = Site::of(Manner { auth: Auth::Digest, digest, ..Manner::default() }, &[]).await;
        let camera = site.camera();
        camera.device_information().await.unwrap();
        camera.device_information().await.unwrap();
        let record = site.device().record();
        assert_eq!((record.logins.get(name), record.replays), (Some(&2), 0), "{name}");
    }
}

/// CAM-4.
#[tokio::test]
async fn clear_text_is_never_sent_without_an_administrators_consent() {
    let site = Site::with(&[Fault::TextOnly]).await;
    let refused = site.camera().device_information().await.unwrap_err();
    assert_eq!(refused.code(), LOGIN_REFUSED);
    assert_eq!(site.device().record().clear_text_passwords, 0);
    let mut consented = enrolment(site.device());
    consented.clear_text_allowed = true;
    let camera = camera(consented);
    camera.device_information().await.unwrap();
    assert_eq!(camera.method(), Some(Method::ClearText));
}

/// CAM-4.
#[tokio::test]
async fn a_camera_that_took_digest_gets_no_clear_text_when_it_asks_for_it_later() {
    let site = Site::with(&[]).await;
    let mut consented = enrolment(site.device());
    consented.clear_text_allowed = true;
    let camera = camera(consented);
    camera.device_information().await.unwrap();
    site.device().set(Fault::TextOnly);
    assert!(camera.device_information().await.is_err());
    assert_eq!(site.device().record().clear_text_passwords, 0);
}

#[tokio::test]
async fn a_refusal_in_words_only_is_a_refusal() {
    let site = Site::logged_in_by(Auth::Wsse, &[Fault::RefusalWithoutSubcode]).await;
    site.camera().device_information().await.unwrap();
}

/// CAM-9, and the row "Admin locked after few wrong tries".
#[tokio::test]
async fn a_wrong_password_is_sent_twice_at_most_and_locks_no_account() {
    for auth in [Auth::Wsse, Auth::Digest, Auth::Either, Auth::Both] {
        let site = Site::of(Manner { auth, lock_after: 3, ..Manner::default() }, &[Fault::LockOut]).await;
        let mut wrong = enrolment(site.device());
        wrong.credentials = Some(credentials("wrong"));
        let camera = camera(wrong);
        for _ in 0..10 {
            let refused = camera.device_information().await.unwrap_err();
            assert!(matches!(refused, CallError::Login { .. }), "{refused}");
        }
        let record = site.device().record();
        assert!(record.auth_failures <= 2, "{auth:?}: {} tries", record.auth_failures);
        assert_eq!((record.locked_out, camera.is_stopped()), (0, true));
        camera.change_secret(Some(credentials("simulated")));
        camera.device_information().await.unwrap();
    }
}

/// CAM-9: the nonce from before is refused first, and to the camera that is a wrong try as well.
#[tokio::test]
async fn a_password_changed_on_the_camera_is_found_out_with_two_tries() {
    let site = Site::logged_in_by(Auth::Digest, &[]).await;
    let camera = site.camera();
    camera.device_information().await.unwrap();
    site.device().set_password("changed on the camera");
    for _ in 0..5 {
        assert!(camera.device_information().await.is_err());
    }
    assert!(site.device().record().auth_failures <= 2);
}

#[tokio::test]
async fn ten_callers_at_once_make_no_more_wrong_tries_than_one() {
    let site = Site::logged_in_by(Auth::Either, &[]).await;
    let mut wrong = enrolment(site.device());
    wrong.credentials = Some(credentials("wrong"));
    let camera = camera(wrong);
    let calls = (0..10).map(|_| camera.device_information());
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_err));
    assert!(site.device().record().auth_failures <= 2);
}

#[tokio::test]
async fn a_lost_connection_moves_no_login() {
    let site = Site::with(&[]).await;
    let camera = site.camera();
    camera.device_information().await.unwrap();
    site.device().set(Fault::Unreachable);
    for _ in 0..5 {
        assert!(!camera.device_information().await.unwrap_err().is_answer());
    }
    site.device().clear_all();
    camera.device_information().await.unwrap();
    assert_eq!((camera.method(), site.device().record().auth_failures), (Some(Method::Digest), 0));
}
