//! Pages: drawing changes nothing, acting does, and what comes back is checked.

use std::sync::Arc;

use serde_json::json;
use xl_model::batch::Stop;
use xl_model::block::Block;
use xl_model::effect::Effect;
use xl_model::link::LinkId;
use xl_runtime::Plugin;
use xl_runtime::run::Done;
use xl_runtime::run::PageFault;
use xl_runtime::run::Press;
use xl_runtime::run::Visit;

use crate::plugin;
use crate::ports::World;

fn visit(page: &str, query: serde_json::Value) -> Visit {
    Visit {
        page: page.to_owned(),
        query: query.to_string(),
        locale: "zh".to_owned(),
        link: None,
        viewer: None,
        now_ms: 9,
    }
}

fn press(action: &str) -> Press {
    let form = json!({"n": "5"}).to_string();
    Press { visit: visit("home", json!({})), action: action.to_owned(), form, pictures: Vec::new(), seed: 1 }
}

async fn texts(plugin: &Plugin, world: &Arc<World>, query: serde_json::Value) -> Vec<String> {
    let viewed = plugin.view(&plugin::context(world, "well-behaved"), visit("home", query)).await;
    let blocks = viewed.page.unwrap().blocks;
    let text = |block| if let Block::Text { text } = block { text } else { panic!("{block:?}") };
    blocks.into_iter().map(text).collect()
}

#[tokio::test]
async fn a_page_shows_what_is_committed() {
    let world = Arc::new(World::default());
    world.put("test.ping", r#"{"count":3,"seq":9}"#);
    let plugin = plugin::hostile(|_| {}).await;
    assert!(plugin.has_pages());
    assert_eq!(texts(&plugin, &world, json!({})).await, ["3"]);
}

#[tokio::test]
async fn drawing_a_page_changes_nothing_and_reaches_no_host() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let script = json!([
        {"put": ["counts", "k", "{}"]},
        {"delete": ["counts", "k"]},
        {"publish": {"kind": "test.seen", "data": "{}"}},
        {"issue": ["home", "{}"]},
        {"revoke": "0".repeat(26)},
        {"fetch": ["GET", "https://slow.test/"]},
    ]);
    let answers = texts(&plugin, &world, json!({"script": script.to_string()})).await;
    assert!(answers[1..6].iter().all(|answer| answer.contains("read only")), "{answers:?}");
    assert!(answers[6].contains("not available in pages"), "{answers:?}");
    assert!(world.fetched.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_action_has_effects_without_a_cause_of_its_own() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let acted = plugin.act(&plugin::context(&world, "well-behaved"), press("press")).await;
    assert_eq!(acted.done, Ok(Done { page: "home".to_owned(), query: "{}".to_owned() }));
    let [Effect::Publish(publication), Effect::Put { .. }] = acted.effects.list.as_slice() else { panic!("{acted:?}") };
    assert_eq!((publication.cause, publication.data.as_str()), (0, r#"{"n":"5"}"#));
}

#[tokio::test]
async fn a_refused_action_keeps_the_reason_and_no_effect() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "well-behaved");
    for (action, faulty) in [("wrong", "Invalid"), ("far", "BadPage"), ("unknown", "NotFound")] {
        let acted = plugin.act(&context, press(action)).await;
        assert!(format!("{:?}", acted.done).contains(faulty), "{acted:?}");
        assert_eq!(acted.effects.list, []);
    }
}

#[tokio::test]
async fn a_page_that_is_none_or_never_comes_is_a_fault_of_the_module() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|manifest| manifest.limits.cpu_ms = 50).await;
    let context = plugin::context(&world, "well-behaved");
    let fault = async |query| plugin.view(&context, visit("home", query)).await.page.unwrap_err();
    assert!(matches!(fault(json!({"as": "wrong"})).await, PageFault::BadPage(_)));
    assert_eq!(fault(json!({"as": "nothing"})).await, PageFault::NotFound);
    assert_eq!(fault(json!({"as": "loop"})).await, PageFault::Stopped(Stop::Cpu { limit_ms: 50 }));
}

#[tokio::test]
async fn a_stranger_sees_only_public_pages_and_nobody_others() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|manifest| manifest.pages[0].public = false).await;
    let context = plugin::context(&world, "well-behaved");
    let stranger = Visit { link: Some(LinkId::of("code")), ..visit("home", json!({})) };
    assert_eq!(plugin.view(&context, stranger).await.page, Err(PageFault::NotFound));
    assert_eq!(plugin.view(&context, visit("gone", json!({}))).await.page, Err(PageFault::NotFound));
    let without = plugin::hostile(|manifest| manifest.pages.clear()).await;
    assert!(!without.has_pages());
    assert_eq!(without.view(&context, visit("home", json!({}))).await.page, Err(PageFault::NotFound));
}

#[tokio::test]
async fn an_action_publishes_the_pictures_of_its_form_without_opening_them_and_no_others() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let (attached, other) = (world.upload("hostile", 'a'), world.upload("hostile", 'b'));
    let report = |photo: &xl_model::picture::PictureRef| Press {
        visit: visit("report", json!({})),
        action: "report".to_owned(),
        form: json!({"photo": photo.sha256}).to_string(),
        pictures: vec![attached.clone()],
        seed: 1,
    };
    let context = plugin::context(&world, "well-behaved");
    let mut grants = (*context.grants.now()).clone();
    grants.picture_level = xl_model::picture::PictureLevel::None;
    context.grants.set(grants);
    let acted = plugin.act(&context, report(&attached)).await;
    let published = acted.effects.list.iter().find_map(|effect| match effect {
        Effect::Publish(publication) => Some(publication.pictures.clone()),
        _ => None,
    });
    assert_eq!(published, Some(vec![attached.clone()]), "{:?}", acted.done);
    let acted = plugin.act(&context, report(&other)).await;
    assert!(matches!(acted.done, Err(PageFault::Other(_))), "{:?}", acted.done);
}
