//! The desk over the API, and every refusal as a program meets it.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use serde_json::Value;
use serde_json::json;
use xl_model::fault::FieldFault;

use crate::api::problem::Problem;
use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::rights::RightsError;

async fn call(router: &Router, key: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json");
    ask(router, request.body(Body::from(body.to_string())).unwrap()).await
}

fn paper(text: &str) -> Value {
    json!({"township": "371122102", "kind": "copy", "relation": "guardian", "name": "canary", "contact": "canary-1",
        "text": text})
}

#[tokio::test]
async fn a_program_of_the_desk_files_lists_opens_and_answers() {
    let site = TestSite::new().await;
    site.hub.cameras.places().begin("371122").await.unwrap();
    let router = router(site.state.clone());
    let key = site.key("township-admin@371122102").await;
    let ask = async |method: &str, path: &str, body: Value| call(&router, &key, method, path, body).await;
    let wrong = ask("POST", "/requests", paper("short")).await;
    assert_eq!((wrong.status.as_u16(), wrong.json()["code"].as_str().unwrap()), (422, "XL0991"));
    assert_eq!(wrong.json()["fields"]["text"], "10 to 2000 characters.");
    let filed = ask("POST", "/requests", paper("canary: a copy of the pictures")).await;
    assert_eq!(filed.status.as_u16(), 201, "{}", filed.text);
    let reference = filed.json()["reference"].as_str().unwrap().to_owned();
    let path = format!("/requests/{}", reference.replace('-', "/"));

    let list = ask("GET", "/requests?open=true&state=received&place=371122102", Value::Null).await;
    assert_eq!(list.json()["requests"][0]["reference"], reference.as_str(), "{}", list.text);
    assert_eq!(
        (&list.json()["requests"][0]["filed_by"], &list.json()["next"]),
        (&json!("township-admin"), &Value::Null)
    );
    assert!(!list.text.contains("canary") && !list.text.contains(filed.json()["secret"].as_str().unwrap()));
    for (query, status) in [("limit=0", 422), ("state=x", 400), ("place=371122103", 404), ("colour=red", 400)] {
        let answer = ask("GET", &format!("/requests?{query}"), Value::Null).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.text);
    }
    let unread = ask("POST", &format!("{path}/open"), json!({})).await;
    assert_eq!((unread.status.as_u16(), unread.json()["code"].as_str().unwrap()), (422, "XL0995"));
    let opened = ask("POST", &format!("{path}/open"), json!({"reason": "to make the copy"})).await.json();
    assert_eq!((&opened["name"], &opened["relation"]), (&json!("canary"), &json!("guardian")));
    for (what, status, code) in [
        ("begin", 409, "XL0994"),
        ("extend", 200, ""),
        ("extend", 409, "XL0996"),
        ("check", 200, ""),
        ("begin", 200, ""),
        ("nothing", 404, "XL0712"),
        ("answer", 200, ""),
    ] {
        let answer = ask("POST", &format!("{path}/{what}"), json!({"words": "at the counter, Monday"})).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text);
        assert_eq!(answer.json()["code"].as_str().unwrap_or_default(), code, "{what}");
    }
    let one = ask("GET", &path, Value::Null).await.json();
    let steps: Vec<&str> = one["steps"].as_array().unwrap().iter().map(|it| it["step"].as_str().unwrap()).collect();
    assert_eq!((one["state"].as_str(), steps), (Some("answered"), vec!["extend", "check", "begin", "answer"]));
    let gone = ask("GET", "/requests/371122102/0000000000", Value::Null).await;
    assert_eq!((gone.status.as_u16(), gone.json()["code"].as_str().unwrap()), (404, "XL0712"));
    let other = call(&router, &site.key("operator@371122102").await, "GET", &path, Value::Null).await;
    assert_eq!(other.status.as_u16(), 403);
}

#[test]
fn each_refusal_has_its_status_and_code() {
    let fault = FieldFault::new("text", "wrong", "不对");
    for (error, status, code) in [
        (RightsError::Fields(vec![fault]), 422, 991),
        (RightsError::Full, 503, 992),
        (RightsError::NoSuch, 404, 993),
        (
            RightsError::WrongStep {
                step: xl_model::rights::Step::Begin,
                state: xl_model::rights::RequestState::Refused,
            },
            409,
            994,
        ),
        (RightsError::NotWritten { least: 4, most: 200 }, 422, 995),
        (RightsError::Extended, 409, 996),
        (RightsError::Erased, 410, 997),
        (RightsError::Sealed { reference: "371122102-7K3QW9ZD4M".to_owned(), reason: "x" }, 500, 998),
        (RightsError::Off, 404, 999),
    ] {
        let problem = Problem::from(error);
        assert_eq!((problem.status.as_u16(), problem.code.0), (status, code));
    }
}
