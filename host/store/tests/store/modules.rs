//! Plugins, modules, their logs and schedules.

use xl_model::effect::LogLevel;
use xl_model::effect::LogLine;
use xl_model::event::NewEvent;
use xl_model::grant::Grants;
use xl_model::manifest::Manifest;
use xl_model::manifest::Missed;
use xl_model::manifest::Schedule;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_store::StoreError;
use xl_store::modules::Plugin;
use xl_store::modules::ScheduleRow;
use xl_store::modules::WaitingUpgrade;

use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::fact;
use crate::fixture::facts;
use crate::fixture::hash;
use crate::fixture::key;
use crate::fixture::module;

fn plugin(bytes: &[u8], installed_ms: i64) -> Plugin {
    let manifest: Manifest = serde_json::from_value(serde_json::json!({
        "id": "trace", "version": "1.2.3", "hub": "0.1.0",
        "name": {"zh": "溯源", "en": "Trace"}, "description": {"zh": "批次", "en": "Batches"},
    }))
    .unwrap();
    Plugin { digest: hash(bytes), manifest, installed_ms, signature: None }
}

#[tokio::test]
async fn an_installed_plugin_is_kept_with_its_bytes_until_nobody_uses_it() {
    let mut town_ = Town::new().await;
    let (old, new) = (plugin(b"old", 1), plugin(b"new", 2));
    for (plugin, bytes) in [(&old, b"old"), (&new, b"new"), (&new, b"new")] {
        town_.store.install_plugin(plugin.clone(), bytes::Bytes::from_static(bytes)).await.unwrap();
    }
    town_.reopen().await;
    assert_eq!(town_.store.plugins().await.unwrap(), [new.clone(), old.clone()]);
    let (kept, bytes) = town_.store.plugin(&old.digest).await.unwrap().unwrap();
    assert_eq!((kept, &bytes[..]), (old.clone(), &b"old"[..]));
    assert!(town_.store.has_plugin(&"trace".parse().unwrap()).await.unwrap());
    assert!(!town_.store.has_plugin(&"street".parse().unwrap()).await.unwrap());

    town_.store.enable_module(Module { digest: old.digest.clone(), ..module("trace") }).await.unwrap();
    town_.store.swap_module(&key("trace"), &new.digest, None, None, Vec::new()).await.unwrap();
    for used in [&old.digest, &new.digest] {
        assert!(matches!(town_.store.remove_plugin(used).await, Err(StoreError::Exists { .. })));
    }
    town_.store.swap_module(&key("trace"), &new.digest, None, None, Vec::new()).await.unwrap();
    town_.store.remove_plugin(&old.digest).await.unwrap();
    assert_eq!(town_.store.plugin(&old.digest).await.unwrap(), None);
    assert!(matches!(town_.store.remove_plugin(&old.digest).await, Err(StoreError::NotFound { .. })));
    town_.store.install_plugin(old.clone(), bytes::Bytes::from_static(b"old")).await.unwrap();
    assert!(town_.store.plugin(&old.digest).await.unwrap().is_some());
}

#[tokio::test]
async fn every_change_of_a_module_raises_its_revision() {
    let mut town_ = Town::new().await;
    town_.append(facts("seen", 4)).await;
    let enabled = town_.enable("trace").await;
    assert_eq!(enabled, Module { cursor: 4, ..module("trace") });
    assert!(matches!(town_.store.enable_module(module("trace")).await, Err(StoreError::Exists { what: "module", .. })));
    let store = &town_.store;
    let grants = Grants::default();
    let settings = serde_json::json!({"limit": 4});
    let configured = store.configure_module(&key("trace"), settings.clone(), grants.clone()).await.unwrap();
    assert_eq!(configured, Module { settings, grants, revision: 1, ..enabled.clone() });
    let reason = Some("trapped".to_owned());
    let suspended = store.set_module_state(&key("trace"), ModuleState::Suspended, reason.clone()).await.unwrap();
    assert_eq!(suspended, Module { state: ModuleState::Suspended, reason, revision: 2, ..configured });
    let swapped = store.swap_module(&key("trace"), &hash(b"new"), None, None, Vec::new()).await.unwrap();
    let expected = Module { digest: hash(b"new"), previous: Some(enabled.digest), revision: 3, ..suspended };
    assert_eq!(swapped, expected);
    town_.reopen().await;
    assert_eq!(town_.store.modules().await.unwrap(), [expected]);
    assert_eq!(town_.store.module(&key("nobody")).await.unwrap(), None);
    let unknown = town_.store.set_module_state(&key("nobody"), ModuleState::Running, None).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "module", .. })));
}

#[tokio::test]
async fn the_newest_ten_thousand_lines_of_a_modules_log_are_kept() {
    let town_ = Town::new().await;
    town_.enable("trace").await;
    town_.enable("quiet").await;
    let line = |message: String| LogLine { level: LogLevel::Warn, message };
    town_.store.write_module_log(&key("quiet"), 1, vec![line("still here".to_owned())]).await.unwrap();
    town_.store.write_module_log(&key("nobody"), 1, vec![line("nowhere".to_owned())]).await.unwrap();
    for part in 0..13 {
        let lines = (0..1000).map(|index| line(format!("line {}", part * 1000 + index))).collect();
        town_.store.write_module_log(&key("trace"), part, lines).await.unwrap();
    }
    let kept = town_.store.module_log(&key("trace"), None, u32::MAX).await.unwrap();
    assert_eq!(kept.len(), 10_000);
    assert_eq!((kept[0].at_ms, &kept[0].line), (12, &line("line 12999".to_owned())));
    let found = town_.store.module_log(&key("trace"), Some("line 1299"), 5).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|line| line.line.message).collect();
    assert_eq!(found, ["line 12999", "line 12998", "line 12997", "line 12996", "line 12995"]);
    assert_eq!(town_.store.module_log(&key("quiet"), None, 10).await.unwrap().len(), 1);
    // More than the last ones are gone from the table too, not only from the answer.
    assert_eq!(town_.store.module_log(&key("trace"), Some("line 1 "), 10).await.unwrap(), []);
}

fn schedule(name: &str, cron: &str, next_ms: i64) -> ScheduleRow {
    let schedule = Schedule {
        name: name.to_owned(),
        cron: cron.to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        missed: Missed::All,
    };
    ScheduleRow { module: key("trace"), name: name.to_owned(), schedule, next_ms }
}

#[tokio::test]
async fn a_schedule_keeps_its_due_time_unless_it_changed() {
    let mut town_ = Town::new().await;
    let rows =
        vec![schedule("daily", "0 6 * * *", 10), schedule("weekly", "0 6 * * 1", 20), schedule("old", "* * * * *", 5)];
    let unknown = town_.store.set_schedules(&key("trace"), rows.clone()).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
    town_.enable("trace").await;
    town_.store.set_schedules(&key("trace"), rows).await.unwrap();
    let rows = vec![schedule("daily", "0 6 * * *", 99), schedule("weekly", "0 7 * * 1", 98)];
    town_.store.set_schedules(&key("trace"), rows).await.unwrap();
    town_.reopen().await;
    let kept = [schedule("daily", "0 6 * * *", 10), schedule("weekly", "0 7 * * 1", 98)];
    assert_eq!(town_.store.schedules().await.unwrap(), kept);
    town_.store.set_module_state(&key("trace"), ModuleState::Disabled, None).await.unwrap();
    assert_eq!(town_.store.schedules().await.unwrap(), []);
}

#[tokio::test]
async fn a_due_time_becomes_an_event_once() {
    let town_ = Town::new().await;
    town_.enable("trace").await;
    let row = schedule("daily", "0 6 * * *", NOON_MS);
    town_.store.set_schedules(&key("trace"), vec![row.clone()]).await.unwrap();
    let due =
        |id: &str| vec![NewEvent { source: "schedule".into(), kind: "schedule.due".parse().unwrap(), ..fact(id) }];
    let (first, second) = tokio::join!(
        town_.store.schedule_due(&row, due("first"), NOON_MS + 1),
        town_.store.schedule_due(&row, due("second"), NOON_MS + 1),
    );
    assert_eq!((first.unwrap(), second.unwrap()), (true, false));
    assert_eq!(town_.ids().await, ["first"]);
    let moved = ScheduleRow { next_ms: NOON_MS + 1, ..row };
    assert_eq!(town_.store.schedules().await.unwrap(), std::slice::from_ref(&moved));
    town_.store.set_module_state(&key("trace"), ModuleState::Disabled, None).await.unwrap();
    assert!(!town_.store.schedule_due(&moved, due("third"), NOON_MS + 2).await.unwrap());
    assert_eq!(town_.ids().await, ["first"]);
}

#[tokio::test]
async fn at_most_one_upgrade_of_a_module_waits_and_whatever_is_swapped_in_ends_that() {
    let mut town_ = Town::new().await;
    town_.enable("trace").await;
    let upgrade = |bytes: &[u8], asked_ms| WaitingUpgrade {
        digest: hash(bytes),
        settings: Some(serde_json::json!({"limit": 5})),
        grants: None,
        asked_by: "li".to_owned(),
        asked_ms,
    };
    let (first, second) = (upgrade(b"first", 1), upgrade(b"second", 2));
    for waiting in [&first, &second] {
        town_.store.let_upgrade_wait(&key("trace"), waiting.clone()).await.unwrap();
    }
    town_.reopen().await;
    assert_eq!(town_.store.waiting_upgrade(&key("trace")).await.unwrap(), Some(second.clone()));
    let plugin = Plugin { digest: second.digest.clone(), ..plugin(b"second", 1) };
    town_.store.install_plugin(plugin, bytes::Bytes::from_static(b"second")).await.unwrap();
    assert!(matches!(town_.store.remove_plugin(&second.digest).await, Err(StoreError::Exists { .. })));
    let none = town_.store.forget_upgrade(&key("trace"), &first.digest).await;
    assert!(matches!(none, Err(StoreError::NotFound { .. })));
    let grants = Grants { links: false, ..Grants::default() };
    let settings = serde_json::json!({"limit": 6});
    let swapped = town_
        .store
        .swap_module(&key("trace"), &hash(b"other"), Some(settings.clone()), Some(grants.clone()), Vec::new())
        .await;
    let swapped = swapped.unwrap();
    assert_eq!((swapped.settings, swapped.grants), (settings, grants));
    assert_eq!(town_.store.waiting_upgrade(&key("trace")).await.unwrap(), None);
    town_.store.let_upgrade_wait(&key("trace"), first.clone()).await.unwrap();
    town_.store.forget_upgrade(&key("trace"), &first.digest).await.unwrap();
    assert_eq!(town_.store.waiting_upgrade(&key("trace")).await.unwrap(), None);
    assert!(matches!(town_.store.let_upgrade_wait(&key("nobody"), first).await, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn an_installed_plugin_can_be_signed_anew() {
    let town_ = Town::new().await;
    let plugin = plugin(b"old", 1);
    town_.store.install_plugin(plugin.clone(), bytes::Bytes::from_static(b"old")).await.unwrap();
    town_.store.sign_plugin(&plugin.digest, "a line".to_owned(), 7).await.unwrap();
    let signed = Plugin { signature: Some("a line".to_owned()), installed_ms: 7, ..plugin };
    assert_eq!(town_.store.plugins().await.unwrap(), [signed]);
    let unknown = town_.store.sign_plugin(&hash(b"else"), String::new(), 7).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
}
