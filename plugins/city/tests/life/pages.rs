//! Every page, in both languages, for every role, empty and full.

use city::City;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::testing::visit;

use crate::town::CELL;
use crate::town::Town;

const MENU: [&str; 10] =
    ["work", "patrol", "hotline", "dispatch", "overdue", "heat", "evaluation", "cells", "sightings", "link"];

fn draw(town: &Town, page: &str, query: &[(&str, &str)]) {
    for locale in ["zh", "en"] {
        let visit = Visit { locale: locale.to_owned(), ..visit(page, query, town.now_ms) };
        let drawn = town.hub.view::<City>(visit).unwrap();
        assert!(!drawn.title.is_empty() && !drawn.blocks.is_empty(), "{page} in {locale}");
        let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
        assert_eq!(drawn.title.chars().any(is_chinese), locale == "zh", "{page}: {}", drawn.title);
    }
}

#[test]
fn every_page_is_drawn_in_both_languages_for_every_role_empty_and_full() {
    let roles = ["township-admin", "operator", "handler", "grid-member", "viewer"];
    let empty = Town::empty();
    for role in roles {
        empty.hub.sign_in("grid-01", &[role]);
        MENU.iter().for_each(|page| draw(&empty, page, &[]));
    }
    let mut full = Town::new();
    let case = full.dispatched();
    for role in roles {
        full.hub.sign_in("grid-01", &[role]);
        MENU.iter().for_each(|page| draw(&full, page, &[]));
        draw(&full, "case", &[("case", &case)]);
        draw(&full, "cell", &[("cell", CELL)]);
        draw(&full, "cell", &[]);
        draw(&full, "report", &[]);
        for filter in
            [("stage", "dispatched"), ("grid", CELL), ("unit", "huanwei"), ("mine", "yes"), ("overdue", "yes")]
        {
            draw(&full, "work", &[filter]);
        }
        for by in ["grid", "unit", "place", "nonsense"] {
            draw(&full, "evaluation", &[("by", by), ("month", "2026-10"), ("from", "x")]);
        }
    }
    full.hub.sign_out();
    MENU.iter().for_each(|page| draw(&full, page, &[]));
    let refused = |page: &str, query: &[(&str, &str)]| full.hub.view::<City>(visit(page, query, 0)).unwrap_err();
    assert_eq!(refused("nothing", &[]), PagesError::NotFound);
    assert_eq!(refused("case", &[]), PagesError::NotFound);
    assert_eq!(refused("case", &[("case", "x")]), PagesError::NotFound);
    assert_eq!(refused("cell", &[("cell", &"x".repeat(400))]), PagesError::NotFound);
}

#[test]
fn a_long_list_is_read_part_by_part_and_each_part_is_one_question() {
    let mut town = Town::new();
    for _ in 0..120 {
        town.patrol();
        town.wait(1);
    }
    town.operator();
    town.hub.take_host_calls();
    let mut query = vec![("stage".to_owned(), "reported".to_owned())];
    let mut seen = Vec::new();
    let mut parts = 0;
    // One more than there are, so that a list that begins anew at each part ends this test, not the machine.
    while parts < 4 {
        let asked: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let page = town.view("work", &asked);
        assert!(town.hub.take_host_calls() <= 4, "viewer, cases, settings");
        parts += 1;
        let mut next = None;
        for block in page.blocks {
            if let xl_plugin::page::Block::Table { rows, next: more, .. } = block {
                seen.extend(rows.into_iter().map(|row| row.cells[1].clone()));
                next = more;
            }
        }
        match next {
            Some(target) => query = target.query.into_iter().collect(),
            None => break,
        }
    }
    assert_eq!(parts, 3, "fifty, fifty, twenty");
    seen.dedup();
    assert_eq!(seen.len(), 120);
}

#[test]
fn the_public_link_is_opened_and_closed_by_an_administrator() {
    let mut town = Town::new();
    town.grid_member();
    assert!(town.press("link", &[], "open-link", &[]).is_err());
    assert!(!town.shown("link", &[]).contains("open-link"));
    town.admin();
    town.press("link", &[], "open-link", &[]).unwrap();
    town.press("link", &[], "open-link", &[]).unwrap();
    let (code, page, query) = town.hub.links().remove(0);
    assert_eq!((town.hub.links().len(), page.as_str(), query.as_str()), (1, "report", "{}"));
    assert!(town.shown("link", &[]).contains(&code));
    town.press("link", &[], "close-link", &[]).unwrap();
    assert_eq!(town.hub.links(), []);
}
