//! Who looks may be blind, away or wrong about the time; people declare, devices sleep.

use super::*;

fn behind(camera: &str) -> Enrolment {
    Enrolment { bridge: Some("edge".into()), ..enrolment(camera) }
}

fn past(level: Level, reason: &str, told: Level, heartbeat_s: i64) -> Past {
    let last = Interval {
        camera: key("a"),
        level,
        reason: Reason::new(reason),
        source: "probe".into(),
        from_us: MIDNIGHT_US,
        to_us: None,
    };
    Past { last, told, heartbeat_us: MIDNIGHT_US + heartbeat_s * SECOND_US }
}

/// A hub that starts at 1,000 s and finds this past.
fn restart(past: &Past) -> Bench {
    let mut bench = Bench::at(1_000);
    bench.histories.insert(key("a"), vec![past.last.clone()]);
    bench.ladder.enrol(enrolment("a"), Some(past));
    bench.keep();
    bench
}

#[test]
fn behind_a_blind_bridge_everything_is_unknown_since_its_last_evidence() {
    let mut bench = Bench::at(0);
    for camera in ["a", "b", "c"] {
        bench.enrol(behind(camera));
    }
    bench.enrol(enrolment("d"));
    bench.say("a", 10, Said::Up);
    bench.say("a", 50, Said::Up);
    bench.say("b", 20, Said::Up);
    bench.say("b", 30, Said::Offline);
    bench.say("d", 40, Said::Up);
    bench.ladder.blind("edge", steady(90));
    bench.keep();
    assert_eq!(bench.shown("a"), (Level::Unknown, 50));
    assert_eq!(bench.shown("b"), (Level::Unknown, 90), "what was seen to be gone had gone");
    assert_eq!(bench.history("c"), [(Level::Unknown, 0)]);
    assert_eq!(bench.shown("d").0, Level::Up);
    bench.tick(100_000);
    assert_eq!(bench.shown("a"), (Level::Unknown, 50), "no silence counts against it");
}

#[test]
fn after_blindness_a_camera_is_heard_or_down_after_three_intervals() {
    let mut bench = Bench::at(0);
    bench.enrol(behind("a"));
    bench.enrol(behind("b"));
    bench.say("a", 10, Said::Up);
    bench.say("b", 10, Said::Up);
    bench.ladder.blind("edge", steady(30));
    bench.ladder.sighted("edge", steady(1_000));
    bench.keep();
    bench.say("b", 1_010, Said::Up);
    bench.tick(1_180);
    // Up and unknown from the same moment on: it was up for no time at all.
    assert_eq!(bench.history("a"), [(Level::Unknown, 0), (Level::Unknown, 10), (Level::Down, 1_060)]);
    assert_eq!(bench.shown("b"), (Level::Up, 1_010));
}

#[test]
fn after_a_start_everything_is_unknown_since_the_last_heartbeat() {
    let mut bench = restart(&past(Level::Up, "x", Level::Up, 700));
    assert_eq!(bench.history("a"), [(Level::Up, 0), (Level::Unknown, 700)]);
    assert_eq!(bench.reason("a"), "hub_down");
    bench.tick(1_179);
    assert_eq!(bench.shown("a").0, Level::Unknown);
    bench.tick(1_180);
    assert_eq!(bench.history("a"), [(Level::Up, 0), (Level::Unknown, 700), (Level::Down, 1_060)]);
    assert_eq!(bench.news, [(Level::Down, 1_060)]);
}

#[test]
fn a_start_after_which_everything_stands_as_before_is_no_news() {
    let mut bench = restart(&past(Level::Up, "x", Level::Up, 700));
    bench.say("a", 1_005, Said::Up);
    assert_eq!(bench.history("a"), [(Level::Up, 0), (Level::Unknown, 700), (Level::Up, 1_005)]);
    assert_eq!(bench.news, []);
    let mut bench = restart(&past(Level::Unknown, "hub_down", Level::Up, 700));
    bench.say("a", 1_005, Said::Up);
    assert_eq!(bench.history("a"), [(Level::Unknown, 0), (Level::Up, 1_005)]);
    assert_eq!(bench.news, []);
}

#[test]
fn a_start_with_an_odd_heartbeat_still_keeps_one_history() {
    assert_eq!(restart(&past(Level::Up, "x", Level::Up, -50)).history("a").len(), 2);
    assert_eq!(restart(&past(Level::Up, "x", Level::Up, 5_000)).history("a")[1], (Level::Unknown, 1_000));
    let mut bench = restart(&past(Level::Unknown, "never_seen", Level::Unknown, 700));
    bench.tick(100_000);
    assert_eq!(bench.history("a"), [(Level::Unknown, 0)], "it was not seen before the start either");
}

#[test]
fn a_jump_of_the_walls_clock_makes_no_edge() {
    for jump_s in [3_600, -3_600, 86_400 * 365] {
        let mut bench = Bench::new();
        bench.say("a", 7_200, Said::Up);
        bench.tick(7_201);
        let (changes, edges) = (bench.changes, bench.edges.len());
        bench.wall_s = jump_s;
        for s in 7_202..7_400 {
            bench.tick(s);
            if s % 50 == 0 {
                bench.say("a", s, Said::Up);
            }
        }
        assert_eq!((bench.changes, bench.edges.len()), (changes, edges), "{jump_s} s");
        assert_eq!(bench.jumps, [jump_s]);
        // Afterwards silence is what it was, and the history is still in order (checked as it is written).
        bench.say("a", 7_400, Said::Offline);
        bench.say("a", 7_401, Said::Up);
        assert_eq!(bench.shown("a").0, Level::Up);
        bench.tick(7_401 + 180);
        assert_eq!(bench.shown("a").0, Level::Down);
    }
}

#[test]
fn maintenance_is_shown_from_its_start_to_its_end_and_leaves_what_was_seen() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    let window = Window {
        camera: key("a"),
        from_us: MIDNIGHT_US + 100 * SECOND_US,
        until_us: MIDNIGHT_US + 400 * SECOND_US,
        reason: Reason::new("lens"),
        person: "li".into(),
        second: None,
    };
    assert!(bench.ladder.maintain(window.clone()));
    bench.tick(99);
    assert_eq!(bench.shown("a"), (Level::Up, 0));
    bench.tick(100);
    assert_eq!(bench.shown("a"), (Level::Maintenance, 100));
    bench.tick(399);
    assert_eq!(bench.shown("a"), (Level::Maintenance, 100));
    bench.tick(400);
    assert_eq!(bench.shown("a"), (Level::Down, 400));
    assert_eq!(bench.history("a"), [(Level::Up, 0), (Level::Down, 60)]);
    assert_eq!(bench.news, [(Level::Up, 0), (Level::Maintenance, 100), (Level::Down, 400)]);
    // Taken back early; and a camera cannot be buried under windows.
    let later = Window { from_us: MIDNIGHT_US, until_us: MIDNIGHT_US + HOUR_US, ..window };
    assert!(bench.ladder.maintain(later.clone()));
    bench.ladder.withdraw(&key("a"), MIDNIGHT_US);
    bench.keep();
    assert_eq!(bench.shown("a"), (Level::Down, 400));
    let taken = (0..100).filter(|_| bench.ladder.maintain(later.clone())).count();
    assert_eq!(taken, 64);
}

#[test]
fn sleep_counts_as_maintenance_only_when_it_was_approved() {
    let night = DailySpan { from_min: 0, to_min: 60 };
    let mut bench = Bench::at(0);
    bench.enrol(Enrolment { sleep: Some(night), ..enrolment("a") });
    bench.enrol(enrolment("b"));
    for camera in ["a", "b"] {
        bench.say(camera, 590, Said::Up);
        bench.say(camera, 600, Said::Sleeping);
    }
    assert_eq!(bench.shown("b"), (Level::Down, 600));
    bench.say("a", 601, Said::Offline);
    bench.tick(3_599);
    assert_eq!((bench.shown("a"), bench.reason("a")), ((Level::Maintenance, 600), "sleeping"));
    bench.tick(3_600);
    assert_eq!(bench.shown("a"), (Level::Unknown, 3_600));
    bench.tick(3_600 + 180);
    assert_eq!(bench.shown("a"), (Level::Down, 3_660), "it overslept");
    bench.say("a", 4_000, Said::Sleeping);
    assert_eq!(bench.shown("a"), (Level::Down, 3_660), "an hour past the approved time");
}

#[test]
fn what_the_register_changes_holds_from_then_on() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    bench.ladder.enrol(
        Enrolment { cadence: Cadence::Every(10 * SECOND_US), bridge: Some("edge".into()), ..enrolment("a") },
        None,
    );
    bench.tick(29);
    assert_eq!(bench.shown("a").0, Level::Up);
    bench.tick(30);
    assert_eq!(bench.shown("a"), (Level::Down, 10));
    bench.say("a", 40, Said::Up);
    bench.ladder.blind("edge", steady(45));
    bench.keep();
    assert_eq!(bench.shown("a"), (Level::Unknown, 40));
    bench.ladder.enrol(enrolment("a"), None);
    bench.say("a", 50, Said::Up);
    bench.ladder.blind("edge", steady(55));
    bench.keep();
    assert_eq!(bench.shown("a"), (Level::Up, 50), "it stands behind that bridge no more");
}

#[test]
fn a_camera_that_loses_its_cadence_is_not_up_for_ever() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    bench.tick(30);
    bench.enrol(Enrolment { cadence: Cadence::None, ..enrolment("a") });
    assert_eq!((bench.shown("a"), bench.reason("a")), ((Level::Unknown, 30), "no_cadence"));
    bench.tick(1_000);
    bench.enrol(enrolment("a"));
    bench.tick(1_179);
    assert_eq!(bench.shown("a"), (Level::Unknown, 30), "silence counts from the new agreement on");
    bench.tick(1_180);
    assert_eq!(bench.shown("a"), (Level::Down, 1_060));
}
