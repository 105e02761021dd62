//! Public links: codes that nobody foresees, for pages that the manifest opens.

use std::sync::Arc;

use serde_json::json;
use xl_model::effect::Effect;

use crate::plugin;
use crate::ports::World;

#[tokio::test]
async fn a_link_is_issued_once_and_closed_for_good() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "probe");
    let handled = plugin.handle(&context, &plugin::script(json!([{"issue": ["home", "{\"batch\":\"1\"}"]}]))).await;
    let [Effect::IssueLink { code, page, query }] = plugin::effects(&handled) else { panic!("{handled:?}") };
    assert_eq!((page.as_str(), query.as_str(), code.len()), ("home", "{\"batch\":\"1\"}", 26));
    world.commit(plugin::effects(&handled));
    let steps = json!([{"revoke": code}, {"revoke": code}, {"revoke": "0".repeat(26)}, {"revoke": "x"}]);
    let handled = plugin.handle(&context, &plugin::script(steps)).await;
    assert_eq!(plugin::effects(&handled), [Effect::RevokeLink { code: code.clone() }]);
    assert!(plugin::lines(&handled)[1..].iter().all(|answer| answer.contains("NotFound")));
}

#[tokio::test]
async fn what_may_not_be_opened_is_refused() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let steps = json!([
        {"issue": ["gone", "{}"]},
        {"issue": ["home", "{\"a\":1}"]},
        {"issue": ["home", format!("{{\"a\":\"{}\"}}", "x".repeat(1024))]},
    ]);
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), steps).await;
    for (answer, kind) in answers.iter().zip(["NotPublic", "Invalid", "Invalid"]) {
        assert!(answer.contains(kind), "{answer}");
    }
    let mut context = plugin::context(&world, "probe");
    let mut grants = (*context.grants.now()).clone();
    grants.links = false;
    context.grants = grants.into();
    let answers = plugin::answers(&plugin, &context, json!([{"issue": ["home", "{}"]}])).await;
    assert!(answers[0].contains("AccessDenied"), "{answers:?}");
    let private = plugin::hostile(|manifest| manifest.pages[0].public = false).await;
    let answers =
        plugin::answers(&private, &plugin::context(&world, "probe"), json!([{"issue": ["home", "{}"]}])).await;
    assert!(answers[0].contains("NotPublic"), "{answers:?}");
}
