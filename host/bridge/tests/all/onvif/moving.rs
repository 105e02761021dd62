//! The row "RelativeMove/Stop not implemented; `MoveStatus` frozen".

use std::time::Duration;

use simulated_onvif::fault::Fault;
use xl_bridge::onvif::camera::Camera;
use xl_bridge::onvif::camera::Profile;
use xl_bridge::onvif::camera::Velocity;

use super::Site;
use super::ready;
use super::until;

const RIGHT: Velocity = Velocity { pan: 0.5, tilt: 0.0, zoom: 0.0 };

async fn moving_profile(camera: &Camera) -> Profile {
    ready(camera).await.into_iter().find(|profile| profile.has_ptz).unwrap()
}

#[tokio::test]
async fn a_camera_that_ignores_the_timeout_is_stopped_also_when_the_caller_is_gone() {
    let site = Site::with(&[Fault::MoveTimeoutIgnored]).await;
    let camera = site.camera();
    let profile = moving_profile(&camera).await;
    let caller = tokio::spawn(async move { camera.move_for(&profile, RIGHT, Duration::from_millis(300)).await });
    until("it moves", || site.device().record().ptz.moving).await;
    caller.abort();
    until("it stands", || !site.device().record().ptz.moving).await;
    assert_eq!(site.device().record().ptz.stopped_by_command, 1);
}

#[tokio::test]
async fn a_camera_without_stop_is_told_to_move_at_speed_zero() {
    let site = Site::with(&[Fault::StopMissing, Fault::MoveTimeoutIgnored]).await;
    let camera = site.camera();
    let profile = moving_profile(&camera).await;
    camera.move_for(&profile, RIGHT, Duration::from_millis(200)).await.unwrap();
    until("it stands", || !site.device().record().ptz.moving).await;
}

#[tokio::test]
async fn a_later_movement_is_not_cut_by_the_stop_of_an_earlier_one() {
    let site = Site::with(&[Fault::MoveTimeoutIgnored]).await;
    let camera = site.camera();
    let profile = moving_profile(&camera).await;
    camera.move_for(&profile, RIGHT, Duration::from_millis(100)).await.unwrap();
    camera.move_for(&profile, RIGHT, Duration::from_secs(1)).await.unwrap();
    until("it stands", || !site.device().record().ptz.moving).await;
    assert_eq!(site.device().record().count("Stop"), 1);
}
