//! Where cameras stood is read back as it was written.

use xl_model::camera::CameraKey;
use xl_model::ladder::output::Change;
use xl_model::ladder::output::Edge;
use xl_model::ladder::output::EdgeKind;
use xl_model::rate::Figures;
use xl_model::rate::Span;
use xl_model::rate::day::DAY_US;
use xl_model::rate::day::LocalDay;
use xl_model::rate::tally;
use xl_model::status::HOUR_US;
use xl_model::status::Interval;
use xl_model::status::Level;
use xl_model::status::Reason;
use xl_model::status::maintenance::Window;
use xl_store::StoreError;
use xl_store::status::Scope;

use crate::fixture::Town;
use crate::fixture::facts;
use crate::fixture::town;

/// 2026-11-23T00:00:00 in Shanghai; hours count from here.
const MIDNIGHT_US: i64 = 1_795_363_200_000_000;

const EVER: Span = Span { from_us: i64::MIN, to_us: i64::MAX };

fn hour(hour: i64) -> i64 {
    MIDNIGHT_US + hour * HOUR_US
}

fn key(camera: &str) -> CameraKey {
    CameraKey { township: town(), camera: camera.parse().unwrap() }
}

/// From `parts[0]` on the camera's history is this.
fn change(camera: &str, parts: &[(i64, Level)]) -> Change {
    let ends = parts.iter().skip(1).map(|(from, _)| Some(hour(*from))).chain([None]);
    let interval = |((from, level), to_us): (&(i64, Level), Option<i64>)| Interval {
        camera: key(camera),
        level: *level,
        reason: Reason::new("x"),
        source: "probe".into(),
        from_us: hour(*from),
        to_us,
    };
    Change { camera: key(camera), from_us: hour(parts[0].0), intervals: parts.iter().zip(ends).map(interval).collect() }
}

fn ended(camera: &str, at: i64) -> Change {
    Change { camera: key(camera), from_us: hour(at), intervals: Vec::new() }
}

fn window(camera: &str, from: i64, until: i64) -> Window {
    Window {
        camera: key(camera),
        from_us: hour(from),
        until_us: hour(until),
        reason: Reason::new("lens"),
        person: "li".into(),
        second: Some("wang".into()),
    }
}

async fn write(town_: &Town, changes: &[Change]) {
    town_.store.write_statuses(changes.to_vec(), Vec::new()).await.unwrap();
}

async fn all(town_: &Town) -> Vec<Interval> {
    town_.store.status_intervals(Scope::Township(&town()), EVER).await.unwrap()
}

#[tokio::test]
async fn a_change_rewrites_the_end_of_a_history_as_the_model_says() {
    let mut town_ = Town::new().await;
    let changes = [
        change("a", &[(0, Level::Unknown)]),
        change("a", &[(1, Level::Up)]),
        change("a", &[(2, Level::Down), (3, Level::Up)]),
        // Back-dated, over what was written.
        change("a", &[(2, Level::AuthFailed)]),
        // Taken back: the one before lasts again.
        change("a", &[(1, Level::Up)]),
        change("a", &[(5, Level::Down)]),
        ended("a", 6),
        // Registered again after a while.
        change("a", &[(8, Level::Unknown)]),
    ];
    let mut history = Vec::new();
    for change in &changes {
        change.apply(&mut history);
        write(&town_, std::slice::from_ref(change)).await;
        assert_eq!(all(&town_).await, history);
    }
    // All at once, and two cameras in turn, give the same.
    let both: Vec<_> = changes
        .iter()
        .flat_map(|change| {
            ["b", "c"].map(|camera| {
                let mut change = Change { camera: key(camera), ..change.clone() };
                change.intervals.iter_mut().for_each(|interval| interval.camera = key(camera));
                change
            })
        })
        .collect();
    write(&town_, &both).await;
    town_.reopen().await;
    let read = all(&town_).await;
    assert_eq!(read.len(), 3 * history.len());
    for (index, interval) in read.iter().enumerate() {
        let camera = key(["a", "b", "c"][index / history.len()]);
        assert_eq!(*interval, Interval { camera, ..history[index % history.len()].clone() });
    }
}

#[tokio::test]
async fn open_intervals_tell_where_everything_stood_before_the_hub_went() {
    let mut town_ = Town::new().await;
    let mut away = change("b", &[(2, Level::Unknown)]);
    away.intervals[0].reason = Reason::new(Reason::HUB_DOWN);
    let changes = [
        change("a", &[(0, Level::Down)]),
        change("b", &[(0, Level::Up)]),
        away,
        change("c", &[(0, Level::Up)]),
        ended("c", 1),
    ];
    write(&town_, &changes).await;
    town_.reopen().await;
    let open = town_.store.open_statuses().await.unwrap();
    let open: Vec<_> = open.iter().map(|(it, told)| (it.camera.camera.as_str(), it.level, *told)).collect();
    assert_eq!(open, [("a", Level::Down, Level::Down), ("b", Level::Unknown, Level::Up)]);
    let (last, _) = town_.store.last_status(&key("c")).await.unwrap().unwrap();
    assert_eq!(last.to_us, Some(hour(1)));
    assert_eq!(town_.store.last_status(&key("d")).await.unwrap(), None);
}

#[tokio::test]
async fn a_heartbeat_outlives_the_hub() {
    let mut town_ = Town::new().await;
    assert_eq!(town_.store.heartbeat().await.unwrap(), None);
    town_.store.write_heartbeat(hour(1)).await.unwrap();
    town_.store.write_heartbeat(hour(2)).await.unwrap();
    town_.reopen().await;
    assert_eq!(town_.store.heartbeat().await.unwrap(), Some(hour(2)));
}

#[tokio::test]
async fn a_window_is_read_with_what_touches_it_and_nothing_of_others() {
    let town_ = Town::new().await;
    let mut foreign = change("a", &[(0, Level::Up)]);
    foreign.camera.township = "371122103".parse().unwrap();
    foreign.intervals[0].camera.township = "371122103".parse().unwrap();
    let own = change("a", &[(0, Level::Up), (2, Level::Down), (4, Level::Up)]);
    write(&town_, &[own, change("b", &[(3, Level::Up)]), foreign]).await;
    let read = async |scope: Scope<'_>, from, to| {
        let span = Span { from_us: hour(from), to_us: hour(to) };
        let intervals = town_.store.status_intervals(scope, span).await.unwrap();
        intervals.iter().map(|it| (it.camera.camera.to_string(), it.from_us)).collect::<Vec<_>>()
    };
    let township = town();
    let a = |from| ("a".to_owned(), hour(from));
    assert_eq!(read(Scope::Township(&township), 2, 3).await, [a(2)]);
    assert_eq!(read(Scope::Township(&township), 3, 5).await, [a(2), a(4), ("b".to_owned(), hour(3))]);
    assert_eq!(read(Scope::Camera(&key("a")), 0, 9).await, [a(0), a(2), a(4)]);
    assert_eq!(read(Scope::Camera(&key("a")), -9, 0).await, []);
}

#[tokio::test]
async fn maintenance_is_laid_over_and_leaves_what_was_seen() {
    let town_ = Town::new().await;
    write(&town_, &[change("a", &[(0, Level::Up)]), change("b", &[(0, Level::Up)])]).await;
    town_.store.declare_maintenance(window("a", 2, 9), hour(2)).await.unwrap();
    let again = town_.store.declare_maintenance(window("a", 2, 5), hour(2)).await;
    assert!(matches!(again, Err(StoreError::Exists { .. })));
    let levels = async || all(&town_).await.iter().map(|it| (it.level, it.from_us)).collect::<Vec<_>>();
    let laid = [(Level::Up, hour(0)), (Level::Maintenance, hour(2)), (Level::Up, hour(9)), (Level::Up, hour(0))];
    assert_eq!(levels().await, laid);
    town_.store.withdraw_maintenance(&key("a"), hour(2), hour(1)).await.unwrap();
    assert_eq!(levels().await, [(Level::Up, hour(0)), (Level::Up, hour(0))]);
    let unknown = town_.store.withdraw_maintenance(&key("b"), hour(2), hour(1)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn sums_of_a_day_are_the_same_however_often_they_are_worked_out() {
    let town_ = Town::new().await;
    let day = LocalDay::of(MIDNIGHT_US);
    // The first since the day before, the second since noon, the third gone before; odd microseconds on purpose.
    let mut a = change("a", &[(-5, Level::Up), (3, Level::Down), (4, Level::Up), (30, Level::Down)]);
    a.intervals[1].from_us += 7;
    a.intervals[0].to_us = Some(a.intervals[1].from_us);
    write(
        &town_,
        &[a, change("b", &[(12, Level::Unknown), (13, Level::Up)]), change("c", &[(-9, Level::Up)]), ended("c", -1)],
    )
    .await;
    assert!(!town_.store.has_status_day(&town(), day).await.unwrap());
    let sums = async || {
        town_.store.build_status_day(&town(), day).await.unwrap();
        town_.store.status_days(&town(), day, day.next()).await.unwrap()
    };
    let us = |hours: u64| hours * 3_600_000_000;
    let expected = [
        (day, "a".parse().unwrap(), Figures { up: us(23) + 7, down: us(1) - 7, ..Figures::default() }),
        (day, "b".parse().unwrap(), Figures { up: us(11), unknown: us(1), ..Figures::default() }),
    ];
    assert_eq!(sums().await, expected);
    assert_eq!(sums().await, expected);
    let intervals = town_.store.status_intervals(Scope::Camera(&key("a")), day.span()).await.unwrap();
    assert_eq!(tally(&intervals, day.span()), expected[0].2);
    assert_eq!(expected[0].2.enrolled(), u64::try_from(DAY_US).unwrap());
    // A window that two people declared afterwards is in the sums at once.
    town_.store.declare_maintenance(window("a", 3, 4), hour(40)).await.unwrap();
    let after = town_.store.status_days(&town(), day, day.next()).await.unwrap();
    assert_eq!(after[0].2, Figures { up: us(23), maintenance: us(1), ..Figures::default() });
    assert!(!town_.store.has_status_day(&town(), day.next()).await.unwrap(), "a day that was not worked out stays so");
}

#[tokio::test]
async fn raw_edges_are_kept_once_and_forgotten_in_time() {
    let town_ = Town::new().await;
    let edge = |camera: &str, at, kind| Edge { camera: key(camera), at_us: hour(at), kind, reason: Reason::new("x") };
    let edges = vec![
        edge("a", 1, EdgeKind::Miss),
        edge("a", 1, EdgeKind::Miss),
        edge("a", 1, EdgeKind::Offline),
        edge("a", 2, EdgeKind::Doubt),
        edge("a", 3, EdgeKind::Return),
        edge("b", 1, EdgeKind::Miss),
    ];
    town_.store.write_statuses(Vec::new(), edges).await.unwrap();
    let read = async |span, limit| {
        let edges = town_.store.status_edges(&key("a"), span, limit).await.unwrap();
        edges.into_iter().map(|(at_us, kind, _)| (at_us, kind)).collect::<Vec<_>>()
    };
    let word = |at, kind: &str| (hour(at), kind.to_owned());
    assert_eq!(read(EVER, 9).await, [word(3, "return"), word(2, "doubt"), word(1, "miss"), word(1, "offline")]);
    assert_eq!(read(Span { from_us: hour(2), to_us: hour(3) }, 9).await, [word(2, "doubt")]);
    assert_eq!(town_.store.forget_edges(hour(3), 1).await.unwrap(), 1);
    assert_eq!(town_.store.forget_edges(hour(3), 100).await.unwrap(), 3);
    assert_eq!(read(EVER, 9).await, [word(3, "return")]);
}

#[tokio::test]
async fn a_county_is_written_in_one_commit_beside_events() {
    let town_ = Town::new().await;
    let changes: Vec<_> = (0..5_000).map(|index| change(&format!("c{index:05}"), &[(0, Level::Up)])).collect();
    let (written, appended) =
        tokio::join!(town_.store.write_statuses(changes, Vec::new()), town_.store.append(facts("near", 2)));
    written.unwrap();
    appended.unwrap();
    assert_eq!(town_.store.open_statuses().await.unwrap().len(), 5_000);
}
