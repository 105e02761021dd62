//! Holds over the API: placed, refused with every fault, lifted, and each an act of the audit log; runs and duties beside.

use axum::Router;
use axum::body::Body;
use axum::http::header;
use serde_json::Value;
use serde_json::json;
use xl_model::camera::draft::Field;
use xl_model::effect::Effect;
use xl_model::event::NewEvent;
use xl_model::keep::Rule;
use xl_store::audit::AuditFilter;
use xl_store::modules::Commit;
use xl_store::retention::Retention;

use crate::api::router;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::devices::testing::NOW_MS;

const DAY_MS: i64 = 86_400_000;

async fn send(site: &TestSite, router: &Router, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = site.signed(method, &format!("/api/v1{path}")).header(header::CONTENT_TYPE, "application/json");
    let answer = ask(router, request.body(Body::from(body.to_string())).unwrap()).await;
    (answer.status.as_u16(), answer.json())
}

fn hold(more: Value) -> Value {
    let mut hold = json!({"township": "371122102", "document": "18", "reason": "盗窃案调查"});
    hold.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    hold
}

fn motion(id: &str) -> NewEvent {
    NewEvent {
        township: "371122102".parse().unwrap(),
        source: "371122102.gh-1".into(),
        id: id.into(),
        kind: "camera.motion".parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: None,
        time_ms: NOW_MS,
        received_ms: NOW_MS,
        data: "{}".into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

#[tokio::test]
async fn a_hold_is_placed_listed_keeps_what_it_names_and_is_lifted_and_each_act_is_audited() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.add_camera("gh-1", &[(Field::Class, "non-public")]).await;
    let scope = json!({"cameras": ["gh-1"], "kinds": ["camera.*"], "from": "2026-11-20T00:00:00+08:00"});
    let (status, placed) = send(&site, &router, "POST", "/holds", hold(scope)).await;
    assert_eq!((status, &placed["number"], &placed["standing"]), (201, &json!(1), &json!("in-force")), "{placed}");
    assert_eq!((&placed["from"], &placed["placed_by"]), (&json!("2026-11-19T16:00:00.000Z"), &json!("admin")));

    let store = &site.hub.store;
    store.pass_time(NOW_MS, 0).await.unwrap();
    store.append(vec![motion("a")]).await.unwrap();
    for days in 1..=10 {
        store.pass_time(NOW_MS + days * DAY_MS, DAY_MS).await.unwrap();
    }
    let rule = Rule { kinds: "*".parse().unwrap(), class: None, days: 8 };
    let retention = Retention { rules: vec![rule], dedupe_days: 7 };
    let removed = store.retain(&retention, NOW_MS + 10 * DAY_MS).await.unwrap();
    assert_eq!((removed.events, removed.held), (0, 1));
    let (_, runs) = send(&site, &router, "GET", "/retention/runs?township=371122102", json!({})).await;
    let row = &runs["rows"][0];
    assert_eq!(
        (&row["rule"], &row["days"], &row["events"], &row["held"]),
        (&json!("*"), &json!(8), &json!(0), &json!(1))
    );

    let lift = "/holds/371122102/1/lift";
    let (status, short) = send(&site, &router, "POST", lift, json!({"reason": "x"})).await;
    assert_eq!((status, &short["code"]), (422, &json!("XL0312")), "{short}");
    let (status, lifted) = send(&site, &router, "POST", lift, json!({"reason": "案件已结"})).await;
    assert_eq!((status, &lifted["standing"], &lifted["lifted_reason"]), (200, &json!("lifted"), &json!("案件已结")));
    let (status, again) = send(&site, &router, "POST", lift, json!({"reason": "案件已结"})).await;
    assert_eq!((status, &again["code"]), (409, &json!("XL0313")));
    let (status, none) = send(&site, &router, "POST", "/holds/371122102/9/lift", json!({"reason": "案件已结"})).await;
    assert_eq!((status, &none["code"]), (404, &json!("XL0307")));
    assert_eq!(store.retain(&retention, NOW_MS + 10 * DAY_MS).await.unwrap().events, 1);

    let (_, all) = send(&site, &router, "GET", "/holds", json!({})).await;
    assert_eq!(all["holds"].as_array().unwrap().len(), 1);
    let (_, in_force) = send(&site, &router, "GET", "/holds?in_force=true", json!({})).await;
    assert_eq!(in_force["holds"], json!([]));
    let acts = AuditFilter { action: Some("hold.*".to_owned()), limit: 9, ..AuditFilter::default() };
    let acts = store.audit_rows(&acts).await.unwrap();
    let placed = &acts.last().unwrap().entry;
    assert_eq!((placed.action.as_str(), placed.township.as_ref().unwrap().as_str()), ("hold.place", "371122102"));
    assert!(placed.detail.as_str().contains("document=18; reason=盗窃案调查"), "{}", placed.detail);
    assert!(acts.iter().any(|row| row.entry.action.as_str() == "hold.lift"));
}

#[tokio::test]
async fn a_wrong_hold_is_refused_with_every_field_that_is_wrong() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    for (more, fields) in [
        (json!({"document": "", "reason": "", "until": "2020-01-01T00:00:00Z"}), vec!["document", "reason", "until"]),
        (json!({"cameras": ["gh-9"]}), vec!["cameras"]),
        (json!({"from": "2026-11-20T00:00:00Z", "to": "2026-11-20T00:00:00Z"}), vec!["to"]),
    ] {
        let (status, problem) = send(&site, &router, "POST", "/holds", hold(more)).await;
        assert_eq!((status, &problem["code"]), (422, &json!("XL0312")), "{problem}");
        let named: Vec<&str> = problem["fields"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(named, fields);
    }
    // A camera that was removed can be held while its events are there.
    site.hub.store.append(vec![motion("a")]).await.unwrap();
    let (status, _) = send(&site, &router, "POST", "/holds", hold(json!({"cameras": ["gh-1"]}))).await;
    assert_eq!(status, 201);
    for _ in 1..xl_model::hold::MOST_IN_FORCE {
        assert_eq!(send(&site, &router, "POST", "/holds", hold(json!({}))).await.0, 201);
    }
    let (status, problem) = send(&site, &router, "POST", "/holds", hold(json!({}))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("XL0314")));
    for (path, code) in
        [("/holds?limit=0", "XL0702"), ("/retention/runs?limit=101", "XL0702"), ("/duties?limit=0", "XL0702")]
    {
        assert_eq!(send(&site, &router, "GET", path, json!({})).await.1["code"], code, "{path}");
    }
}

#[tokio::test]
async fn what_a_module_deleted_under_a_hold_is_read_as_it_was_and_each_reading_is_audited() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let module = site.enable_trace("371122102", json!({})).await;
    let (collection, key, document) = ("batches".to_owned(), "b-1".to_owned(), r#"{"name":"one"}"#.to_owned());
    let put = Effect::Put { collection: collection.clone(), key: key.clone(), document, indexed: Vec::new() };
    let run = async |revision: u64, effect: Effect| {
        let commit = Commit {
            module: module.key.clone(),
            revision,
            cursor: None,
            trigger: None,
            effects: vec![effect],
            events: Vec::new(),
            dead_letters: Vec::new(),
            settled: Vec::new(),
            answers: Vec::new(),
            used: None,
        };
        site.hub.store.commit(commit).await.unwrap().revision
    };
    let revision = run(module.revision, put).await;
    assert_eq!(send(&site, &router, "POST", "/holds", hold(json!({"kinds": ["record.trace.*"]}))).await.0, 201);
    run(revision, Effect::Delete { collection, key }).await;

    let path = "/holds/371122102/records";
    let (status, page) = send(&site, &router, "GET", path, json!({})).await;
    assert_eq!((status, &page["next"], &page["records"][1]), (200, &Value::Null, &Value::Null), "{page}");
    let told =
        ["number", "plugin", "collection", "key", "document", "days"].map(|name| page["records"][0][name].clone());
    let kept = [json!(1), json!("trace"), json!("batches"), json!("b-1"), json!(r#"{"name":"one"}"#), json!(0)];
    assert_eq!(told, kept);
    let (_, first) = send(&site, &router, "GET", &format!("{path}?limit=1"), json!({})).await;
    assert_eq!(first["next"], json!(1));
    let (_, rest) = send(&site, &router, "GET", &format!("{path}?before=1"), json!({})).await;
    assert_eq!(rest["records"], json!([]));
    let (status, wrong) = send(&site, &router, "GET", &format!("{path}?limit=101"), json!({})).await;
    assert_eq!((status, &wrong["code"]), (422, &json!("XL0702")));
    let acts = AuditFilter { action: Some("hold.read".to_owned()), limit: 9, ..AuditFilter::default() };
    let acts = site.hub.store.audit_rows(&acts).await.unwrap();
    assert_eq!(acts.len(), 5, "four readings, and that the last one failed: {acts:?}");
    let townships = acts.iter().filter_map(|row| row.entry.township.as_ref());
    assert!(townships.filter(|township| township.as_str() == "371122102").count() == 5, "{acts:?}");
}

/// Tests register cameras with a sign unless they say so.
const NO_SIGN: (Field, &str) = (Field::SignageDate, "");

/// PRIV-6, the part with due dates.
#[tokio::test]
async fn signs_and_filings_that_are_owed_are_listed_by_place_with_the_overdue_first_and_go_when_they_are_done() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.add_camera("old", &[(Field::Class, "other-public-place"), (Field::Place, "371122102209"), NO_SIGN]).await;
    site.pass(31 * DAY_MS);
    site.hub.add_camera("gate", &[(Field::Class, "public-security"), (Field::Place, "371122102201"), NO_SIGN]).await;
    site.hub.add_camera("shed", &[(Field::Class, "non-public")]).await;
    let list = async |query: &str| send(&site, &router, "GET", &format!("/duties{query}"), json!({})).await.1;
    let told = |page: &Value| -> Vec<String> {
        let duties = page["duties"].as_array().unwrap().iter();
        duties
            .map(|it| format!("{} {} {} {}", it["camera"], it["duty"], it["due"], it["overdue"]).replace('"', ""))
            .collect()
    };
    let all = list("").await;
    assert_eq!(
        told(&all),
        ["old signage 2026-12-23 true", "gate signage 2027-01-23 false", "gate filing 2027-01-23 false"]
    );
    assert_eq!((&all["total"], &all["overdue"]), (&json!(3), &json!(1)));
    assert_eq!(told(&list("?overdue=true").await).len(), 1);
    assert_eq!(told(&list("?place=371122102201&skip=1").await), ["gate filing 2027-01-23 false"]);
    let set = [
        (Field::FilingNumber, "莒公备 1"),
        (Field::FilingDate, "2026-12-30"),
        (Field::SignagePosted, "yes"),
        (Field::SignageDate, "2026-12-30"),
    ];
    let set = set.map(|(field, text)| (field, text.to_owned()));
    site.hub.cameras.change(&"371122102/gate".parse().unwrap(), &set, &site.hub.hand("li", "")).await.unwrap();
    assert_eq!(told(&list("").await), ["old signage 2026-12-23 true"]);
}
