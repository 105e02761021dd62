//! What a healthy camera does, and what the handle on it says.

use std::net::Ipv4Addr;
use std::time::Duration;

use simulated_onvif::auth::Auth;
use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use simulated_onvif::fleet::FleetError;
use simulated_onvif::fleet::Manner;
use simulated_onvif::fleet::Place;
use zune_core::bytestream::ZCursor;
use zune_jpeg::JpegDecoder;

use crate::raw::DEVICE;
use crate::raw::EVENTS;
use crate::raw::MEDIA;
use crate::raw::PTZ;
use crate::raw::call;
use crate::raw::call_at;
use crate::raw::camera;
use crate::raw::get;
use crate::raw::send;
use crate::raw::start;
use crate::raw::token;

const MOVE: &str = r#"ContinuousMove><ProfileToken>main</ProfileToken><Velocity><PanTilt x="1" y="0"/></Velocity><Timeout>PT5S</Timeout>"#;
const CREATE: &str = "CreatePullPointSubscription><InitialTerminationTime>PT60S</InitialTerminationTime>";
const PULL: &str = "PullMessages><Timeout>PT60S</Timeout><MessageLimit>9</MessageLimit>";

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_cameras_answer_in_one_process_each_for_itself() {
    let manner = Manner { auth: Auth::None, ..Manner::default() };
    let (fleet, _) = start(FleetConfig { cameras: 200, manner, ..FleetConfig::default() }).await;
    let calls = fleet.devices().iter().map(|device| call(device, DEVICE, "GetDeviceInformation"));
    let answers = futures::future::join_all(calls).await;
    for (device, answer) in fleet.devices().iter().zip(answers) {
        assert_eq!(answer.inside("tds:SerialNumber"), device.serial());
        assert_eq!(device.record().total(), 1);
    }
    fleet.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_fleet_gives_its_ports_back() {
    let (fleet, device) = camera().await;
    let address = device.address();
    fleet.stop().await;
    let place = Place::Ports { ip: address.ip(), first: address.port() };
    assert!(Fleet::start(FleetConfig { place, ..FleetConfig::default() }).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_camera_may_have_an_address_of_its_own() {
    let place = Place::Addresses { first: Ipv4Addr::new(127, 41, 8, 1), port: 18_041 };
    let (fleet, _) = start(FleetConfig { cameras: 3, place, ..FleetConfig::default() }).await;
    let urls: Vec<String> = fleet.devices().iter().map(|device| device.url()).collect();
    assert_eq!(urls[2], "http://127.41.8.3:18041/onvif/device_service");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_without_room_is_refused_with_the_reason() {
    let none = Fleet::start(FleetConfig { cameras: 0, ..FleetConfig::default() }).await;
    assert!(matches!(none, Err(FleetError::Room { cameras: 0 })));
    let place = Place::Ports { ip: Ipv4Addr::LOCALHOST.into(), first: 65_535 };
    let beyond = Fleet::start(FleetConfig { cameras: 2, place, ..FleetConfig::default() }).await;
    assert!(matches!(beyond, Err(FleetError::Room { cameras: 2 })));
    let (_fleet, device) = camera().await;
    let place = Place::Ports { ip: device.address().ip(), first: device.address().port() };
    let taken = Fleet::start(FleetConfig { place, ..FleetConfig::default() }).await;
    assert!(matches!(taken, Err(FleetError::Listen { number: 1, .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_is_answered_as_soon_as_something_happens() {
    let (_fleet, device) = camera().await;
    let address = call(&device, EVENTS, CREATE).await.inside("wsa:Address");
    let path = address.replacen(&format!("http://{}", device.address()), "", 1);
    let pull = || call_at(device.address(), &path, EVENTS, PULL, "", "");
    assert!(pull().await.unwrap().contains(r#"PropertyOperation="Initialized""#));
    let raise = async {
        // Raised only when the poll has come, so that it is the waiting one that gets it.
        while device.record().count("PullMessages") < 2 {
            tokio::task::yield_now().await;
        }
        device.raise("tns1:RuleEngine/LineDetector/Crossed", &[("Rule", "<gate>")], &[("ObjectId", "7")]);
    };
    let (answer, ()) = tokio::join!(pull(), raise);
    let answer = answer.unwrap();
    assert!(answer.contains("tns1:RuleEngine/LineDetector/Crossed</wsnt:Topic>"), "{}", answer.text());
    assert!(answer.contains(r#"Name="Rule" Value="&lt;gate&gt;""#));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_ends_with_its_time_and_with_a_reboot() {
    let (_fleet, device) = camera().await;
    call(&device, EVENTS, CREATE).await;
    assert_eq!(device.record().subscriptions_alive, 1);
    device.pass(Duration::from_secs(61));
    assert_eq!(device.record().subscriptions_alive, 0);
    let address = call(&device, EVENTS, CREATE).await.inside("wsa:Address");
    let path = address.replacen(&format!("http://{}", device.address()), "", 1);
    device.reboot();
    let answer = call_at(device.address(), &path, EVENTS, PULL, "", "").await.unwrap();
    assert!(answer.contains("wsnt:ResourceUnknownFault"));
    assert!((device.utc() - chrono::Utc::now()).num_days() < -180, "the clock fell back");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_only_so_many_pull_points() {
    let (_fleet, device) = camera().await;
    for _ in 0..Manner::default().max_pull_points {
        assert_eq!(call(&device, EVENTS, CREATE).await.status, 200);
    }
    assert_eq!(call(&device, EVENTS, CREATE).await.status, 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_movement_ends_with_its_timeout_or_by_a_stop_and_the_record_tells_which() {
    let (_fleet, device) = camera().await;
    call(&device, PTZ, MOVE).await;
    assert!(device.record().ptz.moving);
    device.pass(Duration::from_secs(6));
    call(&device, PTZ, MOVE).await;
    call(&device, PTZ, "Stop><ProfileToken>main</ProfileToken>").await;
    let ptz = device.record().ptz;
    assert_eq!((ptz.moving, ptz.stopped_by_timeout, ptz.stopped_by_command), (false, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_a_jpeg_and_changes_with_the_clock() {
    let (_fleet, device) = camera().await;
    let first = get(&device, "/snapshot/main.jpg", usize::MAX).await.body;
    let mut decoder = JpegDecoder::new(ZCursor::new(&first));
    assert!(decoder.decode().is_ok());
    assert_eq!(decoder.dimensions(), Some((320, 180)));
    device.pass(Duration::from_secs(3_600));
    assert_ne!(get(&device, "/snapshot/sub.jpg", usize::MAX).await.body, first);
    assert_eq!(get(&device, "/snapshot/none.jpg", usize::MAX).await.status, 404);
    assert_eq!(device.record().snapshots, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_stays_locked_for_the_right_password_until_it_is_unlocked() {
    let manner = Manner { lock_after: 2, ..Manner::default() };
    let (_fleet, device) = start(FleetConfig { manner, faults: vec![Fault::LockOut], ..FleetConfig::default() }).await;
    let get_profiles = async |password: &str| {
        let token = token(&device, "Z", password, true);
        call_at(device.address(), "/onvif/media_service", MEDIA, "GetProfiles", &token, "").await.unwrap().status
    };
    assert_eq!([get_profiles("a").await, get_profiles("b").await], [400, 400]);
    assert_ne!(get_profiles("simulated").await, 200);
    let record = device.record();
    assert_eq!((record.auth_failures, record.locked_out), (2, 1));
    device.unlock();
    device.set_password("changed");
    assert_eq!(get_profiles("changed").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_gets_an_answer_and_the_camera_lives_on() {
    let (_fleet, device) = camera().await;
    for (body, status) in [("", 400), ("<a>", 400), ("<!DOCTYPE x><x/>", 400), (&"<a>".repeat(500), 400)] {
        let answer = send(device.address(), "POST", "/onvif/device_service", "", body, usize::MAX).await.unwrap();
        assert_eq!(answer.status, status, "{body}");
    }
    let long = "x".repeat(2 * 1024 * 1024);
    let answer = send(device.address(), "POST", "/onvif/device_service", "", &long, usize::MAX).await;
    assert!(answer.is_none_or(|answer| answer.status == 413));
    for action in ["NoSuchAction", "SetSystemDateAndTime><DateTimeType>Manual</DateTimeType>"] {
        assert!(call(&device, DEVICE, action).await.status >= 400, "{action}");
    }
    let gone = call_at(device.address(), "/onvif/event/99", EVENTS, PULL, "", "").await.unwrap();
    assert!(gone.contains("wsnt:ResourceUnknownFault"));
    assert_eq!(device.record().malformed, 4);
    assert_eq!(call(&device, MEDIA, "GetProfiles").await.status, 200);
}
