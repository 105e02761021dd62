//! Publishing: what a module may announce, about what, caused by what.

use std::sync::Arc;

use serde_json::json;
use xl_model::effect::Effect;
use xl_model::effect::Publication;
use xl_model::grant::CameraSelector;
use xl_model::picture::PictureLevel;
use xl_runtime::run::Context;

use crate::plugin;
use crate::ports::World;
use crate::ports::digest;

fn publish(change: serde_json::Value) -> serde_json::Value {
    let mut publish = json!({"kind": "test.seen", "data": "{}"});
    publish.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    json!({ "publish": publish })
}

#[tokio::test]
async fn a_publication_names_its_cause_and_what_the_module_saw() {
    let world = Arc::new(World::default());
    world.camera("gh-2");
    let picture = world.picture("gh-2", 'b');
    let opened = world.picture("gh-1", 'c');
    let plugin = plugin::hostile(|_| {}).await;
    let steps = json!([
        publish(json!({"camera": "gh-2", "subject": "棚", "pictures": [digest('b')], "data": "{\"x\":1}"})),
        {"open": digest('c')},
        publish(json!({"pictures": [digest('c')], "cause": 1})),
    ]);
    let mut first = plugin::event(1, json!({"script": steps}));
    first.fact.pictures = vec![picture.clone()];
    let second = plugin::event(2, json!({"script": []}));
    let handled = plugin.handle(&plugin::context(&world, "probe"), &plugin::batch([first, second])).await;
    let kind: xl_model::id::Kind = "test.seen".parse().unwrap();
    let one = Publication {
        kind: kind.clone(),
        camera: Some("gh-2".parse().unwrap()),
        subject: Some("棚".to_owned()),
        data: "{\"x\":1}".to_owned(),
        pictures: vec![picture],
        cause: 2,
    };
    let two =
        Publication { kind, camera: None, subject: None, data: "{}".to_owned(), pictures: vec![opened], cause: 1 };
    assert_eq!(plugin::effects(&handled), [Effect::Publish(one), Effect::Publish(two)], "{:?}", handled.log);
}

#[tokio::test]
async fn what_the_module_cannot_see_or_did_not_declare_is_not_published() {
    let world = Arc::new(World::default());
    ["gh-1", "foreign"].iter().for_each(|camera| world.camera(camera));
    world.picture("foreign", 'f');
    let plugin = plugin::hostile(|_| {}).await;
    let fat = format!("{{\"a\":\"{}\"}}", "x".repeat(256 * 1024));
    let steps = json!([
        publish(json!({"kind": "camera.picture"})),
        publish(json!({"data": "[]"})),
        publish(json!({"data": fat})),
        publish(json!({"camera": "foreign"})),
        publish(json!({"camera": "gh-2"})),
        publish(json!({"camera": "gh-1/../foreign"})),
        publish(json!({"pictures": [digest('f')]})),
        publish(json!({"pictures": vec![digest('a'); 17]})),
        publish(json!({"cause": 77})),
        publish(json!({"subject": "a\nb"})),
    ]);
    let handled = plugin.handle(&plugin::context(&world, "probe"), &plugin::script(steps)).await;
    assert_eq!(plugin::effects(&handled), []);
    let answers = plugin::lines(&handled);
    let kinds = [
        "Undeclared",
        "Invalid",
        "TooLarge(262144)",
        "Invalid",
        "Invalid",
        "Invalid",
        "Invalid",
        "Invalid",
        "Invalid",
        "Invalid",
    ];
    for (answer, kind) in answers.iter().zip(kinds) {
        assert!(answer.contains(kind), "{kind}: {answer}");
    }
    assert_eq!(answers.len(), kinds.len());
}

#[tokio::test]
async fn a_granted_camera_must_exist_in_the_township() {
    let world = Arc::new(World::default());
    world.camera("there");
    let plugin = plugin::hostile(|_| {}).await;
    let mut context: Context = plugin::context(&world, "probe");
    let mut grants = (*context.grants.now()).clone();
    grants.cameras = CameraSelector::All;
    context.grants = grants.into();
    let steps = json!([publish(json!({"camera": "there"})), publish(json!({"camera": "gone"}))]);
    let answers = plugin::answers(&plugin, &context, steps).await;
    assert_eq!(answers[0], "Ok(())");
    assert!(answers[1].contains("camera `gone` is not among the granted ones"), "{}", answers[1]);
}

#[tokio::test]
async fn below_the_level_metric_there_are_no_pictures() {
    let world = Arc::new(World::default());
    let picture = world.picture("gh-1", 'a');
    let plugin = plugin::hostile(|_| {}).await;
    let mut context = plugin::context(&world, "probe");
    let mut grants = (*context.grants.now()).clone();
    grants.picture_level = PictureLevel::None;
    context.grants = grants.into();
    let mut event = plugin::event(
        1,
        json!({"script": [publish(json!({"pictures": [digest('a')]})), {"open": digest('a')}, "event"]}),
    );
    event.fact.pictures = vec![picture];
    let handled = plugin.handle(&context, &plugin::batch([event])).await;
    let answers = plugin::lines(&handled);
    assert!(answers[0].contains("did not see"), "{}", answers[0]);
    assert!(answers[1].contains("AccessDenied"), "{}", answers[1]);
    assert!(answers[2].contains("pictures: []"), "{}", answers[2]);
}

#[tokio::test]
async fn an_event_arrives_whole() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let mut first = plugin::event(1, json!({"script": []}));
    first.fact.pictures = vec![world.picture("gh-1", 'a'), world.picture("gh-1", 'b')];
    let mut second = plugin::event(9, json!({"script": ["event"]}));
    second.fact.pictures = vec![world.picture("gh-2", 'c')];
    second.fact.subject = Some("棚".into());
    second.fact.cause = Some(1);
    second.fact.depth = 3;
    let handled = plugin.handle(&plugin::context(&world, "probe"), &plugin::batch([first, second])).await;
    let told = format!(
        "Some(Event {{ seq: 9, id: \"9\", source: \"test\", kind: \"test.ping\", camera: Some(\"gh-1\"), subject: Some(\"棚\"), \
         time-ms: 9, received-ms: 9, data: \"{{\\\"script\\\":[\\\"event\\\"]}}\", pictures: [PictureRef {{ sha256: \
         \"{}\", width: 640, height: 480, bytes: 9000 }}], cause: Some(1), depth: 3 }})",
        digest('c')
    );
    assert_eq!(plugin::lines(&handled), [told]);
}
