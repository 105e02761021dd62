//! A town that is a street with another code today: what was filed under its former code belongs to the street.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use serde_json::Value;
use serde_json::json;

use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::rights::Draft;

/// What it was called until 2020, and is today; and a town that has its code still.
const TOWN: &str = "371122103";
const STREET: &str = "371122005";
const OTHER: &str = "371122102";

async fn call(router: &Router, key: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json");
    ask(router, request.body(Body::from(body.to_string())).unwrap()).await
}

/// A case, a request and figures of each, filed under its own code.
async fn county() -> (TestSite, Router) {
    let site = TestSite::new().await;
    site.hub.cameras.places().begin("371122").await.unwrap();
    let router = router(site.state.clone());
    for (township, numerator) in [(TOWN, 3.0), (STREET, 1.0), (OTHER, 5.0)] {
        let case = json!({"township": township, "code": "01-02", "title": "x", "source": "patrol"});
        assert_eq!(call(&router, &site.token, "POST", "/cases", case).await.status.as_u16(), 201, "{township}");
        let draft = Draft {
            kind: "view".to_owned(),
            township: township.to_owned(),
            relation: "self".to_owned(),
            name: "Li".to_owned(),
            contact: "at the office".to_owned(),
            text: "what is kept of me".to_owned(),
            ..Draft::default()
        };
        // Filed when the code was one of an office still.
        let new = draft.check(&[township.parse().unwrap()]).unwrap();
        site.state.counter().file(new).await.unwrap();
        let module = site.enable_trace(township, json!({})).await;
        let village = format!("{township}201");
        site.report(&module, &[(township, numerator), (village.as_str(), numerator - 0.5)]).await;
    }
    (site, router)
}

/// The townships whose cases or requests an answer lists.
fn townships(answer: &Answer) -> Vec<String> {
    let told = answer.json();
    let (list, number) = if told["cases"].is_null() { ("requests", "reference") } else { ("cases", "id") };
    let mut found: Vec<String> = told[list]
        .as_array()
        .unwrap_or_else(|| panic!("{}", answer.text))
        .iter()
        .map(|one| one[number].as_str().unwrap()[..9].to_owned())
        .collect();
    found.sort_unstable();
    found
}

/// Codes with what is counted there.
fn counted<'a>(rows: &'a Value, code: &str, count: &str) -> Vec<(&'a str, f64)> {
    rows.as_array().unwrap().iter().map(|row| (row[code].as_str().unwrap(), row[count].as_f64().unwrap())).collect()
}

#[tokio::test]
async fn a_recoded_place_is_asked_for_by_either_code_in_cases_requests_and_figures() {
    let (site, router) = county().await;
    let get = async |path: &str| call(&router, &site.token, "GET", path, Value::Null).await;
    for (place, found) in [(STREET, vec![STREET, TOWN]), (TOWN, vec![TOWN]), (OTHER, vec![OTHER])] {
        for list in ["/cases", "/requests"] {
            assert_eq!(townships(&get(&format!("{list}?place={place}")).await), found, "{list} {place}");
        }
    }
    let month = "/cases/figures?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&by=place";
    let street = "371122005000";
    for (query, rows) in [
        (String::new(), vec![(street, 2.0), ("371122102000", 1.0)]),
        (format!("&place={STREET}"), vec![(street, 2.0)]),
        (format!("&place={TOWN}"), vec![(street, 1.0)]),
    ] {
        let told = get(&format!("{month}{query}")).await.json();
        assert_eq!(counted(&told["rows"], "key", "reported"), rows, "{query}");
    }
    for (query, all, parts) in [
        ("", 9.0, vec![(street, 4.0), ("371122102000", 5.0)]),
        ("&place=371122005", 4.0, vec![("371122005201", 3.0)]),
        ("&place=371122103", 3.0, vec![("371122005201", 2.5)]),
    ] {
        let told = get(&format!("/kpis?period=2026-11{query}")).await.json();
        let kpi = &told["kpis"][0];
        assert_eq!(kpi["numerator"], json!(all), "{query}: {told}");
        assert_eq!(counted(&kpi["parts"], "place", "numerator"), parts, "{query}");
    }
    let table = get("/kpis/export?period=2026-11").await.text;
    assert!(table.contains(street) && !table.contains(TOWN), "{table}");
}

#[tokio::test]
async fn who_has_a_role_at_the_code_of_today_reads_what_was_filed_before_and_not_the_other_way_round() {
    let (site, router) = county().await;
    let get = async |key: &str, path: &str| call(&router, key, "GET", path, Value::Null).await;
    let (street, town) = (site.key("viewer@371122005").await, site.key("operator@371122103").await);
    let (admin, auditor) = (site.key("township-admin@371122005").await, site.key("auditor@371122103").await);
    for (list, street, town) in [("/cases", &street, &town), ("/requests", &admin, &auditor)] {
        for (key, place, found) in [
            (street, "", vec![STREET, TOWN]),
            (street, "?place=371122005", vec![STREET, TOWN]),
            (street, "?place=371122103", vec![TOWN]),
            (town, "", vec![TOWN]),
            (town, "?place=371122103", vec![TOWN]),
        ] {
            assert_eq!(townships(&get(key, &format!("{list}{place}")).await), found, "{list}{place}");
        }
        assert_eq!(get(town, &format!("{list}?place=371122005")).await.status.as_u16(), 404);
    }
    for (key, numerator) in [(&street, 4.0), (&town, 3.0)] {
        let told = get(key, "/kpis?period=2026-11&place=371122005").await.json();
        assert_eq!(told["kpis"][0]["numerator"], json!(numerator), "{told}");
    }
    for (key, path, status) in [
        (&street, "/modules/371122103/trace", 200),
        (&street, "/cases/371122103-2026-000001", 200),
        (&street, "/events?township=371122103", 200),
        (&street, "/modules/371122102/trace", 404),
        (&town, "/modules/371122005/trace", 404),
        (&town, "/cases/371122005-2026-000001", 404),
    ] {
        assert_eq!(get(key, path).await.status.as_u16(), status, "{path}");
    }
    // What he was given stands in his account, and nothing else.
    let account = get(&street, "/account").await.json();
    assert_eq!(account["roles"].as_array().unwrap().len(), 1, "{account}");
}
