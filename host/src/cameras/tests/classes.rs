//! PRIV-7: a class that a person has said becomes another one by two persons, on every road to the register.

use xl_model::camera::class_wish::LAPSES_MS;
use xl_model::camera::draft::Draft;
use xl_store::audit::AuditFilter;

use super::*;

const GREENHOUSE: &str = "it watches a greenhouse";

/// A C2 camera that does not run yet, so that each class is possible.
async fn gate(hub: &TestRegister) -> CameraKey {
    hub.add_camera("gate", &[(Field::Class, "C2")]).await
}

fn class_of(hub: &TestRegister, key: &CameraKey) -> LegalClass {
    hub.cameras.get(key).unwrap().camera.class
}

fn is_waiting(result: Result<impl std::fmt::Debug, CameraError>) -> bool {
    matches!(&result, Err(CameraError::SecondPerson(wishes)) if wishes.len() == 1)
}

/// Somebody wants C3 on one of the roads.
async fn wants(hub: &TestRegister, road: &str, by: &str, reason: &str) -> Result<(), CameraError> {
    let (key, hand): (CameraKey, _) = ("371122102/gate".parse().unwrap(), hub.hand(by, reason));
    match road {
        "put" => hub.cameras.put(&draft("gate", &[(Field::Class, "C3")]), &hand).await.map(drop),
        "change" => hub.cameras.change(&key, &set(&[(Field::Class, "C3")]), &hand).await.map(drop),
        "change many" => hub.cameras.change_many(&[key], &set(&[(Field::Class, "C3")]), &hand).await.map(drop),
        "import" => {
            let table = Bytes::from_static(b"township,camera,class,notes\n371122102,gate,C3,x\n");
            hub.cameras.import(table, false, Box::new(|_| true), &hand).await.map(drop)
        }
        _ => hub.cameras.approve_class(&key, LegalClass::NonPublic, &hand).await.map(drop),
    }
}

#[tokio::test]
async fn another_class_takes_a_second_account_on_every_road_and_one_person_never_is_two() {
    let roads = ["put", "change", "change many", "import", "approve"];
    for first in &roads[..4] {
        for second in roads {
            let hub = TestRegister::new().await;
            let key = gate(&hub).await;
            assert!(is_waiting(wants(&hub, first, "li", GREENHOUSE).await), "{first}");
            for again in roads {
                assert!(is_waiting(wants(&hub, again, "li", GREENHOUSE).await), "{first}, then himself by {again}");
            }
            let camera = hub.cameras.get(&key).unwrap().camera;
            assert_eq!((camera.class, camera.notes.as_str()), (LegalClass::OtherPublicPlace, ""), "nothing is changed");
            let hub = hub.restart().await;
            assert_eq!(hub.cameras.class_wishes(|_, _| true).len(), 1, "a wish outlives a restart");
            wants(&hub, second, "zhang", "").await.unwrap();
            assert_eq!(class_of(&hub, &key), LegalClass::NonPublic, "{first}, {second}");
            assert_eq!(hub.cameras.class_wishes(|_, _| true), []);
            assert_eq!(hub.restart().await.cameras.class_wishes(|_, _| true), []);
        }
    }
}

#[tokio::test]
async fn a_first_class_takes_one_person_and_no_reason() {
    let hub = TestRegister::new().await;
    let key = hub.add_camera("gate", &[]).await;
    wants(&hub, "change", "li", "").await.unwrap();
    assert_eq!(class_of(&hub, &key), LegalClass::NonPublic);
}

#[tokio::test]
async fn another_class_without_a_reason_waits_for_nobody_and_a_confirmation_is_not_taken_back() {
    let hub = TestRegister::new().await;
    let key = gate(&hub).await;
    for road in ["put", "change", "change many", "import"] {
        match wants(&hub, road, "li", " ").await {
            Err(CameraError::Fields { faults, .. }) => assert_eq!(faults[0].wrong, Wrong::NoReason, "{road}"),
            other => panic!("{road}: {other:?}"),
        }
    }
    let back = set(&[(Field::ClassConfirmed, "no")]);
    match hub.cameras.change(&key, &back, &hub.hand("li", GREENHOUSE)).await {
        Err(CameraError::Fields { faults, .. }) => assert_eq!(faults[0].wrong, Wrong::Confirmed),
        other => panic!("{other:?}"),
    }
    assert_eq!(hub.cameras.class_wishes(|_, _| true), []);
    let nothing = set(&[(Field::Class, "")]);
    hub.cameras.change(&key, &nothing, &hub.hand("li", "")).await.unwrap();
    assert_eq!(class_of(&hub, &key), LegalClass::OtherPublicPlace, "nothing said: it stays");
}

#[tokio::test]
async fn a_wish_lapses_after_thirty_days_and_is_for_the_class_that_was_read() {
    let hub = TestRegister::new().await;
    let key = gate(&hub).await;
    assert!(is_waiting(wants(&hub, "put", "li", GREENHOUSE).await));
    let zhang = hub.hand("zhang", "");
    let other = hub.cameras.approve_class(&key, LegalClass::PublicSecurity, &zhang).await;
    assert!(matches!(other, Err(CameraError::NoClassWish { .. })));
    hub.clock.0.fetch_add(LAPSES_MS + 1, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(hub.cameras.class_wishes(|_, _| true), []);
    let late = hub.cameras.approve_class(&key, LegalClass::NonPublic, &zhang).await;
    assert!(matches!(late, Err(CameraError::NoClassWish { .. })));
    assert!(is_waiting(wants(&hub, "put", "zhang", GREENHOUSE).await), "the second person has become the first");
    hub.cameras.refuse_class(&key, LegalClass::NonPublic).await.unwrap();
    let refused = wants(&hub, "approve", "li", "").await;
    assert!(matches!(refused, Err(CameraError::NoClassWish { .. })), "{refused:?}");
}

/// Else a camera would get another class by one person who takes it out and registers it again.
#[tokio::test]
async fn a_camera_that_was_removed_comes_back_with_the_class_that_it_had() {
    let hub = TestRegister::new().await;
    let key = gate(&hub).await;
    hub.cameras.remove(&key).await.unwrap();
    let hub = hub.restart().await;
    match hub.cameras.add(&draft("gate", &[(Field::Class, "C3")])).await {
        Err(CameraError::Fields { faults, .. }) => {
            assert_eq!(faults[0].wrong, Wrong::ClassWas(LegalClass::OtherPublicPlace));
        }
        other => panic!("{other:?}"),
    }
    let table = "township,camera,name,place,class\n371122102,gate,x,371122102201,C3\n";
    assert_eq!(import(&hub, table, true).await.unwrap().faults.listed[0].column, "class");
    let again: Draft = draft("gate", &[]);
    let row = hub.cameras.add(&again).await.unwrap();
    assert_eq!((row.camera.class, row.camera.class_confirmed), (LegalClass::OtherPublicPlace, true));
}

#[tokio::test]
async fn each_wish_and_each_change_of_a_class_is_a_row_before_it_happens() {
    let hub = TestRegister::new().await;
    gate(&hub).await;
    assert!(is_waiting(wants(&hub, "import", "li", GREENHOUSE).await));
    wants(&hub, "change many", "zhang", "").await.unwrap();
    let rows = hub.store.audit_rows(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    let mut told: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}: {}", row.entry.actor.who, row.entry.action, row.entry.object, row.entry.detail))
        .collect();
    told.sort();
    let detail = "/cameras/371122102/gate: other-public-place -> non-public; wanted by li: it watches a greenhouse";
    assert_eq!(told, [format!("li camera.class-ask {detail}"), format!("zhang camera.class-change {detail}")]);
}

#[tokio::test]
async fn a_table_says_before_how_many_classes_need_a_second_person_and_keeps_all_wishes() {
    let hub = TestRegister::new().await;
    for camera in ["a", "b", "c"] {
        hub.add_camera(camera, &[(Field::Class, "C2")]).await;
    }
    let table = "township,camera,class\n371122102,a,C3\n371122102,b,C1\n371122102,c,C2\n";
    let bring = async |by: &str, dry_run| {
        let (table, hand) = (Bytes::copy_from_slice(table.as_bytes()), hub.hand(by, GREENHOUSE));
        hub.cameras.import(table, dry_run, Box::new(|_| true), &hand).await
    };
    assert_eq!(bring("li", true).await.unwrap().second_person, 2);
    assert_eq!(hub.cameras.class_wishes(|_, _| true), [], "a dry run keeps nothing");
    assert!(matches!(bring("li", false).await, Err(CameraError::SecondPerson(wishes)) if wishes.len() == 2));
    assert_eq!(bring("zhang", true).await.unwrap().second_person, 0);
    let taken = bring("zhang", false).await.unwrap();
    assert_eq!((taken.changed, taken.unchanged), (2, 1));
}
