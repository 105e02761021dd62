//! One plugin in two townships is two modules: nothing of the one is seen by the other.

use serde_json::Value;
use serde_json::json;
use xl_model::event::NewEvent;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// The township beside: 夏庄镇's neighbour.
const BESIDE: &str = "371122103";

/// A text that only the events of [`BESIDE`] hold.
const CANARY: &str = "canary-of-the-township-beside";

async fn enable(town: &Town, township: &str, digest: &str) {
    let grants = json!({"cameras": "all", "picture_level": "none", "links": false, "http": []});
    let settings = json!({"behaviour": "well-behaved"});
    let module = json!({"township": township, "digest": digest, "settings": settings, "grants": grants});
    town.post("modules", module).await;
}

/// Appends pings to the log of a township, 500 at a time.
async fn pings(town: &Town, township: &str, numbers: std::ops::Range<usize>, text: &str) {
    let township: xl_model::id::TownshipId = township.parse().unwrap();
    let numbers: Vec<usize> = numbers.collect();
    for part in numbers.chunks(500) {
        let ping = |n: &usize| NewEvent {
            township: township.clone(),
            source: "test".into(),
            id: n.to_string().into(),
            kind: "test.ping".parse().unwrap(),
            camera: None,
            subject: None,
            time_ms: 1,
            received_ms: 1,
            data: json!({"n": n, "text": text}).to_string().into(),
            pictures: Vec::new(),
            cause: None,
            depth: 0,
        };
        town.hub.store().append(part.iter().map(ping).collect()).await.unwrap();
    }
}

async fn caught_up(town: &Town, township: &str) -> Value {
    town.until("the module caught up", || async {
        let module = town.get(&format!("modules/{township}/hostile")).await;
        (module["behind"] == 0).then_some(module)
    })
    .await
}

async fn seen(town: &Town, township: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut after = 0;
    loop {
        let path = format!("events?township={township}&kind=test.seen&after={after}&limit=1000");
        let part = town.get(&path).await["events"].as_array().unwrap().clone();
        let Some(last) = part.last() else { return seen };
        after = last["seq"].as_u64().unwrap();
        seen.extend(part);
    }
}

/// TEN-10, TEN-11, TEN-12.
#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_in_two_townships_shares_no_event_no_record_and_no_switch() {
    let town = Town::start().await;
    let digest = town.install(packed("hostile")).await;
    enable(&town, TOWNSHIP, &digest).await;
    enable(&town, BESIDE, &digest).await;
    pings(&town, TOWNSHIP, 0..500, "own").await;
    pings(&town, BESIDE, 0..10_000, CANARY).await;
    caught_up(&town, BESIDE).await;
    caught_up(&town, TOWNSHIP).await;
    let (own, beside) = (seen(&town, TOWNSHIP).await, seen(&town, BESIDE).await);
    assert_eq!((own.len(), beside.len()), (500, 10_000), "each saw the events of its township");
    let own = serde_json::to_string(&own).unwrap();
    assert!(!own.contains(BESIDE) && !own.contains(CANARY));

    // Switched off in the one, it goes on in the other; switched on again it finds where it was.
    let cursor = town.get(&format!("modules/{TOWNSHIP}/hostile")).await["cursor"].clone();
    town.post(&format!("modules/{TOWNSHIP}/hostile/disable"), json!({})).await;
    pings(&town, TOWNSHIP, 500..600, "own").await;
    pings(&town, BESIDE, 10_000..10_100, CANARY).await;
    caught_up(&town, BESIDE).await;
    assert_eq!(seen(&town, BESIDE).await.len(), 10_100);
    let off = town.get(&format!("modules/{TOWNSHIP}/hostile")).await;
    assert_eq!((&off["cursor"], off["state"].as_str()), (&cursor, Some("disabled")));
    town.post(&format!("modules/{TOWNSHIP}/hostile/resume"), json!({})).await;
    caught_up(&town, TOWNSHIP).await;
    assert_eq!(seen(&town, TOWNSHIP).await.len(), 600, "nothing was missed and nothing came twice");
}
