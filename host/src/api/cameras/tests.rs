//! The register over HTTP.

use axum::Router;
use axum::body::Body;
use axum::http::header;
use xl_model::camera::draft::Field;

use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;

async fn send(site: &TestSite, router: &Router, method: &str, path: &str, body: impl Into<Body>) -> Answer {
    let request = site.signed(method, &format!("/api/v1{path}")).header(header::CONTENT_TYPE, "application/json");
    ask(router, request.body(body.into()).unwrap()).await
}

const CAMERA: &str = r#"{"township":"371122102","camera":"on-1","name":"东门","place":"371122102201",
    "owner":{"kind":"public-unit","name":"浮来山街道"},"class":"public-security","purposes":["public-security"],
    "signage":{"posted":true,"date":"2026-03-05"},"filing":{"number":"12"},
    "attachment":{"kind":"onvif","host":"10.0.0.7","user":"admin"},
    "masks":[[[0,0],[0.5,0],[0.5,0.25]]],"retention_days":30,"heartbeat_s":60}"#;

#[tokio::test]
async fn a_camera_is_registered_read_said_anew_and_removed() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let added = send(&site, &router, "POST", "/cameras", CAMERA).await;
    assert_eq!(added.status.as_u16(), 201, "{}", added.text);
    let camera = added.json();
    assert_eq!(camera["attachment"], serde_json::json!({"kind":"onvif","host":"10.0.0.7","port":80,"user":"admin"}));
    assert_eq!((&camera["masks"][0][2][1], &camera["signage"]["date"]), (&0.25.into(), &"2026-03-05".into()));
    assert_eq!((&camera["class_confirmed"], &camera["login"]), (&true.into(), &false.into()));
    assert_eq!(send(&site, &router, "POST", "/cameras", CAMERA).await.json()["code"], "XL0308");

    let one = send(&site, &router, "GET", "/cameras/371122102/on-1", "").await;
    assert_eq!(one.json(), camera);
    let anew = r#"{"name":"西门","place":"371122102202"}"#;
    let put = send(&site, &router, "PUT", "/cameras/371122102/on-1", anew).await.json();
    assert_eq!(
        (&put["name"], &put["retention_days"], &put["class_confirmed"]),
        (&"西门".into(), &serde_json::Value::Null, &true.into()),
        "what a person has said of its class stays"
    );
    let other = send(&site, &router, "PUT", "/cameras/371122102/on-1", r#"{"camera":"on-2"}"#).await;
    assert_eq!((other.status.as_u16(), other.json()["fields"]["camera"].is_string()), (422, true));

    assert_eq!(send(&site, &router, "DELETE", "/cameras/371122102/on-1", "").await.status.as_u16(), 204);
    assert_eq!(site.cut.lock().unwrap().len(), 1, "its connections are cut");
    for (method, path) in [("GET", ""), ("DELETE", ""), ("DELETE", "/credentials")] {
        let gone = send(&site, &router, method, &format!("/cameras/371122102/on-1{path}"), "").await;
        assert_eq!((gone.status.as_u16(), &gone.json()["code"]), (404, &"XL0307".into()), "{method}");
    }
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let body = r#"{"township":"37","camera":"A","place":"1","owner":{"kind":"x"},"attachment":{"kind":"onvif"},"heartbeat_s":1}"#;
    let answer = send(&site, &router, "POST", "/cameras", body).await;
    let problem = answer.json();
    assert_eq!((answer.status.as_u16(), &problem["code"]), (422, &"XL0231".into()), "{problem}");
    let fields: Vec<&String> = problem["fields"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["attachment.host", "camera", "heartbeat_s", "name", "owner.kind", "place", "township"]);
    let unknown = send(&site, &router, "POST", "/cameras", r#"{"colour":"red"}"#).await;
    assert_eq!((unknown.status.as_u16(), &unknown.json()["code"]), (422, &"XL0702".into()));
}

#[tokio::test]
async fn cameras_are_listed_by_filter_and_page() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    for n in 0..5 {
        let class = if n == 0 { "C3" } else { "" };
        site.hub.add_camera(&format!("c-{n}"), &[(Field::Class, class)]).await;
    }
    let read = async |query: &str| send(&site, &router, "GET", &format!("/cameras?{query}"), "").await;
    let first = read("limit=2&township=371122102").await.json();
    assert_eq!((&first["total"], &first["next"]), (&5.into(), &"371122102/c-1".into()));
    let second = read("limit=2&after=371122102/c-1").await.json();
    assert_eq!(second["cameras"][0]["camera"], "c-2");
    let last = read("limit=2&after=371122102/c-3").await.json();
    assert_eq!((last["cameras"].as_array().unwrap().len(), &last["next"]), (1, &serde_json::Value::Null));
    assert_eq!(read("class=non-public").await.json()["total"], 1);
    assert_eq!(read("class_confirmed=false").await.json()["total"], 4);
    for (query, field) in [
        ("limit=0", "limit"),
        ("place=37x", "place"),
        ("class=C9", "class"),
        ("owner_kind=king", "owner_kind"),
        ("attachment=usb", "attachment"),
        ("after=x", "after"),
    ] {
        let wrong = read(query).await;
        assert!(wrong.json()["fields"][field].is_string(), "{query}: {}", wrong.text);
    }
}

#[tokio::test]
async fn many_cameras_are_changed_at_once_or_not_at_all() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    for id in ["a", "b"] {
        site.hub.add_camera(id, &[]).await;
    }
    let patch = async |body: &str| send(&site, &router, "PATCH", "/cameras", body.to_owned()).await;
    let both = r#""cameras":["371122102/a","371122102/b"]"#;
    let done = patch(&format!(r#"{{{both},"set":{{"owner.name":"街道","retention_days":"60"}}}}"#)).await;
    assert_eq!(done.json(), serde_json::json!({"changed": 2}), "{}", done.text);
    let wrong = patch(&format!(r#"{{{both},"set":{{"retention_days":"1"}}}}"#)).await.json();
    assert_eq!(wrong["code"], "XL0231");
    assert!(wrong["fields"]["371122102/b retention_days"].is_string(), "{wrong}");
    for (body, code) in [
        (format!(r#"{{{both},"set":{{}}}}"#), "XL0235"),
        (format!(r#"{{{both},"set":{{"colour":"red"}}}}"#), "XL0702"),
        (r#"{"cameras":["371122102.a"],"set":{"name":"x"}}"#.to_owned(), "XL0702"),
        (r#"{"cameras":["371122102/c"],"set":{"name":"x"}}"#.to_owned(), "XL0307"),
    ] {
        assert_eq!(patch(&body).await.json()["code"], code, "{body}");
    }
}

#[tokio::test]
async fn a_table_is_checked_taken_and_written_again() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let good = "township,camera,name,place\n371122102,a,=1+1,371122102201\n";
    let wrong = good.replace("371122102201", "37");
    let checked = send(&site, &router, "POST", "/cameras/import?dry_run=true", wrong.clone()).await;
    assert_eq!(checked.status.as_u16(), 200, "{}", checked.text);
    let fault = &checked.json()["faults"][0];
    assert_eq!((&fault["line"], &fault["column"]), (&2.into(), &"place".into()));
    assert!(fault["zh"].as_str().unwrap().contains("12 位数字") && fault["en"].as_str().unwrap().contains("12 digits"));
    let refused = send(&site, &router, "POST", "/cameras/import", wrong).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (422, &"XL0232".into()));
    assert!(refused.json()["fields"]["line 00002 place"].is_string(), "{}", refused.text);
    assert_eq!(send(&site, &router, "POST", "/cameras/import", "\u{0}\u{1}").await.json()["code"], "XL0232");
    let bytes = b"PK\x03\x04\xff\xff".to_vec();
    assert_eq!(send(&site, &router, "POST", "/cameras/import", bytes).await.json()["code"], "XL0233");
    let many = format!("township,camera\n{}", "1,a\n".repeat(50_001));
    assert_eq!(send(&site, &router, "POST", "/cameras/import", many).await.json()["code"], "XL0234");
    let large = vec![b'x'; crate::cameras::MAX_TABLE_BYTES + 1];
    assert_eq!(send(&site, &router, "POST", "/cameras/import", large).await.json()["code"], "XL0705");

    let taken = send(&site, &router, "POST", "/cameras/import", good).await.json();
    assert_eq!((&taken["added"], &taken["rows"]), (&1.into(), &1.into()));
    let export = send(&site, &router, "GET", "/cameras/export?township=371122102", "").await;
    assert_eq!(export.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert!(export.text.contains("371122102,a,'=1+1,371122102201"), "{}", export.text);
    let again = send(&site, &router, "POST", "/cameras/import", export.text).await.json();
    assert_eq!(again["unchanged"], 1, "{again}");
}

#[tokio::test]
async fn a_password_is_taken_and_never_told() {
    const CANARY: &str = "canary-Zq7-4711";
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    send(&site, &router, "POST", "/cameras", CAMERA).await;
    let path = "/cameras/371122102/on-1/credentials";
    let body = format!(r#"{{"password":"{CANARY}"}}"#);
    assert_eq!(send(&site, &router, "PUT", path, body.clone()).await.status.as_u16(), 204);
    let one = send(&site, &router, "GET", "/cameras/371122102/on-1", "").await;
    assert_eq!(one.json()["has_credentials"], true);
    let (list, export) =
        (send(&site, &router, "GET", "/cameras", "").await, send(&site, &router, "GET", "/cameras/export", "").await);
    let misplaced = body.replace("password", "passwort");
    let refused = send(&site, &router, "PUT", path, misplaced).await;
    for answer in [&one, &list, &export, &refused] {
        assert!(!answer.text.contains(CANARY), "{}", answer.text);
    }
    assert_eq!(send(&site, &router, "GET", path, "").await.status.as_u16(), 405);
    let empty = send(&site, &router, "PUT", path, r#"{"password":""}"#).await;
    assert!(empty.json()["fields"]["password"].is_string());
    assert_eq!(send(&site, &router, "DELETE", path, "").await.status.as_u16(), 204);
    let one = send(&site, &router, "GET", "/cameras/371122102/on-1", "").await;
    assert_eq!(one.json()["has_credentials"], false);
    send(&site, &router, "PUT", "/cameras/371122102/mq", r#"{"name":"x","place":"371122102201"}"#).await;
    let none = send(&site, &router, "PUT", "/cameras/371122102/mq/credentials", body).await;
    assert_eq!((none.status.as_u16(), &none.json()["code"]), (409, &"XL0236".into()));
}

#[tokio::test]
async fn a_login_joins_a_camera_that_is_registered() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.add_camera("gh-1", &[(Field::Name, "一号棚")]).await;
    let device = send(&site, &router, "POST", "/devices", r#"{"township":"371122102","camera":"gh-1"}"#).await;
    assert_eq!((device.status.as_u16(), &device.json()["name"]), (201, &"一号棚".into()), "{}", device.text);
    let camera = send(&site, &router, "GET", "/cameras/371122102/gh-1", "").await.json();
    assert_eq!((&camera["login"], &camera["attachment"]["kind"]), (&true.into(), &"mqtt".into()));
    let nameless = send(&site, &router, "POST", "/devices", r#"{"township":"371122102","camera":"gh-2"}"#).await;
    assert_eq!(nameless.json()["code"], "XL0231");
    assert!(nameless.json()["fields"]["name"].is_string());
}

/// PRIV-7.
#[tokio::test]
async fn nobody_approves_his_own_class_by_whatever_key() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.add_camera("gate", &[(Field::Class, "C2")]).await;
    let (township, beside) = (site.key("township-admin@371122102").await, site.key("operator@371122102").await);
    let people = site.state.people();
    let mine = another_key(people, &site.token).await;
    let asked = async |key: &str, method: &str, path: &str, body: &str| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json");
        ask(&router, request.body(Body::from(body.to_owned())).unwrap()).await
    };
    let change = r#"{"cameras":["371122102/gate"],"set":{"class":"C3","notes":"x"},"reason":"it watches a yard"}"#;
    let waits = asked(&site.token, "PATCH", "/cameras", change).await;
    assert_eq!((waits.status.as_u16(), &waits.json()["code"]), (409, &"XL0315".into()), "{}", waits.text);
    assert!(waits.json()["fields"]["371122102/gate class"].as_str().unwrap().contains("second administrator"));
    let waiting = asked(&township, "GET", "/class-wishes", "").await.json();
    assert_eq!(
        (&waiting[0]["from"], &waiting[0]["to"], &waiting[0]["by"], &waiting[0]["reason"]),
        (&"other-public-place".into(), &"non-public".into(), &"admin".into(), &"it watches a yard".into())
    );

    let approve = "/cameras/371122102/gate/class/approve";
    for (key, code) in [(&site.token, "XL0908"), (&mine, "XL0908"), (&beside, "XL0901")] {
        let refused = asked(key, "POST", approve, r#"{"to":"non-public"}"#).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (403, &code.into()), "{}", refused.text);
    }
    assert_eq!(asked(&mine, "PATCH", "/cameras", change).await.json()["code"], "XL0315", "nor by the same change");
    let other = asked(&township, "POST", approve, r#"{"to":"public-security"}"#).await;
    assert_eq!((other.status.as_u16(), &other.json()["code"]), (409, &"XL0316".into()));
    let approved = asked(&township, "POST", approve, r#"{"to":"non-public"}"#).await;
    assert_eq!((&approved.json()["class"], &approved.json()["notes"]), (&"non-public".into(), &"".into()));
    assert_eq!(asked(&township, "GET", "/class-wishes", "").await.json(), serde_json::json!([]));
}

/// Another key of whoever has this one.
async fn another_key(people: &crate::people::People, key: &str) -> String {
    let subject = people.with_key(key).await.unwrap().subject;
    let new =
        crate::people::NewKey { title: "x".to_owned(), roles: subject.roles.to_vec(), days: 1, addresses: Vec::new() };
    people.add_key(subject.account().unwrap(), new).await.unwrap().1
}
