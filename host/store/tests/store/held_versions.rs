//! What a module deletes or replaces while a hold covers it is kept beside its records until the hold ends.

use xl_model::effect::Effect;
use xl_model::hold::Lifted;
use xl_model::hold::NewHold;
use xl_model::hold::Scope;
use xl_model::id::TownshipId;
use xl_store::modules::Commit;
use xl_store::retention::RunFilter;

use crate::fixture::DAY_MS;
use crate::fixture::commit;
use crate::fixture::fact;
use crate::fixture::key;
use crate::fixture::town;
use crate::keeping_records::put;
use crate::lived::Lived;
use crate::lived::rules;

const PLUGIN: &str = "street-care";
const OLD: &str = r#"{"day":1}"#;
const NEW: &str = r#"{"day":2}"#;

/// A module whose `tasks` go after 30 days; of `points` nobody says how long they stay.
async fn lived() -> Lived {
    let lived = Lived::new().await;
    lived.town.append(vec![fact("a")]).await;
    lived.town.enable_keeping(PLUGIN, Some(30), None).await;
    lived
}

fn delete(collection: &str, key: &str) -> Effect {
    Effect::Delete { collection: collection.to_owned(), key: key.to_owned() }
}

/// Commits what a run of the module wants.
async fn run(lived: &Lived, effects: Vec<Effect>) {
    let revision = lived.town.store.module(&key(PLUGIN)).await.unwrap().unwrap().revision;
    lived.town.store.commit(Commit { effects, ..commit(PLUGIN, revision) }).await.unwrap();
}

/// Places a hold; gives its number.
async fn hold(lived: &Lived, township: TownshipId, scope: Scope, days: Option<i64>) -> u64 {
    let until_ms = days.map(|days| lived.wall_ms + days * DAY_MS);
    let new = NewHold { township, scope, document: "18".into(), reason: "a theft".into(), until_ms };
    lived.town.store.place_hold(new, "li", lived.wall_ms).await.unwrap().number
}

async fn lift(lived: &Lived, number: u64) {
    let lifted = Lifted { by: "wang".into(), at_ms: lived.wall_ms, reason: "the case is closed".into() };
    lived.town.store.lift_hold(&town(), number, lifted).await.unwrap();
}

fn of_gate() -> Scope {
    Scope { cameras: vec!["gate".parse().unwrap()], ..Scope::default() }
}

/// Collection, key and document of what is kept, the newest first.
async fn kept(lived: &Lived) -> Vec<(String, String, String)> {
    let versions = lived.town.store.held_versions(&town(), None, 100).await.unwrap();
    assert_eq!(lived.town.store.held_version_count(None).await.unwrap(), versions.len() as u64);
    versions.into_iter().map(|version| (version.collection, version.key, version.document)).collect()
}

fn version(collection: &str, key: &str, document: &str) -> (String, String, String) {
    (collection.to_owned(), key.to_owned(), document.to_owned())
}

#[tokio::test]
async fn a_record_that_a_module_deletes_or_overwrites_under_a_hold_is_kept_until_the_hold_ends() {
    let mut lived = lived().await;
    lived.town.record(PLUGIN, "tasks", &["gate/1", "gate/2", "gate/3", "yard/1"]).await;
    lived.town.record(PLUGIN, "points", &["gate/4"]).await;
    let number = hold(&lived, town(), of_gate(), None).await;
    lived.pass_ms(5 * DAY_MS).await;
    run(&lived, vec![delete("tasks", "gate/1"), put("tasks", "gate/2", NEW), put("tasks", "gate/3", OLD)]).await;
    run(&lived, vec![delete("tasks", "yard/1"), delete("points", "gate/4"), delete("points", "never there")]).await;

    // To the module it is done.
    let store = lived.town.store.clone();
    assert_eq!(lived.town.keys(PLUGIN, "tasks").await, ["gate/2", "gate/3"]);
    assert_eq!(store.record(&key(PLUGIN), "tasks", "gate/1").await.unwrap(), None);
    assert_eq!(store.record(&key(PLUGIN), "tasks", "gate/2").await.unwrap().as_deref(), Some(NEW));
    let day = xl_model::day::Day::in_china(lived.wall_ms);
    let bytes = ("tasks".len() + "gate/2".len() + NEW.len()) * 2;
    assert_eq!(store.module_used(&key(PLUGIN), day).await.unwrap().stored_bytes, bytes as u64, "it is counted no more");

    // What was written again as it was did not go, and nobody holds the yard.
    let (point, replaced, deleted) =
        (version("points", "gate/4", OLD), version("tasks", "gate/2", OLD), version("tasks", "gate/1", OLD));
    assert_eq!(kept(&lived).await, [point.clone(), replaced.clone(), deleted.clone()]);
    let newest = store.held_versions(&town(), None, 1).await.unwrap().remove(0);
    assert_eq!((newest.plugin.as_str(), newest.days, newest.went_ms), (PLUGIN, 5, lived.wall_ms));
    assert_eq!(store.held_versions(&town(), Some(newest.number), 100).await.unwrap().len(), 2);
    let beside = "371122103".parse().unwrap();
    assert_eq!(store.held_versions(&beside, None, 100).await.unwrap(), []);
    assert_eq!(store.held_version_count(Some(vec!["371122103".to_owned()])).await.unwrap(), 0);

    let removed = lived.retain(&rules(&[], 7)).await;
    assert_eq!((removed.records, removed.held), (0, 1), "nobody says how long points stay: they are due");
    assert_eq!(lived.retain(&rules(&[], 7)).await.held, 0, "what was judged is not counted every hour");
    lived.town.reopen().await;
    assert_eq!(kept(&lived).await, [point, replaced.clone(), deleted.clone()]);

    lived.pass_ms(5 * DAY_MS).await;
    lift(&lived, number).await;
    let removed = lived.retain(&rules(&[], 7)).await;
    assert_eq!((removed.records, removed.held), (1, 0));
    assert_eq!(kept(&lived).await, [replaced, deleted], "their thirty days are not over");
    lived.pass_ms(20 * DAY_MS).await;
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 2);
    assert_eq!(kept(&lived).await, []);
    assert_eq!(lived.town.keys(PLUGIN, "tasks").await, ["gate/2", "gate/3"], "what was written later is younger");

    let runs = lived.town.store.retention_runs(&RunFilter { limit: 10, ..RunFilter::default() }).await.unwrap();
    let told: Vec<_> = runs.iter().map(|run| (run.kind.as_str(), run.days, run.events, run.held)).collect();
    let (tasks, points) = ("record.street_care.tasks", "record.street_care.points");
    assert_eq!(told, [(tasks, 30, 2, 0), (points, 0, 1, 0), (points, 0, 0, 1)]);
    assert!(runs.iter().all(|run| run.rule == "street-care 1.2.0"), "{runs:?}");
}

#[tokio::test]
async fn a_version_stays_as_long_as_any_hold_covers_it_also_one_that_was_placed_later() {
    let mut lived = lived().await;
    lived.town.record(PLUGIN, "points", &["gate/1"]).await;
    let kinds = vec!["record.street_care.*".parse().unwrap()];
    hold(&lived, town(), Scope { kinds, ..Scope::default() }, Some(2)).await;
    run(&lived, vec![delete("points", "gate/1")]).await;
    lived.pass_ms(DAY_MS).await;
    hold(&lived, town(), of_gate(), Some(9)).await;
    lived.pass_ms(DAY_MS).await;
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 0);
    assert_eq!(kept(&lived).await, [version("points", "gate/1", OLD)]);
    lived.pass_ms(8 * DAY_MS).await;
    assert_eq!(lived.retain(&rules(&[], 7)).await.records, 1);
    assert_eq!(kept(&lived).await, []);
}

#[tokio::test]
async fn without_a_hold_a_deleted_record_is_gone_at_once() {
    let mut lived = lived().await;
    lived.town.record(PLUGIN, "tasks", &["gate/1", "gate/2", "gate/3", "gate/4"]).await;
    run(&lived, vec![delete("tasks", "gate/1")]).await;
    assert_eq!(kept(&lived).await, []);
    // Another township's hold, one of another collection, and one of another camera.
    hold(&lived, "371122103".parse().unwrap(), Scope::default(), None).await;
    let kinds = vec!["record.street_care.points".parse().unwrap(), "camera.*".parse().unwrap()];
    hold(&lived, town(), Scope { kinds, ..Scope::default() }, None).await;
    hold(&lived, town(), Scope { cameras: vec!["yard".parse().unwrap()], ..Scope::default() }, None).await;
    run(&lived, vec![delete("tasks", "gate/2")]).await;
    assert_eq!(kept(&lived).await, []);
    // One that was lifted, and one that has ended by itself.
    let number = hold(&lived, town(), of_gate(), None).await;
    lift(&lived, number).await;
    hold(&lived, town(), of_gate(), Some(1)).await;
    lived.pass_ms(DAY_MS).await;
    run(&lived, vec![delete("tasks", "gate/3"), put("tasks", "gate/4", NEW)]).await;
    assert_eq!(kept(&lived).await, []);
    assert_eq!(lived.town.store.record(&key(PLUGIN), "tasks", "gate/3").await.unwrap(), None);
}
