//! The same history gives the same effects, and nothing of the world outside is seen.

use std::sync::Arc;

use serde_json::json;
use xl_model::batch::Outcome;

use crate::plugin;
use crate::ports::World;
use crate::ports::digest;

#[tokio::test]
async fn the_same_batch_twice_gives_identical_effects() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "probe");
    let steps = || json!(["random", "clocks", {"issue": ["home", "{}"]}, {"issue": ["home", "{}"]}]);
    let (one, two) = (
        plugin.handle(&context, &plugin::script(steps())).await,
        plugin.handle(&context, &plugin::script(steps())).await,
    );
    assert_eq!(one.outcome, two.outcome);
    assert_eq!(one.log, two.log);
    let mut later = plugin::script(steps());
    later.events = vec![Arc::new(plugin::event(2, json!({"script": steps()})))];
    let other = plugin.handle(&context, &later).await;
    assert_ne!(plugin::lines(&one)[0], plugin::lines(&other)[0], "another batch draws other numbers");
    assert_ne!(one.outcome, other.outcome);
}

#[tokio::test]
async fn clocks_stand_still_at_the_batches_time() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), json!(["clocks"])).await;
    assert_eq!(answers, ["Ok(1795420830000) Ok(0ns) 0ns"]);
}

#[tokio::test]
async fn files_sockets_environment_and_arguments_are_not_there() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let answers = plugin::answers(
        &plugin,
        &plugin::context(&world, "probe"),
        json!(["world", {"print": "a\u{1b}b\n"}, "settings"]),
    )
    .await;
    assert_eq!(
        answers,
        [
            "(0, 0) [false, false, false] [false, false, false]",
            "a\\u{1b}b",
            "Ok(())",
            r#"371122102 {"behaviour":"probe"}"#,
        ]
    );
}

#[tokio::test]
async fn a_replay_is_answered_from_the_record() {
    let world = Arc::new(World::default());
    world.camera("gh-1");
    world.picture("gh-1", 'a');
    let plugin = plugin::hostile(|_| {}).await;
    let mut context = plugin::context(&world, "probe");
    let steps = || {
        json!([
            {"fetch": ["GET", "https://slow.test/a"]},
            {"fetch": ["GET", "https://slow.test/a"]},
            "cameras",
            {"camera": "gh-1"},
            {"latest": "gh-1"},
            {"open": digest('a')},
            {"open": digest('b')},
        ])
    };
    let live = plugin.handle(&context, &plugin::script(steps())).await;
    let Outcome::Done(effects) = live.outcome else { panic!("{live:?}") };
    assert_eq!(effects.answers.len(), 7);

    world.cameras.lock().unwrap().clear();
    world.picture("gh-1", 'b');
    context.recorded = Some(Arc::new(effects.answers.clone()));
    let replay = plugin.handle(&context, &plugin::script(steps())).await;
    assert_eq!(replay.log, live.log);
    assert_eq!(replay.outcome, Outcome::Done(effects));
    assert_eq!(world.fetched.lock().unwrap().len(), 2, "nobody was asked again");

    let more = plugin.handle(&context, &plugin::script(json!([{"fetch": ["GET", "https://slow.test/b"]}]))).await;
    assert!(plugin::lines(&more)[0].contains("not recorded"), "{:?}", more.log);
}
