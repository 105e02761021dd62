pub(crate) mod asked;
pub(crate) mod county;
mod dropped;
mod exports;
mod fresh;
pub(crate) mod lists;
mod matrix;
mod never;
mod recoded;
mod revocation;
pub(crate) mod sent;
pub(crate) mod strangers;
pub(crate) mod table;
mod tenancy;

use axum::Router;
use axum::body::Body;
use axum::body::BodyDataStream;
use axum::http::Request;
use axum::http::header;
use futures::StreamExt as _;
use sha2::Digest as _;
use tower::ServiceExt as _;
use xl_model::camera::draft::Field;
use xl_model::event::NewEvent;
use xl_model::fault::Refused;
use xl_model::observation::Verdict;
use xl_model::picture::PictureRef;

use super::description;
use super::router;
use super::testing::Answer;
use super::testing::TestSite;
use super::testing::ask;
use super::testing::get;

const TOWNSHIP: &str = "371122102";

fn event(id: &str, kind: &str) -> NewEvent {
    NewEvent {
        township: TOWNSHIP.parse().unwrap(),
        source: "test".into(),
        id: id.into(),
        kind: kind.parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: None,
        time_ms: 1_795_420_800_000,
        received_ms: 1_795_420_800_000,
        data: "{\"t\":21.5}".into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

async fn send(site: &TestSite, router: &Router, method: &str, path: &str, json: &str) -> Answer {
    let request = site.signed(method, path).header(header::CONTENT_TYPE, "application/json");
    ask(router, request.body(Body::from(json.to_owned())).unwrap()).await
}

async fn read(site: &TestSite, router: &Router, path: &str) -> Answer {
    ask(router, site.signed("GET", path).body(Body::empty()).unwrap()).await
}

/// Method, path with values in it, and whether it is open, of every operation of the description.
fn operations() -> Vec<(String, String, bool)> {
    let description = serde_json::to_value(description()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let path = path
            .replace("{township}", TOWNSHIP)
            .replace("{sha256}", &"a".repeat(64))
            .replace("{digest}", &"a".repeat(64))
            .replace("{number}", "7K3QW9ZD4M")
            .replace("/keys/{id}", "/keys/k1")
            .replace("/sessions/{id}", "/sessions/s1");
        let path = path.replace("{seq}", "1").replace("{code}", "XL0203").replace("{id}", "371122102.gh-1");
        let path = path.replace(['{', '}'], "");
        for (method, operation) in item.as_object().unwrap() {
            let open = operation["security"]
                .as_array()
                .is_some_and(|ways| ways.iter().any(|way| *way == serde_json::json!({})));
            operations.push((method.to_uppercase(), format!("/api/v1{path}"), open));
        }
    }
    operations
}

#[tokio::test]
async fn every_operation_but_health_needs_a_token() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let operations = operations();
    assert!(operations.len() >= 32, "{operations:#?}");
    let open: Vec<_> = operations.iter().filter(|(_, _, open)| *open).map(|(_, path, _)| path.as_str()).collect();
    assert_eq!(open, ["/api/v1/health", "/api/v1/sessions", "/api/v1/transparency"]);
    let undescribed = ("GET".to_owned(), "/api/v1/openapi.json".to_owned(), false);
    for (method, path, _) in operations.into_iter().filter(|(_, _, open)| !open).chain([undescribed]) {
        for authorization in [None, Some("Bearer xla_wrong"), Some("Basic eGxhOg==")] {
            let mut request = Request::builder().method(method.as_str()).uri(&path);
            if let Some(value) = authorization {
                request = request.header(header::AUTHORIZATION, value);
            }
            let answer = ask(&router, request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status.as_u16(), 401, "{method} {path} {authorization:?}");
            assert_eq!(answer.json()["code"], "XL0701", "{method} {path}");
        }
        let with_query = format!("{path}?token={}&access_token={}", site.token, site.token);
        let request = Request::builder().method(method.as_str()).uri(&with_query).body(Body::empty()).unwrap();
        assert_eq!(ask(&router, request).await.status.as_u16(), 401, "a token in the address counts: {method} {path}");
    }
}

#[tokio::test]
async fn every_answer_is_a_problem_or_what_was_asked_for_and_runs_nothing() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    for (path, status, code) in [
        ("/api/v1/nothing", 404, Some("XL0703")),
        ("/api/v1/health", 200, None),
        ("/api/v1/events", 400, Some("XL0702")),
        ("/api/v1/events?township=1", 400, Some("XL0702")),
        ("/api/v1/events?township=371122102&limit=0", 422, Some("XL0702")),
        ("/api/v1/events?township=371122102&mistyped=1", 400, Some("XL0702")),
        ("/api/v1/events/371122102/5", 404, Some("XL0712")),
        ("/api/v1/modules/371122102/trace", 404, Some("XL0620")),
        ("/api/v1/plugins", 200, None),
        ("/api/v1/errors/XL0203", 200, None),
        ("/api/v1/errors/XL9999", 404, Some("XL0712")),
        ("/api/v1/metrics", 200, None),
    ] {
        let answer = read(&site, &router, path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        assert!(answer.header(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'none'"), "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert_ne!(answer.header("x-request-id"), "", "{path}");
        if let Some(code) = code {
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{path}");
            assert_eq!(answer.json()["code"], code, "{path}");
            assert_eq!(answer.json()["type"], format!("/errors/{code}"), "{path}");
        }
    }
    let answer = send(&site, &router, "DELETE", "/api/v1/events", "").await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str().unwrap()), (405, "XL0704"));
}

#[tokio::test]
async fn a_problem_speaks_the_language_that_was_asked_for() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let mut titles = Vec::new();
    for accept in ["zh-CN", "en-GB,en;q=0.9"] {
        let request =
            Request::get("/api/v1/events").header(header::ACCEPT_LANGUAGE, accept).body(Body::empty()).unwrap();
        let answer = ask(&router, request).await;
        assert_eq!(answer.header(header::WWW_AUTHENTICATE), "Bearer");
        titles.push(answer.json()["title"].as_str().unwrap().to_owned());
    }
    assert!(!titles[0].is_ascii() && titles[1].is_ascii(), "{titles:?}");
}

#[tokio::test]
async fn events_are_found_from_either_end_and_read_one_by_one() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let events = ["camera.picture", "camera.telemetry", "trace.batch.packed", "camera.telemetry"];
    let events = events.iter().enumerate().map(|(n, kind)| event(&n.to_string(), kind)).collect();
    site.hub.store.append(events).await.unwrap();
    let seqs = async |query: &str| {
        let answer = read(&site, &router, &format!("/api/v1/events?township={TOWNSHIP}{query}")).await.json();
        let seqs: Vec<u64> = answer["events"].as_array().unwrap().iter().map(|e| e["seq"].as_u64().unwrap()).collect();
        (seqs, answer["next"].as_u64())
    };
    assert_eq!(seqs("").await, (vec![4, 3, 2, 1], None));
    assert_eq!(seqs("&limit=2").await, (vec![4, 3], Some(3)));
    assert_eq!(seqs("&limit=2&before=3").await, (vec![2, 1], Some(1)));
    assert_eq!(seqs("&after=0&limit=3").await, (vec![1, 2, 3], Some(3)));
    assert_eq!(seqs("&kind=camera.*,trace.batch.planted").await.0, [4, 2, 1]);
    assert_eq!(seqs("&camera=gh-2").await.0, [0_u64; 0]);
    assert_eq!(seqs("&to=2026-11-23T08:00:00Z").await.0, [0_u64; 0]);
    let one = read(&site, &router, &format!("/api/v1/events/{TOWNSHIP}/3")).await.json();
    assert_eq!((one["type"].as_str(), one["data"]["t"].as_f64()), (Some("cn.xueliang.trace.batch.packed"), Some(21.5)));
    let townships = read(&site, &router, "/api/v1/townships").await.json();
    assert_eq!(townships, serde_json::json!([{ "township": TOWNSHIP, "last_seq": 4 }]));
}

#[tokio::test]
async fn a_published_event_is_answered_after_its_verdict() {
    let mut site = TestSite::new().await;
    let router = router(site.state.clone());
    let body = r#"{"township":"371122102","kind":"weather.observed","id":"7","time":"2026-11-23T16:00:00+08:00","data":{"t":3}}"#;
    let refused = Refused::new(xl_model::fault::code::UNKNOWN_CAMERA, "camera `x`");
    for (verdict, status, key, value) in [
        (Verdict::Stored(9), 201, "seq", serde_json::json!(9)),
        (Verdict::Repeated, 200, "repeated", serde_json::json!(true)),
        (Verdict::Refused(refused), 422, "code", serde_json::json!("XL0203")),
    ] {
        let request = site.signed("POST", "/api/v1/events").header(header::CONTENT_TYPE, "application/json");
        let asked = router.clone().oneshot(request.body(Body::from(body)).unwrap());
        let answered = tokio::spawn(asked);
        let submission = site.inbox.recv().await.unwrap();
        assert_eq!(submission.observation.source.as_ref(), "api");
        assert_eq!(submission.observation.time_ms, Some(1_795_420_800_000));
        submission.verdict.send(verdict).unwrap();
        let response = answered.await.unwrap().unwrap();
        assert_eq!(response.status().as_u16(), status);
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()[key], value);
    }
    for (body, field) in [
        (r#"{"township":"371122102","kind":"weather.observed","data":[]}"#, "data"),
        (r#"{"township":"371122102","kind":"weather.observed","data":{},"time":"today"}"#, "time"),
        (r#"{"township":"37","kind":"weather.observed","data":{}}"#, "township"),
    ] {
        let answer = send(&site, &router, "POST", "/api/v1/events", body).await;
        assert_eq!(answer.status.as_u16(), 422, "{}", answer.text);
        assert!(answer.json()["fields"][field].is_string(), "{field}: {}", answer.text);
    }
    site.inbox.close();
    let answer = send(&site, &router, "POST", "/api/v1/events", body).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str().unwrap()), (503, "XL0711"));
}

#[tokio::test]
async fn a_device_gets_its_password_once_and_is_cut_when_it_loses_its_right() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let body = r#"{"township":"371122102","camera":"gh-1","name":"1 号大棚","class":"non-public","purposes":["traceability"]}"#;
    let registered = send(&site, &router, "POST", "/api/v1/devices", body).await;
    assert_eq!(registered.status.as_u16(), 201, "{}", registered.text);
    let registered = registered.json();
    assert_eq!(registered["id"], "371122102.gh-1");
    assert_eq!(registered["place"], "371122102000");
    assert_eq!(registered["mqtt"]["topic_prefix"], "xl/v1/371122102/gh-1/");
    let password = registered["password"].as_str().unwrap().to_owned();
    assert_eq!(send(&site, &router, "POST", "/api/v1/devices", body).await.status.as_u16(), 409);

    let camera = read(&site, &router, "/api/v1/cameras/371122102/gh-1").await.json();
    assert_eq!(camera["purposes"], serde_json::json!(["traceability"]));
    let list = read(&site, &router, "/api/v1/devices").await;
    assert!(!list.text.contains(&password) && !list.text.contains("password"), "{}", list.text);
    let renewed = send(&site, &router, "POST", "/api/v1/devices/371122102.gh-1/password", "").await.json();
    assert_ne!(renewed["password"], password.as_str());
    assert_eq!(send(&site, &router, "POST", "/api/v1/devices/371122102.gh-1/disable", "").await.status.as_u16(), 204);
    assert_eq!(site.cut.lock().unwrap().len(), 2);
    assert_eq!(read(&site, &router, "/api/v1/devices?township=371122102").await.json()[0]["enabled"], false);
    assert_eq!(send(&site, &router, "POST", "/api/v1/devices/371122102.gh-9/enable", "").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_picture_is_given_only_to_the_township_whose_event_brought_it() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let bytes = bytes::Bytes::from_static(include_bytes!("../../media/testdata/baseline-exif-gps.jpg"));
    let sha256: xl_model::id::Digest = hex::encode(sha2::Sha256::digest(&bytes)).parse().unwrap();
    let mut event = event("p", "camera.picture");
    event.pictures = vec![PictureRef { sha256: sha256.clone(), width: 64, height: 48, bytes: 20 }];
    site.hub.add_camera("gh-1", &[(Field::Purposes, "flood")]).await;
    site.hub.store.put_picture(&sha256, bytes).await.unwrap();
    site.hub.store.append(vec![event]).await.unwrap();
    let stated = "purpose=flood&reason=water+level";
    let answer = read(&site, &router, &format!("/api/v1/pictures/{TOWNSHIP}/{sha256}?width=640&{stated}")).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::CONTENT_TYPE)), (200, "image/jpeg"), "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let other = read(&site, &router, &format!("/api/v1/pictures/371122103/{sha256}?{stated}")).await;
    assert_eq!(other.status.as_u16(), 404);
    let wide = read(&site, &router, &format!("/api/v1/pictures/{TOWNSHIP}/{sha256}?width=9")).await;
    assert_eq!(wide.status.as_u16(), 422);
}

/// The next whole message of a feed.
async fn message(stream: &mut BodyDataStream) -> Option<String> {
    let mut text = String::new();
    while !text.ends_with("\n\n") {
        text.push_str(std::str::from_utf8(&stream.next().await?.unwrap()).unwrap());
    }
    Some(text)
}

#[tokio::test]
async fn a_feed_follows_the_log_and_goes_on_where_it_broke_off() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let open = async |last: Option<&str>| {
        let request = site.signed("GET", &format!("/api/v1/events/feed?township={TOWNSHIP}&kind=camera.*"));
        let request = last
            .map_or(site.signed("GET", &format!("/api/v1/events/feed?township={TOWNSHIP}&kind=camera.*")), |last| {
                request.header("last-event-id", last)
            });
        let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        response.into_body().into_data_stream()
    };
    site.hub.store.append(vec![event("0", "camera.telemetry")]).await.unwrap();
    let mut from_now = open(None).await;
    let events = vec![event("1", "trace.batch.packed"), event("2", "camera.picture")];
    site.hub.store.append(events).await.unwrap();
    let text = message(&mut from_now).await.unwrap();
    assert!(text.contains("id: 3\n") && text.contains("event: camera.picture\n"), "{text}");

    let mut resumed = open(Some("0")).await;
    assert!(message(&mut resumed).await.unwrap().contains("id: 1\n"));
    assert!(message(&mut resumed).await.unwrap().contains("id: 3\n"));
    site.shutdown.cancel();
    assert_eq!(message(&mut resumed).await, None);
    assert_eq!(message(&mut from_now).await, None);
}

#[tokio::test]
async fn the_description_is_openapi_3_1_and_names_each_problem() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let description = read(&site, &router, "/api/v1/openapi.json").await.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"), "{}", description["openapi"]);
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path}");
            let open = path == "/health";
            assert!(open || operation["responses"]["default"].is_object(), "{method} {path}");
        }
    }
    let text = description.to_string();
    for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(description["components"]["schemas"][name].is_object(), "the schema {name} is missing");
    }
}

#[tokio::test]
async fn the_page_of_the_api_works_without_the_internet_and_only_for_administrators() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let stranger = get(&router, "/api/docs/").await;
    assert_eq!((stranger.status.as_u16(), stranger.header(header::LOCATION)), (303, "/sign-in?next=/api/docs/"));
    for path in ["/api/docs/", "/api/docs/swagger-initializer.js", "/api/docs/swagger-ui.css"] {
        let answer = read(&site, &router, path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe-eval"), "{policy}");
    }
    let initializer = read(&site, &router, "/api/docs/swagger-initializer.js").await.text;
    assert!(initializer.contains("/api/v1/openapi.json"), "{initializer}");
}
