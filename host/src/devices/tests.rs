//! Who may log in, and what the register remembers.

use super::*;
use crate::cameras::testing::draft;
use testing::TestHub;

fn device(enabled: bool) -> Device {
    Device {
        id: "371122102.gh-1".parse().unwrap(),
        password_sha256: password::hash(b"right"),
        bridge: false,
        enabled,
        registered_ms: 0,
    }
}

fn camera(id: DeviceId) -> Principal {
    Principal { id, is_bridge: false }
}

#[test]
fn an_unknown_device_and_a_wrong_password_are_refused_alike() {
    let unknown = check_login(None, b"right").unwrap_err();
    assert_eq!(check_login(Some(&device(true)), b"wrong").unwrap_err(), unknown);
    assert_eq!(check_login(Some(&device(false)), b"wrong").unwrap_err(), unknown);
    assert_eq!(unknown.code, code::BAD_LOGIN);
}

#[test]
fn only_who_knows_the_password_learns_that_a_device_is_disabled() {
    assert_eq!(check_login(Some(&device(false)), b"right").unwrap_err().code, code::DEVICE_DISABLED);
    assert_eq!(check_login(Some(&device(true)), b"right"), Ok(camera(device(true).id)));
}

#[tokio::test]
async fn a_registered_device_logs_in_until_it_is_disabled_and_with_its_newest_password_only() {
    let hub = TestHub::new().await;
    let id: DeviceId = "371122102.gh-1".parse().unwrap();
    let first = hub.devices.register(id.clone(), draft("gh-1", &[(Field::Name, "1号大棚")])).await.unwrap();
    assert_eq!(hub.devices.login("371122102.gh-1", first.password.as_bytes()), Ok(camera(id.clone())));
    assert!(matches!(
        hub.devices.register(id.clone(), Draft::default()).await,
        Err(CameraError::Store(StoreError::Exists { .. }))
    ));

    let second = hub.devices.renew(&id).await.unwrap();
    assert_eq!(hub.devices.login("371122102.gh-1", first.password.as_bytes()).unwrap_err().code, code::BAD_LOGIN);
    hub.devices.enable(&id, false).await.unwrap();
    let refused = hub.devices.login("371122102.gh-1", second.password.as_bytes()).unwrap_err();
    assert_eq!(refused.code, code::DEVICE_DISABLED);

    let again = Devices::open(hub.store.clone(), hub.cameras.clone(), hub.clock.clone()).await.unwrap();
    again.enable(&id, true).await.unwrap();
    assert_eq!(again.login("371122102.gh-1", second.password.as_bytes()), Ok(camera(id)));
    for user in ["371122102.gh-2", "371122103.gh-1", "gh-1", "", "371122102.gh-1.x"] {
        assert_eq!(again.login(user, second.password.as_bytes()).unwrap_err().code, code::BAD_LOGIN, "{user}");
    }
}

#[tokio::test]
async fn when_a_camera_was_last_seen_outlives_the_process() {
    let hub = TestHub::new().await;
    let id = hub.register("gh-1").await;
    hub.devices.seen(&id.township, &id.camera, 5_000);
    hub.devices.seen(&id.township, &id.camera, 4_000);
    assert_eq!(hub.cameras.list(None)[0].last_seen_ms, Some(5_000));
    hub.devices.write_seen(true).await.unwrap();
    // Joins the next commit: this one.
    hub.store.set_fact("x", "y").await.unwrap();
    assert_eq!(hub.store.cameras().await.unwrap()[0].last_seen_ms, Some(5_000));
}

#[tokio::test]
async fn what_the_register_of_cameras_knows_is_known_with_or_without_a_login() {
    let hub = TestHub::new().await;
    let id = hub.register("gh-1").await;
    let camera = key(&id.township, &id.camera);
    assert!(hub.devices.knows(&id.township, &id.camera));
    assert_eq!(hub.devices.place(&id.township, &id.camera).as_deref(), Some("371122102201"));
    let other: CameraId = hub.add_camera("onvif-1", &[]).await.camera;
    assert!(hub.devices.knows(&id.township, &other) && hub.devices.of(&key(&id.township, &other)).is_none());
    hub.devices.remove(&camera).await.unwrap();
    assert!(!hub.devices.knows(&id.township, &id.camera));
}

#[tokio::test]
async fn a_removed_camera_s_login_does_not_come_back_with_it() {
    let hub = TestHub::new().await;
    let id: DeviceId = "371122102.gh-1".parse().unwrap();
    let first = hub.devices.register(id.clone(), draft("gh-1", &[(Field::Name, "1号大棚")])).await.unwrap();
    hub.devices.remove(&key(&id.township, &id.camera)).await.unwrap();
    let login = || hub.devices.login("371122102.gh-1", first.password.as_bytes()).unwrap_err().code;
    assert_eq!(login(), code::BAD_LOGIN);
    hub.add_camera("gh-1", &[]).await;
    assert_eq!(login(), code::BAD_LOGIN);
    assert!(hub.devices.list(None).is_empty());
}

#[tokio::test]
async fn a_login_for_a_registered_camera_leaves_its_registration_alone() {
    let hub = TestHub::new().await;
    hub.add_camera("gh-1", &[(Field::Name, "东门"), (Field::Notes, "旧")]).await;
    let id = hub.register("gh-1").await;
    let row = hub.cameras.get(&key(&id.township, &id.camera)).unwrap();
    assert_eq!((row.camera.name.as_str(), row.camera.notes.as_str()), ("东门", "旧"));
    assert_eq!(row.camera.attachment.kind(), "mqtt");
}

#[tokio::test]
async fn a_bridge_is_no_camera_and_shares_no_name_with_one() {
    let hub = TestHub::new().await;
    let id: DeviceId = "371122102.edge-1".parse().unwrap();
    let bridge = hub.devices.register_bridge(id.clone()).await.unwrap();
    let who = hub.devices.login("371122102.edge-1", bridge.password.as_bytes());
    assert_eq!(who, Ok(Principal { id: id.clone(), is_bridge: true }));
    assert!(!hub.devices.knows(&id.township, &id.camera));
    let camera = hub.register("gh-1").await;
    for taken in [id, camera] {
        let again = hub.devices.register_bridge(taken).await;
        assert!(matches!(again, Err(CameraError::Store(StoreError::Exists { .. }))));
    }
}
