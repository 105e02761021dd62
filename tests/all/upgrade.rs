//! Upgrades and rollbacks in the middle of a queue: every event is handled by exactly one version.

use std::collections::BTreeMap;

use serde_json::json;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// Events in the queue.
const QUEUED: usize = 50_000;

/// The well-behaved plugin, whose events say which build made them.
fn build(letter: u8) -> Vec<u8> {
    let component = packed("hostile");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    manifest.id = "counter".parse().unwrap();
    manifest.version = format!("0.{}.0", letter - b'A' + 1);
    let mut packed = xl_runtime::package::pack(&component, &manifest).unwrap();
    let mark = b"build-A";
    let at = packed.windows(mark.len()).position(|window| window == mark).unwrap();
    packed[at + mark.len() - 1] = letter;
    packed
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_and_a_rollback_in_a_long_queue_handle_every_event_once() {
    let town = Town::start().await;
    let (old, new) = (town.install(build(b'A')).await, town.install(build(b'B')).await);
    town.enable(&old, json!({"behaviour": "well-behaved"})).await;
    let module = format!("modules/{TOWNSHIP}/counter");
    town.post(&format!("{module}/disable"), json!({})).await;
    town.pings(TOWNSHIP, 0..QUEUED).await;
    town.post(&format!("{module}/resume"), json!({})).await;

    reaches(&town, &module, 5_000).await;
    town.post(&format!("{module}/upgrade"), json!({"digest": new})).await;
    reaches(&town, &module, 20_000).await;
    town.post(&format!("{module}/rollback"), json!({})).await;
    town.caught_up("counter").await;

    let (mut builds, mut handled) = (BTreeMap::<String, usize>::new(), BTreeMap::<u64, usize>::new());
    for event in town.events("test.seen").await {
        *builds.entry(event["data"]["build"].as_str().unwrap().to_owned()).or_default() += 1;
        *handled.entry(event["cause"].as_u64().unwrap()).or_default() += 1;
    }
    assert_eq!(handled.len(), QUEUED, "every event was handled");
    assert!(handled.values().all(|times| *times == 1), "by exactly one build");
    assert_eq!(builds.keys().collect::<Vec<_>>(), ["build-A", "build-B"], "both builds had their turn");
}

async fn reaches(town: &Town, module: &str, cursor: u64) {
    town.until("the cursor moved on", || async {
        (town.get(module).await["cursor"].as_u64().unwrap() >= cursor).then_some(())
    })
    .await;
}
