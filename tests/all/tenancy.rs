//! One plugin in two townships is two modules: nothing of the one is seen by the other.

use serde_json::Value;
use serde_json::json;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// The township beside.
const BESIDE: &str = "371122103";

async fn enable(town: &Town, township: &str, digest: &str, quotas: Value) {
    let grants = json!({"cameras": "all", "picture_level": "none", "links": false, "http": [], "quotas": quotas});
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

/// What each step of a script answers to a program that calls the module of a township.
async fn run(town: &Town, township: &str, call: &str, script: Value) -> Vec<String> {
    let told = town.post(&format!("modules/{township}/hostile/calls/{call}"), json!({ "script": script })).await;
    told.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The module of a township finds what it counted and wrote itself, also under a key that both wrote, and nothing of the other's.
async fn finds_its_own(town: &Town, township: &str, other: &str, pings: usize) {
    let script = json!([{"get": ["counts", "test.ping"]}, {"get": ["counts", "both"]},
                        {"get": ["counts", format!("only-{other}")]}, {"find": {}}]);
    let told = run(town, township, "ask", script).await;
    assert!(told[0].contains(&format!(r#"\"count\":{pings},"#)), "{township}: {told:?}");
    let both = format!(r#"Ok(Some("{{\"of\":\"{township}\"}}"))"#);
    let keys = format!(r#"Ok((["both", "only-{township}", "test.ping"], false))"#);
    assert_eq!(told[1..], [both.as_str(), "Ok(None)", keys.as_str()], "{township}");
}

/// TEN-10, TEN-11, TEN-12.
#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_in_two_townships_shares_no_event_no_record_and_no_switch() {
    let town = Town::start().await;
    let digest = town.install(packed("hostile")).await;
    enable(&town, TOWNSHIP, &digest, json!({})).await;
    enable(&town, BESIDE, &digest, json!({})).await;
    town.pings(TOWNSHIP, 0..500).await;
    town.pings(BESIDE, 0..10_000).await;
    caught_up(&town, BESIDE).await;
    caught_up(&town, TOWNSHIP).await;
    let (own, beside) = (town.events_of(TOWNSHIP, "test.seen").await, town.events_of(BESIDE, "test.seen").await);
    assert_eq!((own.len(), beside.len()), (500, 10_000), "each saw the events of its township");
    let own = serde_json::to_string(&own).unwrap();
    assert!(!own.contains(BESIDE));

    for township in [TOWNSHIP, BESIDE] {
        let (document, only) = (json!({ "of": township }).to_string(), format!("only-{township}"));
        let script = json!([{"put": ["counts", "both", document]}, {"put": ["counts", only, document]}]);
        assert_eq!(run(&town, township, "do", script).await, ["Ok(())"; 2]);
    }
    finds_its_own(&town, TOWNSHIP, BESIDE, 500).await;
    finds_its_own(&town, BESIDE, TOWNSHIP, 10_000).await;
    caught_up(&town, TOWNSHIP).await;

    // Switched off in the one, it goes on in the other; switched on again it finds where it was.
    let cursor = town.get(&format!("modules/{TOWNSHIP}/hostile")).await["cursor"].clone();
    town.post(&format!("modules/{TOWNSHIP}/hostile/disable"), json!({})).await;
    town.pings(TOWNSHIP, 500..600).await;
    town.pings(BESIDE, 10_000..10_100).await;
    caught_up(&town, BESIDE).await;
    assert_eq!(town.events_of(BESIDE, "test.seen").await.len(), 10_100);
    let off = town.get(&format!("modules/{TOWNSHIP}/hostile")).await;
    assert_eq!((&off["cursor"], off["state"].as_str()), (&cursor, Some("disabled")));
    finds_its_own(&town, BESIDE, TOWNSHIP, 10_100).await;
    town.post(&format!("modules/{TOWNSHIP}/hostile/resume"), json!({})).await;
    caught_up(&town, TOWNSHIP).await;
    assert_eq!(town.events_of(TOWNSHIP, "test.seen").await.len(), 600, "nothing was missed and nothing came twice");
    finds_its_own(&town, TOWNSHIP, BESIDE, 600).await;
}

/// TEN-15.
#[tokio::test(flavor = "multi_thread")]
async fn a_module_at_its_quota_is_told_which_and_the_same_plugin_in_the_township_beside_goes_on() {
    let town = Town::start().await;
    let digest = town.install(packed("hostile")).await;
    enable(&town, TOWNSHIP, &digest, json!({"events_per_day": 2})).await;
    enable(&town, BESIDE, &digest, json!({})).await;
    let publish = json!({"publish": {"kind": "test.pressed", "data": "{}"}});
    let script = json!([publish, publish, publish]);
    let told = run(&town, TOWNSHIP, "do", script.clone()).await;
    assert_eq!(told[..2], ["Ok(())"; 2]);
    assert!(told[2].contains("the module may publish 2 events a day"), "{told:?}");
    assert_eq!(run(&town, BESIDE, "do", script).await, ["Ok(())"; 3]);
    assert_eq!(town.events_of(TOWNSHIP, "test.pressed").await.len(), 2);
    assert_eq!(town.events_of(BESIDE, "test.pressed").await.len(), 3);
}
