//! Hostile plugins: each is stopped within its budget and named; a well-behaved module beside it misses nothing.

use serde_json::Value;
use serde_json::json;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// Events that every test sends.
const EVENTS: u64 = 40;

/// A hub with the hostile plugin under two names: one misbehaves, one does its work.
async fn beside(behaviour: &str) -> (Town, Value) {
    let town = Town::start_with(|config| {
        config.modules.retry_base_ms = 1;
        config.modules.suspend_after = 3;
    })
    .await;
    let good = renamed("good");
    let bad = renamed("bad");
    let (good, bad) = (town.install(good).await, town.install(bad).await);
    town.enable(&good, json!({"behaviour": "well-behaved"})).await;
    town.enable(&bad, json!({"behaviour": behaviour})).await;
    for n in 0..EVENTS {
        town.post("events", json!({"township": TOWNSHIP, "kind": "test.ping", "data": {"n": n}})).await;
    }
    town.caught_up("good").await;
    let seen = town.events("test.seen").await;
    let by_good = seen.iter().filter(|event| event["source"] == format!("/{TOWNSHIP}/module:good")).count();
    assert_eq!(by_good as u64, EVENTS, "the module beside it misses nothing");
    let bad = town.caught_up("bad").await;
    (town, bad)
}

fn renamed(name: &str) -> Vec<u8> {
    let component = packed("hostile");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    manifest.id = name.parse().unwrap();
    manifest.limits.cpu_ms = 100;
    manifest.limits.wall_ms = 1_000;
    xl_runtime::package::pack(&component, &manifest).unwrap()
}

async fn is_stopped_with(behaviour: &str, code: &str) {
    let (_town, bad) = beside(behaviour).await;
    assert_eq!(bad["state"], "suspended", "{behaviour}: {bad}");
    assert_eq!(bad["last_failure"]["code"], code, "{behaviour}: {bad}");
    assert!(bad["dead_letters"].as_u64() >= Some(3), "{behaviour}: {bad}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_is_stopped() {
    is_stopped_with("endless-loop", "XL0601").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sleeping_is_stopped() {
    is_stopped_with("sleep", "XL0602").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_bomb_is_stopped() {
    is_stopped_with("memory-bomb", "XL0603").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_recursion_is_stopped() {
    is_stopped_with("recursion", "XL0609").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_on_every_event_suspends_the_module() {
    is_stopped_with("trap-on-every-event", "XL0609").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_effects_is_stopped() {
    is_stopped_with("effects-flood", "XL0606").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strings_of_100_mb_are_stopped() {
    is_stopped_with("giant-string", "XL0607").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_host_calls_is_stopped() {
    is_stopped_with("host-call-flood", "XL0608").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn growing_handles_are_stopped() {
    is_stopped_with("handle-growth", "XL0605").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_log_lines_is_cut_and_counted() {
    let (town, bad) = beside("log-flood").await;
    assert_eq!(bad["state"], "running", "a loud module is no danger: {bad}");
    let log = town.get(&format!("modules/{TOWNSHIP}/bad/log?limit=1000")).await;
    let lines = log.as_array().unwrap();
    assert!(lines.iter().any(|line| line["message"].as_str().unwrap().contains("dropped")), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_poisonous_event_becomes_a_dead_letter_and_the_rest_is_handled() {
    let (town, bad) = beside("trap-on-one-event").await;
    assert_eq!((&bad["state"], &bad["dead_letters"]), (&json!("running"), &json!(1)), "{bad}");
    let letters = town.get(&format!("modules/{TOWNSHIP}/bad/dead-letters")).await;
    assert_eq!(letters[0]["code"], "XL0609", "{letters}");
    let seq = letters[0]["seq"].as_u64().unwrap();

    let again = format!("modules/{TOWNSHIP}/bad/dead-letters/{seq}/retry");
    assert_eq!(town.ask("POST", &again, Some(json!({}))).await.status, 502, "it is as poisonous as before");
    let settings = json!({"settings": {"behaviour": "well-behaved"}, "grants": {"cameras": "all"}});
    let answer = town.ask("PUT", &format!("modules/{TOWNSHIP}/bad/settings"), Some(settings)).await;
    assert!(answer.status < 300, "{answer:?}");
    town.post(&again, json!({})).await;
    let letters = town.get(&format!("modules/{TOWNSHIP}/bad/dead-letters")).await;
    assert_eq!(letters, json!([]), "handled now");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_cause_themselves_end_after_eight() {
    let (town, _) = beside("self-causing").await;
    let deepest = town.events("test.again").await.iter().map(|event| event["depth"].as_u64().unwrap()).max();
    assert_eq!(deepest, Some(8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_module_goes_on_from_its_cursor_when_it_is_resumed() {
    let (town, bad) = beside("trap-on-every-event").await;
    let settings = json!({"settings": {"behaviour": "well-behaved"}, "grants": {"cameras": "all"}});
    town.ask("PUT", &format!("modules/{TOWNSHIP}/bad/settings"), Some(settings)).await;
    town.post(&format!("modules/{TOWNSHIP}/bad/resume"), json!({})).await;
    town.caught_up("bad").await;
    let seen = town.events("test.seen").await;
    let by_bad = seen.iter().filter(|event| event["source"] == format!("/{TOWNSHIP}/module:bad")).count() as u64;
    assert_eq!(by_bad, EVENTS - bad["dead_letters"].as_u64().unwrap(), "all but the dead letters");
}
