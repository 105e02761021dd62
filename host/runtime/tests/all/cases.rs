//! Cases: a module's own, moved by whoever pressed or called, and by itself only as far as it may.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;
use xl_model::case::Power;
use xl_model::case::Source;
use xl_model::case::StepName;
use xl_model::effect::Effect;
use xl_model::link::LinkId;
use xl_model::people::member::ActsFor;
use xl_runtime::run::Press;
use xl_runtime::run::Viewer;
use xl_runtime::run::Visit;

use crate::plugin;
use crate::ports::World;

const FIRST: &str = "371122102-2026-000001";

fn viewer(powers: &[Power]) -> Viewer {
    Viewer {
        account: "li".parse().unwrap(),
        name: "李".to_owned(),
        roles: vec!["operator".to_owned()],
        powers: powers.iter().copied().collect(),
        acts_for: ActsFor::All,
    }
}

/// A script that somebody has a button run.
fn press(script: &Value, viewer: Option<Viewer>) -> Press {
    let (query, locale) = ("{}".to_owned(), "zh".to_owned());
    let visit = Visit { page: "home".to_owned(), query, locale, link: None, viewer, now_ms: 1_795_420_830_000 };
    let form = json!({"script": script.to_string()}).to_string();
    Press { visit, action: "script".to_owned(), form, pictures: Vec::new(), seed: 1 }
}

#[tokio::test]
async fn a_module_opens_a_case_once_and_sees_its_own_steps() {
    let world = Arc::new(World::default());
    world.camera("gh-1");
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "probe");
    let steps = json!([
        {"open-case": ["bin-7", {"camera": "gh-1", "place": "371122102001"}]},
        {"open-case": ["bin-7", {}]},
        {"open-case": ["bin-8", {}]},
        {"move-case": [FIRST, "comment"]},
        {"move-case": [FIRST, "file"]},
        {"move-case": [FIRST, "win"]},
        {"see-case": FIRST},
        {"by-key": "bin-9"},
        {"cases": 10},
    ]);
    let handled = plugin.handle(&context, &plugin::script(steps)).await;
    let told = plugin::lines(&handled);
    assert_eq!(told[0], format!("Ok(\"{FIRST}\")"));
    assert_eq!(told[1], told[0], "the same number for the same key");
    assert_eq!(told[2], "Ok(\"371122102-2026-000002\")");
    assert!(told[3].contains("reported"), "{told:?}");
    assert!(told[4].contains("Refused") && told[5].contains("Invalid"), "{told:?}");
    assert!(told[6].contains("reported") && told[7] == "Ok(None)", "{told:?}");
    assert_eq!(told[8], "Ok(([], false))", "lists are as committed before the call");
    let moves: Vec<_> = plugin::effects(&handled)
        .iter()
        .map(|effect| match effect {
            Effect::MoveCase { before, case, past, cause } => (*before, case.key.as_str(), past.name, *cause),
            other => panic!("{other:?}"),
        })
        .collect();
    let opened = StepName::Open;
    assert_eq!(
        moves,
        [(None, "bin-7", opened, 1), (None, "bin-8", opened, 1), (Some(1), "bin-7", StepName::Comment, 1)]
    );
    world.commit(plugin::effects(&handled));
    let told = plugin::answers(&plugin, &context, json!([{"cases": 1}, {"history": FIRST}, {"figures": [0, 1]}])).await;
    assert_eq!(told[0], "Ok(([\"bin-8\"], true))");
    assert_eq!(told[1], r#"Ok([(1, "open", "module:hostile"), (2, "comment", "module:hostile")])"#);
    assert!(told[2].contains("reported: 2"), "{told:?}");
}

#[tokio::test]
async fn a_person_moves_a_case_as_far_as_he_may() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "probe");
    let script =
        json!([{"open-case": ["k", {}]}, {"move-case": [FIRST, "verify"]}, {"move-case": [FIRST, "file"]}, "viewer"]);
    let lines = async |viewer| {
        let acted = plugin.act(&context, press(&script, viewer)).await;
        let lines: Vec<String> = acted.effects.log.iter().map(|line| line.message.clone()).collect();
        (lines, acted.effects.list.len())
    };
    let (told, moves) = lines(Some(viewer(&[Power::Report, Power::File]))).await;
    assert!(told[2].contains("filed") && moves == 3, "{told:?}");
    assert!(told[3].contains("\"li\"") && told[3].contains("operator"), "{told:?}");
    let (told, moves) = lines(Some(viewer(&[Power::Report]))).await;
    assert!(told[1].contains("Refused") && told[1].contains('须') && moves == 1, "in Chinese: {told:?}");
    let (told, moves) = lines(Some(viewer(&[]))).await;
    assert!(told[0].contains("Refused") && told[1].contains("NotFound") && moves == 0, "{told:?}");
    let (told, moves) = lines(None).await;
    assert!(told[0].contains("Refused") && told[3] == "None" && moves == 0, "{told:?}");
}

#[tokio::test]
async fn a_module_moves_a_case_for_nobody_of_another_unit() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "probe");
    // It dispatches to `crew`.
    let script = json!([{"open-case": ["k", {}]}, {"move-case": [FIRST, "verify"]}, {"move-case": [FIRST, "file"]},
        {"move-case": [FIRST, "dispatch"]}, {"move-case": [FIRST, "accept"]}]);
    let last = async |acts_for: ActsFor| {
        let viewer = Viewer { acts_for, ..viewer(&Power::ALL) };
        let acted = plugin.act(&context, press(&script, Some(viewer))).await;
        acted.effects.log.last().unwrap().message.clone()
    };
    let of = |unit: &str| ActsFor::Units(vec![unit.parse().unwrap()]);
    for acts_for in [ActsFor::All, of("crew")] {
        assert!(last(acts_for.clone()).await.contains("accepted"), "{acts_for:?}");
    }
    let told = last(of("order")).await;
    assert!(told.contains("Refused") && told.contains("本案由crew（crew）承办"), "{told}");
}

#[tokio::test]
async fn somebody_behind_a_public_link_opens_a_case_and_does_nothing_else_with_it() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "probe");
    let script = json!([{"open-case": ["k", {"source": "patrol"}]}, {"move-case": [FIRST, "comment"]},
        {"move-case": [FIRST, "verify"]}, "viewer"]);
    // Whoever he is elsewhere: here nobody knows him.
    let mut pressed = press(&script, Some(viewer(&Power::ALL)));
    pressed.visit.link = Some(LinkId::of("abcdefghijklmnopqrstuvwxyz"));
    let acted = plugin.act(&context, pressed).await;
    let told: Vec<&str> = acted.effects.log.iter().map(|line| line.message.as_str()).collect();
    assert!(told[0].starts_with("Ok") && told[1].contains("Refused") && told[2].contains("Refused"), "{told:?}");
    assert_eq!(told[3], "None");
    let [Effect::MoveCase { case, past, .. }] = acted.effects.list.as_slice() else { panic!("{:?}", acted.effects) };
    assert_eq!((case.source, past.actor.as_str()), (Source::Link, "link:71c480df93d6ae2f"));
}

#[tokio::test]
async fn what_is_wrong_with_a_draft_is_told_and_opens_nothing() {
    let world = Arc::new(World::default());
    world.camera("gh-1");
    let picture = world.picture("gh-3", 'c').sha256;
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "probe");
    let steps = json!([
        {"open-case": ["", {}]},
        {"open-case": ["k", {"source": "gossip"}]},
        {"open-case": ["k", {"place": "371122103001"}]},
        {"open-case": ["k", {"camera": "gh-9"}]},
        {"open-case": ["k", {"picture": picture}]},
        {"see-case": "nothing"},
        {"cases": 0},
        {"figures": [2, 1]},
    ]);
    let handled = plugin.handle(&context, &plugin::script(steps)).await;
    let told = plugin::lines(&handled);
    for (answer, words) in
        told.iter().zip(["key", "source", "place", "camera", "pictures", "NotFound", "limit", "before `from`"])
    {
        assert!(answer.starts_with("Err") && answer.contains(words), "{answer}");
    }
    assert_eq!(plugin::effects(&handled), []);
}

#[tokio::test]
async fn without_the_grant_there_are_no_cases() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let mut context = plugin::context(&world, "probe");
    let mut grants = (*context.grants.now()).clone();
    grants.cases = false;
    context.grants = grants.into();
    let steps = json!([{"open-case": ["k", {}]}, {"see-case": FIRST}, {"move-case": [FIRST, "comment"]}, {"cases": 1},
        {"history": FIRST}, {"figures": [0, 1]}, {"by-key": "k"}]);
    let told = plugin::answers(&plugin, &context, steps).await;
    assert!(told.iter().all(|answer| answer.contains("AccessDenied")), "{told:?}");
}

#[tokio::test]
async fn a_replay_gives_new_cases_the_numbers_that_they_had() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let mut context = plugin::context(&world, "probe");
    let steps = json!([{"open-case": ["a", {}]}, {"open-case": ["b", {}]}]);
    let first = plugin.handle(&context, &plugin::script(steps.clone())).await;
    let xl_model::batch::Outcome::Done(effects) = &first.outcome else { panic!("{first:?}") };
    context.recorded = Some(Arc::new(effects.answers.clone()));
    // Somebody else opened another one since.
    let other =
        plugin.handle(&plugin::context(&world, "probe"), &plugin::script(json!([{"open-case": ["z", {}]}]))).await;
    world.commit(plugin::effects(&other));
    let again = plugin.handle(&context, &plugin::script(steps)).await;
    assert_eq!(plugin::effects(&again), effects.list);
}

#[tokio::test]
async fn a_key_figure_is_one_of_the_manifest_of_a_period_at_a_place_of_the_township() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let kpi = |kpi: &str, period: &str, place: Option<&str>, n: f64| json!({"kpi": [kpi, period, place, n, 972.0]});
    let steps = json!([
        kpi("rate", "2026-11", Some("371122102001"), 911.0),
        kpi("rate", "2026", None, 911.0),
        kpi("other", "2026", None, 1.0),
        kpi("rate", "2026-13", None, 1.0),
        kpi("rate", "2026", Some("371122103000"), 1.0),
        kpi("rate", "2026", None, -1.0),
    ]);
    let handled = plugin.handle(&plugin::context(&world, "probe"), &plugin::script(steps)).await;
    let told = plugin::lines(&handled);
    assert!(told[2].contains("Undeclared") && told[3..].iter().all(|answer| answer.contains("Invalid")), "{told:?}");
    let places: Vec<String> = plugin::effects(&handled)
        .iter()
        .map(|effect| if let Effect::ReportKpi(report) = effect { report.place.to_string() } else { String::new() })
        .collect();
    assert_eq!(places, ["371122102001", "371122102000"]);
}
