//! What is sent to each route of the API and of Open311: well-formed, so that it is the question of rights that answers.

use axum::body::Body;
use axum::http::Request;
use axum::http::header;

use super::county::Route;
use crate::api::open311;

/// A request as who has a key; its body is about `township`.
pub(crate) fn request(key: &str, route: &Route, path: &str, township: &str) -> Request<Body> {
    let kind = match route.path.as_str() {
        "/cameras/import" | "/places/import" => "text/csv",
        "/plugins" => "application/wasm",
        path if path.starts_with(open311::PREFIX) => "application/x-www-form-urlencoded",
        _ => "application/json",
    };
    Request::builder()
        .method(route.method.as_str())
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body(route, township)))
        .unwrap()
}

/// A body that a route reads.
pub(super) fn body(route: &Route, township: &str) -> String {
    let json = match (route.method.as_str(), route.path.as_str()) {
        ("POST", "/cameras/import") => return format!("township,camera,name,place\n{township},gh-1,x,{township}201\n"),
        ("POST", "/plugins") => return "no component".to_owned(),
        ("POST", path) if path.starts_with(open311::PREFIX) => return report(township),
        ("POST", "/events") => serde_json::json!({"township": township, "kind": "weather.observed", "data": {}}),
        ("POST", "/cameras") => serde_json::json!({"township": township, "camera": "gh-1"}),
        ("PATCH", "/cameras") => serde_json::json!({"cameras": [format!("{township}/gh-1")], "set": {"notes": "x"}}),
        ("PUT", "/cameras/{township}/{camera}") => serde_json::json!({"name": "x", "place": format!("{township}201")}),
        ("PUT", "/cameras/{township}/{camera}/credentials") => serde_json::json!({"password": "x"}),
        ("POST", "/cameras/{township}/{camera}/maintenance") => {
            serde_json::json!({"until": "2026-11-23T20:00:00+08:00", "reason": "cleaning"})
        }
        ("POST", "/cameras/{township}/{camera}/snapshot") => serde_json::json!({"purpose": "x", "reason": "x"}),
        ("POST", "/cameras/{township}/{camera}/ptz") => serde_json::json!({"ms": 0}),
        ("POST", "/cameras/{township}/{camera}/class/approve" | "/cameras/{township}/{camera}/class/refuse") => {
            serde_json::json!({"to": "non-public"})
        }
        ("POST", "/probe") => serde_json::json!({"host": "no host"}),
        ("POST", "/devices") => serde_json::json!({"township": township, "camera": "gh-1"}),
        ("POST", "/waiting/{dialect}/{publisher}/adopt") => serde_json::json!({"township": township, "camera": "gh-1"}),
        ("POST", "/requests") => {
            serde_json::json!({"township": township, "kind": "view", "relation": "self", "text": "x"})
        }
        ("POST", "/modules") => serde_json::json!({"township": township, "digest": "a".repeat(64)}),
        ("POST", "/modules/many") => serde_json::json!({"townships": [township], "digest": "a".repeat(64)}),
        ("POST", "/modules/{township}/{plugin}/approve" | "/modules/{township}/{plugin}/refuse") => {
            serde_json::json!({"digest": "a".repeat(64)})
        }
        ("PUT", "/modules/{township}/{plugin}/settings") => serde_json::json!({"settings": {}, "grants": {}}),
        ("POST", "/modules/{township}/{plugin}/upgrade") => serde_json::json!({"digest": "a".repeat(64)}),
        ("POST", "/accounts") => serde_json::json!({"name": "target-371122102", "title": "x", "reach": township}),
        ("PUT", "/accounts/{name}/roles") => serde_json::json!({"roles": [{"role": "viewer", "reach": township}]}),
        ("POST", "/cases") => serde_json::json!({
            "township": township, "code": "01-02", "title": "x", "source": "patrol", "place": format!("{township}201"),
        }),
        ("POST", "/cases/{case}/steps") => serde_json::json!({"revision": 1, "name": "void", "note": "x"}),
        ("POST", "/exports") => serde_json::json!({
            "township": township, "cameras": ["gh-1"], "from": "2026-11-20T00:00:00Z",
            "to": "2026-11-20T01:00:00Z", "purpose": "x", "basis": "a law",
            "document": "a document", "recipient": "an office", "reason": "a reason",
        }),
        ("POST", "/exports/{township}/{number}/refuse" | "/exports/{township}/{number}/receipt") => {
            serde_json::json!({"words": "in writing"})
        }
        ("POST", "/holds") => serde_json::json!({"township": township, "document": "x", "reason": "a reason"}),
        ("POST", "/holds/{township}/{number}/lift") => serde_json::json!({"reason": "a reason"}),
        ("PUT", "/accounts/{name}/units") => serde_json::json!({"units": [{"unit": "sanitation", "reach": township}]}),
        ("PUT", "/accounts/{name}/openid") => serde_json::json!({"subject": "x"}),
        ("POST", "/keys") => serde_json::json!({"title": "x", "roles": []}),
        ("PUT", "/account/password") => serde_json::json!({"new": "x"}),
        ("POST", "/account/factor/proof" | "/account/factor/code") => serde_json::json!({"code": "x"}),
        _ => serde_json::json!({}),
    };
    json.to_string()
}

/// The fields of a report by Open311, which are those of its question too.
pub(super) fn report(township: &str) -> String {
    format!("jurisdiction_id={township}&service_code=none:1&address_id={township}201")
}
