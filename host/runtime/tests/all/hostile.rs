//! Every limit is met by a guest that wants more, and each names itself.

use std::sync::Arc;

use serde_json::json;
use xl_model::batch::Outcome;
use xl_model::batch::Stop;
use xl_model::effect::LogLevel;
use xl_model::manifest::Manifest;
use xl_runtime::run::Handled;

use crate::plugin;
use crate::ports::World;

async fn run_with(behaviour: &str, change: impl FnOnce(&mut Manifest)) -> Handled {
    let world = Arc::new(World::default());
    run_in(&world, behaviour, change).await
}

async fn run_in(world: &Arc<World>, behaviour: &str, change: impl FnOnce(&mut Manifest)) -> Handled {
    let plugin = plugin::hostile(change).await;
    let handled = plugin.handle(&plugin::context(world, behaviour), &plugin::pings(20)).await;
    let after = plugin.handle(&plugin::context(world, "well-behaved"), &plugin::pings(3)).await;
    assert_eq!(plugin::effects(&after).len(), 4, "the engine is as good as before");
    handled
}

async fn stopped(behaviour: &str, change: impl FnOnce(&mut Manifest)) -> Stop {
    let handled = run_with(behaviour, change).await;
    match handled.outcome {
        Outcome::Stopped(stop) => stop,
        other => panic!("{behaviour}: {other:?}"),
    }
}

#[tokio::test]
async fn an_endless_loop_ends_with_its_cpu_time() {
    let handled = run_with("endless-loop", |manifest| manifest.limits.cpu_ms = 50).await;
    assert_eq!(handled.outcome, Outcome::Stopped(Stop::Cpu { limit_ms: 50 }));
    assert!(handled.cpu_us > 50_000, "{}", handled.cpu_us);
}

#[tokio::test]
async fn a_memory_bomb_ends_at_the_sum_of_its_memories() {
    let stop = stopped("memory-bomb", |manifest| manifest.limits.memory_mib = 16).await;
    assert_eq!(stop, Stop::Memory { limit_bytes: 16 * 1024 * 1024 });
}

#[tokio::test]
async fn endless_recursion_traps() {
    let stop = stopped("recursion", |_| {}).await;
    assert!(matches!(&stop, Stop::Trap { detail } if detail.contains("call stack exhausted")), "{stop}");
    assert!(
        stop.to_string().contains("in hostile::misdeeds::recursion::deeper"),
        "the innermost frame is named: {stop}"
    );
}

#[tokio::test]
async fn a_trap_is_told_and_its_log_is_kept_and_its_effects_are_not() {
    let handled = run_with("trap-on-one-event", |_| {}).await;
    assert!(matches!(handled.outcome, Outcome::Stopped(Stop::Trap { .. })), "{:?}", handled.outcome);
    let said =
        handled.log.iter().any(|line| line.level == LogLevel::Warn && line.message.contains("event 13 is poison"));
    assert!(said, "{:?}", handled.log);
    assert!(matches!(stopped("trap-on-every-event", |_| {}).await, Stop::Trap { .. }));
}

#[tokio::test]
async fn a_log_flood_is_cut_and_counted() {
    let handled = run_with("log-flood", |_| {}).await;
    assert_eq!(handled.outcome, Outcome::Done(Default::default()));
    assert_eq!(handled.log.len(), 201);
    assert!(handled.log[200].message.contains("4800 further lines were dropped"), "{:?}", handled.log[200]);
}

#[tokio::test]
async fn a_flood_on_standard_output_is_bounded_too() {
    let handled = run_with("output-flood", |manifest| manifest.limits.cpu_ms = 50).await;
    assert_eq!(handled.outcome, Outcome::Stopped(Stop::Cpu { limit_ms: 50 }));
    assert!(handled.log.len() <= 2, "one open line, cut: {}", handled.log.len());
}

#[tokio::test]
async fn a_flood_of_effects_is_stopped() {
    assert_eq!(stopped("effects-flood", |_| {}).await, Stop::Effects { limit: 1_024 });
}

#[tokio::test]
async fn effects_together_have_a_size() {
    let stop = stopped("effect-bytes-flood", |manifest| manifest.limits.effect_bytes = 1_000_000).await;
    assert_eq!(stop, Stop::Bytes { limit_bytes: 1_000_000 });
}

#[tokio::test]
async fn a_giant_string_does_not_reach_the_host() {
    assert_eq!(stopped("giant-string", |_| {}).await, Stop::Bytes { limit_bytes: 1_114_112 });
}

#[tokio::test]
async fn a_flood_of_host_calls_is_stopped() {
    let stop = stopped("host-call-flood", |manifest| manifest.limits.host_calls = 5_000).await;
    assert_eq!(stop, Stop::HostCalls { limit: 5_000 });
}

#[tokio::test]
async fn handles_that_are_never_given_back_have_an_end() {
    let stop = stopped("handle-growth", |manifest| manifest.limits.handles = 100).await;
    assert_eq!(stop, Stop::Handles { limit: 100 });
}

#[tokio::test]
async fn what_the_host_keeps_for_a_handle_counts_as_well() {
    // A timer is one handle of the guest and two things of the host: itself and when it is due.
    for (limit, outcome) in
        [(100, Outcome::Stopped(Stop::Handles { limit: 100 })), (200, Outcome::Done(Default::default()))]
    {
        let plugin = plugin::hostile(|manifest| manifest.limits.handles = limit).await;
        let mut context = plugin::context(&Arc::new(World::default()), "");
        context.settings = json!({"behaviour": "handle-growth", "handles": 60}).to_string().into();
        assert_eq!(plugin.handle(&context, &plugin::pings(1)).await.outcome, outcome);
    }
}

#[tokio::test]
async fn sleeping_ends_with_the_wall_time_though_the_clock_stands_still() {
    let stop = stopped("sleep", |manifest| manifest.limits.wall_ms = 50).await;
    assert_eq!(stop, Stop::Wall { limit_ms: 50 });
}

#[tokio::test]
async fn a_host_call_that_hangs_ends_with_the_wall_time() {
    let world = Arc::new(World { hangs: true, ..World::default() });
    let plugin = plugin::hostile(|manifest| manifest.limits.wall_ms = 50).await;
    for behaviour in ["slow-host", "well-behaved"] {
        let handled = plugin.handle(&plugin::context(&world, behaviour), &plugin::pings(2)).await;
        assert_eq!(handled.outcome, Outcome::Stopped(Stop::Wall { limit_ms: 50 }), "{behaviour}");
    }
}

#[tokio::test]
async fn a_port_that_fails_stops_the_run_as_the_hosts_fault() {
    let world = Arc::new(World { fails: true, ..World::default() });
    let plugin = plugin::hostile(|_| {}).await;
    let handled = plugin.handle(&plugin::context(&world, "well-behaved"), &plugin::pings(2)).await;
    let expected = Stop::Host { detail: "records.used: the store is away".to_owned() };
    assert_eq!(handled.outcome, Outcome::Stopped(expected));
}

#[tokio::test]
async fn what_a_guest_says_about_a_batch_is_passed_on() {
    assert_eq!(run_with("retry", |_| {}).await.outcome, Outcome::Retry(Some(1_500)));
    let rejected = run_with("reject", |_| {}).await.outcome;
    assert_eq!(rejected, Outcome::Rejected("no\\u{1b}[31m".to_owned()));
}

#[tokio::test]
async fn an_event_that_causes_itself_ends_after_eight() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "self-causing");
    for (depth, published) in [(0, 1), (7, 1), (8, 0)] {
        let mut event = plugin::event(1, json!({}));
        event.fact.depth = depth;
        let handled = plugin.handle(&context, &plugin::batch([event])).await;
        assert_eq!(plugin::effects(&handled).len(), published, "depth {depth}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_well_behaved_module_beside_hostile_ones_misses_nothing() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|manifest| manifest.limits.cpu_ms = 60).await;
    let mut hostile = tokio::task::JoinSet::new();
    for behaviour in ["endless-loop", "memory-bomb", "recursion", "host-call-flood", "sleep", "effects-flood"] {
        let (plugin, context) = (plugin.clone(), plugin::context(&world, behaviour));
        hostile.spawn(async move {
            let handled = plugin.handle(&context, &plugin::pings(2)).await;
            assert!(matches!(handled.outcome, Outcome::Stopped(_)), "{:?}", handled.outcome);
        });
    }
    let context = plugin::context(&world, "well-behaved");
    for round in 0..10 {
        let handled = plugin.handle(&context, &plugin::pings(64)).await;
        assert_eq!(plugin::effects(&handled).len(), 65, "round {round}");
    }
    hostile.abort_all();
    while let Some(ended) = hostile.join_next().await {
        assert!(ended.is_ok() || ended.unwrap_err().is_cancelled());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_runs_than_places_wait_for_their_turn() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let mut runs = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let (plugin, context) = (plugin.clone(), plugin::context(&world, "well-behaved"));
        runs.spawn(async move { plugin.handle(&context, &plugin::pings(10)).await });
    }
    while let Some(handled) = runs.join_next().await {
        assert_eq!(plugin::effects(&handled.unwrap()).len(), 11);
    }
}
