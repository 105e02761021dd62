//! Pages of cases, as browsers send them.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;

use super::HOST;
use super::cookie_of;
use super::open;
use super::site;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::console::address::part;

async fn send(router: &Router, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
    let form: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", part(value))).collect();
    let request = Request::post(path)
        .header(header::HOST, HOST)
        .header(header::ORIGIN, format!("http://{HOST}"))
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(router, request.body(Body::from(form.join("&"))).unwrap()).await
}

fn report(title: &str) -> Vec<(&'static str, String)> {
    let fields = [("township", "371122102"), ("matter", "01-02"), ("title", title), ("source", "patrol")];
    fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

async fn reported(router: &Router, cookie: &str, more: &[(&'static str, &str)]) -> Answer {
    let mut form = report("<b>dirty</b>");
    form.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    send(router, "/cases/new", cookie, &form).await
}

#[tokio::test]
async fn a_member_of_the_desk_reports_files_and_dispatches_on_pages() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let session = cookie_of(&router, &test.key("operator@371122102").await).await;
    let form = open(&router, "/cases/new?lang=en", &session).await;
    assert!(form.text.contains("value=\"371122102\"") && form.text.contains("Report a case"), "{}", form.text);

    // What is wrong is named, and what was typed is there.
    let wrong = reported(&router, &session, &[("place", "371122103201"), ("description", "typed with care")]).await;
    assert_eq!(wrong.status.as_u16(), 422, "{}", wrong.text);
    assert!(wrong.text.contains("id=\"w-place\"") && wrong.text.contains("typed with care"), "{}", wrong.text);
    let lost = send(&router, "/cases/new", &session, &[("township", "x"), ("title", "kept")]).await;
    assert!(
        lost.status.as_u16() == 422 && lost.text.contains("kept") && lost.text.contains("w-township"),
        "{}",
        lost.text
    );

    let made = reported(&router, &session, &[("position", "35.58，118.83")]).await;
    assert_eq!(made.status.as_u16(), 303, "{}", made.text);
    let path = made.header(header::LOCATION).to_owned();
    let page = open(&router, &path, &session).await;
    assert!(page.text.contains("已上报") && page.text.contains("&#60;b&#62;dirty"), "{}", page.text);
    assert!(page.text.contains(&format!("{path}/verify")) && !page.text.contains(&format!("{path}/feedback")));

    let act = async |what: &str, form: &[(&str, &str)]| send(&router, &format!("{path}/{what}"), &session, form).await;
    assert_eq!(act("verify", &[("revision", "1")]).await.status.as_u16(), 303);
    let late = act("verify", &[("revision", "1")]).await;
    assert!(late.status.as_u16() == 409 && late.text.contains("案卷刚被他人办理"), "{}", late.text);
    assert_eq!(act("file", &[("revision", "2")]).await.status.as_u16(), 303);
    let board = open(&router, "/cases?show=dispatch", &session).await;
    assert!(board.text.contains(&path), "{}", board.text);
    let refused =
        act("dispatch", &[("revision", "3"), ("note", "mind the school"), ("amount", "0"), ("unit", "sanitation")])
            .await;
    assert!(refused.status.as_u16() == 422 && refused.text.contains("mind the school"), "{}", refused.text);
    let dispatch = [("revision", "3"), ("unit", "sanitation"), ("amount", "2"), ("measure", "work-hour")];
    assert_eq!(act("dispatch", &dispatch).await.status.as_u16(), 303);
    assert!(!open(&router, "/cases?show=dispatch", &session).await.text.contains(&path));
    let page = open(&router, &format!("{path}?lang=en"), &session).await;
    for text in ["dispatched", "Sanitation station", "2 working hours", "2026-11-24 10:00"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(!open(&router, "/cases?show=overdue", &session).await.text.contains(&path));
}

#[tokio::test]
async fn who_only_reads_is_offered_no_step_and_who_is_elsewhere_sees_nothing() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let session = cookie_of(&router, &test.key("operator@371122102").await).await;
    let path = reported(&router, &session, &[]).await.header(header::LOCATION).to_owned();
    let viewer = cookie_of(&router, &test.key("viewer@371122102").await).await;
    let page = open(&router, &path, &viewer).await;
    assert!(page.status.as_u16() == 200 && !page.text.contains("method=\"post\" action=\"/cases"), "{}", page.text);
    assert!(!open(&router, "/cases", &viewer).await.text.contains("/cases/new"));
    let beside = cookie_of(&router, &test.key("auditor@371122103").await).await;
    assert_eq!(open(&router, &path, &beside).await.status.as_u16(), 404);
    assert!(!open(&router, "/cases", &beside).await.text.contains(&path));
}

#[tokio::test]
async fn who_was_put_into_a_unit_sees_its_cases_first_and_a_dispatch_to_nobody_is_said() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let desk = cookie_of(&router, &test.key("operator@371122102").await).await;
    let key = test.key("handler@371122102").await;
    let unit = cookie_of(&router, &key).await;
    let mut paths = Vec::new();
    for of in ["sanitation", "works"] {
        let path = reported(&router, &desk, &[]).await.header(header::LOCATION).to_owned();
        for (revision, what) in [("1", "verify"), ("2", "file")] {
            send(&router, &format!("{path}/{what}"), &desk, &[("revision", revision)]).await;
        }
        let before = open(&router, &path, &desk).await;
        assert!(before.text.contains("（无人员）"), "{}", before.text);
        send(&router, &format!("{path}/dispatch"), &desk, &[("revision", "3"), ("unit", of)]).await;
        assert!(open(&router, &path, &desk).await.text.contains("责任单位尚无人员"));
        paths.push(path);
    }
    let list = open(&router, "/cases", &unit).await;
    assert!(!list.text.contains("show=unit") && paths.iter().all(|path| list.text.contains(path)), "{}", list.text);
    let admin = test.state.people().with_key(&test.token).await.unwrap().subject;
    let units = vec!["sanitation@371122102".parse().unwrap()];
    test.state.people().set_units(&admin, &"handler".parse().unwrap(), units).await.unwrap();
    let unit = cookie_of(&router, &key).await;
    let first = open(&router, "/cases", &unit).await;
    assert!(first.text.contains(&paths[0]) && !first.text.contains(&paths[1]), "{}", first.text);
    assert!(first.text.contains("本单位案卷"), "{}", first.text);
    let all = open(&router, "/cases?show=open", &unit).await;
    assert!(paths.iter().all(|path| all.text.contains(path)), "{}", all.text);
    let own = open(&router, &paths[0], &unit).await;
    assert!(own.text.contains(&format!("{}/accept", paths[0])) && !own.text.contains("尚无人员"), "{}", own.text);
    let other = send(&router, &format!("{}/accept", paths[1]), &unit, &[("revision", "4")]).await;
    assert!(other.status.as_u16() == 403 && other.text.contains("市政设施管理所（works）"), "{}", other.text);
}
