//! Holds, classes and lived time, rule by rule; all of them at random stand in `keeping`.

use bytes::Bytes;
use xl_model::camera::LegalClass;
use xl_model::event::NewEvent;
use xl_model::hold::Lifted;
use xl_model::hold::MOST_IN_FORCE;
use xl_model::hold::NewHold;
use xl_model::hold::Scope;
use xl_model::hold::Standing;
use xl_model::keep::Rule;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::holds::HoldFilter;
use xl_store::modules::Commit;
use xl_store::retention::Retention;
use xl_store::retention::RunFilter;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::commit;
use crate::fixture::fact;
use crate::fixture::hash;
use crate::fixture::picture;
use crate::fixture::town;
use crate::keeping_records::put;
use crate::lived::Lived;
use crate::lived::rules;

fn shot(id: &str, camera: &str) -> NewEvent {
    let (kind, camera) = ("camera.picture".parse().unwrap(), Some(camera.parse().unwrap()));
    NewEvent { kind, camera, pictures: vec![picture(id.as_bytes())], ..fact(id) }
}

fn hold(scope: Scope) -> NewHold {
    NewHold { township: town(), scope, document: "18".into(), reason: "a theft".into(), until_ms: None }
}

fn of_camera(camera: &str) -> Scope {
    Scope { cameras: vec![camera.parse().unwrap()], ..Scope::default() }
}

fn lifted(at_ms: i64) -> Lifted {
    Lifted { by: "wang".into(), at_ms, reason: "the case is closed".into() }
}

async fn in_force(store: &Store, now_ms: i64) -> Vec<u64> {
    let filter = HoldFilter { in_force: true, limit: 1_000, ..HoldFilter::default() };
    store.holds(&filter, now_ms).await.unwrap().iter().map(|hold| hold.number).collect()
}

#[tokio::test]
async fn a_hold_keeps_events_and_pictures_over_restarts_until_a_person_lifts_it() {
    let mut lived = Lived::new().await;
    lived.town.register("gate", "non-public", None).await;
    lived.town.register("yard", "non-public", None).await;
    for id in ["a", "b"] {
        lived.town.store.put_picture(&hash(id.as_bytes()), Bytes::from(id)).await.unwrap();
    }
    lived.town.append(vec![shot("a", "gate"), shot("b", "yard")]).await;
    let held = lived.town.store.place_hold(hold(of_camera("gate")), "li", lived.wall_ms).await.unwrap();
    assert_eq!((held.number, held.standing), (1, Standing::InForce));
    lived.pass(400).await;
    let rules = rules(&[("*", 10)], 7);
    let removed = lived.retain(&rules).await;
    assert_eq!((removed.events, removed.pictures, removed.held), (1, 1, 1));
    lived.town.reopen().await;
    assert_eq!(lived.retain(&rules).await.held, 1);
    assert_eq!(lived.town.ids().await, ["a"]);
    assert!(lived.town.store.picture(&hash(b"a")).await.unwrap().is_some());
    let store = lived.town.store.clone();
    let known = store.hold(&town(), 1, lived.wall_ms).await.unwrap().unwrap();
    assert_eq!((known.new, known.placed_by.as_str(), known.lifted), (hold(of_camera("gate")), "li", None));

    let beside = "371122103".parse().unwrap();
    let elsewhere = store.lift_hold(&beside, 1, lifted(lived.wall_ms)).await;
    assert!(matches!(elsewhere, Err(StoreError::NotFound { .. })), "{elsewhere:?}");
    let known = store.lift_hold(&town(), 1, lifted(lived.wall_ms)).await.unwrap();
    assert_eq!((known.standing, known.lifted), (Standing::Lifted, Some(lifted(lived.wall_ms))));
    let again = store.lift_hold(&town(), 1, lifted(lived.wall_ms)).await;
    assert!(matches!(again, Err(StoreError::NotInForce { number: 1 })), "{again:?}");
    assert_eq!(lived.retain(&rules).await.events, 1);
    assert_eq!(store.picture(&hash(b"a")).await.unwrap(), None);
    // The hold itself stays on record.
    assert_eq!(store.hold(&town(), 1, lived.wall_ms).await.unwrap().unwrap().standing, Standing::Lifted);
}

#[tokio::test]
async fn a_hold_ends_by_itself_only_when_the_clock_says_so_and_the_time_has_passed() {
    let mut lived = Lived::new().await;
    let until_ms = Some(lived.wall_ms + 5 * DAY_MS);
    let store = lived.town.store.clone();
    store.place_hold(NewHold { until_ms, ..hold(Scope::default()) }, "li", lived.wall_ms).await.unwrap();
    // The clock jumps ten years ahead: nothing has passed.
    assert_eq!(in_force(&store, lived.wall_ms + 3_650 * DAY_MS).await, [1]);
    lived.pass_ms(5 * DAY_MS).await;
    // The time has passed, and the clock stands at 1970.
    assert_eq!(in_force(&store, 0).await, [1]);
    assert_eq!(in_force(&store, lived.wall_ms).await, [0; 0]);
    let ended = store.hold(&town(), 1, lived.wall_ms).await.unwrap().unwrap();
    assert_eq!(ended.standing, Standing::Ended);
    let lift = store.lift_hold(&town(), 1, lifted(lived.wall_ms)).await;
    assert!(matches!(lift, Err(StoreError::NotInForce { .. })), "{lift:?}");
}

#[tokio::test]
async fn a_township_has_only_so_many_holds_in_force() {
    let lived = Lived::new().await;
    let store = &lived.town.store;
    for _ in 0..MOST_IN_FORCE {
        store.place_hold(hold(Scope::default()), "li", NOON_MS).await.unwrap();
    }
    let more = store.place_hold(hold(Scope::default()), "li", NOON_MS).await;
    assert!(matches!(more, Err(StoreError::TooManyHolds { .. })), "{more:?}");
    store.lift_hold(&town(), 7, lifted(NOON_MS)).await.unwrap();
    store.place_hold(hold(Scope::default()), "li", NOON_MS).await.unwrap();
    let page = store.holds(&HoldFilter { before: Some(8), limit: 3, ..HoldFilter::default() }, NOON_MS).await.unwrap();
    let told: Vec<_> = page.iter().map(|hold| (hold.number, hold.standing)).collect();
    assert_eq!(told, [(7, Standing::Lifted), (6, Standing::InForce), (5, Standing::InForce)]);
    let none = HoldFilter { within: Some(vec!["371122103".into()]), limit: 9, ..HoldFilter::default() };
    assert_eq!(store.holds(&none, NOON_MS).await.unwrap(), []);
}

/// PRIV-8.
#[tokio::test]
async fn a_public_security_picture_is_there_on_day_29_and_gone_by_day_31_and_other_classes_follow_their_days() {
    let mut lived = Lived::new().await;
    for (camera, class, days) in [
        ("c1", "public-security", None),
        ("c1-90", "public-security", Some(90)),
        ("c2", "other-public-place", None),
        ("c3", "non-public", None),
        ("c3-20", "non-public", Some(20)),
    ] {
        lived.town.register(camera, class, days).await;
    }
    let cameras = ["c1", "c1-90", "c2", "c3", "c3-20", "gone"];
    lived.town.append(cameras.iter().map(|camera| shot(camera, camera)).collect()).await;
    // Rules as bad as they can be: one day for everything, with two classes of their own.
    let rule = |class, days| Rule { kinds: "camera.*".parse().unwrap(), class, days };
    let rules = Retention {
        rules: vec![rule(Some(LegalClass::OtherPublicPlace), 15), rule(Some(LegalClass::NonPublic), 8), rule(None, 1)],
        dedupe_days: 1,
    };
    let mut left = Vec::new();
    for day in 1..=100 {
        for _ in 0..4 {
            lived.pass_ms(DAY_MS / 4).await;
        }
        lived.retain(&rules).await;
        left.push((day, lived.town.ids().await));
    }
    let gone_on = |camera: &str| left.iter().find(|(_, ids)| !ids.iter().any(|id| id == camera)).map(|(day, _)| *day);
    // A mark may stand six hours after the event, so a day is over up to six hours later.
    let days: Vec<_> = cameras.iter().map(|camera| gone_on(camera).unwrap()).collect();
    assert_eq!(days, [31, 91, 16, 9, 21, 31]);
}

#[tokio::test]
async fn what_came_while_a_camera_was_public_stays_when_it_is_classed_anew_or_removed_and_registered_again() {
    let mut lived = Lived::new().await;
    lived.town.register("gate", "public-security", None).await;
    lived.town.register("hall", "public-security", None).await;
    lived.town.append(vec![shot("gate-c1", "gate"), shot("hall-c1", "hall")]).await;
    lived.town.register("gate", "non-public", Some(1)).await;
    let key = |camera: &str| format!("{}/{camera}", town()).parse().unwrap();
    lived.town.store.remove_camera(&key("hall"), 5).await.unwrap();
    lived.town.register("hall", "non-public", Some(1)).await;
    lived.town.append(vec![shot("gate-c3", "gate"), shot("hall-c3", "hall")]).await;
    lived.pass(28).await;
    let rules = rules(&[("*", 1)], 1);
    assert_eq!(lived.retain(&rules).await.events, 2);
    assert_eq!(lived.town.ids().await, ["gate-c1", "hall-c1"]);
    lived.pass(2).await;
    assert_eq!(lived.retain(&rules).await.events, 2);
}

/// PRIV-9, F28: the clock alone.
#[tokio::test]
async fn a_clock_that_jumps_or_stood_wrong_makes_nothing_old() {
    let mut lived = Lived::new().await;
    lived.town.register("gate", "non-public", None).await;
    let at_1970 = NewEvent { received_ms: 5, time_ms: 5, ..shot("at 1970", "gate") };
    lived.town.append(vec![at_1970, shot("a", "gate")]).await;
    let rules = rules(&[("*", 8)], 7);
    let mut walls = vec![0, lived.wall_ms, 0, lived.wall_ms + 3_650 * DAY_MS, lived.wall_ms - 3_650 * DAY_MS];
    walls.extend([3_600_000, -3_600_000].map(|jump| lived.wall_ms + jump));
    for wall_ms in walls {
        // A minute on the clock that nobody can set.
        lived.town.store.pass_time(wall_ms, 60_000).await.unwrap();
        assert_eq!(lived.town.store.retain(&rules, wall_ms).await.unwrap().events, 0, "{wall_ms}");
    }
    // A hub that was off for years has lived through none of them.
    lived.town.reopen().await;
    lived.wall_ms += 1_000 * DAY_MS;
    assert_eq!(
        lived.town.store.pass_time(lived.wall_ms, 0).await.unwrap(),
        lived.town.store.pass_time(0, 0).await.unwrap()
    );
    assert_eq!(lived.retain(&rules).await.events, 0);
    lived.town.store.pass_time(lived.wall_ms, 0).await.unwrap();
    lived.pass(8).await;
    assert_eq!(lived.retain(&rules).await.events, 2);
}

#[tokio::test]
async fn each_run_says_what_it_removed_by_which_rule_and_what_it_left_under_a_hold() {
    let mut lived = Lived::new().await;
    lived.town.register("gate", "non-public", None).await;
    lived.town.register("yard", "non-public", Some(20)).await;
    for id in ["a", "b", "c"] {
        lived.town.store.put_picture(&hash(id.as_bytes()), Bytes::from(id)).await.unwrap();
    }
    let later = NewEvent { received_ms: NOON_MS + 1_000, ..shot("b", "gate") };
    lived.town.append(vec![shot("a", "gate"), later, shot("c", "yard"), NewEvent { camera: None, ..fact("d") }]).await;
    let early = Scope { to_ms: Some(NOON_MS), kinds: vec!["sensor.*".parse().unwrap()], ..Scope::default() };
    lived.town.store.place_hold(hold(early), "li", lived.wall_ms).await.unwrap();
    let retention = rules(&[("camera.*", 9), ("sensor.*", 9)], 7);
    lived.pass(10).await;
    lived.retain(&retention).await;
    lived.pass(10).await;
    lived.retain(&retention).await;
    // Nothing more is due: no row.
    lived.retain(&retention).await;
    let store = &lived.town.store;
    let rows = store.retention_runs(&RunFilter { limit: 9, ..RunFilter::default() }).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (row.run, row.kind.as_str(), row.rule.as_str(), row.days, row.events, row.pictures, row.bytes, row.held)
        })
        .collect();
    assert_eq!(
        told,
        [
            (2, "camera.picture", "camera.*", 20, 1, 1, 1, 0),
            (2, "sensor.reading", "sensor.*", 9, 0, 0, 0, 1),
            (1, "camera.picture", "camera.*", 9, 2, 2, 2, 0),
            (1, "sensor.reading", "sensor.*", 9, 0, 0, 0, 1),
        ]
    );
    assert_eq!((rows[2].seqs, rows[2].received_ms), (Some((1, 2)), Some((NOON_MS, NOON_MS + 1_000))));
    assert_eq!((rows[1].seqs, rows[1].received_ms), (None, None));
    let first = store.retention_runs(&RunFilter { before: Some(2), limit: 1, ..RunFilter::default() }).await.unwrap();
    assert_eq!(first, rows[2..]);
    let beside = RunFilter { within: Some(vec!["371122103".into()]), limit: 9, ..RunFilter::default() };
    assert_eq!(store.retention_runs(&beside).await.unwrap(), []);
    // Half a year and a little later the rows go; those of the newest run with the next one, so that no number comes twice.
    lived.pass(191).await;
    lived.retain(&retention).await;
    lived.retain(&retention).await;
    let rows = lived.town.store.retention_runs(&RunFilter { limit: 9, ..RunFilter::default() }).await.unwrap();
    assert!(rows.iter().all(|row| row.run > 2), "{rows:?}");
}

/// PRIV-10, the part of it that is the data folder, beside a hub that goes on and after it was stopped: backups have an end of
/// their own.
#[tokio::test]
async fn after_a_removal_nothing_of_an_event_its_picture_or_a_record_is_found_on_the_disk() {
    const CANARY: &str = "canary-7f3a9c";
    let mut lived = Lived::new().await;
    lived.town.register("gate", "non-public", None).await;
    let found = |folder: &std::path::Path| {
        let (mut folders, mut found) = (vec![folder.to_owned()], 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let bytes = std::fs::read(entry.path()).unwrap();
                found += bytes.windows(CANARY.len()).filter(|part| *part == CANARY.as_bytes()).count();
            }
        }
        found
    };
    let bytes = format!("a picture of {CANARY}");
    lived.town.store.put_picture(&hash(bytes.as_bytes()), Bytes::from(bytes.clone())).await.unwrap();
    let event = NewEvent {
        data: format!(r#"{{"said":"{CANARY}"}}"#).into(),
        subject: Some(CANARY.into()),
        pictures: vec![picture(bytes.as_bytes())],
        ..shot(CANARY, "gate")
    };
    lived.town.append(vec![event]).await;
    lived.town.enable_keeping("street-care", Some(9), None).await;
    let record = put("tasks", CANARY, &format!(r#"{{"said":"{CANARY}"}}"#));
    let run = Commit { cursor: Some(1), effects: vec![record], ..commit("street-care", 0) };
    lived.town.store.commit(run).await.unwrap();
    lived.pass(10).await;
    lived.town.reopen().await;
    assert!(found(&lived.town.config.folder) >= 5, "it is there before");
    let removed = lived.retain(&rules(&[("*", 9)], 7)).await;
    assert_eq!((removed.events, removed.records), (1, 1));
    assert_eq!(found(&lived.town.config.folder), 0, "the hub goes on");
    lived.town.reopen().await;
    lived.town.store.close().await;
    assert_eq!(found(&lived.town.config.folder), 0);
}
