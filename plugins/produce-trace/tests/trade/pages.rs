//! What people and buyers see of the trade.

use serde_json::Value;
use serde_json::json;

use crate::farm::Farm;
use crate::farm::GTIN;

const B1: &[(&str, &str)] = &[("batch", "b000001")];

/// Draws every page of a farm in both languages.
fn draw_all(farm: &Farm) {
    let state: Vec<(&str, &str)> = vec![("state", "sold")];
    for locale in ["zh", "en"] {
        for (page, query) in [
            ("home", &[][..]),
            ("batches", &[]),
            ("batches", &state),
            ("recalls", &[]),
            ("orders", &[]),
            ("site", &[("site", "g000001")]),
            ("new-batch", &[]),
            ("batch", B1),
            ("graph", B1),
            ("trace", B1),
        ] {
            assert!(farm.draw(page, query, locale, page == "trace").len() > 40, "{page} in {locale}");
        }
    }
}

#[test]
fn every_page_is_drawn_in_every_state_and_in_both_languages() {
    let farm = Farm::harvested();
    draw_all(&farm);
    farm.test("b000001", "pass").unwrap();
    draw_all(&farm);
    farm.certify("b000001").unwrap();
    draw_all(&farm);
    farm.act("b000001", "pack", &[("packed", "2025-04-18"), ("sscc", "376104250021234569")]).unwrap();
    draw_all(&farm);
    farm.ship("b000001", "60").unwrap();
    draw_all(&farm);
    farm.act("b000001", "receive", &[("received", "2025-04-18")]).unwrap();
    draw_all(&farm);
    let sale = [("sold", "2025-04-18"), ("order", "S-1"), ("quantity_kg", "65.5")];
    farm.act("b000001", "sell", &sale).unwrap();
    draw_all(&farm);
    farm.act("b000001", "recall", &[("reason", "农残超标")]).unwrap();
    draw_all(&farm);
}

#[test]
fn the_certificate_has_what_the_order_wants_and_its_words_in_every_language() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    for locale in ["zh", "en"] {
        let page = farm.draw("certificate", &[("certificate", "c000001")], locale, false);
        for wanted in ["承诺达标合格证", "草莓", "125.5", "371122102", "2025-04-18", "某某合作社", "13800000000"]
        {
            assert!(page.contains(wanted), "{wanted} in {page}");
        }
    }
    farm.certify("b000001").unwrap();
    let old = farm.draw("certificate", &[("certificate", "c000001")], "zh", false);
    assert!(old.contains("此合格证已失效"), "another was issued: {old}");
}

#[test]
fn a_buyer_sees_certificate_and_recall_but_neither_receivers_nor_telephones() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    farm.ship("b000001", "10").unwrap();
    farm.hub.set_settings(&json!({ "complaint_contact": "12345" }));
    let page = farm.draw("trace", B1, "zh", true);
    for shown in ["承诺达标合格证", "c000001", "质量安全控制符合要求", "发货 10 公斤", "12345", "PD20250001"]
    {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    for hidden in ["某超市", "D-1", "13800000000", "某某合作社", "镇农资店"] {
        assert!(!page.contains(hidden), "{hidden} in {page}");
    }
    farm.act("b000001", "recall", &[("reason", "农残超标")]).unwrap();
    let page = farm.draw("trace", B1, "zh", true);
    assert!(page.contains("本批次已召回：农残超标") && !page.contains("合格证编号"), "{page}");
}

#[test]
fn a_step_that_was_not_made_is_not_shown_as_done() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    farm.ship("b000001", "10").unwrap();
    let page: Value = serde_json::from_str(&farm.page("trace", "b000001")).unwrap();
    let steps: Vec<&str> =
        page["blocks"][0]["steps"].as_array().unwrap().iter().map(|step| step["label"].as_str().unwrap()).collect();
    assert_eq!(steps, ["计划中", "生长中", "已采收", "已出证", "已发货", "已收货", "已售完"]);
}

#[test]
fn what_was_used_on_the_parts_of_a_mixed_batch_is_shown_to_its_buyer() {
    let farm = Farm::harvested();
    farm.second_harvest();
    let mix = [("mixed", "2025-04-18"), ("quantity_kg", "10"), ("other", "b000002"), ("other_kg", "10")];
    farm.act("b000001", "mix", &mix).unwrap();
    let page = farm.draw("trace", &[("batch", "b000003")], "zh", true);
    assert!(page.contains("PD20250001"), "{page}");
}

#[test]
fn the_graph_shows_lots_and_receivers_of_both_directions() {
    let farm = Farm::harvested();
    farm.act("b000001", "split", &[("split", "2025-04-18"), ("quantity_kg", "5")]).unwrap();
    farm.certify("b000002").unwrap();
    farm.ship("b000002", "2").unwrap();
    let up = farm.page("graph", "b000001");
    assert!(up.contains("b000002") && up.contains("某超市") && up.contains("去向批次 (1)"), "{up}");
    let down = farm.page("graph", "b000002");
    assert!(down.contains("来源批次 (1)") && down.contains("去向批次 (0)"), "{down}");
}

#[test]
fn a_product_with_a_gtin_shows_its_digital_link_below_the_townships_own_address() {
    let farm = Farm::growing();
    farm.hub.set_settings(&json!({ "link_base": "https://trace.example.org/p" }));
    assert!(farm.page("batch", "b000001").contains(&format!("https://trace.example.org/p/01/{GTIN}/10/b000001")));
}

#[test]
fn a_list_of_many_batches_goes_on_page_by_page_and_misses_none() {
    let farm = Farm::growing();
    let batch = farm.batch("b000001");
    for number in 2..=180 {
        xl_plugin::records::put("batches", &format!("b{number:06}"), &batch).unwrap();
    }
    let (mut after, mut seen, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let page = farm.draw("batches", &[("state", "growing"), ("after", &after)], "zh", false);
        let page: Value = serde_json::from_str(&page).unwrap();
        let blocks = page["blocks"].as_array().unwrap();
        let table = blocks.iter().find(|block| block["block"] == "table").unwrap();
        seen.extend(table["rows"].as_array().unwrap().iter().map(|row| row["to"]["query"]["batch"].clone()));
        pages += 1;
        let next = blocks.last().unwrap().pointer("/links/0/to/query/after");
        match next.and_then(Value::as_str) {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    let mut distinct: Vec<String> = seen.iter().map(|key| key.as_str().unwrap().to_owned()).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!((pages, seen.len(), distinct.len()), (4, 180, 180));
}
