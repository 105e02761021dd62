//! Fetching: only granted hosts, only in batches, only so often, always with a key.

use std::sync::Arc;

use serde_json::json;

use crate::plugin;
use crate::ports::World;

#[tokio::test]
async fn only_a_granted_host_is_asked_and_its_cookies_stay_outside() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let steps = json!([
        {"fetch": ["GET", "https://slow.test/a"]},
        {"fetch": ["GET", "https://other.test/a"]},
        {"fetch": ["GET", "http://slow.test/a"]},
        {"fetch": ["TRACE", "https://slow.test/a"]},
        {"fetch": ["GET", "https://slow.test@other.test/"]},
    ]);
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), steps).await;
    assert_eq!(answers[0], r#"Ok((200, [("content-type", "x")], [1]))"#);
    for (answer, kind) in answers[1..].iter().zip(["AccessDenied", "AccessDenied", "Invalid", "Invalid"]) {
        assert!(answer.contains(kind), "{answer}");
    }
    assert_eq!(world.fetched.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_repeated_run_sends_the_same_keys_and_two_requests_have_two() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "probe");
    for _ in 0..2 {
        let twice = json!([{"fetch": ["POST", "https://slow.test/a"]}, {"fetch": ["POST", "https://slow.test/a"]}]);
        plugin::answers(&plugin, &context, twice).await;
    }
    let fetched = world.fetched.lock().unwrap();
    let keys: Vec<_> = fetched.iter().map(|request| request.idempotency_key.as_str()).collect();
    assert_eq!(keys[..2], keys[2..]);
    assert_ne!(keys[0], keys[1]);
    assert_eq!(fetched[0].grant.host, "slow.test");
}

#[tokio::test]
async fn fetches_are_counted_over_all_runs_of_a_module() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|manifest| manifest.limits.fetches_per_minute = 1).await;
    let context = plugin::context(&world, "probe");
    let fetch = || json!([{"fetch": ["GET", "https://slow.test/a"]}]);
    assert!(plugin::answers(&plugin, &context, fetch()).await[0].starts_with("Ok"));
    assert!(plugin::answers(&plugin, &context, fetch()).await[0].contains("RateLimited"));
}
