//! The stage over a real store.

use super::*;
use crate::devices::testing::NOW_MS;
use crate::devices::testing::TestHub;
use tokio::sync::mpsc;
use xl_model::camera::CameraKey;
use xl_model::rate::Span;
use xl_model::rate::area::Recoded;
use xl_model::rate::day::DAY_US;
use xl_model::rate::day::LocalDay;
use xl_model::status::HOUR_US;
use xl_model::status::Level;
use xl_model::status::Reason;
use xl_model::status::evidence::Cadence;
use xl_model::status::evidence::Enrolment;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Said;
use xl_model::status::evidence::Witness;
use xl_model::status::maintenance::Window;
use xl_store::status::Scope;

const NOW_US: i64 = NOW_MS * 1_000;

fn key(camera: &str) -> CameraKey {
    CameraKey { township: "371122102".parse().unwrap(), camera: camera.parse().unwrap() }
}

fn enrolment(camera: &str) -> Enrolment {
    Enrolment {
        camera: key(camera),
        place: "371122102201".into(),
        owner: Some("jia".into()),
        bridge: None,
        cadence: Cadence::default(),
        sleep: None,
        since_us: NOW_US,
    }
}

fn evidence(camera: &str, said: Said) -> Evidence {
    let reason = Reason::new("mqtt");
    Evidence { camera: key(camera), said, reason, source: "mqtt".into(), promised_us: None, skew_ms: None }
}

/// A stage whose clocks are set: `s` seconds after its start the wall shows so many seconds after `NOW_US`.
struct Bench {
    stage: Stage,
    store: Store,
    start_us: i64,
}

impl Bench {
    async fn start(hub: &TestHub, start_us: i64) -> Self {
        let store = hub.store.clone();
        let stage = Stage::at(Steady(0), start_us, Statuses::default(), store.clone()).await.unwrap();
        Self { stage, store, start_us }
    }

    async fn take(&mut self, message: Message) {
        self.stage.take(message).await.unwrap();
    }

    async fn say(&mut self, camera: &str, s: i64, said: Said) {
        self.take(Message::Evidence(evidence(camera, said), Steady(s * SECOND_US))).await;
    }

    async fn tick(&mut self, s: i64) {
        self.stage.tick(Steady(s * SECOND_US), self.start_us + s * SECOND_US).await.unwrap();
    }

    fn level(&self, camera: &str) -> Option<Level> {
        self.stage.statuses.of(&key(camera)).map(|status| status.standing.level)
    }

    fn news(&mut self) -> Vec<(String, serde_json::Value)> {
        std::iter::from_fn(|| self.stage.news.next())
            .map(|it| (it.camera.unwrap().to_string(), serde_json::from_str(&it.data).unwrap()))
            .collect()
    }

    /// Level and first second of each interval in the store, laid over with maintenance.
    async fn stored(&self, camera: &str) -> Vec<(Level, i64)> {
        let ever = Span { from_us: i64::MIN, to_us: i64::MAX };
        let intervals = self.store.status_intervals(Scope::Camera(&key(camera)), ever).await.unwrap();
        intervals.iter().map(|it| (it.level, (it.from_us - NOW_US) / SECOND_US)).collect()
    }
}

#[tokio::test]
async fn evidence_becomes_an_interval_a_view_and_an_observation() {
    let hub = TestHub::new().await;
    let (sink, intake) = channel();
    let (inbox, mut observed) = mpsc::channel(4);
    let (statuses, stop) = (Statuses::default(), CancellationToken::new());
    let running =
        tokio::spawn(run(intake, statuses.clone(), hub.store.clone(), hub.clock.clone(), inbox, stop.clone()));
    sink.register(|| vec![enrolment("gh-1"), enrolment("gh-2")]).await;
    sink.saw(evidence("gh-1", Said::Up));
    let observation = observed.recv().await.unwrap().observation;
    assert_eq!(observation.kind.as_str(), "camera.status");
    assert_eq!(observation.camera.unwrap().as_str(), "gh-1");
    assert_eq!((observation.time_ms, &*observation.source), (None, "status"));
    let data: serde_json::Value = serde_json::from_str(&observation.data).unwrap();
    assert_eq!((data["level"].as_str(), data["reason"].as_str()), (Some("up"), Some("mqtt")));
    assert_eq!(data["from_ms"].as_i64().map(|ms| ms / 60_000), Some(NOW_MS / 60_000));
    let status = statuses.of(&key("gh-1")).unwrap();
    assert_eq!((status.standing.level, status.is_flapping), (Level::Up, false));
    assert_eq!(statuses.of(&key("gh-2")).unwrap().standing.reason.as_str(), "never_seen");
    stop.cancel();
    running.await.unwrap();
    // What was seen is on disk, and so is the moment up to which somebody looked.
    let open = hub.store.open_statuses().await.unwrap();
    let levels: Vec<_> = open.iter().map(|(it, _)| (it.camera.camera.as_str(), it.level)).collect();
    assert_eq!(levels, [("gh-1", Level::Up), ("gh-2", Level::Unknown)]);
    assert_eq!(hub.store.heartbeat().await.unwrap(), Some(NOW_US));
}

#[tokio::test]
async fn a_sink_that_is_full_counts_what_it_loses_and_never_waits() {
    let (sink, mut intake) = channel();
    for _ in 0..20_000 {
        sink.saw(evidence("gh-1", Said::Up));
    }
    assert_eq!(intake.lost(), 20_000 - 16_384);
    assert_eq!(intake.lost(), 0);
    assert_eq!(intake.waiting().len(), 16_384);
    drop(intake);
    sink.saw(evidence("gh-1", Said::Up));
    sink.retire(key("gh-1")).await;
}

#[tokio::test]
async fn after_a_restart_the_time_since_the_last_heartbeat_is_unknown() {
    let hub = TestHub::new().await;
    let mut bench = Bench::start(&hub, NOW_US).await;
    bench.take(Message::Register(vec![enrolment("gh-1"), enrolment("gh-2"), enrolment("gh-3")], None)).await;
    for camera in ["gh-1", "gh-2", "gh-3"] {
        bench.say(camera, 1, Said::Up).await;
    }
    bench.tick(10).await;
    bench.tick(15).await;
    assert_eq!(bench.news().len(), 3);
    // Killed at 15 s; the heartbeat is the one of 10 s.
    drop(bench);
    let hub = hub.restart().await;
    let mut bench = Bench::start(&hub, NOW_US + 600 * SECOND_US).await;
    bench.take(Message::Register(vec![enrolment("gh-1"), enrolment("gh-2")], None)).await;
    assert_eq!(bench.level("gh-1"), Some(Level::Unknown));
    bench.say("gh-1", 5, Said::Up).await;
    bench.tick(180).await;
    assert_eq!(bench.stored("gh-1").await[1..], [(Level::Up, 1), (Level::Unknown, 10), (Level::Up, 605)]);
    assert_eq!(bench.stored("gh-2").await[1..], [(Level::Up, 1), (Level::Unknown, 10), (Level::Down, 660)]);
    let news = bench.news();
    assert_eq!(news.len(), 1, "that it stands where it stood is no news: {news:?}");
    assert_eq!((news[0].0.as_str(), news[0].1["level"].as_str()), ("gh-2", Some("down")));
    // The third was removed meanwhile.
    assert_eq!(bench.level("gh-3"), None);
    let (last, _) = hub.store.last_status(&key("gh-3")).await.unwrap().unwrap();
    assert_eq!(last.to_us, Some(NOW_US + 10 * SECOND_US));
}

#[tokio::test]
async fn a_register_that_is_told_again_retires_what_it_leaves_out_and_keeps_the_rest() {
    let hub = TestHub::new().await;
    let mut bench = Bench::start(&hub, NOW_US).await;
    bench.take(Message::Register(vec![enrolment("gh-1"), enrolment("gh-2")], None)).await;
    bench.say("gh-1", 1, Said::Up).await;
    bench.tick(5).await;
    bench.take(Message::Register(vec![enrolment("gh-1")], None)).await;
    bench.take(Message::Enrol(Box::new(Enrolment { owner: None, ..enrolment("gh-1") }))).await;
    assert_eq!((bench.level("gh-1"), bench.level("gh-2")), (Some(Level::Up), None));
    let counts = bench.stage.statuses.counts(&|_, _| true, Recoded::default());
    let owners: Vec<_> = counts.owners().map(|(owner, it)| (owner.is_some(), it.up)).collect();
    assert_eq!(owners, [(false, 1)]);
    bench.tick(20).await;
    bench.take(Message::Enrol(Box::new(enrolment("gh-2")))).await;
    bench.tick(30).await;
    let stored = bench.stored("gh-2").await;
    assert_eq!(stored, [(Level::Unknown, 0), (Level::Unknown, 5)], "its first time stays as it was");
}

#[tokio::test]
async fn lists_and_counts_say_who_needs_help() {
    let hub = TestHub::new().await;
    let mut bench = Bench::start(&hub, NOW_US).await;
    let cameras = [
        enrolment("flaps"),
        enrolment("clock"),
        enrolment("password"),
        Enrolment { cadence: Cadence::None, ..enrolment("silent") },
        Enrolment { place: "nowhere".into(), ..enrolment("lost") },
    ];
    bench.take(Message::Register(cameras.to_vec(), None)).await;
    for s in 0..4 {
        bench.say("flaps", s * 10, Said::Up).await;
        bench.say("flaps", s * 10 + 5, Said::Offline).await;
    }
    let late = Evidence { skew_ms: Some(-60_000), ..evidence("clock", Said::Up) };
    bench.take(Message::Evidence(late, Steady(0))).await;
    bench.say("password", 0, Said::AuthFailed).await;
    bench.say("silent", 0, Said::Up).await;
    let wish = |list, township: &str| Wish { township: Some(township.parse().unwrap()), list: Some(list), level: None };
    let list = |list| {
        let found = bench.stage.statuses.find(&wish(list, "371122102"));
        found.into_iter().map(|(camera, _)| camera.camera.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(list(List::Flapping), ["flaps"]);
    assert_eq!(list(List::WrongClock), ["clock"]);
    assert_eq!(list(List::AuthFailed), ["password"]);
    assert_eq!(list(List::NoCadence), ["silent"]);
    assert!(bench.stage.statuses.find(&wish(List::Flapping, "371122103")).is_empty());
    let down = bench.stage.statuses.find(&Wish { level: Some(Level::Down), ..Wish::default() });
    assert_eq!(down.iter().map(|(camera, _)| camera.camera.as_str()).collect::<Vec<_>>(), ["flaps"]);
    let counts = bench.stage.statuses.counts(&|_, _| true, Recoded::default());
    let county = counts.area(&"371122".parse().unwrap());
    assert_eq!((county.up, county.auth_failed, county.down, county.unknown), (1, 1, 1, 2));
    assert_eq!(counts.area(&"371122102000".parse().unwrap()).unknown, 1, "a place that is none is the town");
}

#[tokio::test]
async fn maintenance_outlives_a_restart() {
    let hub = TestHub::new().await;
    let window = Window {
        camera: key("gh-1"),
        from_us: NOW_US + 60 * SECOND_US,
        until_us: NOW_US + HOUR_US,
        reason: Reason::new("lens"),
        person: "li".into(),
        second: None,
    };
    hub.store.declare_maintenance(window.clone(), NOW_US).await.unwrap();
    let mut bench = Bench::start(&hub, NOW_US).await;
    bench.take(Message::Register(vec![enrolment("gh-1")], None)).await;
    bench.say("gh-1", 1, Said::Up).await;
    bench.tick(60).await;
    assert_eq!(bench.level("gh-1"), Some(Level::Maintenance));
    assert_eq!(bench.stored("gh-1").await[1..], [(Level::Up, 1), (Level::Maintenance, 60), (Level::Up, 3_600)]);
    // A second window does not come twice when the register is told again.
    bench.take(Message::Register(vec![enrolment("gh-1")], None)).await;
    bench.take(Message::Withdraw(key("gh-1"), window.from_us)).await;
    assert_eq!(bench.level("gh-1"), Some(Level::Up));
}

#[tokio::test]
async fn a_day_is_summed_up_when_nothing_can_be_dated_back_into_it() {
    let hub = TestHub::new().await;
    let mut bench = Bench::start(&hub, NOW_US).await;
    bench.take(Message::Register(vec![enrolment("gh-1")], None)).await;
    bench.say("gh-1", 0, Said::Up).await;
    let (day, township) = (LocalDay::of(NOW_US), "371122102".parse().unwrap());
    let ends_s = (day.span().to_us - NOW_US) / SECOND_US;
    bench.tick(ends_s + 3 * 3_600 - 1).await;
    assert!(!hub.store.has_status_day(&township, day).await.unwrap());
    bench.tick(ends_s + 3 * 3_600).await;
    let sums = hub.store.status_days(&township, day, day.next()).await.unwrap();
    // Up for 60 s after the only evidence, then down for the rest of the day since it was registered.
    let up_us = 60_000_000;
    let whole_us = u64::try_from(day.span().to_us - NOW_US).unwrap();
    assert_eq!((sums.len(), sums[0].2.up, sums[0].2.down), (1, up_us, whole_us - up_us));
    // Days that were missed are made up for, one a tick.
    for _ in 0..3 {
        bench.tick(ends_s + 3 * DAY_US / SECOND_US + 3 * 3_600).await;
    }
    assert_eq!(hub.store.status_days(&township, day, LocalDay(day.0 + 9)).await.unwrap().len(), 4);
}

#[tokio::test]
async fn however_often_the_register_changes_one_list_waits() {
    let (sink, mut intake) = channel();
    sink.register(|| vec![enrolment("gh-1")]).await;
    let second = sink.register(|| vec![enrolment("gh-2")]);
    tokio::pin!(second);
    assert!(futures::poll!(&mut second).is_pending(), "the first is not taken yet");
    assert!(matches!(intake.next().await, Some(Message::Register(cameras, _)) if cameras.len() == 1));
    second.await;
    assert!(matches!(intake.next().await, Some(Message::Register(cameras, _)) if cameras[0] == enrolment("gh-2")));
}
