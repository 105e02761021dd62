//! The same history gives the same effects, and a page action in the middle of a batch loses neither.

use serde_json::json;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_recorded_events_give_byte_identical_effects_twice() {
    let town = Town::start().await;
    town.register("gh-1").await;
    let digest = town.install(packed("hostile")).await;
    town.enable(&digest, json!({"behaviour": "well-behaved"})).await;
    town.pings(TOWNSHIP, 0..10_000).await;
    town.caught_up("hostile").await;

    let key = xl_model::id::ModuleKey { township: TOWNSHIP.parse().unwrap(), plugin: "hostile".parse().unwrap() };
    let digest: xl_model::id::Digest = digest.parse().unwrap();
    let modules = town.hub.modules();
    let once = serde_json::to_string(&modules.replay(&key, &digest, 0, u64::MAX).await.unwrap()).unwrap();
    let twice = serde_json::to_string(&modules.replay(&key, &digest, 0, u64::MAX).await.unwrap()).unwrap();
    assert!(once.matches("test.seen").count() >= 10_000, "the replay did the work");
    assert!(once == twice, "byte by byte the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_action_in_the_middle_of_a_running_queue_loses_neither() {
    let town = Town::start().await;
    let digest = town.install(packed("hostile")).await;
    town.enable(&digest, json!({"behaviour": "well-behaved"})).await;
    let module = format!("modules/{TOWNSHIP}/hostile");
    town.post(&format!("{module}/disable"), json!({})).await;
    town.pings(TOWNSHIP, 0..10_000).await;
    town.post(&format!("{module}/resume"), json!({})).await;
    for n in 0..20 {
        let press = json!({"query": {}, "form": {"n": n.to_string()}});
        town.post(&format!("{module}/pages/home/actions/press"), press).await;
    }
    town.caught_up("hostile").await;
    assert_eq!(town.events("page.action").await.len(), 20);
    assert_eq!(town.events("test.pressed").await.len(), 20, "every action had its effect");
    let caused = town.events("test.seen").await;
    let by_pings = caused.iter().filter(|event| event["data"]["kind"] == "test.ping").count();
    assert_eq!(by_pings, 10_000, "every event had its effect");
}
