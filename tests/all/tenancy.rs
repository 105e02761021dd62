//! One plugin in two townships is two modules: nothing of the one is seen by the other.

use serde_json::Value;
use serde_json::json;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// The township beside.
const BESIDE: &str = "371122103";

async fn enable(town: &Town, township: &str, digest: &str) {
    let grants = json!({"cameras": "all", "picture_level": "none", "links": false, "http": []});
    let settings = json!({"behaviour": "well-behaved"});
    let module = json!({"township": township, "digest": digest, "settings": settings, "grants": grants});
    town.post("modules", module).await;
}

async fn caught_up(town: &Town, township: &str) -> Value {
    town.until("the module caught up", || async {
        let module = town.get(&format!("modules/{township}/hostile")).await;
        (module["behind"] == 0).then_some(module)
    })
    .await
}

/// TEN-10, TEN-11, TEN-12.
#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_in_two_townships_shares_no_event_no_record_and_no_switch() {
    let town = Town::start().await;
    let digest = town.install(packed("hostile")).await;
    enable(&town, TOWNSHIP, &digest).await;
    enable(&town, BESIDE, &digest).await;
    town.pings(TOWNSHIP, 0..500).await;
    town.pings(BESIDE, 0..10_000).await;
    caught_up(&town, BESIDE).await;
    caught_up(&town, TOWNSHIP).await;
    let (own, beside) = (town.events_of(TOWNSHIP, "test.seen").await, town.events_of(BESIDE, "test.seen").await);
    assert_eq!((own.len(), beside.len()), (500, 10_000), "each saw the events of its township");
    let own = serde_json::to_string(&own).unwrap();
    assert!(!own.contains(BESIDE));

    // Switched off in the one, it goes on in the other; switched on again it finds where it was.
    let cursor = town.get(&format!("modules/{TOWNSHIP}/hostile")).await["cursor"].clone();
    town.post(&format!("modules/{TOWNSHIP}/hostile/disable"), json!({})).await;
    town.pings(TOWNSHIP, 500..600).await;
    town.pings(BESIDE, 10_000..10_100).await;
    caught_up(&town, BESIDE).await;
    assert_eq!(town.events_of(BESIDE, "test.seen").await.len(), 10_100);
    let off = town.get(&format!("modules/{TOWNSHIP}/hostile")).await;
    assert_eq!((&off["cursor"], off["state"].as_str()), (&cursor, Some("disabled")));
    town.post(&format!("modules/{TOWNSHIP}/hostile/resume"), json!({})).await;
    caught_up(&town, TOWNSHIP).await;
    assert_eq!(town.events_of(TOWNSHIP, "test.seen").await.len(), 600, "nothing was missed and nothing came twice");
}
