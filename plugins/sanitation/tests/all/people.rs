//! Bad input field by field; complaints and public pages; what each page shows at first.

use sanitation::Sanitation;
use serde_json::json;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::testing::Hub;
use xl_plugin::testing::visit;

use crate::town::HOUR;
use crate::town::Town;
use crate::town::at;

const DAY: &str = "2026-11-26";

#[test]
fn bad_input_is_refused_field_by_field_and_nothing_is_kept() {
    let town = Town::new();
    let wrong = |page: &str, action: &str, form: &[(&str, &str)]| {
        let refused = town.press(DAY, page, &[], action, form).unwrap_err();
        refused["fields"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        wrong("places", "add-section", &[("grade", "5"), ("metres", "-1"), ("place", "371122103001")]),
        ["grade", "metres", "name", "place"]
    );
    let point = [("name", ""), ("section", "s9"), ("position", "far"), ("camera", "unknown"), ("shows", "sky")];
    assert_eq!(wrong("places", "add-point", &point), ["camera", "name", "position", "section", "shows"]);
    assert_eq!(
        wrong("places", "add-point", &[("name", "x"), ("section", "s000001"), ("camera", "gate-1"), ("shows", "bin")]),
        ["camera"]
    );
    assert_eq!(
        wrong("crew", "add-route", &[("vehicle", "v9"), ("points", "p000001 p9")]),
        ["name", "points", "vehicle"]
    );
    assert_eq!(
        wrong("crew", "add-plan", &[("target", "p9"), ("windows", "7-8"), ("weekdays", "8")]),
        ["target", "weekdays", "windows"]
    );
    assert_eq!(wrong("crew", "add-roster", &[]), ["account", "area", "weekdays", "windows"]);
    assert_eq!(wrong("complaints", "complain", &[("point", "p9")]), ["point", "source", "words"]);
    assert_eq!(
        wrong("figures", "costs", &[("day", "2026-11-27"), ("kilograms", "a"), ("cost", "")]),
        ["cost", "day", "kilograms"]
    );
    assert_eq!(
        (town.hub.records("sections").len(), town.hub.records("points").len(), town.hub.records("plans").len()),
        (2, 3, 0)
    );
}

#[test]
fn only_who_plans_sets_things_up() {
    let town = Town::new();
    town.is("li", "handler");
    let form = [("name", "x"), ("grade", "1"), ("metres", "1"), ("place", "371122102001")];
    assert_eq!(
        town.press(DAY, "places", &[], "add-section", &form).unwrap_err()["summary"],
        "您的角色不能进行此操作。"
    );
}

#[test]
fn a_complaint_is_taken_answered_and_followed_by_its_link() {
    let town = Town::new();
    let form = [("point", "p000002"), ("words", "箱子两天没清"), ("source", "hotline")];
    town.press(DAY, "complaints", &[], "complain", &form).unwrap();
    town.press("2026-11-28", "complaints", &[], "complain", &form).unwrap();
    assert!(town.page(at("2026-11-28", 9), "complaints", &[]).contains("已超期"));
    let tally = town.record("tallies", "2026-11");
    assert_eq!((&tally["complaints"], &tally["repeated"]), (&json!(2), &json!(1)));

    let first = [("complaint", "c000001")];
    let second = [("complaint", "c000002")];
    town.press_at(at("2026-11-28", 9), "complaint", &first, "answer", &[("words", "已清空")]).unwrap();
    town.press_at(at("2026-11-28", 9), "complaint", &second, "answer", &[("words", "已清空")]).unwrap();
    assert!(town.press("2026-11-28", "complaint", &first, "answer", &[("words", "x")]).is_err(), "once");
    let tally = town.record("tallies", "2026-11");
    assert_eq!((&tally["answered"], &tally["answered_on_time"]), (&json!(2), &json!(1)));

    let (_, page, query) = town.hub.links().remove(0);
    assert_eq!((page.as_str(), query.as_str()), ("public-complaint", r#"{"complaint":"c000001"}"#));
    let mut public = visit("public-complaint", &first, at("2026-11-28", 10));
    public.public = true;
    let shown = serde_json::to_string(&town.hub.view::<Sanitation>(public).unwrap()).unwrap();
    assert!(shown.contains("已清空") && !shown.contains("wang") && !shown.contains("箱子两天没清"), "{shown}");
}

#[test]
fn a_stranger_complains_at_the_point_once_and_follows_it_by_a_link_of_its_own() {
    let town = Town::new();
    let public = |page: &str, query: &[(&str, &str)]| Visit { public: true, ..visit(page, query, at(DAY, 9)) };
    let point = [("point", "p000002")];
    let photo = format!("{:064x}", 7);
    let form = [("words", "箱子两天没清\n很臭"), ("picture", &*photo), ("token", "5")];
    let send = |form: &[(&str, &str)]| town.hub.act::<Sanitation>(public("public", &point), "complain", form);
    let led = send(&form).unwrap();
    assert_eq!((led.page.as_str(), led.query.as_str()), ("public-complaint", r#"{"complaint":"c000001"}"#));
    assert_eq!(send(&form).unwrap().query, led.query, "pressed twice");
    assert!(town.hub.links().iter().any(|(_, page, query)| (page, query) == (&led.page, &led.query)));
    let kept = town.record("complaints", "c000001");
    assert_eq!((&kept["source"], &kept["picture"]), (&json!("link"), &json!(photo)));
    assert_eq!(town.hub.records("complaints").len(), 1);
    let desk = town.page(at(DAY, 9), "complaint", &[("complaint", "c000001")]);
    assert!(desk.contains(&photo) && desk.contains("扫码投诉"), "{desk}");
    let own = town.hub.view::<Sanitation>(public("public-complaint", &[("complaint", "c000001")])).unwrap();
    let own = serde_json::to_string(&own).unwrap();
    assert!(!own.contains(&photo) && !own.contains("很臭"), "{own}");
    assert!(matches!(send(&[("words", "")]), Err(PagesError::Invalid(_))));
    for (page, action) in [("public", "answer"), ("complaints", "complain"), ("public-complaint", "complain")] {
        let pressed = town.hub.act::<Sanitation>(public(page, &point), action, &form);
        assert_eq!(pressed.unwrap_err(), PagesError::NotFound, "{page}/{action}");
    }
}

#[test]
fn a_stranger_sees_a_points_day_and_no_person_camera_or_other_page() {
    let town = Town::new();
    let point = [("point", "p000001")];
    town.press(DAY, "point", &point, "issue-link", &[]).unwrap();
    assert!(town.page(at(DAY, 9), "point", &point).contains("\"qr\""));
    let open = |page: &str| {
        let mut public = visit(page, &point, at(DAY, 9));
        public.public = true;
        town.hub.view::<Sanitation>(public)
    };
    let shown = serde_json::to_string(&open("public").unwrap()).unwrap();
    assert!(shown.contains("镇环卫办 0633-000") && !shown.contains("gate-1"), "{shown}");
    for page in ["home", "point", "finding", "mine", "board"] {
        assert_eq!(open(page).unwrap_err(), PagesError::NotFound, "{page}");
    }
    town.press(DAY, "point", &point, "revoke-link", &[]).unwrap();
    assert_eq!(town.hub.links().len(), 0);
}

#[test]
fn every_page_of_the_menu_says_what_to_do_when_there_is_nothing_yet() {
    let hub = Hub::new(include_str!("../../plugin.toml"));
    hub.sign_in("wang", &["operator"]);
    for page in ["home", "mine", "review", "board", "complaints", "scores", "figures", "cameras", "places", "crew"] {
        for locale in ["zh", "en"] {
            let mut visit = visit(page, &[], at(DAY, 9));
            locale.clone_into(&mut visit.locale);
            let drawn = hub.view::<Sanitation>(visit).unwrap();
            assert!(!drawn.blocks.is_empty(), "{page}");
        }
    }
}

#[test]
fn the_english_pages_hold_no_chinese_of_the_plugins_own() {
    let hub = Hub::new(include_str!("../../plugin.toml"));
    hub.sign_in("wang", &["operator"]);
    for page in ["home", "mine", "review", "board", "complaints", "scores", "figures", "cameras", "places", "crew"] {
        let mut visit = visit(page, &[], at(DAY, 9) + HOUR);
        "en".clone_into(&mut visit.locale);
        let drawn = serde_json::to_string(&hub.view::<Sanitation>(visit).unwrap()).unwrap();
        let chinese: String = drawn.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
        assert_eq!(chinese, "", "{page}");
    }
}

#[test]
fn lists_are_drawn_in_parts() {
    let town = Town::new();
    for number in 0..60 {
        let name = format!("点位{number}");
        let form = [("name", name.as_str()), ("section", "s000001"), ("shows", "ground")];
        town.press(DAY, "places", &[], "add-point", &form).unwrap();
    }
    let page = town.page(at(DAY, 9), "places", &[]);
    assert!(page.contains("更多") && !page.contains("点位59"), "{page}");
    assert!(town.page(at(DAY, 9), "home", &[("after", "50")]).contains("点位59"));
}
