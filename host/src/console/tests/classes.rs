//! The page of classes that wait for a second person.

use axum::http::header;
use xl_model::camera::draft::Field;

use super::cookie;
use super::cookie_of;
use super::open;
use super::post;
use super::site;
use crate::api::testing::TestSite;

const ORIGIN: &str = "http://hub.example.cn";

#[tokio::test]
async fn another_class_keeps_what_was_typed_and_is_approved_by_somebody_else_on_a_page() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let mine = cookie(&test, &router).await;
    let other = cookie_of(&router, &test.key("township-admin@371122102").await).await;
    test.hub.add_camera("gate", &[(Field::Class, "C2")]).await;
    let page = "/cameras/371122102/gate";
    let form = "name=%E8%A5%BF%E9%97%A8&place=371122102201&class=non-public&signage.date=2026-11-01&reason=";
    let without = post(&router, &format!("{page}/save?lang=en"), &mine, ORIGIN, form).await;
    assert!(without.status.as_u16() == 422 && without.text.contains("needs a reason"), "{}", without.text);
    let waits = post(&router, &format!("{page}/save"), &mine, ORIGIN, &format!("{form}a+yard")).await;
    assert_eq!(waits.status.as_u16(), 422);
    for text in ["西门", "value=\"a yard\"", "另一位管理员", "href=\"/classes\""] {
        assert!(waits.text.contains(text), "{text}: {}", waits.text);
    }

    let own = open(&router, "/classes?lang=zh", &mine).await;
    assert!(own.text.contains("由您提出") && !own.text.contains("/approve\""), "{}", own.text);
    let refused = post(&router, "/classes/371122102/gate/approve", &mine, ORIGIN, "to=non-public").await;
    assert!(refused.status.as_u16() == 403 && refused.text.contains("XL0908"), "{}", refused.text);
    let shown = open(&router, "/classes?lang=en", &other).await;
    for text in ["other public place (C2)", "non-public place (C3)", "a yard", "/classes/371122102/gate/approve"] {
        assert!(shown.text.contains(text), "{text}: {}", shown.text);
    }
    let approved = post(&router, "/classes/371122102/gate/approve", &other, ORIGIN, "to=non-public").await;
    assert_eq!(approved.header(header::LOCATION), "/classes", "{}", approved.text);
    assert!(open(&router, "/classes?lang=zh", &other).await.text.contains("没有待第二人"), "nothing waits");
    let row = test.hub.cameras.get(&"371122102/gate".parse().unwrap()).unwrap();
    assert_eq!((row.camera.class.word(), row.camera.name.as_str()), ("non-public", "gate"));
}
