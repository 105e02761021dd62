//! The pages of holds and duties, receipts of exports among them.

use axum::http::header;
use xl_model::camera::draft::Field;

use super::cookie;
use super::cookie_of;
use super::open;
use super::post;
use super::site;
use crate::api::testing::TestSite;
use crate::devices::testing::NOW_MS;
use crate::export::testing::fetched;

const ORIGIN: &str = "http://hub.example.cn";

#[tokio::test]
async fn a_hold_is_placed_on_its_page_a_wrong_one_keeps_what_was_typed_and_it_is_lifted_with_a_reason() {
    let test = TestSite::new().await;
    test.hub.add_camera("gate", &[]).await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    let wrong = "township=371122102&cameras=gate&document=&reason=theft+case&from=2026-11-20";
    let answer = post(&router, "/holds?lang=zh", &cookie, ORIGIN, wrong).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text);
    for text in ["案件或文书编号，1 至 100 个字符", "value=\"theft case\"", "value=\"2026-11-20\""] {
        assert!(answer.text.contains(text), "{text}: {}", answer.text);
    }
    let unread = "township=x&cameras=G!&kinds=cam*&to=soon&document=18&reason=theft+case";
    let answer = post(&router, "/holds?lang=en", &cookie, ORIGIN, unread).await;
    assert_eq!(answer.text.matches("class=\"error\"").count(), 4, "{}", answer.text);
    let right = "township=371122102&cameras=gate&document=18&reason=theft+case&from=2026-11-20&until=2027-01-31";
    let answer = post(&router, "/holds", &cookie, ORIGIN, right).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/holds"), "{}", answer.text);
    let shown = open(&router, "/holds?lang=en", &cookie).await;
    for text in ["in force", "<code>gate</code>", "2026-11-20 00:00 – ", "2027-02-01 00:00", "/holds/371122102/1/lift"]
    {
        assert!(shown.text.contains(text), "{text}: {}", shown.text);
    }
    let viewer = cookie_of(&router, &test.key("operator@371122102").await).await;
    let read = open(&router, "/holds?lang=en", &viewer).await;
    assert!(read.text.contains("in force") && !read.text.contains("/lift"), "{}", read.text);
    assert_eq!(post(&router, "/holds/371122102/1/lift", &viewer, ORIGIN, "reason=closed").await.status.as_u16(), 403);
    let answer = post(&router, "/holds/371122102/1/lift", &cookie, ORIGIN, "reason=case+closed").await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
    let shown = open(&router, "/holds?lang=en", &cookie).await;
    assert!(shown.text.contains("lifted") && shown.text.contains("case closed"), "{}", shown.text);
}

#[tokio::test]
async fn duties_are_a_page_with_what_is_overdue_marked() {
    let test = TestSite::new().await;
    test.hub.add_camera("gate", &[(Field::Class, "public-security"), (Field::SignageDate, "")]).await;
    let router = site(test.state.clone());
    test.pass(31 * 86_400_000);
    let cookie = cookie(&test, &router).await;
    let shown = open(&router, "/duties?lang=en", &cookie).await;
    for text in ["overdue: 2", "/cameras/371122102/gate", "2026-12-23", "File with the police"] {
        assert!(shown.text.contains(text), "{text}: {}", shown.text);
    }
    let none = open(&router, "/duties?place=371122103&lang=en", &cookie).await;
    assert!(none.text.contains("Nothing is owed"), "{}", none.text);
    assert_eq!(open(&router, "/duties?place=1", &cookie).await.status.as_u16(), 422);
}

/// EXP-4.
#[tokio::test]
async fn a_receipt_that_is_owed_stands_on_the_page_of_duties_and_leads_to_its_export_until_it_is_confirmed() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    for _ in 0..2 {
        fetched(&test.hub.store, "371122102", NOW_MS).await;
    }
    test.pass(30 * 86_400_000);
    let operator = cookie_of(&router, &test.key("operator@371122102").await).await;
    let shown = open(&router, "/duties?lang=en", &operator).await;
    for text in ["371122102-E1", "href=\"/exports?before=2\"", "2026-12-23", "what was given out is destroyed"] {
        assert!(shown.text.contains(text), "{text}: {}", shown.text);
    }
    assert!(!shown.text.contains("overdue"), "on its last day it is in time: {}", shown.text);
    let export = open(&router, "/exports?before=2&lang=zh", &operator).await;
    assert!(export.text.contains("期限 2026-12-23") && !export.text.contains("已逾期"), "{}", export.text);
    assert!(!export.text.contains("371122102-E2"), "the list begins with it: {}", export.text);

    test.pass(86_400_000);
    let operator = cookie_of(&router, &test.key("township-admin@371122102").await).await;
    let shown = open(&router, "/duties?lang=zh", &operator).await;
    for text in ["已逾期: 2", "确认调取的图像已销毁"] {
        assert!(shown.text.contains(text), "{text}: {}", shown.text);
    }
    assert!(open(&router, "/exports?lang=zh", &operator).await.text.contains("已逾期"));
    let viewer = cookie_of(&router, &test.key("viewer@371122102").await).await;
    let shown = open(&router, "/duties?lang=en", &viewer).await;
    assert!(shown.text.contains("Nothing is owed") && !shown.text.contains("371122102-E"), "{}", shown.text);

    for number in [1, 2] {
        let confirm = format!("/exports/371122102/{number}/receipt");
        let answer = post(&router, &confirm, &operator, ORIGIN, "words=the+disk+was+shredded").await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
    }
    let shown = open(&router, "/duties?lang=en", &operator).await;
    assert!(shown.text.contains("Nothing is owed"), "{}", shown.text);
    assert!(!open(&router, "/exports?lang=en", &operator).await.text.contains("2026-12-23"), "done");
}
