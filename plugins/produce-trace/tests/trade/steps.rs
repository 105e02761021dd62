//! From harvest to sale and back: certificates, shipments, mixing, recall, corrections.

use produce_trace::ProduceTrace;
use produce_trace::epcis;
use serde_json::Value;
use serde_json::json;
use xl_plugin::Visit;
use xl_plugin::testing::visit;

use crate::farm::Farm;
use crate::farm::GTIN;
use crate::farm::at;

#[test]
fn a_batch_goes_from_harvest_over_its_certificate_to_the_shop() {
    let farm = Farm::harvested();
    farm.test("b000001", "pass").unwrap();
    farm.certify("b000001").unwrap();
    let pack = [("packed", "2025-04-18"), ("sscc", "376104250021234569")];
    farm.act("b000001", "pack", &pack).unwrap();
    farm.ship("b000001", "60").unwrap();
    farm.act("b000001", "receive", &[("received", "2025-04-18")]).unwrap();
    let sale = [("sold", "2025-04-18"), ("order", "S-1"), ("quantity_kg", "65.5")];
    farm.act("b000001", "sell", &sale).unwrap();
    assert_eq!(farm.batch("b000001")["state"], "sold");
    let totals = farm.hub.record("totals", "all").unwrap();
    assert_eq!((&totals["sold"], &totals["harvested"]), (&json!(1), &json!(0)));
    let mut steps: Vec<String> = farm
        .journal()
        .iter()
        .map(|event| event["bizStep"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
        .collect();
    steps.sort();
    let expected = [
        "BizStep-plant_protection",
        "commissioning",
        "commissioning",
        "inspecting",
        "inspecting",
        "packing",
        "receiving",
        "retail_selling",
        "shipping",
    ];
    assert_eq!(steps, expected);
    let kinds: Vec<String> = farm.hub.published().into_iter().map(|published| published.kind).collect();
    for kind in ["tested", "packed", "shipped", "received", "sold"] {
        assert!(kinds.contains(&format!("trace.batch.{kind}")), "{kind}");
    }
}

#[test]
fn every_event_of_a_batch_is_valid_and_named_by_its_hash() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    farm.ship("b000001", "10").unwrap();
    let document = farm.document("b000001");
    assert_eq!(epcis::check(&document), Ok(epcis::Kind::Document));
    let events = document["epcisBody"]["eventList"].as_array().unwrap();
    assert_eq!(events.len(), 5);
    for event in events {
        assert_eq!(event["eventID"], epcis::hash::id(event, document.get("@context")), "{event}");
    }
    let text = document.to_string();
    for hidden in ["13800000000", "某某合作社", "镇农资店", "某超市"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

#[test]
fn a_batch_that_failed_its_test_is_never_certified() {
    let farm = Farm::harvested();
    farm.test("b000001", "fail").unwrap();
    let refused = farm.certify("b000001").unwrap_err();
    assert_eq!(refused["summary"], "最近一次检测不合格，不能出具合格证，也不能出库。");
    assert!(farm.ship("b000001", "1").is_err() && farm.hub.records("certificates").is_empty());
    farm.test("b000001", "pass").unwrap();
    farm.certify("b000001").unwrap();
}

#[test]
fn nothing_leaves_without_a_certificate_or_in_a_larger_quantity_than_there_is() {
    let farm = Farm::harvested();
    assert_eq!(farm.ship("b000001", "1").unwrap_err()["summary"], "本批次没有有效的承诺达标合格证，请先出证。");
    farm.certify("b000001").unwrap();
    let refused = farm.ship("b000001", "125.501").unwrap_err();
    assert_eq!(refused["fields"]["quantity_kg"], "数量超过剩余量（125.5 公斤）。");
    farm.ship("b000001", "125.5").unwrap();
}

#[test]
fn what_is_split_or_mixed_needs_a_certificate_of_its_own() {
    let farm = Farm::harvested();
    farm.second_harvest();
    farm.certify("b000001").unwrap();
    farm.act("b000001", "split", &[("split", "2025-04-18"), ("quantity_kg", "25.5")]).unwrap();
    assert_eq!(farm.batch("b000003")["trade"]["parents"], json!(["b000001"]));
    assert!(farm.ship("b000003", "1").is_err(), "no certificate yet");
    farm.certify("b000003").unwrap();
    farm.ship("b000003", "1").unwrap();
    let mix = [("mixed", "2025-04-18"), ("quantity_kg", "100"), ("other", "b000002"), ("other_kg", "50")];
    farm.act("b000001", "mix", &mix).unwrap();
    let mixed = farm.batch("b000004");
    assert_eq!((&mixed["quantity_kg"], &mixed["trade"]["parents"]), (&json!(150), &json!(["b000001", "b000002"])));
    assert_eq!((&mixed["state"], mixed["trade"].get("certificate")), (&json!("harvested"), None));
    assert_eq!(farm.batch("b000001")["state"], "sold", "nothing of it is left");
    for (other, field) in [("b000001", "other"), ("b999999", "other"), ("", "other")] {
        let mix = [("mixed", "2025-04-18"), ("quantity_kg", "1"), ("other", other), ("other_kg", "1")];
        assert!(farm.act("b000001", "mix", &mix).unwrap_err()["fields"][field].is_string(), "{other}");
    }
}

#[test]
fn a_recall_reaches_every_batch_made_of_it_and_stops_them() {
    let farm = Farm::harvested();
    farm.second_harvest();
    let mix = [("mixed", "2025-04-18"), ("quantity_kg", "10"), ("other", "b000002"), ("other_kg", "10")];
    farm.act("b000001", "mix", &mix).unwrap();
    farm.act("b000003", "split", &[("split", "2025-04-18"), ("quantity_kg", "5")]).unwrap();
    farm.certify("b000004").unwrap();
    farm.ship("b000004", "2").unwrap();
    assert!(farm.act("b000001", "recall", &[]).unwrap_err()["fields"]["reason"].is_string());
    farm.act("b000001", "recall", &[("reason", "农残超标")]).unwrap();
    let recall = farm.hub.record("recalls", "r000001").unwrap();
    assert_eq!((&recall["lots"], &recall["receivers"]), (&json!(["b000001", "b000003", "b000004"]), &json!(1)));
    let told = farm.hub.published().into_iter().find(|published| published.kind == "trace.recall.started").unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&told.data).unwrap(),
        json!({ "batch": "b000001", "recall": "r000001", "batches": 3, "receivers": 1, "steps": 2 })
    );
    farm.evening();
    let figures = farm.hub.kpis();
    let figure = |kpi: &str| figures.iter().find(|it| it.kpi == kpi).map(|it| (it.numerator, it.denominator)).unwrap();
    assert_eq!((figure("recall-batches"), figure("recall-receivers")), ((3.0, 1.0), (1.0, 1.0)));
    assert_eq!(farm.batch("b000002")["trade"].get("recall"), None, "what it was mixed with is not recalled");
    assert_eq!(farm.ship("b000004", "1").unwrap_err()["summary"], "本批次已召回，不能再进行此操作。");
    let events = farm.journal();
    let recalled = events.iter().find(|event| event["disposition"] == "recalled").unwrap();
    assert_eq!(recalled["quantityList"].as_array().unwrap().len(), 3);
    let document = farm.document("b000004");
    assert!(epcis::check(&document).is_ok());
    let text = document.to_string();
    for lot in ["b000001", "b000002", "b000003", "b000004"] {
        assert!(text.contains(lot), "the whole chain is in it: {lot}");
    }
}

#[test]
fn a_recall_whose_lots_fill_more_than_one_event_reaches_all_of_them() {
    let farm = Farm::harvested();
    let long = format!("https://trace.example.org/{}", "a".repeat(174));
    farm.hub.set_settings(&json!({ "link_base": long }));
    let split = |batch: &str, quantity: &str| {
        farm.act(batch, "split", &[("split", "2025-04-18"), ("quantity_kg", quantity)]).unwrap();
    };
    let children: Vec<String> = (2..=37).map(|number| format!("b{number:06}")).collect();
    children.iter().for_each(|_| split("b000001", "2"));
    children.iter().for_each(|child| (0..11).for_each(|_| split(child, "0.1")));
    farm.act("b000001", "recall", &[("reason", "农残超标")]).unwrap();
    let batches = farm.hub.records("batches");
    assert_eq!(batches.len(), 1 + 36 * 12);
    assert!(batches.iter().all(|(_, batch)| batch["trade"]["recall"] == "r000001"));
    let events = farm.journal();
    let recalled = events.iter().filter(|event| event["disposition"] == "recalled");
    let named: usize = recalled.map(|event| event["quantityList"].as_array().unwrap().len()).sum();
    assert_eq!(named, batches.len(), "every lot is named to programs once");
}

#[test]
fn a_recall_that_does_not_reach_everything_says_so() {
    let farm = Farm::harvested();
    let split = |batch: &str, quantity: &str| {
        farm.act(batch, "split", &[("split", "2025-04-18"), ("quantity_kg", quantity)]).unwrap();
    };
    let children: Vec<String> = (2..=23).map(|number| format!("b{number:06}")).collect();
    children.iter().for_each(|_| split("b000001", "5"));
    children.iter().for_each(|child| (0..92).for_each(|_| split(child, "0.05")));
    farm.act("b000001", "recall", &[("reason", "农残超标")]).unwrap();
    let recalled = farm.hub.records("batches").iter().filter(|(_, batch)| batch["trade"]["recall"].is_string()).count();
    assert_eq!(recalled, 2_001, "the batch and the 2,000 that a search visits");
    let graph = farm.page("graph", "b000001");
    assert!(graph.contains("只查到最近的 2000 批"), "{graph}");
}

#[test]
fn a_record_is_corrected_by_a_declaration_and_stays() {
    let farm = Farm::growing_sprayed("2025-04-10", "7");
    let entries = farm.hub.records("entries");
    let (_, entry) = entries.iter().find(|(key, _)| key.contains("used-")).unwrap();
    let record = entry["event"].as_str().unwrap().to_owned();
    assert!(farm.harvest("2025-04-12").is_err(), "inside the interval");
    let wrong = [("record", "0"), ("reason", "incorrect_data")];
    assert!(farm.act("b000001", "correct", &wrong).unwrap_err()["fields"]["record"].is_string());
    let correction = [("record", record.as_str()), ("reason", "did_not_occur")];
    farm.act("b000001", "correct", &correction).unwrap();
    assert!(farm.act("b000001", "correct", &correction).is_err(), "once is enough");
    assert_eq!(
        farm.hub.record("journal", &record).unwrap()["event"].get("errorDeclaration"),
        None,
        "the old one stays"
    );
    let declared = farm.hub.record("journal", &format!("{record}-error")).unwrap();
    assert_eq!(declared["event"]["errorDeclaration"]["reason"], "did_not_occur");
    assert_eq!(declared["event"]["eventID"], farm.hub.record("journal", &record).unwrap()["event"]["eventID"]);
    assert!(farm.page("batch", "b000001").contains("已更正：未发生"));
    farm.harvest("2025-04-12").unwrap();
    let harvest = farm.hub.records("entries");
    let (_, harvest) = harvest.iter().find(|(key, _)| key.ends_with("harvested")).unwrap();
    let undone = [("record", harvest["event"].as_str().unwrap()), ("reason", "did_not_occur")];
    assert!(farm.act("b000001", "correct", &undone).unwrap_err()["fields"]["reason"].is_string());
    assert!(epcis::check(&farm.document("b000001")).is_ok());
}

#[test]
fn a_banned_input_is_refused_by_its_registration_number() {
    let farm = Farm::growing();
    farm.hub.set_settings(&json!({ "banned_registrations": ["PD20250001"] }));
    let refused = farm.spray("2025-04-10", "7").unwrap_err();
    assert_eq!(refused["fields"]["registration"], "登记证号“PD20250001”已被禁用，不得使用。");
    assert!(farm.hub.records("entries").iter().all(|(key, _)| !key.contains("used")));
}

#[test]
fn every_wrong_field_of_the_trade_has_its_reason() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    for (action, fields) in [
        ("test", &["laboratory", "report", "result", "tested"][..]),
        ("certify", &["basis", "contact", "issued", "party"]),
        ("pack", &["packed", "sscc"]),
        ("ship", &["document", "quantity_kg", "receiver", "shipped"]),
        ("sell", &["order", "quantity_kg", "sold"]),
        ("split", &["quantity_kg", "split"]),
        ("recall", &["reason"]),
    ] {
        let refused = farm.act("b000001", action, &[]).unwrap_err();
        let named: Vec<_> = refused["fields"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, fields, "{action}");
    }
    let wrong = [("packed", "2025-04-18"), ("sscc", "376104250021234568")];
    assert!(farm.act("b000001", "pack", &wrong).unwrap_err()["fields"]["sscc"].as_str().unwrap().contains("SSCC"));
}

#[test]
fn a_complaint_opens_a_case_and_names_nobody() {
    let farm = Farm::harvested();
    let complaint = [("complaint", "有异味")];
    assert!(farm.act("b000001", "complain", &complaint).is_err(), "no matter is set");
    farm.hub.set_settings(&json!({ "complaint_matter": { "set": "gbt30428", "code": "01-02" } }));
    farm.act("b000001", "complain", &complaint).unwrap();
    let cases = farm.hub.cases();
    assert_eq!((cases.len(), cases[0].source.as_str(), cases[0].data.as_str()), (1, "app", r#"{"batch":"b000001"}"#));
}

#[test]
fn the_code_of_a_batch_with_a_gtin_carries_its_digital_link() {
    let farm = Farm::harvested();
    farm.act("b000001", "issue-link", &[]).unwrap();
    let page = farm.page("batch", "b000001");
    let code = farm.hub.links().remove(0).0;
    let named = format!(r#""digital_link":"01/{GTIN}/10/{}""#, &code[..20]);
    assert!(page.contains(&named), "{page}");
}

#[test]
fn a_buyer_complains_on_the_trace_page_once_and_follows_his_complaint_by_a_link_of_its_own() {
    let farm = Farm::harvested();
    let stranger =
        |page: &str, query: &[(&str, &str)]| Visit { public: true, ..visit(page, query, at("2025-04-20", 9)) };
    let trace = || stranger("trace", &[("batch", "b000001")]);
    let complaint = [("complaint", "有异味\r\n发黑"), ("token", "17")];
    assert!(!farm.draw("trace", &[("batch", "b000001")], "zh", true).contains("complain"));
    assert!(farm.hub.act::<ProduceTrace>(trace(), "complain", &complaint).is_err(), "no matter is set");
    farm.hub.set_settings(&json!({ "complaint_matter": { "set": "gbt30428", "code": "01-02" } }));
    assert!(farm.draw("trace", &[("batch", "b000001")], "zh", true).contains("complain"));
    for _ in 0..2 {
        let led = farm.hub.act::<ProduceTrace>(trace(), "complain", &complaint).unwrap();
        assert_eq!(led.page, "complaint");
    }
    let cases = farm.hub.cases();
    assert_eq!((cases.len(), cases[0].source.as_str()), (1, "link"), "pressed twice, opened once");
    let (_, page, query) = farm.hub.links().remove(0);
    assert_eq!((page.as_str(), query), ("complaint", json!({ "case": cases[0].id }).to_string()));
    let shown = farm.draw("complaint", &[("case", &cases[0].id)], "zh", true);
    assert!(shown.contains(&cases[0].id) && shown.contains("b000001") && !shown.contains("有异味"), "{shown}");
    for wrong in [&[("complaint", "")], &[("complaint", "a\u{7}")]] {
        assert!(farm.hub.act::<ProduceTrace>(trace(), "complain", wrong).is_err());
    }
    assert!(farm.hub.view::<ProduceTrace>(stranger("complaint", &[("case", "371122102-2025-000009")])).is_err());
}

#[test]
fn the_month_is_reported_in_the_evening() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    farm.ship("b000001", "10").unwrap();
    farm.evening();
    let figure = |kpi: &str| {
        let figures = farm.hub.kpis();
        let figure = figures.iter().find(|figure| figure.kpi == kpi).unwrap();
        (figure.period.clone(), figure.numerator, figure.denominator)
    };
    assert_eq!(figure("certificate-coverage"), ("2025-04".to_owned(), 1.0, 1.0));
    assert_eq!(figure("evidence-coverage"), ("2025-04".to_owned(), 0.0, 2.0));
    assert_eq!(figure("recalls"), ("2025-04".to_owned(), 0.0, 1.0));
}
