//! PRIV-6: a public camera runs once its sign is recorded, near a secret unit with its consent; what ran before runs on.

use xl_model::camera::duty::Duty;

use super::*;

const NO_SIGN: (Field, &str) = (Field::SignageDate, "");

fn wrong<T: std::fmt::Debug>(result: Result<T, CameraError>) -> Vec<(Field, Wrong)> {
    match result {
        Err(CameraError::Fields { faults, .. }) => faults.into_iter().map(|it| (it.field, it.wrong)).collect(),
        other => panic!("{other:?}"),
    }
}

fn owed(hub: &TestRegister) -> Vec<(Duty, String)> {
    hub.cameras.owed(|_, _| true).into_iter().map(|owed| (owed.duty, owed.due.to_string())).collect()
}

#[tokio::test]
async fn a_public_camera_without_a_sign_is_attached_on_no_road() {
    let no_sign = [(Field::SignageDate, Wrong::NoSign)];
    let hub = TestRegister::new().await;
    let mqtt = (Field::Attachment, "mqtt");
    for class in ["C1", "C2", ""] {
        let added = hub.cameras.add(&draft("gate", &[(Field::Class, class), NO_SIGN, mqtt])).await;
        assert_eq!(wrong(added), no_sign, "{class}");
    }
    let table = "township,camera,name,place,attachment.kind\n371122102,gate,x,371122102201,mqtt\n";
    assert_eq!(import(&hub, table, true).await.unwrap().faults.listed[0].column, "signage.date");

    let key = hub.add_camera("gate", &[(Field::Class, "C2"), NO_SIGN]).await;
    let hand = hub.hand("li", "");
    let attach = set(&[mqtt]);
    assert_eq!(wrong(hub.cameras.put(&draft("gate", &[NO_SIGN, mqtt]), &hand).await), no_sign);
    assert_eq!(wrong(hub.cameras.change(&key, &attach, &hand).await), no_sign);
    assert!(matches!(
        hub.cameras.change_many(std::slice::from_ref(&key), &attach, &hand).await,
        Err(CameraError::Cameras(_))
    ));
    let signed = set(&[mqtt, (Field::SignagePosted, "yes"), (Field::SignageDate, "2026-11-20")]);
    hub.cameras.change(&key, &signed, &hand).await.unwrap();
    let taken_down = set(&[(Field::SignagePosted, "no"), NO_SIGN]);
    assert_eq!(wrong(hub.cameras.change(&key, &taken_down, &hand).await), no_sign, "a sign stays while it runs");
    hub.add_camera("greenhouse", &[(Field::Class, "C3"), NO_SIGN, mqtt]).await;
}

#[tokio::test]
async fn a_camera_from_before_runs_on_without_a_sign_and_owes_it() {
    let hub = TestRegister::new().await;
    let key = hub.add_camera("gate", &[(Field::Class, "C2"), NO_SIGN]).await;
    let mut camera = hub.cameras.get(&key).unwrap().camera;
    camera.attachment = Attachment::Mqtt;
    hub.store.put_cameras(vec![camera], Vec::new(), NOW_MS).await.unwrap();
    let hub = hub.restart().await;
    let renamed = set(&[(Field::Name, "东门")]);
    let row = hub.cameras.change(&key, &renamed, &hub.hand("li", "")).await.unwrap();
    assert_eq!((row.camera.name.as_str(), row.camera.attachment), ("东门", Attachment::Mqtt));
    assert_eq!(owed(&hub), [(Duty::Signage, "2026-12-23".to_owned())]);
}

#[tokio::test]
async fn a_public_security_camera_without_a_filing_owes_it_within_thirty_days() {
    let hub = TestRegister::new().await;
    hub.add_camera("gate", &[(Field::Class, "C1"), (Field::Attachment, "mqtt")]).await;
    assert_eq!(owed(&hub), [(Duty::Filing, "2026-12-23".to_owned())]);
}

#[tokio::test]
async fn a_filed_camera_that_is_changed_on_any_road_is_filed_anew_within_thirty_days() {
    let filed = [(Field::Class, "C1"), (Field::FilingNumber, "莒公备 1"), (Field::FilingDate, "2026-11-20")];
    let moved = (Field::Place, "371122102202");
    for road in ["put", "change", "change many", "import"] {
        let hub = TestRegister::new().await;
        let key = hub.add_camera("gate", &filed).await;
        hub.clock.0.fetch_add(40 * 86_400_000, Ordering::Relaxed);
        assert_eq!(owed(&hub), [], "{road}");
        let hand = hub.hand("li", "");
        match road {
            "put" => {
                drop(hub.cameras.put(&draft("gate", &[filed.as_slice(), &[moved]].concat()), &hand).await.unwrap())
            }
            "change" => drop(hub.cameras.change(&key, &set(&[moved]), &hand).await.unwrap()),
            "change many" => {
                let keys = std::slice::from_ref(&key);
                assert_eq!(hub.cameras.change_many(keys, &set(&[moved]), &hand).await.unwrap(), 1);
            }
            _ => drop(import(&hub, "township,camera,place\n371122102,gate,371122102202\n", false).await.unwrap()),
        }
        let hub = hub.restart().await;
        assert_eq!(owed(&hub), [(Duty::Filing, "2027-02-01".to_owned())], "{road}");
        let anew = set(&[(Field::FilingNumber, "莒公备 2"), (Field::FilingDate, "2027-01-04")]);
        hub.cameras.change(&key, &anew, &hub.hand("li", "")).await.unwrap();
        assert_eq!(owed(&hub), [], "{road}");
    }
}

#[tokio::test]
async fn a_filed_camera_whose_place_got_another_code_stands_where_it_stood() {
    let hub = TestRegister::new().await;
    let filed = [
        (Field::Class, "C1"),
        (Field::FilingNumber, "莒公备 1"),
        (Field::FilingDate, "2026-11-20"),
        (Field::Place, "371122103000"),
    ];
    let key = hub.add_camera("gate", &filed).await;
    hub.cameras.places().begin("371122").await.unwrap();
    hub.cameras.change(&key, &set(&[(Field::Place, "371122005000")]), &hub.hand("li", "")).await.unwrap();
    assert_eq!(owed(&hub), []);
    hub.cameras.change(&key, &set(&[(Field::Place, "371122102201")]), &hub.hand("li", "")).await.unwrap();
    assert_eq!(owed(&hub).len(), 1);
}

#[tokio::test]
async fn a_camera_that_two_persons_make_a_public_security_one_owes_its_filing_from_that_day() {
    let hub = TestRegister::new().await;
    let key = hub.add_camera("gate", &[(Field::Class, "C3")]).await;
    hub.clock.0.fetch_add(40 * 86_400_000, Ordering::Relaxed);
    let wish = set(&[(Field::Class, "C1")]);
    hub.cameras.change(&key, &wish, &hub.hand("li", "it watches the square")).await.unwrap_err();
    hub.cameras.approve_class(&key, LegalClass::PublicSecurity, &hub.hand("zhang", "")).await.unwrap();
    assert_eq!(owed(&hub), [(Duty::Filing, "2027-02-01".to_owned())]);
}

#[tokio::test]
async fn near_a_secret_unit_nothing_runs_without_its_consent() {
    let hub = TestRegister::new().await;
    let near = [(Field::Class, "C3"), (Field::SecretUnitNear, "yes"), (Field::Attachment, "mqtt")];
    let blocked = [(Field::SecretUnitConsent, Wrong::NoConsent)];
    assert_eq!(wrong(hub.cameras.add(&draft("gate", &near)).await), blocked);
    let key = hub.add_camera("gate", &[(Field::Class, "C3"), (Field::Attachment, "mqtt")]).await;
    let hand = hub.hand("li", "");
    let flagged = set(&[(Field::SecretUnitNear, "yes")]);
    assert_eq!(wrong(hub.cameras.change(&key, &flagged, &hand).await), blocked);
    let consented = set(&[(Field::SecretUnitNear, "yes"), (Field::SecretUnitConsent, "莒保函 3 号")]);
    assert!(hub.cameras.change(&key, &consented, &hand).await.unwrap().camera.secret_unit.near);
}
