//! Cases over the API: who may do what, what a second person is told, lists, pages and figures.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use serde_json::Value;
use serde_json::json;
use xl_model::case::CaseError;
use xl_model::case::FieldFault;
use xl_model::case::error::Refusal;
use xl_model::fault::Code;

use crate::api::problem::Problem;
use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::cases::CasesError;

mod codes;
mod units;

async fn call(router: &Router, key: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json");
    ask(router, request.body(Body::from(body.to_string())).unwrap()).await
}

fn report(place: &str) -> Value {
    json!({"township": "371122102", "code": "01-02", "title": "x", "source": "patrol", "place": place})
}

/// The parts of an answer that a step is told by: status, code, stage.
fn told(answer: &Answer) -> (u16, String, String) {
    let json = answer.json();
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    // A case has a code too: that of its matter.
    let code = if answer.status.is_success() { String::new() } else { text("code") };
    (answer.status.as_u16(), code, text("stage"))
}

#[tokio::test]
async fn a_case_goes_from_report_to_closing_through_the_hands_of_four() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let (member, desk) = (site.key("grid-member@371122102201").await, site.key("operator@371122102").await);
    let (unit, admin) = (site.key("handler@371122102").await, site.key("township-admin@371122102").await);

    let opened = call(&router, &member, "POST", "/cases", report("371122102201")).await;
    assert_eq!(opened.status.as_u16(), 201, "{}", opened.text);
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/cases/{id}");
    assert_eq!(call(&router, &member, "POST", "/cases", report("371122102")).await.status.as_u16(), 404);

    let mut revision = 1;
    for (who, step, expected) in [
        (&unit, json!({"name": "verify"}), (403, "XL0901", "")),
        (&member, json!({"name": "verify"}), (200, "", "verifying")),
        (&member, json!({"name": "file"}), (403, "XL0901", "")),
        (&desk, json!({"name": "file"}), (200, "", "filed")),
        (&desk, json!({"name": "dispatch"}), (422, "XL1001", "")),
        (&desk, json!({"name": "dispatch", "unit": "nobody"}), (422, "XL1001", "")),
        (&desk, json!({"name": "dispatch", "unit": "sanitation"}), (200, "", "dispatched")),
        (&unit, json!({"name": "return"}), (422, "XL1001", "")),
        (&unit, json!({"name": "start"}), (409, "XL1002", "")),
        (&unit, json!({"name": "accept"}), (200, "", "accepted")),
        (&unit, json!({"name": "start"}), (200, "", "processing")),
        (&unit, json!({"name": "phase"}), (409, "XL1005", "")),
        (&admin, json!({"name": "feedback", "note": "swept"}), (200, "", "feedback")),
        (&admin, json!({"name": "check"}), (403, "XL1004", "")),
        (&member, json!({"name": "check"}), (200, "", "checking")),
        (&admin, json!({"name": "close"}), (403, "XL1004", "")),
        (&desk, json!({"name": "close"}), (200, "", "closed")),
    ] {
        let mut body = step.clone();
        body["revision"] = json!(revision);
        let answer = call(&router, who, "POST", &format!("{path}/steps"), body).await;
        assert_eq!(
            told(&answer),
            (expected.0, expected.1.to_owned(), expected.2.to_owned()),
            "{step}: {}",
            answer.text
        );
        revision += u32::from(expected.0 == 200);
    }
    let history = call(&router, &member, "GET", &format!("{path}/history"), Value::Null).await.json();
    let steps: Vec<&str> = history["steps"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(steps, ["open", "verify", "file", "dispatch", "accept", "start", "feedback", "check", "close"]);
    let (from, to) = ("2026-11-01T00:00:00%2B08:00", "2026-12-01T00:00:00%2B08:00");
    let figures =
        call(&router, &desk, "GET", &format!("/cases/figures?from={from}&to={to}&by=kind"), Value::Null).await;
    let row = &figures.json()["rows"][0];
    assert_eq!(
        (&row["key"], &row["due"], &row["closed_on_time"]),
        (&json!("event"), &json!(1), &json!(1)),
        "{}",
        figures.text
    );
    assert_eq!((&row["closing_rate"], &row["extension_rate"]), (&json!("100.00"), &json!("0.00")));
}

#[tokio::test]
async fn who_is_second_is_told_to_look_again() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let key = site.key("operator@371122102").await;
    let id = call(&router, &key, "POST", "/cases", report("371122102")).await.json()["id"].as_str().unwrap().to_owned();
    let step = json!({"revision": 1, "name": "verify"});
    for (status, code) in [(200, ""), (409, "XL1006")] {
        let answer = call(&router, &key, "POST", &format!("/cases/{id}/steps"), step.clone()).await;
        let (found, said, _) = told(&answer);
        assert_eq!((found, said.as_str()), (status, code), "{}", answer.text);
    }
    let one = call(&router, &key, "GET", &format!("/cases/{id}"), Value::Null).await.json();
    assert_eq!((&one["revision"], &one["stage"]), (&json!(2), &json!("verifying")));
    let steps = one["steps"].as_array().unwrap();
    assert!(steps.contains(&json!("file")) && !steps.contains(&json!("feedback")), "{one}");
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_holds_what_its_reader_may_see() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let key = site.key("township-admin@371122102").await;
    for n in 0..5 {
        let place = if n == 0 { "371122102201" } else { "371122102202" };
        assert_eq!(call(&router, &key, "POST", "/cases", report(place)).await.status.as_u16(), 201);
        site.pass(1_000);
    }
    let list = async |key: &str, query: &str| call(&router, key, "GET", &format!("/cases{query}"), Value::Null).await;
    let ids = |answer: &Answer| {
        let json = answer.json();
        json["cases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["id"].as_str().unwrap()[15..].to_owned())
            .collect::<Vec<_>>()
    };
    let first = list(&key, "?limit=2").await;
    assert_eq!(ids(&first), ["000005", "000004"]);
    let after = first.json()["next"].as_str().unwrap().to_owned();
    let second = list(&key, &format!("?limit=3&after={after}")).await;
    assert_eq!(
        (ids(&second), &second.json()["next"]),
        (vec!["000003".into(), "000002".into(), "000001".into()], &Value::Null)
    );
    let member = site.key("grid-member@371122102201").await;
    assert_eq!(ids(&list(&member, "").await), ["000001"]);
    assert_eq!(ids(&list(&key, "?place=371122102201").await), ["000001"]);
    assert_eq!(ids(&list(&key, "?stage=filed,returned").await), [] as [String; 0]);
    assert_eq!(ids(&list(&key, "?open=true&overdue=true").await), [] as [String; 0]);
    for (query, status) in [
        ("?limit=0", 422),
        ("?limit=201", 422),
        ("?stage=sleeping", 422),
        ("?stage=closed&open=true", 422),
        ("?after=x", 422),
        ("?colour=red", 400),
        ("?place=371122103", 404),
    ] {
        assert_eq!(list(&key, query).await.status.as_u16(), status, "{query}");
    }
}

#[test]
fn each_refusal_has_its_status_and_code() {
    let refused =
        |code| CasesError::Case(CaseError::Refused(Refusal { code: Code(code), en: String::new(), zh: String::new() }));
    let invalid = CaseError::Invalid(vec![FieldFault::new("note", "needed", "必填")]);
    for (error, status, code) in [
        (CasesError::Case(invalid), 422, 1001),
        (refused(1002), 409, 1002),
        (refused(1003), 403, 1003),
        (refused(1004), 403, 1004),
        (refused(1005), 409, 1005),
        (refused(1007), 403, 1007),
        (CasesError::Overtaken, 409, 1006),
    ] {
        assert!(!error.zh().is_empty() || code != 1006);
        let problem = Problem::from(error);
        assert_eq!((problem.status.as_u16(), problem.code.0), (status, code));
        assert_eq!(problem.fields.contains_key("note"), code == 1001);
    }
}
