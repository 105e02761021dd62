//! Open311 as another system meets it, with the fields of the public schema of GeoReport v2.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use serde_json::Value;
use serde_json::json;
use xl_store::audit::AuditFilter;

use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::api::testing::get;

async fn site() -> (TestSite, Router, String) {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let key = site.key("operator@371122102").await;
    (site, router, key)
}

async fn post(router: &Router, form: &str) -> Answer {
    post_to(router, "json", form).await
}

/// Reports at the address that ends so.
async fn post_to(router: &Router, ending: &str, form: &str) -> Answer {
    let request = Request::post(format!("/open311/v2/requests.{ending}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()));
    ask(router, request.unwrap()).await
}

async fn service(router: &Router) -> String {
    let services = get(router, "/open311/v2/services.json").await;
    assert_eq!(services.status.as_u16(), 200, "{}", services.text);
    services.json()[0]["service_code"].as_str().unwrap().to_owned()
}

fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn services_are_public_and_have_the_fields_of_the_schema() {
    let (_site, router, _) = site().await;
    let services = get(&router, "/open311/v2/services.json?lang=en").await;
    let first = &services.json()[0];
    let mut fields = names(first);
    fields.sort_unstable();
    let schema = ["description", "group", "keywords", "metadata", "service_code", "service_name", "type"];
    assert_eq!(fields, schema);
    assert_eq!((&first["metadata"], &first["type"]), (&json!(false), &json!("realtime")));
    let code = service(&router).await;
    let one = get(&router, &format!("/open311/v2/services/{code}.json")).await;
    assert_eq!(one.json(), json!({"service_code": code, "attributes": []}));
    for path in ["/services/none.json", "/services/none.csv", "/nothing.json"] {
        let fault = get(&router, &format!("/open311/v2{path}")).await;
        assert_eq!(fault.status.as_u16(), 404, "{path}");
        let list = fault.json();
        assert_eq!((names(&list[0]), &list[0]["code"]), (vec!["code", "description"], &json!(404)), "{path}");
    }
}

#[tokio::test]
async fn a_report_becomes_a_request_that_is_read_back_without_who_reported() {
    let (_site, router, key) = site().await;
    let code = service(&router).await;
    let form = format!(
        "api_key={key}&jurisdiction_id=371122102&service_code={code}&lat=35.58&long=118.83&address_id=371122102201\
         &description=canary+is+my+name&email=canary%40example.cn&first_name=canary&phone=canary"
    );
    let taken = post(&router, &form).await;
    assert_eq!(taken.status.as_u16(), 201, "{}", taken.text);
    let id = taken.json()[0]["service_request_id"].as_str().unwrap().to_owned();
    let one = get(&router, &format!("/open311/v2/requests/{id}.json?api_key={key}&lang=en")).await;
    assert_eq!(one.status.as_u16(), 200, "{}", one.text);
    assert!(!one.text.contains("canary"), "{}", one.text);
    let request = &one.json()[0];
    assert_eq!((&request["status"], &request["status_notes"]), (&json!("open"), &json!("reported")));
    assert_eq!((&request["lat"], &request["long"]), (&json!(35.58), &json!(118.83)));
    assert_eq!(&request["service_code"], &json!(code));
    for field in ["requested_datetime", "updated_datetime", "expected_datetime"] {
        assert!(request[field].as_str().unwrap().ends_with('Z'), "{field}");
    }
    // With a bearer too, and in a list that is narrowed.
    let list = async |query: &str| {
        let request = Request::get(format!("/open311/v2/requests.json{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .body(Body::empty());
        ask(&router, request.unwrap()).await
    };
    for (query, count) in [
        ("", 1),
        ("?status=open", 1),
        ("?status=closed", 0),
        (&format!("?service_code={code},other:1"), 1),
        ("?service_code=other:1", 0),
        (&format!("?service_request_id={id},371122102-2026-999999,x"), 1),
        ("?start_date=2026-11-01T00:00:00Z&end_date=2026-11-02T00:00:00Z", 0),
    ] {
        let answer = list(query).await;
        assert_eq!(answer.json().as_array().map(Vec::len), Some(count), "{query}: {}", answer.text);
    }
    for (query, status) in
        [("?status=asleep", 422), ("?start_date=yesterday", 400), ("?jurisdiction_id=371122103", 404)]
    {
        let answer = list(query).await;
        assert_eq!((answer.status.as_u16(), &answer.json()[0]["code"]), (status, &json!(status)), "{query}");
    }
}

#[tokio::test]
async fn a_report_is_an_act_in_its_township_in_either_form() {
    let (site, router, key) = site().await;
    let code = service(&router).await;
    let form = format!("api_key={key}&jurisdiction_id=371122102&service_code={code}&address_string=x");
    for ending in ["json", "xml"] {
        let taken = post_to(&router, ending, &form).await;
        assert_eq!(taken.status.as_u16(), 201, "{}", taken.text);
        let filter = AuditFilter { limit: 1, ..AuditFilter::default() };
        let row = site.hub.store.audit_rows(&filter).await.unwrap().remove(0);
        let township = row.entry.township.as_ref().map(|township| township.as_str());
        assert_eq!((row.entry.action.as_str(), township), ("case.report", Some("371122102")), "{ending}");
        assert_eq!(row.entry.object.as_str(), format!("/open311/v2/requests.{ending}"));
        let told = format!("jurisdiction_id=371122102; service_code={code}");
        assert_eq!(row.entry.detail.as_str(), told, "{ending}");
    }
}

#[tokio::test]
async fn without_a_key_or_with_one_that_may_not_nothing_is_read_or_taken() {
    let (site, router, key) = site().await;
    let code = service(&router).await;
    let auditor = site.key("auditor@371122102").await;
    let place = format!("jurisdiction_id=371122102&service_code={code}&address_string=x");
    for (form, status) in [
        (place.clone(), 401),
        (format!("api_key=wrong&{place}"), 401),
        (format!("api_key={auditor}&{place}"), 403),
        (format!("api_key={key}&service_code={code}&address_string=x"), 400),
        (format!("api_key={key}&jurisdiction_id=371122102&address_string=x"), 400),
        (format!("api_key={key}&jurisdiction_id=371122102&service_code={code}"), 400),
        (format!("api_key={key}&jurisdiction_id=371122102&service_code={code}x&address_string=x"), 422),
        (format!("api_key={key}&jurisdiction_id=371122103&service_code={code}&address_string=x"), 404),
        (format!("api_key={key}&{place}&lat=north"), 400),
        (format!("api_key={key}&{place}&lat=91&long=0"), 422),
    ] {
        let answer = post(&router, &form).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()[0]["code"]),
            (status, &json!(status)),
            "{form}: {}",
            answer.text
        );
    }
    assert_eq!(get(&router, "/open311/v2/requests.json").await.status.as_u16(), 401);
    let large = format!("api_key={key}&{place}&description={}", "x".repeat(70_000));
    assert_eq!(post(&router, &large).await.status.as_u16(), 413);
    assert_eq!(get(&router, &format!("/open311/v2/requests.json?api_key={key}")).await.json(), json!([]));
}

#[tokio::test]
async fn a_rejected_case_is_closed_and_says_why() {
    let (_site, router, key) = site().await;
    let code = service(&router).await;
    let form = format!("api_key={key}&jurisdiction_id=371122102&service_code={code}&address_string=x");
    let id = post(&router, &form).await.json()[0]["service_request_id"].as_str().unwrap().to_owned();
    for (revision, step) in [(1, json!({"name": "verify"})), (2, json!({"name": "reject", "note": "nothing there"}))] {
        let mut body = step;
        body["revision"] = json!(revision);
        let request = Request::post(format!("/api/v1/cases/{id}/steps"))
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        assert_eq!(ask(&router, request.unwrap()).await.status.as_u16(), 200);
    }
    let one = get(&router, &format!("/open311/v2/requests/{id}.json?api_key={key}")).await;
    let request = &one.json()[0];
    assert_eq!((&request["status"], &request["status_notes"]), (&json!("closed"), &json!("nothing there")));
    assert_eq!(&request["expected_datetime"], &Value::Null);
}

/// Every element of a document with the text inside it, as an XML reader of somebody else finds them.
pub(super) fn elements(document: &str) -> Vec<(String, String)> {
    use quick_xml::events::Event;

    let mut reader = quick_xml::Reader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut found): (Vec<(String, String)>, Vec<_>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push((start.name().0.to_owned(), String::new())),
            Event::Text(text) => {
                if let Some((_, inside)) = open.last_mut() {
                    inside.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                let written = format!("&{};", reference.xml10_content());
                open.last_mut().unwrap().1.push_str(&quick_xml::escape::unescape(&written).unwrap());
            }
            Event::End(_) => found.push(open.pop().unwrap()),
            Event::Eof => break,
            Event::Decl(declaration) => assert_eq!(declaration.encoding().unwrap().unwrap(), "utf-8"),
            other => panic!("{other:?}"),
        }
    }
    assert!(open.is_empty(), "{document}");
    found
}

/// The fields of the first element of this name, each with its text.
fn first(document: &str, name: &str) -> Vec<(String, String)> {
    let all = elements(document);
    let end = all.iter().position(|(element, _)| element == name).unwrap_or_else(|| panic!("no {name}: {document}"));
    all[..end].to_vec()
}

/// A value of JSON as its text stands in XML.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Both forms of an answer say the same: the names and texts of XML are those of JSON.
fn same(xml: &str, element: &str, json: &Value) {
    let mut found = first(xml, element);
    let mut expected: Vec<(String, String)> =
        json.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{xml}");
}

#[tokio::test]
async fn services_requests_and_errors_say_in_xml_what_they_say_in_json() {
    let (_site, router, key) = site().await;
    let services = get(&router, "/open311/v2/services.xml").await;
    assert_eq!(services.header(header::CONTENT_TYPE), "text/xml; charset=utf-8");
    assert!(services.text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), "{}", services.text);
    let in_json = get(&router, "/open311/v2/services.json").await.json();
    same(&services.text, "service", &in_json[0]);
    let all = elements(&services.text);
    assert_eq!(all.iter().filter(|(name, _)| name == "service").count(), in_json.as_array().unwrap().len());
    assert_eq!(all.last().unwrap().0, "services");
    let code = service(&router).await;
    let one = get(&router, &format!("/open311/v2/services/{code}.xml")).await;
    let expected = [("service_code", code.as_str()), ("attributes", "")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(first(&one.text, "service_definition"), expected);

    // What people write is text, whatever it looks like.
    let address = "<b>&]]>\"'东路 5 号";
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("api_key", &key)
        .append_pair("jurisdiction_id", "371122102")
        .append_pair("service_code", &code)
        .append_pair("lat", "35.58")
        .append_pair("long", "118.83")
        .append_pair("address_string", address)
        .finish();
    let request = Request::post("/open311/v2/requests.xml")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form));
    let taken = ask(&router, request.unwrap()).await;
    assert_eq!(taken.status.as_u16(), 201, "{}", taken.text);
    let fields = first(&taken.text, "request");
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["service_request_id", "service_notice", "account_id"]);
    assert_eq!(elements(&taken.text).last().unwrap().0, "service_requests");
    let id = &fields[0].1;
    for path in [format!("/requests/{id}"), "/requests".to_owned()] {
        let xml = get(&router, &format!("/open311/v2{path}.xml?api_key={key}")).await;
        let json = get(&router, &format!("/open311/v2{path}.json?api_key={key}")).await;
        assert_eq!(xml.status.as_u16(), 200, "{}", xml.text);
        same(&xml.text, "request", &json.json()[0]);
        assert!(first(&xml.text, "request").contains(&("address".to_owned(), address.to_owned())), "{}", xml.text);
    }
    let none = get(&router, &format!("/open311/v2/requests.xml?api_key={key}&status=closed")).await;
    assert_eq!(elements(&none.text).len(), 1, "{}", none.text);

    for (path, status) in
        [("/requests.xml", 401), ("/requests/x.xml", 401), ("/services/%3Cnone%3E.xml", 404), ("/nothing.xml", 404)]
    {
        let (xml, json) = (get(&router, &format!("/open311/v2{path}")).await, path.replace(".xml", ".json"));
        assert_eq!(xml.status.as_u16(), status, "{path}: {}", xml.text);
        assert_eq!(xml.header(header::CONTENT_TYPE), "text/xml; charset=utf-8", "{path}");
        let json = get(&router, &format!("/open311/v2{json}")).await.json();
        if path == "/requests.xml" {
            same(&xml.text, "error", &json[0]);
        }
        assert_eq!(first(&xml.text, "error")[0], ("code".to_owned(), status.to_string()), "{path}");
        assert_eq!(elements(&xml.text).last().unwrap().0, "errors");
    }
}
