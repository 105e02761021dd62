//! What programs ask: documents, queries, orders.

use produce_trace::epcis;
use serde_json::Value;
use serde_json::json;

use crate::farm::Farm;
use crate::farm::GTIN;

const JSON_LD: &str = "application/ld+json";

fn partner() -> Value {
    serde_json::from_str(include_str!("../../testdata/openepcis/Documents/Combination_of_different_event.json"))
        .unwrap()
}

fn capture(farm: &Farm, document: &Value) -> Result<Value, Value> {
    farm.call("capture", &[], JSON_LD, document.to_string().as_bytes())
}

fn found(farm: &Farm, query: &[(&str, &str)]) -> Vec<Value> {
    let answer = farm.call("events", query, "", b"").unwrap();
    assert_eq!(epcis::check(&answer), Ok(epcis::Kind::QueryDocument));
    answer.pointer("/epcisBody/queryResults/resultsBody/eventList").unwrap().as_array().unwrap().clone()
}

#[test]
fn a_captured_document_is_kept_once() {
    let farm = Farm::growing();
    let count = partner()["epcisBody"]["eventList"].as_array().unwrap().len();
    let before = farm.hub.records("journal").len();
    let first = capture(&farm, &partner()).unwrap();
    assert_eq!((&first["captured"], &first["known"]), (&json!(count), &json!(0)));
    let kept = farm.hub.records("journal");
    assert_eq!(kept.len(), before + count);
    let again = capture(&farm, &partner()).unwrap();
    assert_eq!((&again["captured"], &again["known"]), (&json!(0), &json!(count)));
    assert_eq!(farm.hub.records("journal"), kept);
}

#[test]
fn a_sensors_number_is_given_back_as_it_was_captured() {
    let farm = Farm::growing();
    let mut event: Value = serde_json::from_str(include_str!("../../testdata/rare/alone.jsonld")).unwrap();
    let place = r#"[118.83219012345678,50.947573340894124,94.95886283158103,5e-324]"#;
    event["farm:place"] = serde_json::from_str(place).unwrap();
    let captured = capture(&farm, &event).unwrap();
    let id = captured["events"][0].as_str().unwrap();
    let kept = farm.hub.record("journal", id).unwrap();
    assert!(kept.to_string().contains(place), "{kept}");
}

#[test]
fn an_event_and_the_declaration_of_its_error_are_kept_beside_each_other() {
    let farm = Farm::growing();
    let event: Value = serde_json::from_str(include_str!("../../testdata/openepcis/Events/ObjectEvent.json")).unwrap();
    let mut declared = event.clone();
    declared["errorDeclaration"] = json!({ "declarationTime": "2025-01-01T00:00:00Z" });
    capture(&farm, &event).unwrap();
    let answer = capture(&farm, &declared).unwrap();
    assert_eq!(answer["captured"], 1);
    assert!(answer["events"][0].as_str().unwrap().ends_with("-error"));
}

#[test]
fn a_document_with_one_wrong_event_is_refused_as_a_whole_with_the_place() {
    let farm = Farm::growing();
    let before = farm.hub.records("journal");
    let mut document = partner();
    document["epcisBody"]["eventList"][1]["bizStep"] = json!("ploughing");
    let refused = capture(&farm, &document).unwrap_err();
    assert_eq!(refused["fields"]["/epcisBody/eventList/1/bizStep"], "不是标准词，也不是自有 URI。");
    assert_eq!(farm.hub.records("journal"), before);
    let no_json = farm.call("capture", &[], JSON_LD, b"{").unwrap_err();
    assert_eq!(no_json["fields"]["/"], "不是有效的 JSON 文档（嵌套不超过 128 层，数字不超过双精度浮点数的范围）。");
    let mut large = partner();
    large["epcisBody"]["eventList"][0]["example:note"] = json!("x".repeat(70_000));
    assert!(capture(&farm, &large).unwrap_err()["fields"]["/epcisBody/eventList/0"].as_str().unwrap().contains("KiB"));
}

#[test]
fn events_are_found_by_type_step_time_and_thing() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    farm.ship("b000001", "10").unwrap();
    assert_eq!(found(&farm, &[]).len(), 5);
    assert_eq!(found(&farm, &[("eventType", "TransformationEvent")]).len(), 1);
    assert_eq!(found(&farm, &[("EQ_bizStep", "shipping|inspecting")]).len(), 2);
    let from = [("GE_eventTime", "2025-04-17T00:00:00+08:00")];
    assert_eq!(found(&farm, &from).len(), 3);
    let until = [("LT_eventTime", "2025-04-17T00:00:00+08:00")];
    assert_eq!(found(&farm, &until).len(), 2);
    let class = format!("http://another-host.example/x/01/{GTIN}/10/b000001?17=260101");
    assert_eq!(found(&farm, &[("MATCH_anyEPCClass", &class)]).len(), 3, "harvest, certificate, shipment");
    assert_eq!(found(&farm, &[("MATCH_anyEPC", "urn:epc:id:sgtin:4012345.011111.1")]).len(), 0);
}

#[test]
fn pages_of_an_answer_follow_each_other_without_gap_or_repetition() {
    let farm = Farm::growing();
    capture(&farm, &partner()).unwrap();
    let class = partner()["epcisBody"]["eventList"][0]["epcList"][0].as_str().map(str::to_owned);
    for thing in [None, class] {
        let mut base: Vec<(&str, &str)> = vec![("perPage", "1")];
        if let Some(thing) = &thing {
            base.push(("MATCH_anyEPC", thing));
        }
        let all = found(&farm, &base.iter().copied().filter(|(name, _)| *name != "perPage").collect::<Vec<_>>());
        let (mut paged, mut token) = (Vec::new(), String::new());
        loop {
            let mut query = base.clone();
            query.push(("nextPageToken", &token));
            let answer = farm.call("events", &query, "", b"").unwrap();
            let results = &answer["epcisBody"]["queryResults"];
            paged.extend(results["resultsBody"]["eventList"].as_array().unwrap().clone());
            match results.get("xl:nextPageToken") {
                Some(next) => token = next.as_str().unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(paged, all);
    }
}

#[test]
fn a_parameter_that_is_not_understood_is_refused_rather_than_ignored() {
    let farm = Farm::growing();
    let query = [("EQ_disposition", "active"), ("perPage", "0"), ("GE_eventTime", "yesterday")];
    let refused = farm.call("events", &query, "", b"").unwrap_err();
    let named: Vec<_> = refused["fields"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(named, ["EQ_disposition", "GE_eventTime", "perPage"]);
}

#[test]
fn what_is_exported_can_be_captured_elsewhere_and_stays_the_same() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    let document = farm.document("b000001");
    let names: Vec<Value> =
        document["epcisBody"]["eventList"].as_array().unwrap().iter().map(|event| event["eventID"].clone()).collect();
    let other = Farm::growing();
    assert_eq!(capture(&other, &document).unwrap()["captured"], names.len() as u64 - 1, "the planting is the same");
    for name in names {
        let hex = name.as_str().unwrap().trim_start_matches("ni:///sha-256;").split('?').next().unwrap().to_owned();
        assert!(other.hub.record("journal", &hex).is_some(), "{hex}");
    }
    assert_eq!(farm.call("document", &[("batch", "b999999")], "", b""), Err(json!("CallsError::NotFound")));
    assert!(farm.call("document", &[], "", b"").unwrap_err()["fields"]["batch"].is_string());
}

#[test]
fn what_a_partner_tells_about_a_lot_is_in_its_document() {
    let farm = Farm::harvested();
    let receipt = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", { "shop": "https://shop.example.org/" }],
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving",
        "eventTime": "2025-04-18T12:00:00Z", "eventTimeZoneOffset": "+08:00", "shop:shelf": "7",
        "quantityList": [{ "epcClass": format!("https://shop.example.org/01/{GTIN}/10/b000001"), "quantity": 3, "uom": "KGM" }],
    });
    capture(&farm, &receipt).unwrap();
    let document = farm.document("b000001");
    assert_eq!(epcis::check(&document), Ok(epcis::Kind::Document));
    let last = document["epcisBody"]["eventList"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["shop:shelf"], &last["@context"][1]["shop"]), (&json!("7"), &json!("https://shop.example.org/")));
}

fn order(farm: &Farm, number: &str, lot: &str, quantity: f64) -> Result<Value, Value> {
    let body = json!({ "order": number, "lines": [{ "gtin": GTIN, "lot": lot, "quantity_kg": quantity }] });
    farm.call("order", &[], "application/json", body.to_string().as_bytes())
}

#[test]
fn an_order_is_a_sale_and_a_repeated_one_changes_nothing() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    assert_eq!(order(&farm, "S-7", "b000001", 5.5).unwrap()["known"], false);
    assert_eq!(farm.batch("b000001")["trade"]["left_kg"], 120);
    let (records, journal) = (farm.hub.records("batches"), farm.hub.records("journal"));
    assert_eq!(order(&farm, "S-7", "b000001", 5.5).unwrap()["known"], true);
    assert_eq!((farm.hub.records("batches"), farm.hub.records("journal")), (records, journal));
}

#[test]
fn the_lot_that_the_code_on_the_product_names_is_the_batch_for_tills_and_partners_while_the_link_is_open() {
    let farm = Farm::harvested();
    farm.certify("b000001").unwrap();
    farm.act("b000001", "issue-link", &[]).unwrap();
    let lot = farm.hub.links().remove(0).0[..20].to_owned();
    assert_eq!(order(&farm, "S-11", &lot, 5.5).unwrap()["batches"], json!(["b000001"]));
    let receipt = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving",
        "eventTime": "2025-04-18T12:00:00Z", "eventTimeZoneOffset": "+08:00",
        "quantityList": [{ "epcClass": format!("https://shop.example.org/01/{GTIN}/10/{lot}"), "quantity": 3, "uom": "KGM" }],
    });
    capture(&farm, &receipt).unwrap();
    assert!(farm.document("b000001").to_string().contains(&lot));
    for wrong in [&lot[..19], "link", ""] {
        assert!(order(&farm, "S-12", wrong, 1.0).unwrap_err()["fields"]["/lines/0/lot"].is_string(), "{wrong}");
    }
    farm.act("b000001", "revoke-link", &[]).unwrap();
    assert!(order(&farm, "S-13", &lot, 1.0).is_err());
}

#[test]
fn an_order_that_cannot_be_filled_sells_nothing_and_says_which_line() {
    let farm = Farm::harvested();
    let refused = order(&farm, "S-8", "b000001", 1.0).unwrap_err();
    assert_eq!(refused["fields"]["/lines/0/lot"], "本批次没有有效的承诺达标合格证，请先出证。");
    farm.certify("b000001").unwrap();
    let line = |lot: &str, quantity: f64| json!({ "gtin": GTIN, "lot": lot, "quantity_kg": quantity });
    let body = json!({ "order": "S-9", "lines": [line("b000001", 5.0), line("b000001", 500.0), line("none", 1.0)] });
    let refused = farm.call("order", &[], "application/json", body.to_string().as_bytes()).unwrap_err();
    let named: Vec<_> = refused["fields"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(named, ["/lines/1/quantity_kg", "/lines/2/lot"]);
    assert_eq!(
        (farm.batch("b000001")["trade"]["left_kg"].clone(), farm.hub.records("orders").len()),
        (json!(125.5), 0)
    );
    assert!(farm.call("order", &[], "application/json", b"{\"order\": 7}").is_err());
    farm.act("b000001", "recall", &[("reason", "农残超标")]).unwrap();
    assert_eq!(
        order(&farm, "S-10", "b000001", 1.0).unwrap_err()["fields"]["/lines/0/lot"],
        "本批次已召回，不能再进行此操作。"
    );
}
