//! A version that asks for more waits for an approval; one that is earlier is refused.

use serde_json::Value;
use serde_json::json;
use xl_model::manifest::Manifest;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;
use crate::trust::xueliang;

const MODULE: &str = "modules/371122102/hostile";

/// The hostile plugin as another version, with other wishes.
fn version(version: &str, change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    let component = packed("hostile");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    manifest.version = version.to_owned();
    change(&mut manifest);
    xl_runtime::package::pack(&component, &manifest).unwrap()
}

/// It also wants to hear of the weather.
fn curious(number: &str) -> Vec<u8> {
    version(number, |manifest| manifest.subscribe.push("weather.*".parse().unwrap()))
}

async fn runs(town: &Town) -> (String, Value) {
    let module = town.get(MODULE).await;
    (module["version"].as_str().unwrap().to_owned(), module["waiting"].clone())
}

async fn upgrade(town: &Town, digest: &str) -> (u16, Value) {
    let answer = town.ask("POST", &format!("{MODULE}/upgrade"), Some(json!({"digest": digest}))).await;
    (answer.status, answer.json)
}

async fn decide(town: &Town, what: &str, digest: &str) -> (u16, Value) {
    let answer = town.ask("POST", &format!("{MODULE}/{what}"), Some(json!({"digest": digest}))).await;
    (answer.status, answer.json)
}

/// A town whose module runs version 1.0.0.
async fn town() -> Town {
    let town = Town::start().await;
    let first = town.install(version("1.0.0", |_| {})).await;
    town.enable(&first, json!({"behaviour": "well-behaved"})).await;
    town
}

/// MOD-16, whole: over the API, with a restart in between, and each decision a row of the audit log.
#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_asks_for_more_waits_over_a_restart_until_somebody_approves() {
    let town = town().await;
    let (more, other) = (town.install(curious("1.1.0")).await, town.install(curious("1.2.0")).await);
    let (status, waits) = upgrade(&town, &more).await;
    assert_eq!((status, waits["version"].as_str()), (202, Some("1.1.0")), "{waits}");
    let told = json!([{"zh": "处理事件 weather.*", "en": "to handle the events weather.*"}]);
    assert_eq!((&waits["more"], &waits["asked_by"]), (&told, &json!("admin")));
    town.pings(TOWNSHIP, 0..500).await;
    town.caught_up("hostile").await;
    assert_eq!(town.events("test.seen").await.len(), 500, "the version before runs on");

    let town = town.restart().await;
    let (running, waiting) = runs(&town).await;
    assert_eq!((running.as_str(), &waiting["digest"], &waiting["more"]), ("1.0.0", &json!(more), &told));
    for (path, text) in [("/modules/371122102/hostile", "处理事件 weather.*"), ("/", "1.1.0")] {
        let (_, page) = town.page(path, true).await;
        assert!(page.contains(text), "{path}: {page}");
    }

    // At most one waits: the later wish takes the place of the earlier one, which nobody can approve any more.
    assert_eq!(upgrade(&town, &other).await.0, 202);
    let (status, fault) = decide(&town, "approve", &more).await;
    assert_eq!((status, fault["code"].as_str()), (409, Some("XL0632")), "{fault}");
    assert_eq!(decide(&town, "refuse", &other).await.0, 204);
    assert_eq!(runs(&town).await, ("1.0.0".to_owned(), Value::Null));
    assert_eq!(decide(&town, "refuse", &other).await.1["code"], "XL0632");

    assert_eq!(upgrade(&town, &more).await.0, 202);
    let (status, found) = decide(&town, "approve", &more).await;
    assert_eq!((status, found["differing_batches"].as_u64()), (200, Some(0)), "{found}");
    assert_eq!(runs(&town).await, ("1.1.0".to_owned(), Value::Null));
    // What asks for the same needs nobody.
    assert_eq!(upgrade(&town, &other).await.0, 200);
    let weather = json!({"township": TOWNSHIP, "kind": "weather.observed", "data": {}});
    town.post("events", weather).await;
    town.caught_up("hostile").await;
    let seen = town.events("test.seen").await;
    assert_eq!(seen.last().unwrap()["data"]["kind"], "weather.observed");

    let rows = town.hub.store().audit_rows(&xl_store::audit::AuditFilter { limit: 1_000, ..Default::default() }).await;
    let acts: Vec<String> = rows.unwrap().iter().rev().map(|row| row.entry.action.to_string()).collect();
    for act in ["module.upgrade", "module.approve", "module.refuse"] {
        assert!(acts.iter().any(|it| it == act), "{act}: {acts:?}");
    }
}

/// MOD-9: no downgrade, unless rolled back on purpose.
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_version_is_refused_and_a_rollback_is_not() {
    let town = town().await;
    let (earlier, later) =
        (town.install(version("0.9.0", |_| {})).await, town.install(version("1.10.0", |_| {})).await);
    let (status, fault) = upgrade(&town, &earlier).await;
    assert_eq!((status, fault["code"].as_str()), (409, Some("XL0631")), "{fault}");
    assert_eq!(upgrade(&town, &later).await.0, 200);
    let between = town.install(version("1.9.0", |_| {})).await;
    assert_eq!(upgrade(&town, &between).await.1["code"], "XL0631", "1.9.0 is earlier than 1.10.0");
    town.post(&format!("{MODULE}/rollback"), json!({})).await;
    assert_eq!(runs(&town).await.0, "1.0.0");
    // An upgrade without a digest takes the highest version.
    let answer = town.ask("POST", &format!("{MODULE}/upgrade"), Some(json!({}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(runs(&town).await.0, "1.10.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_grants_that_come_with_an_upgrade_hold_once_it_is_approved() {
    let town = town().await;
    let more = town.install(curious("1.1.0")).await;
    let wish = json!({"digest": more, "settings": {"behaviour": "retry"}, "grants": {"links": true}});
    let answer = town.ask("POST", &format!("{MODULE}/upgrade"), Some(wish)).await;
    assert_eq!((answer.status, &answer.json["grants"]["links"]), (202, &json!(true)), "{answer:?}");
    let before = town.get(MODULE).await;
    assert_eq!((&before["settings"]["behaviour"], &before["grants"]["links"]), (&json!("well-behaved"), &json!(false)));
    let beyond = json!({"digest": more, "settings": {"unknown": 1}});
    let refused = town.ask("POST", &format!("{MODULE}/approve"), Some(beyond)).await;
    assert_eq!(refused.json["code"], "XL0621", "{refused:?}");

    let token = town.hub.token_file().to_owned();
    let (done, said) = xueliang(&town, &token, &["module", "list"]);
    assert!(done && said.contains("waits for an approval: 1.1.0") && said.contains("weather.*"), "{said}");
    let (done, said) = xueliang(&town, &token, &["module", "approve", "hostile", "--township", TOWNSHIP]);
    assert!(done && said.contains("to handle the events weather.*") && said.contains("upgraded to 1.1.0"), "{said}");
    let after = town.get(MODULE).await;
    assert_eq!((&after["settings"]["behaviour"], &after["grants"]["links"]), (&json!("retry"), &json!(true)));
    let (done, said) = xueliang(&town, &token, &["module", "approve", "hostile", "--township", TOWNSHIP]);
    assert!(!done && said.contains("XL0632"), "{said}");
}
