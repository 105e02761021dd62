//! The page of all statuses, and where one camera stood.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use xl_model::status::Reason;
use xl_model::status::evidence::Cadence;
use xl_model::status::evidence::Enrolment;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Said;
use xl_model::status::evidence::Witness as _;

use super::cookie;
use super::open;
use super::site;
use crate::api::testing::TestSite;
use crate::status;

#[tokio::test]
async fn the_page_of_statuses_and_the_page_of_a_camera_say_where_it_stands_in_both_languages() {
    let mut test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    let empty = open(&router, "/status?lang=en", &cookie).await;
    assert!(empty.text.contains("No camera is like this.") && empty.text.contains("0<span"), "{}", empty.text);

    let (sink, intake, statuses) = test.watched.take().unwrap();
    let (inbox, mut news) = mpsc::channel(8);
    let (store, clock) = (test.hub.store.clone(), test.hub.clock.clone());
    tokio::spawn(status::run(intake, statuses, store, clock, inbox, CancellationToken::new()));
    let mut enrolments = Vec::new();
    for camera in ["gh-1", "gh-2", "gh-3"] {
        test.hub.register(camera).await;
        enrolments.push(Enrolment {
            camera: format!("371122102/{camera}").parse().unwrap(),
            place: "371122102201".into(),
            owner: None,
            bridge: None,
            cadence: Cadence::default(),
            sleep: None,
            since_us: test.state.now_us() - 3_600_000_000,
        });
    }
    sink.register(|| enrolments).await;
    for (camera, said) in [("gh-1", Said::Up), ("gh-2", Said::AuthFailed)] {
        let camera = format!("371122102/{camera}").parse().unwrap();
        let (reason, source) = (Reason::new("test"), "test".into());
        sink.saw(Evidence { camera, said, reason, source, promised_us: None, skew_ms: None });
        news.recv().await.unwrap();
    }
    // Intervals are written twice a second.
    while test.hub.store.open_statuses().await.unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }

    let page = open(&router, "/status?lang=en", &cookie).await;
    for text in ["50.00 %", "100.00 %", "33.33 %", "371122102201", "wrong password", "/cameras/371122102/gh-2"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(page.text.contains("More than 10 %"), "a rate that says little says so");
    let chinese = open(&router, "/status?lang=zh", &cookie).await;
    assert!(chinese.text.contains("当前在线率") && chinese.text.contains("认证失败"), "{}", chinese.text);
    let list = open(&router, "/cameras?lang=en", &cookie).await;
    for text in ["state good\">online", "state warn\">wrong password", "state off\">unknown", "never_seen"] {
        assert!(list.text.contains(text), "{text}: {}", list.text);
    }
    let camera = open(&router, "/cameras/371122102/gh-3?lang=en", &cookie).await;
    for text in ["never_seen", "class=\"strip\"", "<rect class=\"off\" x=\"1380.0\" width=\"60.0\"", "Last 24 hours"] {
        assert!(camera.text.contains(text), "{text}: {}", camera.text);
    }
    for page in [&page, &list, &camera] {
        assert!(!page.text.contains("<script") && !page.text.contains(" style="), "{}", page.text);
    }
}
