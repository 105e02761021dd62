//! One bad camera of 200 costs the others nothing.

use std::time::Duration;

use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use simulated_onvif::fleet::Manner;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use xl_bridge::onvif::pullpoint::PullSettings;
use xl_bridge::onvif::supervisor;
use xl_bridge::onvif::supervisor::Settings;

use super::camera;
use super::enrolment;
use super::supervised::fast;
use super::wall;

const CAMERAS: usize = 200;
const BAD: usize = 4;

/// How often the good cameras were pulled in a fixed time, all of them together.
async fn pulls_of_good_cameras(with_bad_ones: bool) -> u64 {
    let manner = Manner { slow: Duration::from_secs(3), idle: Duration::from_millis(100), ..Manner::default() };
    let config = FleetConfig { cameras: CAMERAS, manner, ..FleetConfig::default() };
    let fleet = Fleet::start(config).await.unwrap();
    if with_bad_ones {
        for (device, fault) in fleet.devices().iter().zip([
            Fault::SlowCamera,
            Fault::Unreachable,
            Fault::NeverEndingBody,
            Fault::IdlePollClosed,
        ]) {
            device.set(fault);
        }
    }
    // One that flaps: away and back again, for as long as this runs.
    let flapping = fleet.device(1).unwrap().clone();
    let flaps = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_millis(300));
        loop {
            ticks.tick().await;
            match (with_bad_ones, flapping.has(Fault::Unreachable)) {
                (true, false) => flapping.set(Fault::Unreachable),
                _ => flapping.clear_all(),
            }
        }
    });
    let (reports, mut told) = mpsc::channel(1024);
    let stop = CancellationToken::new();
    let settings = Settings {
        pause: Duration::from_millis(750),
        pull: PullSettings { timeout: Duration::from_secs(1), ..PullSettings::default() },
        ..fast()
    };
    for (number, device) in fleet.devices().iter().enumerate() {
        let id = format!("371122102.gh-{number}").parse().unwrap();
        tokio::spawn(supervisor::run(id, camera(enrolment(device)), wall(), settings, reports.clone(), stop.clone()));
    }
    let drained = tokio::spawn(async move { while told.recv().await.is_some() {} });
    let good = || fleet.devices().iter().skip(BAD);
    super::until("every good camera is pulled twice", || {
        good().all(|device| device.record().count("PullMessages") >= 2)
    })
    .await;
    let count = || good().map(|device| device.record().count("PullMessages")).sum::<u64>();
    let before = count();
    // The unit of measure, not a wait for something: both runs count over the same time.
    tokio::time::sleep(Duration::from_secs(8)).await;
    let pulls = count() - before;
    stop.cancel();
    drained.abort();
    flaps.abort();
    fleet.stop().await;
    pulls
}

/// CAM-7, and the gate's row "Isolation".
#[tokio::test]
async fn four_bad_cameras_of_two_hundred_delay_the_others_by_less_than_a_tenth() {
    let alone = pulls_of_good_cameras(false).await;
    let beside = pulls_of_good_cameras(true).await;
    assert!(beside * 10 >= alone * 9, "{beside} pulls beside bad cameras, {alone} without");
}
