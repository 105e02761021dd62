//! Cases, key figures and calls, with a real component in a whole hub: what a module opens people find, what happens to a
//! case its module hears, and nothing of it is ever half done.

use serde_json::Value;
use serde_json::json;
use xl_model::case::Stage;
use xl_model::case::query::CaseQuery;
use xl_store::cases::CaseFilter;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// A town with the hostile plugin, which may keep cases.
async fn town(behaviour: &str) -> Town {
    let town = Town::start().await;
    let digest = town.install(packed("hostile")).await;
    town.post(
        "modules",
        json!({"township": TOWNSHIP, "digest": digest, "settings": {"behaviour": behaviour}, "grants": {"cases": true}}),
    )
    .await;
    town
}

fn calls(name: &str) -> String {
    format!("modules/{TOWNSHIP}/hostile/calls/{name}")
}

/// What each step of a script answers to a program.
async fn run(town: &Town, name: &str, script: Value) -> Vec<String> {
    let told = town.post(&calls(name), json!({ "script": script })).await;
    told.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The number of a case, out of what a step told.
fn number(told: &str) -> String {
    told.trim_start_matches("Ok(\"").trim_end_matches("\")").to_owned()
}

async fn stored(town: &Town) -> Vec<xl_model::case::Case> {
    let query = CaseQuery { limit: 200, ..CaseQuery::default() };
    let filter = CaseFilter { township: Some(TOWNSHIP.parse().unwrap()), query, ..CaseFilter::default() };
    town.hub.store().find_cases(filter).await.unwrap().cases
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_opens_a_case_a_person_moves_it_and_the_module_hears_of_both() {
    let town = town("well-behaved").await;
    let told = run(&town, "do", json!([{"open-case": ["bin-7", {}]}, {"open-case": ["bin-7", {}]}, "viewer"])).await;
    let id = number(&told[0]);
    assert_eq!(told[0], told[1], "one case for one key");
    assert!(told[2].contains("admin"), "{told:?}");
    let page = format!("modules/{TOWNSHIP}/hostile/pages/home/actions/move");
    for step in ["verify", "file", "dispatch"] {
        town.post(&page, json!({"query": {"case": id}, "form": {"step": step}})).await;
    }
    let refused = town.ask("POST", &page, Some(json!({"query": {"case": id}, "form": {"step": "close"}}))).await;
    assert_eq!((refused.status, refused.json["code"].as_str()), (422, Some("XL0625")), "{refused:?}");
    let cases = stored(&town).await;
    assert_eq!((cases.len(), cases[0].stage, cases[0].revision), (1, Stage::Dispatched, 4));
    town.caught_up("hostile").await;
    // The module subscribed to `case.*` and says what it saw.
    let seen = town.events("test.seen").await;
    let kinds: Vec<&str> = seen.iter().map(|event| event["data"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["case.opened", "case.verifying", "case.filed", "case.dispatched"]);
    let opened = &town.events("case.opened").await[0];
    assert_eq!(opened["source"], format!("/{TOWNSHIP}/cases"));
    assert_eq!(opened["subject"], id.as_str());
    let call = &town.events("module.call").await[0];
    assert_eq!(opened["cause"], call["seq"], "the call led to it");
    assert!(call["data"].get("body").is_none() && call["data"]["bytes"].as_u64() > Some(2), "{call}");
    assert_eq!(run(&town, "ask", json!([{"cases": 9}])).await, [r#"Ok((["bin-7"], false))"#]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_hears_of_no_case_of_another_and_cannot_touch_it() {
    let town = town("well-behaved").await;
    let id = number(&run(&town, "do", json!([{"open-case": ["a", {}]}])).await[0]);
    let beside = "371122103";
    let hostile = town.get("plugins").await;
    let hostile = hostile.as_array().unwrap().iter().find(|build| build["id"] == "hostile").unwrap().clone();
    let settings = json!({"behaviour": "well-behaved"});
    town.post(
        "modules",
        json!({"township": beside, "digest": hostile["digest"], "settings": settings, "grants": {"cases": true}}),
    )
    .await;
    let script = json!({"script": [{"see-case": id}, {"move-case": [id, "comment"]}, {"history": id}, {"cases": 9}]});
    let told = town.post(&format!("modules/{beside}/hostile/calls/do"), script).await;
    let told: Vec<&str> = told.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert!(told[..3].iter().all(|answer| answer.contains("NotFound")) && told[3].contains("[]"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_kept_of_a_call_that_failed() {
    let town = town("well-behaved").await;
    let body = json!({"script": [{"open-case": ["a", {}]}, {"put": ["counts", "k", "{}"]}]});
    let refused = town.ask("POST", &format!("{}?status=409", calls("do")), Some(body.clone())).await;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(stored(&town).await.is_empty() && town.events("module.call").await.is_empty());
    for (method, name, body, status, code) in [
        ("GET", "do", None, 405, "XL0634"),
        ("GET", "gone", None, 404, "XL0620"),
        ("POST", "ask?as=wrong", Some(json!({})), 502, "XL0633"),
        ("POST", "do", Some(json!([])), 422, "XL0625"),
    ] {
        let answer = town.ask(method, &calls(name), body).await;
        assert_eq!((answer.status, answer.json["code"].as_str()), (status, Some(code)), "{method} {name}");
    }
    assert_eq!(town.get(&calls("ask")).await, json!([]));
    assert!(stored(&town).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_opens_a_case_takes_effect_once_over_a_restart() {
    let town = town("probe").await;
    let event = |n: usize| {
        let data = json!({"script": [{"open-case": [format!("k{n}"), {}]}]});
        json!({"township": TOWNSHIP, "id": format!("e{n}"), "kind": "test.ping", "data": data})
    };
    for n in 0..20 {
        town.post("events", event(n)).await;
    }
    town.caught_up("hostile").await;
    let town = town.restart().await;
    town.post("events", event(3)).await;
    town.caught_up("hostile").await;
    let cases = stored(&town).await;
    assert_eq!(cases.len(), 20);
    let serials: std::collections::BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(serials.len(), 20, "each has a number of its own");
    assert_eq!(town.events("case.opened").await.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_villages_add_up_to_the_county() {
    let town = town("well-behaved").await;
    let kpi = |place: &str, n: f64, of: f64| json!({"kpi": ["rate", "2026-11", place, n, of]});
    let script =
        json!([kpi("371122102001", 902.0, 956.0), kpi("371122102002", 8.0, 16.0), kpi("371122102002", 9.0, 16.0)]);
    assert_eq!(run(&town, "do", script).await, ["Ok(())"; 3]);
    let all = town.get("kpis?period=2026-11&place=371122").await;
    let kpi = &all["kpis"][0];
    assert_eq!((kpi["value"].as_str(), kpi["name"]["en"].as_str()), (Some("93.72 %"), Some("On time")), "{all}");
    assert_eq!(kpi["parts"][0]["place"], "371122102000");
    let township = town.get("kpis?period=2026-11&place=371122102").await;
    let villages: Vec<&str> =
        township["kpis"][0]["parts"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap()).collect();
    assert_eq!(villages, ["94.35 %", "56.25 %"]);
    assert_eq!(town.get("kpis?period=2026-10").await["kpis"], json!([]));
    let table = town.get("kpis/export?period=2026-11").await;
    assert!(table.as_str().unwrap().contains("911,972,93.72 %"), "{table}");
    for (lang, words) in [("zh", "按期率"), ("en", "On time")] {
        let (status, page) = town.page(&format!("/figures?period=2026-11&lang={lang}"), true).await;
        assert!(status == 200 && page.contains(words) && page.contains("93.72 %"), "{page}");
    }
}
