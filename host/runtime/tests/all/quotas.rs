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
        |pictures, fetches| Quotas { pictures_per_minute: pictures, fetches_per_minute: fetches, cpu_ms: None };
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
