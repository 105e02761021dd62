//! What the register promises: all or nothing, history kept, passwords never told.

mod classes;
mod signs;

use std::path::Path;

use bytes::Bytes;
use xl_model::camera::LegalClass;
use xl_model::camera::Profile;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::Wrong;

use super::testing::Log;
use super::testing::NOW_MS;
use super::testing::TestRegister;
use super::testing::draft;
use super::*;
use crate::sheet::SheetError;

const ONVIF: [(Field, &str); 3] = [(Field::Attachment, "onvif"), (Field::Host, "10.0.0.7"), (Field::User, "admin")];

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned()).unwrap()
}

fn set(fields: &[(Field, &str)]) -> Vec<(Field, String)> {
    fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

/// A county of `count` cameras as a table.
fn county(count: usize) -> String {
    let mut table =
        "township,camera,name,place,owner.name,class,purposes,attachment.kind,retention_days\r\n".to_owned();
    for n in 0..count {
        let (town, village) = (n % 22, n % 60);
        table.push_str(&format!(
            "3711221{town:02},3711220000132000{n:04},{n} 号机,3711221{town:02}2{village:02},某村,C2,sanitation,none,30\r\n"
        ));
    }
    table
}

/// How many commits the write-ahead log holds: frames that name the size of the database end one.
fn commits(folder: &Path) -> usize {
    let wal = std::fs::read(folder.join("xueliang.db-wal")).unwrap();
    let salt = &wal[16..24];
    wal[32..].chunks(24 + 4_096).filter(|frame| frame[8..16] == *salt && frame[4..8] != [0; 4]).count()
}

async fn import(hub: &TestRegister, table: &str, dry_run: bool) -> Result<Outcome, CameraError> {
    hub.cameras.import(Bytes::copy_from_slice(table.as_bytes()), dry_run, Box::new(|_| true), &hub.hand("li", "")).await
}

#[tokio::test]
async fn a_county_s_table_is_taken_in_one_transaction_and_a_second_time_changes_nothing() {
    let hub = TestRegister::new().await;
    let table = county(14_656);
    let dry = import(&hub, &table, true).await.unwrap();
    assert_eq!((dry.rows, dry.added, dry.faults.listed.len()), (14_656, 14_656, 0), "{:?}", dry.faults.listed.first());
    assert_eq!(hub.cameras.count(), 0, "a dry run changes nothing");

    let before = commits(hub.folder.path());
    let taken = import(&hub, &table, false).await.unwrap();
    assert_eq!(taken, dry);
    assert_eq!(commits(hub.folder.path()), before + 1);
    assert_eq!(hub.cameras.count(), 14_656);
    assert_eq!(hub.store.cameras().await.unwrap().len(), 14_656);
    let again = import(&hub, &table, false).await.unwrap();
    assert_eq!((again.unchanged, again.added, again.changed), (14_656, 0, 0));
    let hub = hub.restart().await;
    assert_eq!(hub.cameras.count(), 14_656);
}

#[tokio::test]
async fn every_fault_of_a_table_is_listed_by_line_and_nothing_is_taken() {
    let hub = TestRegister::new().await;
    let table = "township,camera,name,place,class,attachment.kind,password,retention_days\n\
        371122102,good,好,371122102201,C3,none,,\n\
        37112210,BAD,,3.71122E+11,C9,usb,,0\n\
        371122102,good,again,371122102201,C3,none,,\n\
        371122102,mq,x,371122102201,C3,mqtt,s3cret,\n\
        371122102,short,x\n\
        371122102,long,x,371122102201,C3,onvif,s3cret,10\n";
    let dry = import(&hub, table, true).await.unwrap();
    let listed: Vec<(u64, &str)> = dry.faults.listed.iter().map(|fault| (fault.line, fault.column.as_str())).collect();
    assert_eq!(
        listed,
        [
            (3, "township"),
            (3, "camera"),
            (3, "name"),
            (3, "place"),
            (3, "class"),
            (3, "attachment.kind"),
            (3, "retention_days"),
            (4, "camera"),
            (5, "password"),
            (6, ""),
            (7, "attachment.host"),
        ]
    );
    assert_eq!(dry.faults.listed[3].wrong, RowWrong::Field(Wrong::Spoiled));
    assert_eq!(dry.faults.listed[7].wrong, RowWrong::Field(Wrong::Repeated(2)));
    assert_eq!(dry.faults.listed[8].wrong, RowWrong::Field(Wrong::NotWith("mqtt")));
    assert!(!format!("{dry:?}").contains("s3cret"));
    match import(&hub, table, false).await {
        Err(CameraError::Rows(refused)) => assert_eq!(refused, dry),
        other => panic!("{other:?}"),
    }
    assert_eq!(hub.cameras.count(), 0);
}

#[tokio::test]
async fn a_table_changes_the_columns_that_it_has_and_leaves_the_rest() {
    let hub = TestRegister::new().await;
    let key = hub.add_camera("gh-1", &[(Field::Notes, "旧备注"), (Field::Class, "C3")]).await;
    let outcome = import(&hub, "camera,township,owner.name\ngh-1,371122102,茶业\n", false).await.unwrap();
    assert_eq!((outcome.changed, outcome.added), (1, 0));
    let camera = hub.cameras.get(&key).unwrap().camera;
    assert_eq!((camera.owner.name.as_str(), camera.notes.as_str(), camera.class_confirmed), ("茶业", "旧备注", true));
    let faults = import(&hub, "camera,township,owner.name\ngh-2,371122102,茶业\n", true).await.unwrap().faults.listed;
    let missing: Vec<&str> = faults.iter().map(|fault| fault.column.as_str()).collect();
    assert_eq!(missing, ["name", "place"], "a new camera needs more");
}

#[tokio::test]
async fn an_export_is_read_back_as_it_was_in_every_encoding_and_no_cell_is_a_formula() {
    let hub = TestRegister::new().await;
    let evil = "=HYPERLINK(\"http://evil\")";
    hub.add_camera("a", &[(Field::Name, evil), (Field::OwnerName, "@sum"), (Field::Notes, "一\n=二, \"三\"")]).await;
    hub.add_camera("b", &ONVIF).await;
    let cameras = hub.cameras.list(None);
    let table = hub.cameras.export(CameraFilter::default()).await.unwrap();
    assert!(table.starts_with(b"\xef\xbb\xbftownship,camera,"));
    let text = String::from_utf8(table[3..].to_vec()).unwrap();
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
    for bytes in [table.clone(), table[3..].to_vec(), gb18030.into_owned()] {
        let outcome = hub.cameras.import(bytes.into(), false, Box::new(|_| true), &hub.hand("li", "")).await.unwrap();
        assert_eq!((outcome.unchanged, outcome.rows, outcome.faults.listed.len()), (2, 2, 0), "{outcome:?}");
    }
    assert_eq!(hub.cameras.list(None), cameras);
    let fresh = TestRegister::new().await;
    fresh.cameras.import(table.into(), false, Box::new(|_| true), &fresh.hand("li", "")).await.unwrap();
    let names = |hub: &TestRegister| hub.cameras.list(None).into_iter().map(|row| row.camera).collect::<Vec<_>>();
    assert_eq!(names(&fresh), names(&hub));
}

#[tokio::test]
async fn a_camera_is_registered_once_said_anew_and_changed_in_part() {
    let hub = TestRegister::new().await;
    let key = hub.add_camera("gh-1", &[(Field::Notes, "一")]).await;
    let again = hub.cameras.add(&draft("gh-1", &[])).await;
    assert!(matches!(again, Err(CameraError::Store(StoreError::Exists { .. }))));
    let changed = hub.cameras.change(&key, &set(&[(Field::Class, "C3")]), &hub.hand("li", "")).await.unwrap();
    assert_eq!((changed.camera.class, changed.camera.notes.as_str()), (LegalClass::NonPublic, "一"));
    let anew = hub.cameras.put(&draft("gh-1", &[]), &hub.hand("li", "")).await.unwrap();
    assert_eq!(
        (anew.camera.class, anew.camera.notes.as_str()),
        (LegalClass::NonPublic, ""),
        "what a person said stays"
    );
    assert_eq!((anew.registered_ms, anew.changed_ms), (NOW_MS, NOW_MS));
    assert_eq!(hub.store.cameras().await.unwrap()[0].camera, anew.camera);
    match hub.cameras.change(&key, &set(&[(Field::Camera, "other")]), &hub.hand("li", "")).await {
        Err(CameraError::Fields { faults, .. }) => assert_eq!(faults[0].wrong, Wrong::Fixed),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_bulk_change_is_for_all_or_for_none() {
    let hub = TestRegister::new().await;
    let (a, b) = (hub.add_camera("a", &[(Field::Class, "C3")]).await, hub.add_camera("b", &[]).await);
    let keys = [a.clone(), b.clone()];
    let days = |days| set(&[(Field::RetentionDays, days)]);
    match hub.cameras.change_many(&keys, &days("7"), &hub.hand("li", "")).await {
        Err(CameraError::Cameras(faults)) => {
            assert_eq!(faults.len(), 1);
            assert_eq!((&faults[0].0, &faults[0].1.wrong), (&b, &Wrong::TooShort(30)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(hub.cameras.get(&a).unwrap().camera.retention_days, None);
    assert_eq!(hub.cameras.change_many(&keys, &days("60"), &hub.hand("li", "")).await.unwrap(), 2);
    assert_eq!(hub.cameras.change_many(&keys, &days("60"), &hub.hand("li", "")).await.unwrap(), 0);
    assert_eq!(hub.store.cameras().await.unwrap()[0].camera.retention_days, Some(60));
    for (keys, set) in [(&keys[..0], days("60")), (&keys[..], Vec::new())] {
        assert!(matches!(
            hub.cameras.change_many(keys, &set, &hub.hand("li", "")).await,
            Err(CameraError::Bulk { .. })
        ));
    }
    let unknown = CameraKey { camera: "c".parse().unwrap(), ..a };
    let missing = hub.cameras.change_many(&[b, unknown], &days("90"), &hub.hand("li", "")).await;
    assert!(matches!(missing, Err(CameraError::Store(StoreError::NotFound { .. }))));
    assert_eq!(hub.cameras.list(None)[1].camera.retention_days, Some(60));
}

#[tokio::test]
async fn a_page_tells_the_newest_sight_that_is_not_written_yet() {
    let hub = TestRegister::new().await;
    let key = hub.add_camera("gh-1", &[]).await;
    hub.cameras.seen(&key, 9_000);
    let page = hub.cameras.find(&CameraFilter { limit: 10, ..CameraFilter::default() }).await.unwrap();
    assert_eq!((page.total, page.cameras[0].last_seen_ms), (1, Some(9_000)));
    hub.cameras.change(&key, &set(&[(Field::Notes, "x")]), &hub.hand("li", "")).await.unwrap();
    assert_eq!(hub.cameras.get(&key).unwrap().last_seen_ms, Some(9_000), "a change forgets nothing");
}

#[tokio::test]
async fn streams_stay_while_the_camera_is_attached_as_it_was() {
    let hub = TestRegister::new().await;
    let key = hub.add_camera("on-1", &ONVIF).await;
    let stream = Profile {
        token: "p0".to_owned(),
        name: "main".to_owned(),
        encoding: "H265".to_owned(),
        width: 2_560,
        height: 1_440,
    };
    hub.cameras.set_profiles(&key, vec![stream.clone()]).await.unwrap();
    let row = hub.cameras.change(&key, &set(&[(Field::User, "operator")]), &hub.hand("li", "")).await.unwrap();
    assert_eq!(row.camera.profiles, [stream]);
    let row = hub.cameras.change(&key, &set(&[(Field::Host, "10.0.0.8")]), &hub.hand("li", "")).await.unwrap();
    assert!(row.camera.profiles.is_empty());
}

#[tokio::test]
async fn a_password_is_kept_sealed_opens_after_a_restart_and_with_no_other_key() {
    let hub = TestRegister::new().await;
    let (key, plain) = (hub.add_camera("on-1", &ONVIF).await, hub.add_camera("mq-1", &[]).await);
    assert_eq!(hub.cameras.secret(&key).await.unwrap(), None);
    hub.cameras.set_secret(&key, &secret("canary-4711")).await.unwrap();
    let refused = hub.cameras.set_secret(&plain, &secret("canary-4711")).await;
    assert!(matches!(refused, Err(CameraError::NoSignIn { .. })));
    let hub = hub.restart().await;
    assert!(hub.cameras.get(&key).unwrap().has_credentials);
    assert_eq!(hub.cameras.secret(&key).await.unwrap(), Some(secret("canary-4711")));

    let other =
        Cameras::open(hub.store.clone(), hub.clock.clone(), [8; 32], hub.cameras.places().clone()).await.unwrap();
    let closed = other.secret(&key).await.unwrap_err();
    assert_eq!(closed.code().to_string(), "XL0311");
    hub.cameras.forget_secret(&key).await.unwrap();
    assert_eq!(hub.cameras.secret(&key).await.unwrap(), None);
    assert!(!hub.cameras.get(&key).unwrap().has_credentials);
}

#[tokio::test]
async fn whoever_signs_in_is_told_of_a_changed_address_and_of_a_changed_password() {
    let hub = TestRegister::new().await;
    let mut changes = hub.cameras.changed();
    let key = hub.add_camera("on-1", &ONVIF).await;
    hub.add_camera("mq-1", &[]).await;
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    let [first] = hub.cameras.sign_ins().try_into().unwrap();
    assert_eq!((&first.key, first.host.as_str(), first.user.as_deref()), (&key, "10.0.0.7", Some("admin")));
    hub.cameras.change(&key, &set(&[(Field::Notes, "x")]), &hub.hand("li", "")).await.unwrap();
    assert_eq!(hub.cameras.sign_ins(), std::slice::from_ref(&first), "notes are no way to a camera");
    for change in 1..=2 {
        hub.cameras.set_secret(&key, &secret("canary-4711")).await.unwrap();
        assert_eq!(hub.cameras.sign_ins()[0].secret, first.secret + change);
    }
    changes.mark_unchanged();
    hub.cameras.forget_secret(&key).await.unwrap();
    assert_eq!(hub.cameras.sign_ins()[0].secret, first.secret + 3);
    assert!(changes.has_changed().unwrap());
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_password_appears_in_no_file_log_export_or_message() {
    const CANARY: &str = "canary-Zq7-4711";
    let log = Log::default();
    let writer = log.clone();
    let said = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let _said = tracing::subscriber::set_default(said.finish());
    let hub = TestRegister::new().await;
    let table = format!(
        "township,camera,name,place,attachment.kind,attachment.host,signage.date,password\n\
         371122102,on-1,x,371122102201,onvif,10.0.0.7,2026-03-05,{CANARY}\n"
    );
    let outcome = import(&hub, &table, false).await.unwrap();
    let key: CameraKey = "371122102/on-1".parse().unwrap();
    assert_eq!(hub.cameras.secret(&key).await.unwrap(), Some(secret(CANARY)));
    hub.cameras.set_secret(&key, &secret(CANARY)).await.unwrap();
    // Passwords in the wrong column, and tables that are refused.
    for table in [table.replace("2026-03-05,", "2026-03-05:"), table.replace(",x,", &format!(",x,{CANARY}"))] {
        let told = format!("{:?}", import(&hub, &table, true).await);
        assert!(!told.contains(CANARY), "{told}");
    }
    let shown = format!("{outcome:?} {:?} {:?}", hub.cameras.get(&key), hub.store.camera_credentials(&key).await);
    assert!(!shown.contains(CANARY), "{shown}");
    let export = hub.cameras.export(CameraFilter::default()).await.unwrap();
    assert!(holds(&export, "on-1") && !holds(&export, CANARY) && !holds(&export, "password"));
    let log = log.bytes();
    assert!(holds(&log, "has new credentials") && !holds(&log, CANARY));
    for file in std::fs::read_dir(hub.folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_file() {
            assert!(!holds(&std::fs::read(&file).unwrap(), CANARY), "{}", file.display());
        }
    }
}

#[test]
fn each_error_has_its_code() {
    let key: CameraKey = "371122102/a".parse().unwrap();
    for (error, code) in [
        (CameraError::Fields { camera: String::new(), faults: Vec::new() }, "XL0231"),
        (CameraError::Cameras(Vec::new()), "XL0231"),
        (CameraError::Rows(Outcome::default()), "XL0232"),
        (CameraError::Table(SheetError::Encoding), "XL0233"),
        (CameraError::Table(SheetError::Empty { needed: &["township"] }), "XL0233"),
        (CameraError::Table(SheetError::Rows { most: 1 }), "XL0234"),
        (CameraError::Table(SheetError::Bytes { bytes: 2, most: 1 }), "XL0234"),
        (CameraError::Bulk { cameras: 0, fields: 0, most: 1 }, "XL0235"),
        (CameraError::NoSignIn { camera: key.clone() }, "XL0236"),
        (CameraError::SecondPerson(Vec::new()), "XL0315"),
        (CameraError::NoClassWish { camera: key.clone(), to: LegalClass::NonPublic }, "XL0316"),
        (CameraError::Sealed { camera: key, reason: "x" }, "XL0311"),
        (CameraError::Store(StoreError::NotFound { what: "camera", id: String::new() }), "XL0307"),
    ] {
        assert_eq!(error.code().to_string(), code, "{error}");
    }
}
