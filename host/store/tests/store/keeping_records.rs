//! Records of modules that go when their time is over; with rules, holds, clocks and crashes at random in `keeping`.

use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::hold::Lifted;
use xl_model::hold::NewHold;
use xl_model::hold::Scope;
use xl_model::manifest::Manifest;
use xl_model::record::RecordQuery;
use xl_store::StoreError;
use xl_store::modules::Commit;
use xl_store::modules::Plugin;
use xl_store::retention::RunFilter;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::commit;
use crate::fixture::fact;
use crate::fixture::hash;
use crate::fixture::key;
use crate::fixture::town;
use crate::lived::Lived;
use crate::lived::rules;

impl Town {
    /// Installs and enables a plugin whose records `tasks` go after so many days, and stay so many at least.
    pub(crate) async fn enable_keeping(&self, plugin: &str, keep_days: Option<u32>, least: Option<u32>) {
        let text = serde_json::json!({"zh": "名", "en": "name"});
        let mut collection = serde_json::json!({"name": "tasks", "indexes": [{"name": "day", "pointer": "/day"}]});
        for (name, days) in [("keep_days", keep_days), ("keep_days_least", least)] {
            if let Some(days) = days {
                collection[name] = days.into();
            }
        }
        let manifest: Manifest = serde_json::from_value(serde_json::json!({
            "id": plugin, "version": "1.2.0", "hub": "0.1.0", "name": text, "description": text,
            "collections": [collection, {"name": "points"}],
        }))
        .unwrap();
        let digest = hash(plugin.as_bytes());
        let plugin_ = Plugin { digest, manifest, installed_ms: NOON_MS, signature: None };
        self.store.install_plugin(plugin_, bytes::Bytes::copy_from_slice(plugin.as_bytes())).await.unwrap();
        self.enable(plugin).await;
    }

    /// The keys of a collection.
    pub(crate) async fn keys(&self, plugin: &str, collection: &str) -> Vec<String> {
        let query = RecordQuery {
            collection: collection.to_owned(),
            index: None,
            from: None,
            to: None,
            descending: false,
            limit: 200,
            after: None,
        };
        let page = self.store.find_records(&key(plugin), query).await.unwrap();
        page.records.into_iter().map(|record| record.key).collect()
    }

    /// Writes records as a run of the module does.
    pub(crate) async fn record(&self, plugin: &str, collection: &str, keys: &[&str]) {
        let effects = keys.iter().map(|key| put(collection, key, "{\"day\":1}")).collect();
        let revision = self.store.module(&key(plugin)).await.unwrap().unwrap().revision;
        self.store.commit(Commit { effects, ..commit(plugin, revision) }).await.unwrap();
    }
}

pub(crate) fn put(collection: &str, key: &str, document: &str) -> Effect {
    let indexed = vec![("day".to_owned(), Some(IndexValue::Integer(1)))];
    Effect::Put { collection: collection.to_owned(), key: key.to_owned(), document: document.to_owned(), indexed }
}

async fn lived(keep_days: Option<u32>, least: Option<u32>) -> Lived {
    let lived = Lived::new().await;
    lived.town.append(vec![fact("a")]).await;
    lived.town.enable_keeping("street-care", keep_days, least).await;
    lived
}

async fn by_day(lived: &Lived) -> usize {
    let query = RecordQuery {
        collection: "tasks".to_owned(),
        index: Some("day".to_owned()),
        from: None,
        to: None,
        descending: false,
        limit: 200,
        after: None,
    };
    lived.town.store.find_records(&key("street-care"), query).await.unwrap().records.len()
}

#[tokio::test]
async fn a_record_goes_so_many_days_after_it_was_written_last() {
    let mut lived = lived(Some(30), None).await;
    lived.town.record("street-care", "tasks", &["old", "touched"]).await;
    lived.town.record("street-care", "points", &["stays"]).await;
    lived.pass_ms(20 * DAY_MS).await;
    lived.town.record("street-care", "tasks", &["touched", "young"]).await;
    lived.pass_ms(10 * DAY_MS - 1).await;
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 0);
    // Everything is looked through once a day.
    lived.pass_ms(DAY_MS).await;
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 1);
    assert_eq!(lived.town.keys("street-care", "tasks").await, ["touched", "young"]);
    assert_eq!(by_day(&lived).await, 2, "nothing of it is in an index");
    assert_eq!(lived.town.store.record(&key("street-care"), "tasks", "old").await.unwrap(), None);
    let bytes = "tasks".len() * 2 + "touchedyoung".len() + "pointsstays".len() + "{\"day\":1}".len() * 3;
    let day = xl_model::day::Day::in_china(NOON_MS);
    let used = lived.town.store.module_used(&key("street-care"), day).await.unwrap();
    assert_eq!(used.stored_bytes, bytes as u64, "it is counted no more");
    lived.pass_ms(400 * DAY_MS).await;
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 2);
    assert_eq!(lived.town.keys("street-care", "points").await, ["stays"], "its manifest says nothing of them");

    let runs = lived.town.store.retention_runs(&RunFilter { limit: 10, ..RunFilter::default() }).await.unwrap();
    let told: Vec<_> = runs.iter().map(|run| (run.kind.as_str(), run.rule.as_str(), run.days, run.events)).collect();
    let kind = "record.street_care.tasks";
    assert_eq!(told, [(kind, "street-care 1.2.0", 30, 2), (kind, "street-care 1.2.0", 30, 1)]);
}

#[tokio::test]
async fn a_rule_takes_the_place_of_the_manifest_but_not_below_what_that_asks_for() {
    for (keep_days, least, rule, days) in [
        (Some(30), None, Some("record.street_care.tasks"), 5),
        (None, None, Some("record.street_care.tasks"), 5),
        (Some(30), Some(10), Some("record.street_care.*"), 10),
        (Some(30), None, Some("record.other.*"), 30),
        (Some(30), None, Some("*"), 30),
    ] {
        let mut lived = lived(keep_days, least).await;
        lived.town.record("street-care", "tasks", &["a"]).await;
        let rules = rules(rule.map(|rule| (rule, 5)).as_slice(), 1);
        lived.pass_ms(days * DAY_MS - 1).await;
        assert_eq!(lived.retain(&rules).await.records, 0, "{rule:?}");
        lived.pass_ms(DAY_MS).await;
        assert_eq!(lived.retain(&rules).await.records, 1, "{rule:?}");
    }
    let mut lived = lived(None, None).await;
    lived.town.record("street-care", "tasks", &["a"]).await;
    lived.pass_ms(400 * DAY_MS).await;
    for careless in ["record.*", "record.street_care.*"] {
        assert_eq!(lived.retain(&rules(&[(careless, 5)], 1)).await.records, 0, "{careless} names no register");
    }
}

#[tokio::test]
async fn a_record_under_a_hold_stays_until_a_person_lifts_it() {
    let mut lived = lived(Some(30), None).await;
    let store = lived.town.store.clone();
    lived.town.record("street-care", "tasks", &["gate/1", "yard/1"]).await;
    let held = Effect::Put {
        collection: "tasks".to_owned(),
        key: "named".to_owned(),
        document: r#"{"camera":"gate"}"#.to_owned(),
        indexed: Vec::new(),
    };
    store.commit(Commit { effects: vec![held], ..commit("street-care", 1) }).await.unwrap();
    let scope = Scope { cameras: vec!["gate".parse().unwrap()], ..Scope::default() };
    let hold = NewHold { township: town(), scope, document: "18".into(), reason: "a theft".into(), until_ms: None };
    store.place_hold(hold, "li", lived.wall_ms).await.unwrap();
    lived.pass_ms(40 * DAY_MS).await;
    let removed = lived.retain(&rules(&[], 7)).await;
    assert_eq!((removed.records, removed.held), (1, 2));
    assert_eq!(lived.retain(&rules(&[], 7)).await.held, 0, "what was judged is not counted every hour");
    lived.town.reopen().await;
    assert_eq!(lived.town.keys("street-care", "tasks").await, ["gate/1", "named"]);
    let lifted = Lifted { by: "wang".into(), at_ms: lived.wall_ms, reason: "the case is closed".into() };
    lived.town.store.lift_hold(&town(), 1, lifted).await.unwrap();
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 2);
}

#[tokio::test]
async fn a_run_that_read_a_record_before_it_went_begins_anew() {
    let mut lived = lived(Some(30), None).await;
    let store = lived.town.store.clone();
    lived.town.record("street-care", "tasks", &["a"]).await;
    let before = store.module(&key("street-care")).await.unwrap().unwrap();
    // In memory from here on.
    assert!(store.record(&key("street-care"), "tasks", "a").await.unwrap().is_some());
    lived.pass_ms(30 * DAY_MS).await;
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 1);
    let late = Commit { effects: vec![put("points", "b", "{}")], ..commit("street-care", before.revision) };
    let refused = store.commit(late.clone()).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert_eq!(store.record(&key("street-care"), "tasks", "a").await.unwrap(), None, "nor is it known from memory");
    let now = store.module(&key("street-care")).await.unwrap().unwrap();
    store.commit(Commit { revision: now.revision, ..late }).await.unwrap();
    // Nothing went: no run is disturbed.
    let before = store.module(&key("street-care")).await.unwrap().unwrap().revision;
    lived.retain(&rules(&[], 7)).await;
    assert_eq!(store.module(&key("street-care")).await.unwrap().unwrap().revision, before);
}

#[tokio::test]
async fn a_build_that_takes_over_meanwhile_counts_and_what_it_declares_no_more_goes_by_its_name() {
    let mut lived = lived(Some(30), None).await;
    lived.town.record("street-care", "tasks", &["a"]).await;
    lived.pass_ms(60 * DAY_MS).await;
    let mut manifest = lived.town.store.plugins().await.unwrap().remove(0).manifest;
    manifest.collections.retain(|collection| collection.name != "tasks");
    let next = Plugin { digest: hash(b"next"), manifest, installed_ms: NOON_MS, signature: None };
    let collections = next.manifest.collections.clone();
    lived.town.store.install_plugin(next.clone(), bytes::Bytes::from_static(b"next")).await.unwrap();
    lived.town.store.swap_module(&key("street-care"), &next.digest, None, None, collections).await.unwrap();
    assert_eq!(lived.retain(&rules(&[("record.*", 5)], 1)).await.records, 0);
    assert_eq!(lived.retain(&rules(&[("record.street_care.tasks", 5)], 1)).await.records, 1);
}

#[tokio::test]
async fn many_records_go_in_parts_and_those_of_a_module_that_does_not_run_too() {
    let mut lived = lived(Some(30), None).await;
    let keys: Vec<String> = (0..600).map(|number| format!("{number:04}")).collect();
    lived.town.record("street-care", "tasks", &keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let disabled = xl_model::module::ModuleState::Disabled;
    lived.town.store.set_module_state(&key("street-care"), disabled, None).await.unwrap();
    lived.pass_ms(30 * DAY_MS).await;
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 600);
    assert_eq!(lived.town.keys("street-care", "tasks").await, [""; 0]);
}
