//! Status, maintenance and rates over HTTP, with the real stage behind them.

use axum::Router;
use axum::body::Body;
use axum::http::header;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use xl_bridge::port::Submission;
use xl_model::status::Level;
use xl_model::status::Reason;
use xl_model::status::evidence::Cadence;
use xl_model::status::evidence::Enrolment;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Said;
use xl_model::status::evidence::Witness as _;

use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::status;
use crate::status::StatusSink;

const TOWNSHIP: &str = "371122102";

const DAY_MS: i64 = 86_400_000;

struct Watched {
    site: TestSite,
    router: Router,
    sink: StatusSink,
    news: mpsc::Receiver<Submission>,
}

impl Watched {
    /// A hub that watches over these cameras.
    async fn new(cameras: &[&str]) -> Self {
        let mut site = TestSite::new().await;
        for camera in cameras {
            site.hub.register(camera).await;
        }
        let (sink, intake, statuses) = site.watched.take().unwrap();
        let (inbox, news) = mpsc::channel(64);
        let (store, clock) = (site.hub.store.clone(), site.hub.clock.clone());
        tokio::spawn(status::run(intake, statuses, store, clock, inbox, CancellationToken::new()));
        let enrolments = cameras.iter().map(|camera| Enrolment {
            camera: format!("{TOWNSHIP}/{camera}").parse().unwrap(),
            place: "371122102201".into(),
            owner: None,
            bridge: None,
            cadence: Cadence::default(),
            sleep: None,
            since_us: site.state.now_us(),
        });
        sink.register(|| enrolments.collect()).await;
        let router = router(site.state.clone());
        Self { site, router, sink, news }
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let request = self.site.signed(method, &format!("/api/v1{path}"));
        let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_owned()));
        ask(&self.router, request.unwrap()).await
    }

    async fn get(&self, path: &str) -> serde_json::Value {
        let answer = self.send("GET", path, "").await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text);
        answer.json()
    }

    /// Says something of a camera and waits until the change is told.
    async fn say(&mut self, camera: &str, said: Said, skew_ms: Option<i64>) {
        self.sink.saw(Evidence {
            camera: format!("{TOWNSHIP}/{camera}").parse().unwrap(),
            said,
            reason: Reason::new("test"),
            source: "test".into(),
            promised_us: None,
            skew_ms,
        });
        self.news.recv().await.unwrap();
    }
}

#[tokio::test]
async fn who_stands_where_is_listed_by_level_and_list_and_page() {
    let mut watched = Watched::new(&["a", "b", "c", "d"]).await;
    watched.say("a", Said::Up, Some(-60_000)).await;
    watched.say("b", Said::Up, None).await;
    watched.say("c", Said::AuthFailed, None).await;
    let ids = |page: serde_json::Value| -> Vec<String> {
        page["cameras"].as_array().unwrap().iter().map(|it| it["camera"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(watched.get("/status/cameras?level=up").await), ["a", "b"]);
    assert_eq!(ids(watched.get("/status/cameras?list=auth-failed").await), ["c"]);
    assert_eq!(ids(watched.get("/status/cameras?list=wrong-clock&township=371122102").await), ["a"]);
    assert_eq!(ids(watched.get("/status/cameras?township=371122103").await), Vec::<String>::new());
    let first = watched.get("/status/cameras?limit=3").await;
    assert_eq!((&first["total"], &first["next"]), (&4.into(), &"371122102/c".into()));
    let last = watched.get("/status/cameras?limit=3&after=371122102/c").await;
    assert_eq!((&last["next"], &last["cameras"][0]["reason"]), (&serde_json::Value::Null, &"never_seen".into()));
    for (query, field) in [("limit=0", "limit"), ("after=x", "after")] {
        let wrong = watched.send("GET", &format!("/status/cameras?{query}"), "").await;
        assert!(wrong.json()["fields"][field].is_string(), "{query}: {}", wrong.text);
    }
    for query in ["level=high", "list=all", "colour=red"] {
        assert_eq!(watched.send("GET", &format!("/status/cameras?{query}"), "").await.status.as_u16(), 400, "{query}");
    }
}

#[tokio::test]
async fn maintenance_is_declared_shown_and_taken_back() {
    let mut watched = Watched::new(&["a"]).await;
    watched.say("a", Said::Up, None).await;
    let path = "/cameras/371122102/a/maintenance";
    let now_ms = watched.site.state.now_ms();
    let body = |from_ms: i64, until_ms: i64, reason: &str| {
        format!(r#"{{"from":"{from_ms}","until":"{until_ms}","reason":"{reason}"}}"#)
    };
    for (wrong, code) in [
        (body(now_ms, now_ms + 31 * DAY_MS, "lens"), "XL0321"),
        (body(now_ms, now_ms - 1, "lens"), "XL0321"),
        (body(now_ms, now_ms + DAY_MS, ""), "XL0322"),
        (body(now_ms - DAY_MS, now_ms + DAY_MS, "lens"), "XL0323"),
    ] {
        let answer = watched.send("POST", path, &wrong).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (422, &code.into()), "{wrong}");
    }
    let declared = watched.send("POST", path, &body(now_ms, now_ms + 30 * DAY_MS, "lens")).await;
    assert_eq!(declared.status.as_u16(), 201, "{}", declared.text);
    watched.news.recv().await.unwrap();
    let status = watched.get("/cameras/371122102/a/status").await;
    assert_eq!((&status["now"]["level"], &status["now"]["reason"]), (&"maintenance".into(), &"lens".into()));
    assert_eq!(status["maintenance"][0]["from"], declared.json()["from"]);
    assert_eq!(watched.get("/status/cameras?level=maintenance").await["total"], 1);
    assert_eq!(watched.send("DELETE", &format!("{path}?from={now_ms}"), "").await.status.as_u16(), 204);
    watched.news.recv().await.unwrap();
    assert_eq!(watched.get("/cameras/371122102/a/status").await["now"]["level"], Level::Up.word());
    let gone = watched.send("DELETE", &format!("{path}?from={}", now_ms + 1), "").await;
    assert_eq!((gone.status.as_u16(), &gone.json()["code"]), (404, &"XL0307".into()));
    for n in 0..64 {
        let kept = watched.send("POST", path, &body(now_ms + DAY_MS + n, now_ms + 2 * DAY_MS, "x")).await;
        assert_eq!(kept.status.as_u16(), 201, "{}", kept.text);
    }
    let many = watched.send("POST", path, &body(now_ms + DAY_MS - 1, now_ms + 2 * DAY_MS, "x")).await;
    assert_eq!((many.status.as_u16(), &many.json()["code"]), (409, &"XL0741".into()));
}

#[tokio::test]
async fn the_rate_of_this_moment_counts_cameras_and_connected_villages() {
    let mut watched = Watched::new(&["a", "b", "c"]).await;
    watched.say("a", Said::Up, None).await;
    watched.say("b", Said::Offline, None).await;
    let rate = watched.get("/online-rate?place=371122102&by=village").await;
    assert_eq!(rate["now"]["online"], serde_json::json!({"num": 1, "den": 2, "percent": 50.0}));
    assert_eq!(rate["now"]["excluded"], serde_json::json!({"num": 1, "den": 3, "percent": 33.33}));
    assert_eq!(rate["now"]["weak"], true);
    assert_eq!(rate["connection"]["percent"], 100.0);
    for (query, field) in [("by=camera", "by"), ("from=1795420800000&to=1795420799999", "from"), ("from=0", "from")] {
        let wrong = watched.send("GET", &format!("/online-rate?{query}"), "").await;
        assert!(wrong.json()["fields"][field].is_string(), "{query}: {}", wrong.text);
    }
    assert_eq!(watched.send("GET", "/online-rate?place=37", "").await.status.as_u16(), 400);
}

#[tokio::test]
async fn only_an_administrator_asks_and_only_about_cameras_that_are_registered() {
    let watched = Watched::new(&["a"]).await;
    for (method, path) in [
        ("GET", "/status/cameras"),
        ("GET", "/cameras/371122102/a/status"),
        ("POST", "/cameras/371122102/a/maintenance"),
        ("DELETE", "/cameras/371122102/a/maintenance?from=0"),
        ("GET", "/online-rate"),
    ] {
        let request = axum::http::Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap();
        let answer = ask(&watched.router, request).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (401, &"XL0701".into()), "{method} {path}");
    }
    for path in ["/cameras/371122102/z/status", "/cameras/371122103/a/status"] {
        let missing = watched.send("GET", path, "").await;
        assert_eq!((missing.status.as_u16(), &missing.json()["code"]), (404, &"XL0307".into()), "{path}");
    }
}
