//! Cameras and pictures: only what was granted exists, only as far as the level reaches, only so often.

use std::sync::Arc;

use serde_json::json;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::picture::PictureLevel;
use xl_runtime::port::View;
use xl_runtime::run::Context;

use crate::plugin;
use crate::ports::World;
use crate::ports::digest;

fn world() -> Arc<World> {
    let world = Arc::new(World::default());
    ["foreign", "gh-1", "gh-2"].iter().for_each(|camera| world.camera(camera));
    world.picture("gh-1", 'a');
    world.picture("gh-1", 'b');
    world.picture("foreign", 'f');
    world
}

fn granted(world: &Arc<World>, change: impl FnOnce(&mut Grants)) -> Context {
    let mut context = plugin::context(world, "probe");
    let mut grants = (*context.grants.now()).clone();
    change(&mut grants);
    context.grants = grants.into();
    context
}

#[tokio::test]
async fn only_granted_cameras_exist() {
    let world = world();
    let plugin = plugin::hostile(|_| {}).await;
    let steps = json!(["cameras", {"camera": "gh-1"}, {"latest": "gh-1"}, {"latest": "gh-2"}, {"open": digest('a')}]);
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), steps).await;
    assert_eq!(
        answers,
        [
            r#"Ok(["gh-1", "gh-2"])"#.to_owned(),
            r#"Ok(("camera gh-1", Some(5)))"#.to_owned(),
            format!("Ok(\"{}\")", digest('b')),
            "Err(CamerasError::NotFound)".to_owned(),
            r#"Ok(("gh-1", 640, 480, 9000))"#.to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_foreign_camera_or_picture_is_not_found_however_it_is_written() {
    let world = world();
    let plugin = plugin::hostile(|_| {}).await;
    for name in ["foreign", "gh-3", "GH-1", "gh-1 ", "gh%2d1", "gh‑1", "../gh-1", "", "gh-1\u{0}", "*"] {
        let answers =
            plugin::answers(&plugin, &plugin::context(&world, "probe"), json!([{"camera": name}, {"latest": name}]))
                .await;
        assert_eq!(answers, ["Err(CamerasError::NotFound)"; 2], "{name}");
    }
    let names = [digest('f').to_string(), digest('0').to_string(), "A".repeat(64), "a".repeat(63), "x".to_owned()];
    let steps: Vec<_> = names.iter().map(|name| json!({"open": name})).collect();
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), json!(steps)).await;
    assert_eq!(answers, ["Err(PicturesError::NotFound)"; 5]);
}

#[tokio::test]
async fn each_level_shows_so_much_and_no_more() {
    let world = world();
    let plugin = plugin::hostile(|_| {}).await;
    let steps = || {
        json!([
            {"latest": "gh-1"}, {"open": digest('a')}, {"snapshot": ["gh-1", "produce", 1000]}, {"metrics": digest('a')},
            {"change": [digest('a'), digest('b'), []]}, {"pixels": [digest('a'), 32, 18]}, {"jpeg": [digest('a'), 320]},
        ])
    };
    for (level, shown, views) in [
        (PictureLevel::None, 0, vec![]),
        (PictureLevel::Metric, 5, vec![]),
        (PictureLevel::Masked, 7, vec![View::Masked; 2]),
        (PictureLevel::Raw, 7, vec![View::Raw; 2]),
    ] {
        let context = granted(&world, |grants| grants.picture_level = level);
        let answers = plugin::answers(&plugin, &context, steps()).await;
        let denied = answers.iter().filter(|answer| answer.contains("AccessDenied")).count();
        assert_eq!(answers.len() - denied, shown, "{level:?}: {answers:?}");
        assert!(answers[..shown].iter().all(|answer| answer.starts_with("Ok")), "{level:?}: {answers:?}");
        assert_eq!(std::mem::take(&mut *world.views.lock().unwrap()), views, "{level:?}");
    }
}

#[tokio::test]
async fn an_attached_picture_is_opened_by_its_own_module_only_as_far_as_the_level_reaches() {
    let world = world();
    let plugin = plugin::hostile(|_| {}).await;
    let own = plugin::context(&world, "probe").module.plugin;
    world.upload(own.as_str(), 'c');
    world.upload("another", 'd');
    let steps = || json!([{"open": digest('c')}, {"open": digest('d')}, {"jpeg": [digest('c'), 9]}]);
    // Not even a granted camera is needed: nobody's camera took it.
    let context = granted(&world, |grants| {
        grants.cameras = CameraSelector::None;
        grants.picture_level = PictureLevel::Masked;
    });
    let answers = plugin::answers(&plugin, &context, steps()).await;
    let info = "Ok((\"\", 640, 480, 9000))";
    assert_eq!(answers, [info, "Err(PicturesError::NotFound)", "Ok(9)"]);
    let context = granted(&world, |grants| grants.picture_level = PictureLevel::Metric);
    let answers = plugin::answers(&plugin, &context, steps()).await;
    assert!(answers[0] == info && answers[2].contains("AccessDenied"), "{answers:?}");
    let context = granted(&world, |grants| grants.picture_level = PictureLevel::None);
    assert!(plugin::answers(&plugin, &context, steps()).await[0].contains("AccessDenied"));
}

#[tokio::test]
async fn a_look_needs_a_granted_camera_a_purpose_and_a_picture_in_time() {
    let world = world();
    let plugin = plugin::hostile(|_| {}).await;
    let steps = json!([
        {"snapshot": ["gh-1", "produce", 1000]},
        {"snapshot": ["gh-2", "produce", 1000]},
        {"snapshot": ["gh-1", "produce", 0]},
        {"snapshot": ["gh-1", "security", 1000]},
        {"snapshot": ["foreign", "produce", 1000]},
        {"snapshot": ["../gh-1", "produce", 1000]},
        {"snapshot": ["gh-1", "", 1000]},
        {"snapshot": ["gh-1", "flood", 1000]},
    ]);
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), steps).await;
    assert_eq!(
        answers,
        [
            format!("Ok(\"{}\")", digest('b')),
            r#"Err(CamerasError::Unavailable("it sent none yet"))"#.to_owned(),
            r#"Err(CamerasError::Unavailable("the camera does not answer"))"#.to_owned(),
            "Err(CamerasError::AccessDenied)".to_owned(),
            "Err(CamerasError::NotFound)".to_owned(),
            "Err(CamerasError::NotFound)".to_owned(),
            r#"Err(CamerasError::Other("a purpose of 1 to 64 bytes is needed"))"#.to_owned(),
            "Err(CamerasError::AccessDenied)".to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_change_is_told_inside_a_region_and_a_wrong_region_says_what_to_do() {
    let world = world();
    let plugin = plugin::hostile(|_| {}).await;
    let steps = json!([
        {"change": [digest('a'), digest('b'), []]},
        {"change": [digest('a'), digest('b'), [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]]},
        {"change": [digest('a'), digest('b'), [[0.0, 0.0], [640.0, 0.0], [640.0, 360.0]]]},
        {"change": [digest('a'), digest('f'), []]},
    ]);
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), steps).await;
    assert!(answers[0].contains("share: 0.25") && answers[1].contains("share: 0.5"), "{answers:?}");
    assert!(answers[2].contains("give shares of width and height"), "{answers:?}");
    assert!(answers[3].contains("NotFound"), "a foreign reference is none: {answers:?}");
}

#[tokio::test]
async fn without_a_grant_there_are_no_cameras_at_all() {
    let world = world();
    let plugin = plugin::hostile(|_| {}).await;
    let context = granted(&world, |grants| grants.cameras = CameraSelector::None);
    let answers = plugin::answers(
        &plugin,
        &context,
        json!(["cameras", {"camera": "gh-1"}, {"latest": "gh-1"}, {"open": digest('a')}]),
    )
    .await;
    assert!(answers[..3].iter().all(|answer| answer.contains("AccessDenied")), "{answers:?}");
    assert!(answers[3].contains("NotFound"), "{answers:?}");
    assert_eq!(*world.asked.lock().unwrap(), 1, "only the picture's origin was looked up");
}

#[tokio::test]
async fn pixels_have_a_size_limit_and_one_picture_is_not_decoded_for_ever() {
    let world = world();
    let plugin = plugin::hostile(|_| {}).await;
    let steps = json!([
        {"pixels": [digest('a'), 0, 10]},
        {"pixels": [digest('a'), 1025, 1024]},
        {"pixels": [digest('a'), u32::MAX, u32::MAX]},
        {"jpeg": [digest('a'), 0]},
        {"pixels": [digest('a'), 1024, 1024]},
    ]);
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), steps).await;
    assert!(answers[..4].iter().all(|answer| answer.contains("TooLarge(1048576)")), "{answers:?}");
    assert_eq!(answers[4], "Ok(1048576)");
}

#[tokio::test]
async fn pictures_are_counted_over_all_runs_of_a_module() {
    let world = world();
    let plugin = plugin::hostile(|manifest| manifest.limits.pictures_per_minute = 3).await;
    let context = plugin::context(&world, "probe");
    let steps = || json!([{"open": digest('a')}, {"latest": "gh-1"}]);
    let first = plugin::answers(&plugin, &context, steps()).await;
    assert!(first.iter().all(|answer| answer.starts_with("Ok")), "{first:?}");
    let second = plugin::answers(&plugin, &context, steps()).await;
    assert!(second[0].starts_with("Ok"), "{second:?}");
    assert_eq!(second[1], "Err(CamerasError::RateLimited)");
}
