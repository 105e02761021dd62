//! The rules of the ladder, one test each, on clocks that are set.

mod order;
mod watch;

use super::*;
use crate::ladder::output::EdgeKind;
use crate::ladder::output::Shown;
use crate::status::HOUR_US;
use crate::status::SECOND_US;
use crate::status::evidence::Cadence;
use crate::status::evidence::DailySpan;

/// 2026-11-23T00:00:00 in Shanghai; all times of these tests are seconds after it.
const MIDNIGHT_US: i64 = 1_795_363_200_000_000;

/// Where the steady clock stands at midnight: anywhere but at the same.
const STEADY_US: i64 = 777_000_000;

fn key(camera: &str) -> CameraKey {
    CameraKey { township: "371122102".parse().unwrap(), camera: camera.parse().unwrap() }
}

fn enrolment(camera: &str) -> Enrolment {
    Enrolment {
        camera: key(camera),
        place: "371122102201".into(),
        owner: None,
        bridge: None,
        cadence: Cadence::default(),
        sleep: None,
        since_us: MIDNIGHT_US,
    }
}

fn steady(s: i64) -> Steady {
    Steady(STEADY_US + s * SECOND_US)
}

fn evidence(camera: &str, said: Said, reason: &str) -> Evidence {
    Evidence {
        camera: key(camera),
        said,
        reason: Reason::new(reason),
        source: "probe".into(),
        promised_us: None,
        skew_ms: None,
    }
}

/// A ladder whose output is written down as the store would.
struct Bench {
    ladder: Ladder,
    /// By how much the wall's clock is wrong, in seconds.
    wall_s: i64,
    histories: HashMap<CameraKey, Vec<Interval>>,
    edges: Vec<(EdgeKind, i64)>,
    news: Vec<(Level, i64)>,
    shown: HashMap<CameraKey, Shown>,
    odd: Vec<(i64, i64)>,
    jumps: Vec<i64>,
    too_late: u64,
    changes: usize,
}

impl Bench {
    /// One that starts so many seconds after midnight.
    fn at(s: i64) -> Self {
        Self {
            ladder: Ladder::new(steady(s), MIDNIGHT_US + s * SECOND_US),
            wall_s: 0,
            histories: HashMap::new(),
            edges: Vec::new(),
            news: Vec::new(),
            shown: HashMap::new(),
            odd: Vec::new(),
            jumps: Vec::new(),
            too_late: 0,
            changes: 0,
        }
    }

    /// One with the camera `a`, enrolled at midnight.
    fn new() -> Self {
        let mut bench = Self::at(0);
        bench.enrol(enrolment("a"));
        bench
    }

    fn enrol(&mut self, enrolment: Enrolment) {
        self.ladder.enrol(enrolment, None);
        self.keep();
    }

    fn say(&mut self, camera: &str, s: i64, said: Said) {
        self.say_why(camera, s, said, "x");
    }

    fn say_why(&mut self, camera: &str, s: i64, said: Said, reason: &str) {
        assert!(self.ladder.take(evidence(camera, said, reason), steady(s)));
        self.keep();
    }

    fn promise(&mut self, camera: &str, s: i64, every_s: i64) {
        let promised_us = Some(every_s * SECOND_US);
        assert!(self.ladder.take(Evidence { promised_us, ..evidence(camera, Said::Up, "x") }, steady(s)));
        self.keep();
    }

    fn tick(&mut self, s: i64) {
        let jump = self.ladder.tick(steady(s), MIDNIGHT_US + (s + self.wall_s) * SECOND_US);
        self.jumps.extend(jump.map(|us| us / SECOND_US));
        self.keep();
    }

    fn keep(&mut self) {
        let output = self.ladder.drain();
        for change in output.changes {
            self.changes += 1;
            let history = self.histories.entry(change.camera.clone()).or_default();
            change.apply(history);
            check(history);
        }
        let second = |us: i64| (us - MIDNIGHT_US) / SECOND_US;
        self.edges.extend(output.edges.iter().map(|edge| (edge.kind, second(edge.at_us))));
        for shown in output.shown {
            if let (true, Some(now)) = (shown.is_news, &shown.now) {
                self.news.push((now.level, second(now.from_us)));
            }
            self.shown.insert(shown.camera.clone(), shown);
        }
        self.odd.extend(output.odd.iter().map(|odd| (odd.promised_us / SECOND_US, odd.kept_us / SECOND_US)));
        self.too_late += output.too_late;
    }

    /// Level and first second of each interval of a camera.
    fn history(&self, camera: &str) -> Vec<(Level, i64)> {
        let second = |us: i64| (us - MIDNIGHT_US) / SECOND_US;
        self.histories[&key(camera)].iter().map(|it| (it.level, second(it.from_us))).collect()
    }

    fn reason(&self, camera: &str) -> &str {
        self.histories[&key(camera)].last().unwrap().reason.as_str()
    }

    fn shown(&self, camera: &str) -> (Level, i64) {
        let now = self.shown[&key(camera)].now.as_ref().unwrap();
        (now.level, (now.from_us - MIDNIGHT_US) / SECOND_US)
    }
}

/// Half-open, without gap or overlap, one open interval at the end.
fn check(history: &[Interval]) {
    for pair in history.windows(2) {
        assert_eq!(pair[0].to_us, Some(pair[1].from_us), "{history:?}");
        assert!(pair[0].from_us < pair[1].from_us, "{history:?}");
    }
}

#[test]
fn a_camera_is_up_after_one_proof() {
    let mut bench = Bench::new();
    assert_eq!((bench.history("a"), bench.reason("a")), (vec![(Level::Unknown, 0)], "never_seen"));
    bench.say("a", 30, Said::Up);
    assert_eq!(bench.history("a"), [(Level::Unknown, 0), (Level::Up, 30)]);
    assert_eq!(bench.news, [(Level::Up, 30)]);
    assert_eq!(bench.edges, [(EdgeKind::Return, 30)]);
}

#[test]
fn a_camera_is_down_after_three_misses_from_the_first_of_them_on() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    bench.tick(179);
    assert_eq!(bench.shown("a"), (Level::Up, 0));
    assert_eq!(bench.edges[1..], [(EdgeKind::Miss, 60), (EdgeKind::Miss, 120)]);
    bench.tick(180);
    assert_eq!(bench.history("a")[1..], [(Level::Down, 60)]);
    assert_eq!(bench.reason("a"), "silent");
    bench.tick(100_000);
    assert_eq!(bench.edges.len(), 4, "a camera that is down costs nothing");
    bench.say("a", 100_001, Said::Up);
    assert_eq!(bench.history("a")[1..], [(Level::Down, 60), (Level::Up, 100_001)]);
    assert_eq!(bench.news, [(Level::Up, 0), (Level::Down, 60), (Level::Up, 100_001)]);
}

#[test]
fn a_gap_of_two_misses_leaves_no_trace() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    let (history, changes) = (bench.history("a"), bench.changes);
    bench.tick(120);
    bench.tick(179);
    bench.say("a", 179, Said::Up);
    bench.tick(179 + 179);
    assert_eq!((bench.history("a"), bench.changes), (history, changes));
    assert!(bench.edges.contains(&(EdgeKind::Return, 179)), "the raw edges are kept");
}

#[test]
fn a_probe_that_finds_nothing_says_why_and_does_not_hurry() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    for s in [61, 62, 63, 64] {
        bench.say_why("a", s, Said::Miss, "no_route");
    }
    bench.tick(179);
    assert_eq!(bench.shown("a").0, Level::Up);
    bench.tick(180);
    assert_eq!((bench.shown("a"), bench.reason("a")), ((Level::Down, 60), "no_route"));
}

#[test]
fn a_will_needs_no_misses() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    bench.say_why("a", 10, Said::Offline, "lwt");
    assert_eq!((bench.shown("a"), bench.reason("a")), ((Level::Down, 10), "lwt"));
    bench.say_why("a", 20, Said::Offline, "again");
    bench.tick(500);
    assert_eq!((bench.shown("a"), bench.reason("a")), ((Level::Down, 10), "lwt"));
}

#[test]
fn a_lower_answer_is_confirmed_by_one_more_and_counts_from_the_first() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    bench.say_why("a", 30, Said::AuthFailed, "401");
    bench.say("a", 40, Said::Up);
    bench.say_why("a", 50, Said::AuthFailed, "401");
    assert_eq!(bench.shown("a"), (Level::Up, 0));
    bench.say_why("a", 80, Said::AuthFailed, "401");
    assert_eq!((bench.shown("a"), bench.reason("a")), ((Level::AuthFailed, 50), "401"));
    // Upwards needs no second word; an answer is an answer, whatever it says.
    bench.say("a", 200, Said::Up);
    assert_eq!(bench.history("a")[1..], [(Level::AuthFailed, 50), (Level::Up, 200)]);
    bench.say("a", 210, Said::Reachable);
    bench.say("a", 220, Said::AuthFailed);
    assert_eq!(bench.shown("a"), (Level::AuthFailed, 210));
    bench.tick(220 + 180);
    assert_eq!(bench.shown("a"), (Level::Down, 280));
}

#[test]
fn a_promise_is_kept_by_the_device_itself_within_limits() {
    let mut bench = Bench::new();
    bench.promise("a", 0, 300);
    bench.tick(899);
    assert_eq!(bench.shown("a").0, Level::Up);
    bench.tick(900);
    assert_eq!(bench.shown("a"), (Level::Down, 300));
    for every_s in [0, 0, -7, 90_000, 60, 90_000] {
        bench.promise("a", 1_000, every_s);
    }
    assert_eq!(bench.odd, [(0, 10), (-7, 10), (90_000, 3_600), (90_000, 3_600)]);
    bench.promise("a", 1_001, 1);
    bench.tick(1_031);
    assert_eq!(bench.shown("a"), (Level::Down, 1_011), "a second is taken for ten");
}

#[test]
fn a_camera_without_cadence_is_unknown_and_says_so() {
    let mut bench = Bench::at(0);
    bench.enrol(Enrolment { cadence: Cadence::None, ..enrolment("a") });
    bench.say("a", 5, Said::Up);
    bench.tick(100_000);
    assert_eq!((bench.shown("a").0, bench.reason("a")), (Level::Unknown, "no_cadence"));
    bench.say_why("a", 100_001, Said::Offline, "lwt");
    assert_eq!(bench.shown("a"), (Level::Down, 100_001));
    bench.promise("a", 100_010, 60);
    assert_eq!(bench.shown("a"), (Level::Up, 100_010), "it was given a heartbeat");
}

#[test]
fn a_camera_that_was_never_seen_is_not_down() {
    let mut bench = Bench::new();
    bench.say("a", 60, Said::Miss);
    bench.tick(100_000);
    assert_eq!((bench.history("a"), bench.reason("a")), (vec![(Level::Unknown, 0)], "never_seen"));
}

#[test]
fn evidence_of_a_stranger_changes_nothing() {
    let mut bench = Bench::new();
    assert!(!bench.ladder.take(evidence("b", Said::Up, "x"), steady(1)));
    bench.ladder.retire(&key("b"));
    assert_eq!(bench.ladder.drain().changes, []);
}

#[test]
fn a_retired_camera_has_no_open_interval_and_can_come_back() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    bench.tick(100);
    bench.ladder.retire(&key("a"));
    bench.keep();
    let last = bench.histories[&key("a")].last().unwrap().clone();
    assert_eq!(last.to_us, Some(MIDNIGHT_US + 100 * SECOND_US));
    bench.tick(1_000);
    let past = Past { last, told: Level::Up, heartbeat_us: MIDNIGHT_US };
    bench.ladder.enrol(enrolment("a"), Some(&past));
    let change = bench.ladder.drain().changes.remove(0);
    assert_eq!(change.from_us, MIDNIGHT_US + 100 * SECOND_US, "what was before stays as it is");
}

#[test]
fn six_changes_within_an_hour_are_flapping() {
    let mut bench = Bench::new();
    let flapping = |bench: &Bench| bench.shown[&key("a")].is_flapping;
    bench.say("a", 0, Said::Up);
    for turn in 0..3 {
        assert!(!flapping(&bench));
        bench.say("a", turn * 100 + 50, Said::Offline);
        bench.say("a", turn * 100 + 60, Said::Up);
    }
    assert!(flapping(&bench));
    assert_eq!(bench.news.len(), 7, "each change is told all the same");
    bench.promise("a", 3_000, 3_600);
    bench.tick(3_649);
    assert!(flapping(&bench));
    bench.tick(3_650);
    assert!(!flapping(&bench), "an hour after the first of the six");
}

#[test]
fn a_blind_bridge_is_no_flapping_camera() {
    let mut bench = Bench::at(0);
    bench.enrol(Enrolment { bridge: Some("edge".into()), ..enrolment("a") });
    for turn in 0..10 {
        bench.say("a", turn * 100, Said::Up);
        bench.ladder.blind("edge", steady(turn * 100 + 1));
        bench.ladder.sighted("edge", steady(turn * 100 + 2));
        bench.keep();
    }
    assert!(!bench.shown[&key("a")].is_flapping);
}

#[test]
fn changes_of_one_camera_leave_the_others_alone() {
    let mut bench = Bench::new();
    bench.enrol(enrolment("b"));
    bench.say("a", 0, Said::Up);
    bench.say("b", 100, Said::Up);
    bench.tick(200);
    assert_eq!((bench.shown("a"), bench.shown("b")), ((Level::Down, 60), (Level::Up, 100)));
    assert_eq!(bench.history("b"), [(Level::Unknown, 0), (Level::Up, 100)]);
}

#[test]
fn a_camera_has_one_timer_however_it_changes_its_mind() {
    let mut bench = Bench::new();
    bench.enrol(enrolment("b"));
    for turn in 0..2_000 {
        bench.promise("a", turn * 5, if turn % 3 == 0 { 3_600 } else { 10 });
        bench.promise("b", turn * 5, 60);
        bench.tick(turn * 5 + 2);
        assert!(bench.ladder.timers.len() <= 2);
    }
    for camera in ["a", "b"] {
        bench.ladder.retire(&key(camera));
    }
    assert!(bench.ladder.timers.is_empty() && bench.ladder.bridges.is_empty());
}

#[test]
fn what_was_seen_while_a_camera_was_being_enrolled_counts() {
    let mut bench = Bench::at(10);
    bench.enrol(enrolment("a"));
    bench.say("a", 8, Said::Up);
    assert_eq!((bench.shown("a").0, bench.too_late), (Level::Up, 0));
}
