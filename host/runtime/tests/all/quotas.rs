//! Quotas of the grants: what is left of the limits of a manifest.

use std::sync::Arc;

use serde_json::json;
use xl_model::batch::Outcome;
use xl_model::batch::Stop;
use xl_model::grant::Quotas;
use xl_runtime::run::Context;

use crate::plugin;
use crate::ports::World;

fn with(world: &Arc<World>, behaviour: &str, quotas: Quotas) -> Context {
    let context = plugin::context(world, behaviour);
    granted(&context, quotas);
    context
}

fn granted(context: &Context, quotas: Quotas) {
    let mut grants = context.grants.now().as_ref().clone();
    grants.quotas = quotas;
    context.grants.set(grants);
}

#[tokio::test]
async fn a_quota_of_pictures_and_fetches_is_kept_within_the_run_that_it_is_lowered_in() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|manifest| manifest.limits.fetches_per_minute = 3).await;
    let quotas =
        |pictures, fetches| Quotas { pictures_per_minute: pictures, fetches_per_minute: fetches, ..Quotas::default() };
    let context = with(&world, "probe", quotas(Some(1), Some(1)));
    let steps = || {
        json!([{"latest": "gh-1"}, {"latest": "gh-1"}, {"fetch": ["GET", "https://slow.test/a"]},
               {"fetch": ["GET", "https://slow.test/b"]}])
    };
    let limited = |context: Context| {
        let plugin = plugin.clone();
        async move {
            let answers = plugin::answers(&plugin, &context, steps()).await;
            answers.iter().map(|answer| answer.contains("RateLimited")).collect::<Vec<_>>()
        }
    };
    assert_eq!(limited(context.clone()).await, [false, true, false, true]);
    // More than the manifest asks for changes nothing: three fetches a minute, of which one is used.
    granted(&context, quotas(Some(100), Some(100)));
    assert_eq!(limited(context.clone()).await, [false, false, false, false]);
    assert_eq!(limited(context).await, [false, false, true, true]);
}

#[tokio::test]
async fn a_quota_of_cpu_time_ends_a_run_before_the_limit_of_its_manifest() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|manifest| manifest.limits.cpu_ms = 60_000).await;
    let quotas = Quotas { cpu_ms: Some(50), ..Quotas::default() };
    let handled = plugin.handle(&with(&world, "endless-loop", quotas), &plugin::pings(1)).await;
    assert_eq!(handled.outcome, Outcome::Stopped(Stop::Cpu { limit_ms: 50 }));
}

#[tokio::test]
async fn a_quota_of_records_counts_what_is_stored_and_what_the_run_writes_and_leaves_deleting_free() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|manifest| manifest.limits.records_mib = 1).await;
    let context = with(&world, "probe", Quotas::default());
    let full = |answers: Vec<String>| answers.iter().map(|answer| answer.contains("may store")).collect::<Vec<_>>();
    let put = |key: &str| json!({"put": ["counts", key, format!(r#"{{"x":"{}"}}"#, "x".repeat(60_000))]});
    // 17 documents of some 60,000 bytes are one MiB.
    let keys: Vec<String> = (0..17).map(|number| number.to_string()).collect();
    let steps = keys.iter().map(|key| put(key)).chain([put("one more"), json!({"delete": ["counts", "0"]})]);
    let answers = full(plugin::answers(&plugin, &context, json!(steps.collect::<Vec<_>>())).await);
    assert_eq!(answers, [vec![false; 17], vec![true, false]].concat());
    // Nothing of that was committed; now something is.
    for key in &keys {
        world.put(key, &format!(r#"{{"x":"{}"}}"#, "x".repeat(60_000)));
    }
    assert_eq!(
        full(plugin::answers(&plugin, &context, json!([put("a"), put("5"), put("5")])).await),
        [true, false, false]
    );
    world.records.lock().unwrap().remove(&("counts".to_owned(), "3".to_owned()));
    assert_eq!(full(plugin::answers(&plugin, &context, json!([put("a")])).await), [false]);
    granted(&context, Quotas { records_mib: Some(0), ..Quotas::default() });
    let smaller = json!({"put": ["counts", "7", "{}"]});
    assert_eq!(full(plugin::answers(&plugin, &context, json!([put("a"), smaller])).await), [true, false]);
}

#[tokio::test]
async fn a_quota_of_events_counts_those_of_the_day_and_begins_anew_with_the_next() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|manifest| manifest.limits.events_per_day = 5).await;
    let context = with(&world, "probe", Quotas { events_per_day: Some(3), ..Quotas::default() });
    let publish = json!({"publish": {"kind": "test.seen", "data": "{}"}});
    let publish = |count: usize| json!(vec![publish.clone(); count]);
    let refused =
        |answers: Vec<String>| answers.iter().map(|it| it.contains("may publish 3 events")).collect::<Vec<_>>();
    *world.published.lock().unwrap() = 1;
    assert_eq!(refused(plugin::answers(&plugin, &context, publish(3)).await), [false, false, true]);
    // That run was not committed: two are left once more, until somebody else's count says otherwise.
    assert_eq!(refused(plugin::answers(&plugin, &context, publish(2)).await), [false, false]);
    *world.published.lock().unwrap() = 3;
    assert_eq!(refused(plugin::answers(&plugin, &context, publish(1)).await), [true]);
    *world.published.lock().unwrap() = 0;
    assert_eq!(refused(plugin::answers(&plugin, &context, publish(4)).await), [false, false, false, true]);
    granted(&context, Quotas::default());
    *world.published.lock().unwrap() = 3;
    let answers = plugin::answers(&plugin, &context, publish(3)).await;
    assert!(answers[2].contains("may publish 5 events"), "the limit of its manifest: {answers:?}");
}
