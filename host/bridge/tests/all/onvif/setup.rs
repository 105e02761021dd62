//! Services, profiles and descriptions.

use simulated_onvif::fault::Fault;
use xl_bridge::onvif::camera::Encoding;
use xl_bridge::onvif::camera::Imaging;
use xl_bridge::onvif::camera::Media;
use xl_bridge::onvif::fault::CallError;
use xl_bridge::onvif::probe::Name;
use xl_bridge::onvif::probe::Outcome;
use xl_bridge::onvif::probe::probe;

use super::Site;
use super::credentials;
use super::enrolment;
use super::ready;
use super::wall;

/// The row "`GetServices` missing or malformed; Media2 listed before Media".
#[tokio::test]
async fn services_are_found_by_three_ways_and_by_their_namespace() {
    let ways = [
        vec![Fault::ServicesMissing],
        vec![Fault::ServicesMalformed],
        vec![Fault::ServicesMissing, Fault::CapabilitiesMissing],
        vec![Fault::Media2First],
    ];
    for faults in ways {
        let site = Site::with(&faults).await;
        let profiles = ready(&site.camera()).await;
        assert!(profiles.iter().any(|profile| profile.media == Media::One), "{faults:?}");
    }
}

/// The row "H.265 or Media2-only profiles overlooked".
#[tokio::test]
async fn profiles_of_media2_are_read_where_there_is_no_media1() {
    let site = Site::with(&[Fault::Media2Only]).await;
    let camera = site.camera();
    let profiles = ready(&camera).await;
    assert!(profiles.iter().all(|profile| profile.media == Media::Two));
    assert_eq!(profiles[0].encoding, Some(Encoding::H265));
    assert!(camera.stream_uri(&profiles[0]).await.is_ok());
}

/// The row "Invalid XML or UTF-8".
#[tokio::test]
async fn one_call_with_broken_xml_does_not_end_the_set_up() {
    let site = Site::with(&[Fault::InvalidXml]).await;
    let camera = site.camera();
    assert!(matches!(camera.device_information().await, Err(CallError::Unreadable { .. })));
    assert!(!ready(&camera).await.is_empty());
    let latin = Site::with(&[Fault::InvalidUtf8]).await;
    assert!(latin.camera().device_information().await.unwrap().manufacturer.starts_with("Z\u{fffd}rich"));
    let bare = Site::with(&[Fault::UnquotedAttributes]).await;
    assert!(!ready(&bare.camera()).await.is_empty());
}

/// CAM-18.
#[tokio::test]
async fn hostile_names_are_cut_and_hold_nothing_that_is_not_seen() {
    let site = Site::with(&[Fault::HostileNames]).await;
    if let Ok(information) = site.camera().device_information().await {
        for text in [information.manufacturer, information.model, information.firmware, information.serial] {
            assert!(text.chars().count() <= 64 && !text.chars().any(char::is_control), "{text:?}");
            assert!(!text.contains(['\u{202e}', '\u{200b}']), "{text:?}");
        }
    }
}

/// The row "Call answers 200 and does nothing".
#[tokio::test]
async fn a_setting_is_read_back_and_one_without_effect_is_an_error() {
    let site = Site::with(&[]).await;
    let camera = site.camera();
    let profiles = ready(&camera).await;
    let source = profiles.iter().find_map(|profile| profile.source.clone()).unwrap();
    let wished = Imaging { brightness: Some(71.0), ..Imaging::default() };
    assert_eq!(camera.set_imaging(&source, wished).await.unwrap().brightness, Some(71.0));
    site.device().set(Fault::SetDoesNothing);
    let other = Imaging { brightness: Some(33.0), ..Imaging::default() };
    assert!(matches!(camera.set_imaging(&source, other).await, Err(CallError::WithoutEffect(_))));
}

#[tokio::test]
async fn a_probe_tells_every_stage_of_a_good_camera() {
    let site = Site::with(&[]).await;
    let stages =
        probe(enrolment(site.device()), std::sync::Arc::new(xl_bridge::onvif::gate::SystemResolver), wall()).await;
    let names: Vec<_> = stages.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["reach", "clock", "auth", "services", "profiles", "snapshot", "events"]);
    for stage in stages {
        assert!(matches!(stage.outcome, Outcome::Ok(_)), "{stage:?}");
    }
}

#[tokio::test]
async fn a_probe_goes_on_where_something_optional_fails_and_tells_the_remedy() {
    let site = Site::with(&[Fault::NoSnapshotUri, Fault::PullPointClaimed, Fault::WrongClock]).await;
    let stages =
        probe(enrolment(site.device()), std::sync::Arc::new(xl_bridge::onvif::gate::SystemResolver), wall()).await;
    let failed: Vec<_> = stages
        .iter()
        .filter_map(|stage| match &stage.outcome {
            Outcome::Failed { code, remedy, .. } => {
                assert!(!remedy.zh.is_empty() && !remedy.en.is_empty());
                Some((stage.name, code.to_string()))
            }
            Outcome::Ok(_) => None,
        })
        .collect();
    let expected = [(Name::Clock, "XL0433"), (Name::Snapshot, "XL0431"), (Name::Events, "XL0432")];
    assert_eq!(failed, expected.map(|(name, code)| (name, code.to_owned())));
}

#[tokio::test]
async fn a_probe_with_a_wrong_password_ends_at_the_login() {
    let site = Site::with(&[]).await;
    let mut wrong = enrolment(site.device());
    wrong.credentials = Some(credentials("wrong"));
    let stages = probe(wrong, std::sync::Arc::new(xl_bridge::onvif::gate::SystemResolver), wall()).await;
    let last = stages.last().unwrap();
    assert_eq!(last.name, Name::Auth);
    assert!(matches!(&last.outcome, Outcome::Failed { code, .. } if code.to_string() == "XL0427"), "{last:?}");
    assert!(site.device().record().auth_failures <= 2);
}
