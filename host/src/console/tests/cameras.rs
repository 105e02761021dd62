//! The pages of the register.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use xl_bridge::mqtt::dialect::Dialect;
use xl_model::camera::draft::Field;

use super::HOST;
use super::cookie;
use super::open;
use super::post;
use super::site;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;

const ORIGIN: &str = "http://hub.example.cn";

async fn send_table(router: &Router, cookie: &str, what: &str, table: &str) -> Answer {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"table\"; filename=\"c.csv\"\r\nContent-Type: text/csv\r\n\r\n\
         {table}\r\n--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\n{what}\r\n--b--\r\n"
    );
    let request = Request::post("/cameras/import/table")
        .header(header::HOST, HOST)
        .header(header::ORIGIN, ORIGIN)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    ask(router, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_list_filters_pages_and_escapes_names() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    test.hub.add_camera("evil", &[(Field::Name, "<script>x</script>"), (Field::Class, "C3")]).await;
    for n in 0..60 {
        test.hub.add_camera(&format!("cam-{n:02}"), &[]).await;
    }
    let first = open(&router, "/cameras?lang=en", &cookie).await;
    assert_eq!(first.status.as_u16(), 200);
    for text in ["In all 61", "to be confirmed", "/cameras?after=371122102%2Fcam-49", "/api/v1/cameras/export"] {
        assert!(first.text.contains(text), "{text}: {}", first.text);
    }
    let second = open(&router, "/cameras?after=371122102%2Fcam-49", &cookie).await;
    assert!(second.text.contains("cam-50") && !second.text.contains("cam-49<"), "{}", second.text);
    assert!(second.text.contains("&#60;script&#62;x") && !second.text.contains("<script"), "{}", second.text);
    let greenhouses = open(&router, "/cameras?class=non-public&text=&place=&confirmed=&lang=zh", &cookie).await;
    assert!(greenhouses.text.contains("共 1") && greenhouses.text.contains("非公共场所"), "{}", greenhouses.text);
    assert_eq!(open(&router, "/cameras?class=C9", &cookie).await.status.as_u16(), 422);
    assert!(open(&router, "/", &cookie).await.text.contains("href=\"/cameras\""), "linked from the overview");
}

#[tokio::test]
async fn a_camera_is_registered_changed_and_removed_by_forms() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    let wrong = "township=371122102&camera=gh-1&name=&place=37&lang=en";
    let refused = post(&router, "/cameras/new/save?lang=en", &cookie, ORIGIN, wrong).await;
    assert_eq!(refused.status.as_u16(), 422);
    for text in ["is missing", "exactly 12 digits", "value=\"37\""] {
        assert!(refused.text.contains(text), "{text}: {}", refused.text);
    }
    let good = "township=371122102&camera=gh-1&name=%E4%B8%9C%E9%97%A8&place=371122102201&attachment.kind=onvif&\
        attachment.host=10.0.0.7&signage.date=2026-11-01";
    let added = post(&router, "/cameras/new/save", &cookie, ORIGIN, good).await;
    let page = "/cameras/371122102/gh-1";
    assert_eq!(added.header(header::LOCATION), format!("{page}?saved=true"), "{}", added.text);
    let shown = open(&router, &format!("{page}?saved=true&lang=zh"), &cookie).await;
    for text in ["东门", "已保存", "尚无人确认", "没有保存密码", "value=\"10.0.0.7\""] {
        assert!(shown.text.contains(text), "{text}: {}", shown.text);
    }

    let masks = "name=%E8%A5%BF%E9%97%A8&place=371122102201&class=non-public&class_confirmed=yes&masks=";
    let off = post(&router, &format!("{page}/save"), &cookie, ORIGIN, &format!("{masks}%5B%5B%5B2,0%5D%5D%5D")).await;
    assert!(off.status.as_u16() == 422 && off.text.contains("顶点"), "{}", off.text);
    let masks = format!("{masks}%5B%5B%5B0,0%5D,%5B1,0%5D,%5B1,1%5D%5D%5D");
    assert_eq!(post(&router, &format!("{page}/save"), &cookie, ORIGIN, &masks).await.status.as_u16(), 303);
    let shown = open(&router, page, &cookie).await;
    assert!(shown.text.contains("西门") && shown.text.contains("[[[0.0,0.0],[1.0,0.0],[1.0,1.0]]]"), "{}", shown.text);
    assert!(!shown.text.contains("尚无人确认"));

    let removed = post(&router, &format!("{page}/remove"), &cookie, ORIGIN, "").await;
    assert_eq!(removed.header(header::LOCATION), "/cameras");
    assert_eq!(open(&router, page, &cookie).await.status.as_u16(), 404);
    assert_eq!(post(&router, &format!("{page}/save"), &cookie, ORIGIN, good).await.status.as_u16(), 404);
    assert_eq!(test.cut.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_password_is_set_by_a_form_and_on_no_page() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    let onvif = [(Field::Attachment, "onvif"), (Field::Host, "10.0.0.7")];
    test.hub.add_camera("on-1", &onvif).await;
    let page = "/cameras/371122102/on-1";
    let set = post(&router, &format!("{page}/password"), &cookie, ORIGIN, "password=canary-4711").await;
    assert_eq!(set.status.as_u16(), 303, "{}", set.text);
    let shown = open(&router, page, &cookie).await;
    assert!(shown.text.contains("已保存密码") && !shown.text.contains("canary-4711"), "{}", shown.text);
    let empty = post(&router, &format!("{page}/password"), &cookie, ORIGIN, "password=").await;
    assert_eq!(empty.status.as_u16(), 422);
    assert_eq!(post(&router, &format!("{page}/forget"), &cookie, ORIGIN, "").await.status.as_u16(), 303);
    assert!(open(&router, page, &cookie).await.text.contains("没有保存密码"));
    assert_eq!(post(&router, &format!("{page}/paint"), &cookie, ORIGIN, "").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_table_is_checked_on_its_page_before_it_is_taken() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    let good = "township,camera,name,place\r\n371122102,a,x,371122102201";
    let wrong = good.replace("371122102201", "3.71122E+11");
    for what in ["check", "take"] {
        let report = send_table(&router, &cookie, what, &wrong).await;
        assert_eq!(report.status.as_u16(), 422);
        assert!(report.text.contains("科学计数") && report.text.contains("表格有错误"), "{}", report.text);
    }
    let checked = send_table(&router, &cookie, "check", good).await;
    assert!(checked.status.as_u16() == 200 && checked.text.contains("尚未导入"), "{}", checked.text);
    assert_eq!(test.hub.cameras.count(), 0);
    let taken = send_table(&router, &cookie, "take", good).await;
    assert!(taken.text.contains("已导入"), "{}", taken.text);
    assert_eq!(test.hub.cameras.count(), 1);
    // Larger than any other form of the console may be.
    let large = format!("{good}\r\n{}", "371122102,b,x,371122102201\r\n".repeat(10_000));
    let refused = send_table(&router, &cookie, "take", &large).await;
    assert!(refused.text.contains("同一台摄像机") && refused.text.contains("另有错误未列出"), "{}", refused.status);
    let none = post(&router, "/cameras/import/table", &cookie, ORIGIN, "a=b").await;
    assert!(none.status.is_client_error());
}

#[tokio::test]
async fn a_stranger_is_shown_escaped_and_adopted_by_a_form() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    test.hub.add_camera("yard", &[]).await;
    test.room.note(Dialect::Frigate, "<b>yard", "frigate/yard/motion", b"<script>x</script>", 0);
    let shown = open(&router, "/waiting?lang=en", &cookie).await;
    assert!(shown.text.contains("Waiting room") && shown.text.contains("&#60;script&#62;x"), "{}", shown.text);
    assert!(!shown.text.contains("<script>x") && !shown.text.contains("<b>yard"), "{}", shown.text);
    let form = "dialect=frigate&publisher=%3Cb%3Eyard&what=adopt&camera=371122102%2Fyard";
    let adopted = post(&router, "/waiting", &cookie, ORIGIN, form).await;
    assert_eq!((adopted.status.as_u16(), adopted.header("location")), (303, "/cameras/371122102/yard"));
    assert!(open(&router, "/waiting?lang=zh", &cookie).await.text.contains("没有等待接入"), "nobody is left");
    assert!(open(&router, "/cameras", &cookie).await.text.contains("href=\"/waiting\""), "linked from the cameras");
}

#[tokio::test]
async fn a_camera_is_probed_before_it_is_registered_and_its_password_is_on_no_page() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    let form = open(&router, "/cameras/onvif?lang=zh", &cookie).await;
    assert!(form.status.as_u16() == 200 && form.text.contains("立即探测"), "{}", form.text);
    // An address for documentation: in no network of cameras, so nothing is called.
    let typed = "host=192.0.2.7&port=80&user=admin&password=canary-4711";
    let probed = post(&router, "/cameras/onvif/probe", &cookie, ORIGIN, typed).await;
    assert_eq!(probed.status.as_u16(), 303, "{}", probed.text);
    let offer = probed.header(header::LOCATION).to_owned();
    for (language, remedy) in [("zh", "把摄像机所在网段加入该站点"), ("en", "Add the camera's network to the site")]
    {
        let shown = open(&router, &format!("{offer}?lang={language}"), &cookie).await;
        assert!(shown.text.contains("XL0422"), "{}", shown.text);
        assert!(shown.text.contains(remedy.split('\'').next().unwrap()), "{remedy}: {}", shown.text);
        assert!(!shown.text.contains("canary-4711") && !shown.text.contains("/save\""), "{}", shown.text);
    }
    let fields = "township=371122102&camera=on-1&name=&place=371122102201";
    let refused = post(&router, &format!("{offer}/save"), &cookie, ORIGIN, fields).await;
    assert_eq!(refused.status.as_u16(), 422);
    let fields = "township=371122102&camera=on-1&name=x&place=371122102201&signage.date=2026-11-01";
    let added = post(&router, &format!("{offer}/save"), &cookie, ORIGIN, fields).await;
    assert_eq!(added.header(header::LOCATION), "/cameras/371122102/on-1", "{}", added.text);
    let row = test.hub.cameras.get(&"371122102/on-1".parse().unwrap()).unwrap();
    assert!(row.has_credentials && row.camera.attachment.kind() == "onvif");
    assert_eq!(open(&router, &offer, &cookie).await.status.as_u16(), 404, "an offer is taken once");

    let page = "/cameras/371122102/on-1";
    assert_eq!(post(&router, &format!("{page}/probe"), &cookie, ORIGIN, "").await.status.as_u16(), 303);
    let shown = open(&router, page, &cookie).await;
    assert!(shown.text.contains("最近探测") && shown.text.contains("XL0422"), "{}", shown.text);
}
