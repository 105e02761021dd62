//! The register of cameras.

use std::path::Path;

use sqlx::Connection as _;
use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::OwnerKind;
use xl_model::camera::check;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_store::Store;
use xl_store::StoreConfig;
use xl_store::StoreError;
use xl_store::cameras::CameraFilter;
use xl_store::cameras::Sealed;
use xl_store::register::Device;

use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::facts;

fn camera(id: &str, fields: &[(Field, &str)]) -> Camera {
    let mut draft = Draft::default();
    let usual =
        [(Field::Township, "371122102"), (Field::Camera, id), (Field::Name, "大棚"), (Field::Place, "371122102001")];
    for (field, text) in usual.iter().chain(fields) {
        draft.set(*field, *text);
    }
    check::camera(&draft).unwrap()
}

fn key(id: &str) -> CameraKey {
    camera(id, &[]).key
}

fn device(id: &str) -> Device {
    Device {
        id: id.parse().unwrap(),
        password_sha256: "00".repeat(32),
        bridge: false,
        enabled: true,
        registered_ms: NOON_MS,
    }
}

fn within(places: &[&str]) -> CameraFilter {
    let within = places.iter().map(|digits| (*digits).to_owned()).collect();
    CameraFilter { within: Some(within), ..CameraFilter::default() }
}

async fn found(town: &Town, filter: CameraFilter) -> Vec<String> {
    let page = town.store.find_cameras(&CameraFilter { limit: 100, ..filter }).await.unwrap();
    assert_eq!(page.total, page.cameras.len() as u64);
    page.cameras.into_iter().map(|row| row.camera.key.camera.to_string()).collect()
}

/// How many commits the write-ahead log holds: frames that name the size of the database end one.
fn commits(folder: &Path) -> usize {
    let wal = std::fs::read(folder.join("xueliang.db-wal")).unwrap();
    let salt = &wal[16..24];
    let frames = wal[32..].chunks(24 + 4_096);
    frames.filter(|frame| frame[8..16] == *salt && frame[4..8] != [0; 4]).count()
}

#[tokio::test]
async fn a_camera_is_kept_whole_and_its_times_outlive_a_change() {
    let mut town = Town::new().await;
    let full = camera(
        "gh-1",
        &[
            (Field::OwnerKind, "enterprise"),
            (Field::OwnerName, "浮来青茶业"),
            (Field::Class, "non-public"),
            (Field::Purposes, "traceability"),
            (Field::SignageDate, "2026-03-05"),
            (Field::FilingNumber, "12"),
            (Field::SecretUnitNear, "yes"),
            (Field::SecretUnitConsent, "莒保函 3 号"),
            (Field::Attachment, "onvif"),
            (Field::Host, "192.168.1.64"),
            (Field::Masks, "[[[0,0],[0.5,0],[0.5,0.3]]]"),
            (Field::RetentionDays, "15"),
            (Field::HeartbeatS, "60"),
            (Field::Notes, "备注"),
        ],
    );
    town.store.put_cameras(vec![full.clone()], Vec::new(), NOON_MS).await.unwrap();
    town.store.seen(vec![(full.key.clone(), 9), (key("none"), 8)]).await.unwrap();
    town.store.seen(vec![(full.key.clone(), 5)]).await.unwrap();
    let changed = Camera { name: "二号".to_owned(), ..full };
    town.store.put_cameras(vec![changed.clone()], Vec::new(), NOON_MS + 7).await.unwrap();
    town.reopen().await;
    let rows = town.store.cameras().await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].camera, changed);
    let times = (rows[0].registered_ms, rows[0].changed_ms, rows[0].last_seen_ms, rows[0].has_credentials);
    assert_eq!(times, (NOON_MS, NOON_MS + 7, Some(9), false));
}

#[tokio::test]
async fn cameras_are_found_by_each_part_of_a_filter() {
    let town = Town::new().await;
    let cameras = vec![
        camera("a", &[(Field::OwnerKind, "enterprise"), (Field::OwnerName, "茶业"), (Field::Class, "C3")]),
        camera("b", &[(Field::Place, "371122102002"), (Field::Attachment, "mqtt"), (Field::Name, "North Gate")]),
        camera("c", &[(Field::Township, "371122103"), (Field::Place, "371122103001")]),
    ];
    town.store.put_cameras(cameras, Vec::new(), NOON_MS).await.unwrap();
    let all = CameraFilter::default;
    for (filter, expected) in [
        (all(), &["a", "b", "c"][..]),
        (CameraFilter { township: Some("371122103".parse().unwrap()), ..all() }, &["c"]),
        (within(&["371122103"]), &["c"]),
        (within(&["3711"]), &["a", "b", "c"]),
        (within(&["371122102002", "999"]), &["b"]),
        (within(&["371122102002999"]), &[]),
        (within(&[]), &[]),
        (CameraFilter { places: vec!["371122102".to_owned()], ..all() }, &["a", "b"]),
        (CameraFilter { places: vec!["371122102002".to_owned()], ..all() }, &["b"]),
        (CameraFilter { places: vec!["371122102002".to_owned(), "371122103".to_owned()], ..all() }, &["b", "c"]),
        (CameraFilter { owner_kind: Some(OwnerKind::Enterprise), ..all() }, &["a"]),
        (CameraFilter { owner: Some("茶".to_owned()), ..all() }, &["a"]),
        (CameraFilter { class: Some(LegalClass::PublicSecurity), ..all() }, &["b", "c"]),
        (CameraFilter { class_confirmed: Some(true), ..all() }, &["a"]),
        (CameraFilter { attachment: Some("mqtt".to_owned()), ..all() }, &["b"]),
        (CameraFilter { text: Some("NORTH".to_owned()), ..all() }, &["b"]),
        (CameraFilter { text: Some("%".to_owned()), ..all() }, &[]),
    ] {
        assert_eq!(found(&town, filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap_and_tell_the_total() {
    let town = Town::new().await;
    let cameras = (0..25).map(|n| camera(&format!("c-{n:02}"), &[])).collect();
    town.store.put_cameras(cameras, Vec::new(), NOON_MS).await.unwrap();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page =
            town.store.find_cameras(&CameraFilter { after, limit: 10, ..CameraFilter::default() }).await.unwrap();
        assert_eq!(page.total, 25);
        seen.extend(page.cameras.into_iter().map(|row| row.camera.key.camera.to_string()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..25).map(|n| format!("c-{n:02}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_whole_county_is_written_in_one_commit() {
    let town = Town::new().await;
    let cameras: Vec<Camera> = (0..14_656).map(|n| camera(&format!("cam-{n}"), &[])).collect();
    let before = commits(&town.config.folder);
    town.store.put_cameras(cameras, vec![(key("cam-7"), Sealed(vec![1, 2, 3]))], NOON_MS).await.unwrap();
    assert_eq!(commits(&town.config.folder), before + 1);
    let page = town.store.find_cameras(&CameraFilter { limit: 1, ..CameraFilter::default() }).await.unwrap();
    assert_eq!(page.total, 14_656);
}

#[tokio::test]
async fn a_removed_camera_takes_login_and_credentials_along_and_leaves_its_history() {
    let town = Town::new().await;
    town.append(facts("near", 3)).await;
    let camera = camera("gh-1", &[]);
    town.store.add_device(device("371122102.gh-1"), Some(camera.clone())).await.unwrap();
    town.store.put_cameras(vec![camera.clone()], vec![(camera.key.clone(), Sealed(vec![1]))], 1).await.unwrap();
    assert!(town.store.cameras().await.unwrap()[0].has_credentials);
    town.store.remove_camera(&camera.key, 5).await.unwrap();
    assert!(town.store.cameras().await.unwrap().is_empty());
    assert!(town.store.devices(None).await.unwrap().is_empty());
    assert_eq!(town.store.camera_credentials(&camera.key).await.unwrap(), None);
    assert_eq!(town.events().await.len(), 3);
    assert!(matches!(town.store.remove_camera(&camera.key, 5).await, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn a_device_that_exists_leaves_its_camera_as_it_was() {
    let town = Town::new().await;
    let first = camera("gh-1", &[]);
    town.store.add_device(device("371122102.gh-1"), Some(first.clone())).await.unwrap();
    let other = Camera { name: "另一个".to_owned(), ..first.clone() };
    let again = town.store.add_device(device("371122102.gh-1"), Some(other)).await;
    assert!(matches!(again, Err(StoreError::Exists { what: "device", .. })));
    assert_eq!(town.store.cameras().await.unwrap()[0].camera, first);
}

#[tokio::test]
async fn credentials_are_kept_as_they_came_replaced_and_forgotten() {
    let town = Town::new().await;
    let camera = camera("gh-1", &[]);
    for sealed in [Sealed(vec![1; 40]), Sealed(vec![2; 40])] {
        let credentials = vec![(camera.key.clone(), sealed.clone())];
        town.store.put_cameras(vec![camera.clone()], credentials, NOON_MS).await.unwrap();
        assert_eq!(town.store.camera_credentials(&camera.key).await.unwrap(), Some(sealed));
    }
    town.store.remove_camera_credentials(&camera.key).await.unwrap();
    assert_eq!(town.store.camera_credentials(&camera.key).await.unwrap(), None);
    assert_eq!(format!("{:?}", Sealed(vec![7; 3])), "Sealed(3 bytes)");
}

#[tokio::test]
async fn devices_of_an_older_hub_become_cameras_whose_class_waits_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let mut older = sqlx::migrate!();
    older.migrations.to_mut().retain(|migration| migration.version <= 4);
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("xueliang.db")).create_if_missing(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    older.run(&mut connection).await.unwrap();
    sqlx::query("INSERT INTO devices VALUES (371122102, 'gh-1', '一号大棚', '371122102001', 'ab', 0, 11, 22)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();

    let config = StoreConfig { folder: folder.path().to_owned(), commit_operations: 512, head_events: 16, readers: 1 };
    let store = Store::open(config).await.unwrap();
    let rows = store.cameras().await.unwrap();
    let migrated = camera("gh-1", &[(Field::Name, "一号大棚"), (Field::Attachment, "mqtt")]);
    assert_eq!(rows[0].camera, migrated);
    assert_eq!((rows[0].registered_ms, rows[0].last_seen_ms), (11, Some(22)));
    let device = &store.devices(None).await.unwrap()[0];
    assert_eq!((device.password_sha256.as_str(), device.enabled, device.registered_ms), ("ab", false, 11));
    store.close().await;
}
