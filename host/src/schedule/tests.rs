//! Due times as events, over a real store.

use super::*;
use crate::devices::testing::NOW_MS;
use crate::devices::testing::TestHub;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::Outcome;
use xl_model::manifest::Missed;
use xl_model::manifest::Schedule;

#[test]
fn a_due_time_is_named_by_module_schedule_and_time() {
    let schedule = Schedule {
        name: "daily".to_owned(),
        cron: "0 6 * * *".to_owned(),
        zone: "UTC".to_owned(),
        missed: Missed::All,
    };
    let module = serde_json::from_value(json!({"township": "371122102", "plugin": "trace"})).unwrap();
    let row = ScheduleRow { module, name: "daily".to_owned(), schedule, next_ms: 1_000 };
    let events = events(&row, &Due { times: vec![1_000, 2_000], missed: 3, next_ms: 3_000 }, 2_500);
    let told: Vec<(&str, &str, i64)> = events.iter().map(|it| (&*it.id, &*it.data, it.time_ms)).collect();
    assert_eq!(
        told,
        [
            ("trace:daily:1000", r#"{"due_ms":1000,"missed":3,"module":"trace","schedule":"daily"}"#, 1_000),
            ("trace:daily:2000", r#"{"due_ms":2000,"missed":0,"module":"trace","schedule":"daily"}"#, 2_000)
        ]
    );
}

/// A module with one schedule that is due at each full hour, first at `next_ms`.
async fn enable(hub: &TestHub, missed: Missed, next_ms: i64) {
    let key: xl_model::id::ModuleKey =
        serde_json::from_value(json!({"township": "371122102", "plugin": "trace"})).unwrap();
    let module = xl_model::module::Module {
        key: key.clone(),
        digest: "ab".repeat(32).parse().unwrap(),
        previous: None,
        settings: json!({}),
        grants: xl_model::grant::Grants::default(),
        state: xl_model::module::ModuleState::Running,
        reason: None,
        cursor: 0,
        revision: 0,
        enabled_ms: NOW_MS,
    };
    hub.store.enable_module(module).await.unwrap();
    let schedule =
        Schedule { name: "hourly".to_owned(), cron: "0 * * * *".to_owned(), zone: "Asia/Shanghai".to_owned(), missed };
    let row = ScheduleRow { module: key.clone(), name: "hourly".to_owned(), schedule, next_ms };
    hub.store.set_schedules(&key, vec![row]).await.unwrap();
}

async fn due_times(hub: &TestHub) -> Vec<i64> {
    let events = hub.store.events_after(&"371122102".parse().unwrap(), 0, 100).await.unwrap();
    events.iter().map(|event| event.time_ms).collect()
}

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn a_due_time_becomes_one_event_however_often_it_is_looked_at_and_across_restarts() {
    let hub = TestHub::new().await;
    enable(&hub, Missed::Once, NOW_MS).await;
    assert_eq!(look(&hub.store, NOW_MS - 1).await.unwrap(), 0);
    assert_eq!(look(&hub.store, NOW_MS + 500).await.unwrap(), 1);
    assert_eq!(look(&hub.store, NOW_MS + 500).await.unwrap(), 0);
    let hub = hub.restart().await;
    assert_eq!(look(&hub.store, NOW_MS + 900).await.unwrap(), 0);
    assert_eq!(look(&hub.store, NOW_MS + HOUR).await.unwrap(), 1);
    assert_eq!(due_times(&hub).await, [NOW_MS, NOW_MS + HOUR]);
}

#[tokio::test]
async fn two_lookers_with_the_same_row_give_one_event() {
    let hub = TestHub::new().await;
    enable(&hub, Missed::Once, NOW_MS).await;
    let (first, second) = tokio::join!(look(&hub.store, NOW_MS), look(&hub.store, NOW_MS));
    assert_eq!(first.unwrap() + second.unwrap(), 1);
    assert_eq!(due_times(&hub).await, [NOW_MS]);
}

#[tokio::test]
async fn due_times_of_an_absence_follow_their_policy() {
    for (missed, expected) in [
        (Missed::Once, vec![NOW_MS + 5 * HOUR]),
        (Missed::All, (0..=5).map(|n| NOW_MS + n * HOUR).collect()),
        (Missed::Skip, vec![]),
    ] {
        let hub = TestHub::new().await;
        enable(&hub, missed, NOW_MS).await;
        look(&hub.store, NOW_MS + 5 * HOUR + HOUR / 2).await.unwrap();
        assert_eq!(due_times(&hub).await, expected, "{missed:?}");
        assert_eq!(hub.store.schedules().await.unwrap()[0].next_ms, NOW_MS + 6 * HOUR);
    }
}

#[tokio::test]
async fn a_run_of_retention_that_removed_something_is_a_row_of_the_audit_log() {
    let hub = TestHub::new().await;
    let auditor = crate::audit::Auditor::new(hub.store.clone(), hub.clock.clone());
    let keeper = Keeper {
        store: hub.store.clone(),
        auditor,
        clock: hub.clock.clone(),
        rules: crate::config::Config::default().retention,
    };
    let event = NewEvent {
        township: "371122102".parse().unwrap(),
        source: "schedule".into(),
        id: "1".into(),
        kind: "schedule.due".parse().unwrap(),
        camera: None,
        subject: None,
        time_ms: NOW_MS,
        received_ms: NOW_MS,
        data: "{}".into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    };
    hub.store.append(vec![event]).await.unwrap();
    let rows = async || {
        let filter = xl_store::audit::AuditFilter { limit: 9, ..Default::default() };
        hub.store.audit_rows(&filter).await.unwrap()
    };
    for day in 0..=30 {
        hub.store.pass_time(NOW_MS + day * 86_400_000, 86_400_000).await.unwrap();
        keeper.run().await.unwrap();
    }
    // What removed nothing is no act.
    let run = Entry::new(hub.clock.now_ms(), Actor::hub(), "retention.run", "/retention/runs");
    let detail = "run=1; events=1; pictures=0; bytes=0; records=0; left under a hold=0";
    let over = run.clone().with_outcome(Outcome::Noted).with_detail(detail);
    let begun = run.in_township(Some("371122102".parse().unwrap())).with_detail("run=1");
    let told: Vec<_> = rows().await.into_iter().map(|row| (row.seq, row.entry)).collect();
    assert_eq!(told, [(2, over), (1, begun)], "who, of which unit, where, what, to what, with which result, when");
}
