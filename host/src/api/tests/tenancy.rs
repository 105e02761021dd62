//! What keeps townships apart when many ask at once and when somebody says more than he may.

use axum::body::Body;
use axum::body::to_bytes;
use axum::http::Request;
use axum::http::header;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::county::BESIDE;
use super::county::County;
use super::county::OWN;
use super::county::canary;
use super::county::routes;
use super::sent::body;
use crate::api::testing::ask;

/// Requests of both townships together.
const REQUESTS: usize = 100_000;

/// How many of them are under way at once.
const TOGETHER: usize = 64;

/// Fields that a body has: the id that a source gives its event, and who answers for a camera.
const HAS_IT: [(&str, &str, &str); 3] =
    [("POST", "/events", "id"), ("POST", "/cameras", "owner"), ("PUT", "/cameras/{township}/{camera}", "owner")];

/// TEN-4: nothing that is kept between requests (caches, pools, buffers) hands one township's things to the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_requests_of_two_townships_at_once_never_mix() {
    let county = County::new().await;
    let (own, beside) = (format!("township-admin@{OWN}"), format!("township-admin@{BESIDE}"));
    let keys = [(OWN, county.key("zhang", &own).await.1), (BESIDE, county.key("wang", &beside).await.1)];
    let mut tasks = JoinSet::new();
    for task in 0..TOGETHER {
        let (router, keys) = (county.router.clone(), keys.clone());
        tasks.spawn(async move {
            let mut with_canary = 0;
            for n in 0..REQUESTS / TOGETHER {
                let (township, key) = &keys[(task + n) % 2];
                let other = if *township == OWN { BESIDE } else { OWN };
                let path = match n % 7 {
                    0 => "cameras".to_owned(),
                    1 => format!("cameras/{township}/gh-1"),
                    2 => format!("events?township={township}"),
                    3 => "devices".to_owned(),
                    4 => "cases".to_owned(),
                    5 => format!("cases/{township}-2026-000001"),
                    _ => "refusals".to_owned(),
                };
                let request =
                    Request::get(format!("/api/v1/{path}")).header(header::AUTHORIZATION, format!("Bearer {key}"));
                let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
                assert_eq!(response.status().as_u16(), 200, "{path}");
                let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains(other), "{path} of {township}: {text}");
                with_canary += usize::from(text.contains(&canary(township)));
            }
            with_canary
        });
    }
    let with_canary: usize = tasks.join_all().await.into_iter().sum();
    assert!(with_canary >= REQUESTS / 2, "what would show a mixture is in {with_canary} answers");
}

/// TEN-16: who says more in a body than a route takes changes nothing: the body is refused by the name of the field.
#[tokio::test]
async fn a_body_that_says_whose_or_as_what_beyond_its_fields_is_refused() {
    let county = County::new().await;
    let description = serde_json::to_value(super::description()).unwrap();
    let mut tried = 0;
    for route in routes() {
        let operation = &description["paths"][route.path.as_str()][route.method.to_lowercase()];
        if !operation["requestBody"]["content"]["application/json"].is_object() {
            continue;
        }
        let mut said: serde_json::Value = serde_json::from_str(&body(&route, OWN)).unwrap();
        for field in ["tenant_id", "role", "id", "owner"] {
            if HAS_IT.contains(&(route.method.as_str(), route.path.as_str(), field)) {
                continue;
            }
            said[field] = BESIDE.into();
            let path = county.path(&route, OWN, true);
            let request = Request::builder()
                .method(route.method.as_str())
                .uri(&path)
                .header(header::AUTHORIZATION, format!("Bearer {}", county.site.token))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(said.to_string()))
                .unwrap();
            let answer = ask(&county.router, request).await;
            let refused = answer.text.contains(&format!("unknown field `{field}`"));
            assert!(refused && answer.status.as_u16() == 422, "{} {path}: {answer:?}", route.method);
            said.as_object_mut().unwrap().remove(field);
            tried += 1;
        }
    }
    assert!(tried >= 140, "{tried}");
}
