//! Every page in both languages, in every state, for every role; lists page by page.

use poverty_relief::PovertyRelief;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::Block;
use xl_plugin::testing::visit;

use crate::town::C1;
use crate::town::COUNTY;
use crate::town::GRID;
use crate::town::H1;
use crate::town::HANDLER;
use crate::town::TOWN;
use crate::town::Town;
use crate::town::VIEWER;
use crate::town::at;

const MENU: [&str; 8] = ["home", "register", "warnings", "visits", "projects", "helpers", "grievances", "kpis"];

fn draw(town: &Town, page: &str, query: &[(&str, &str)]) {
    for (account, role) in [GRID, HANDLER, TOWN, COUNTY, VIEWER] {
        town.hub.sign_in(account, &[role]);
        for locale in ["zh", "en"] {
            let visit = Visit { locale: locale.to_owned(), ..visit(page, query, at("2026-11-14", 9)) };
            let drawn = town.hub.view::<PovertyRelief>(visit).unwrap();
            assert!(!drawn.title.is_empty() && !drawn.blocks.is_empty(), "{page} in {locale} for {role}");
        }
    }
}

#[test]
fn every_page_is_drawn_in_both_languages_for_every_role_in_every_state() {
    let town = Town::new();
    MENU.iter().for_each(|page| draw(&town, page, &[]));
    let towns = [Town::reviewed as fn() -> Town, Town::monitored];
    for make in towns {
        let town = make();
        MENU.iter().for_each(|page| draw(&town, page, &[]));
        draw(&town, "household", H1);
        draw(&town, "register", H1);
        draw(&town, "visit", H1);
        draw(&town, "clue", C1);
        draw(&town, "home", &[("state", "reviewed")]);
        draw(&town, "home", &[("standing", "monitored")]);
        draw(&town, "kpis", &[("kpi", "on-time-rate"), ("period", "2026-11")]);
    }
    let town = Town::reviewed();
    town.see(HANDLER, "2026-11-05", "draft", C1).unwrap();
    assert_eq!(town.see(VIEWER, "2026-11-05", "draft", C1).unwrap_err(), PagesError::NotFound);
    town.publish("2026-11-05").unwrap();
    draw(&town, "clue", C1);
    draw(&town, "notice", &[("notice", "n000001")]);
}

#[test]
fn what_is_not_there_is_not_found_and_a_link_opens_the_notice_alone() {
    let town = Town::monitored();
    for (page, query) in [
        ("household", &[][..]),
        ("household", &[("household", "h9")]),
        ("clue", &[("clue", "../c")]),
        ("home", &[("state", "nowhere")]),
        ("full", &[("household", "h000001"), ("look", "l000009")]),
        ("draft", C1),
        ("nothing", &[]),
    ] {
        assert_eq!(town.see(HANDLER, "2026-11-14", page, query).unwrap_err(), PagesError::NotFound, "{page}");
    }
    for page in MENU {
        assert_eq!(town.stranger("2026-11-14", page, H1).unwrap_err(), PagesError::NotFound, "{page}");
    }
    for page in ["household", "full", "clue", "draft"] {
        assert_eq!(town.stranger("2026-11-14", page, H1).unwrap_err(), PagesError::NotFound, "{page}");
    }
    town.hub.sign_out();
    let public = Visit { public: true, ..visit("clue", C1, at("2026-11-14", 9)) };
    assert_eq!(town.hub.act::<PovertyRelief>(public, "go-on", &[]).unwrap_err(), PagesError::NotFound);
}

#[test]
fn a_list_shows_fifty_rows_and_leads_on() {
    let town = Town::new();
    for _ in 0..60 {
        town.register("2026-11-01").unwrap();
    }
    let rows = |query: &[(&str, &str)]| {
        let page = town.see(GRID, "2026-11-02", "home", query).unwrap();
        let rows = page.blocks.iter().find_map(|block| match block {
            Block::Table { rows, next, .. } => {
                Some((rows.len(), next.as_ref().and_then(|next| next.query.get("after").cloned())))
            }
            _ => None,
        });
        rows.unwrap()
    };
    let (first, more) = rows(&[("standing", "registered")]);
    assert_eq!(first, 50);
    let after = more.unwrap();
    assert_eq!(rows(&[("standing", "registered"), ("after", &after)]), (10, None));
}

#[test]
fn a_registration_with_gaps_is_refused_field_by_field_in_both_languages() {
    let town = Town::new();
    let refused = town.act(GRID, "2026-11-01", ("register", &[]), "register", &[("contact", "x")]).unwrap_err();
    let names: Vec<_> = refused["fields"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["able", "contact", "elderly", "head", "kind", "limited", "minor", "place"]);
    assert_eq!(refused["summary"], "没有保存，请检查标出的内容。");
    let visit = Visit { locale: "en".to_owned(), ..visit("register", &[], at("2026-11-01", 9)) };
    let refused = town.hub.act::<PovertyRelief>(visit, "register", &[]).unwrap_err();
    assert!(format!("{refused:?}").contains("Please fill this in."), "{refused:?}");
    assert_eq!(town.hub.records("households"), []);
}

#[test]
fn a_correction_keeps_what_is_left_empty_and_masks_a_new_name() {
    let town = Town::new();
    town.register("2026-11-01").unwrap();
    let form = [
        ("head", "李大江"),
        ("kind", "sudden"),
        ("able", "1"),
        ("limited", "0"),
        ("minor", "0"),
        ("elderly", "0"),
        ("key", "yes"),
    ];
    town.act(GRID, "2026-11-02", ("register", H1), "update", &form).unwrap();
    let sealed = town.hub.record("sealed", "h000001").unwrap();
    assert_eq!((&sealed["head"], &sealed["contact"]), (&"李大江".into(), &"13800001234".into()));
    let one = town.hub.record("households", "h000001").unwrap();
    assert_eq!((&one["head_masked"], &one["key"]), (&"李**".into(), &true.into()));
}

#[test]
fn a_long_file_is_shown_part_by_part() {
    let town = Town::monitored();
    let long = "很".repeat(500);
    for n in 0..70 {
        let form = [("kind", "work"), ("note", long.as_str()), ("from", "2026-11-14")];
        town.act_at(HANDLER, at("2026-11-14", 9) + n, ("household", H1), "measure", &form).unwrap();
        let form = [("want", "complaint"), ("clue", ""), ("text", long.as_str())];
        town.act_at(GRID, at("2026-11-14", 9) + n, ("household", H1), "grievance", &form).unwrap();
    }
    draw(&town, "household", H1);
    town.act(TOWN, "2026-11-15", ("household", H1), "show", &[("why", "help"), ("reason", "核对")]).unwrap();
    let look = |from| {
        let query = [("household", "h000001"), ("look", "l000001"), ("from", from)];
        town.see(TOWN, "2026-11-15", "full", &query).unwrap()
    };
    assert!(crate::town::text_of(&look("0")).contains(r#""from":"60""#));
    assert!(crate::town::text_of(&look("60")).matches(&long).count() > 20);
}
