//! Which changes are news, over time.

use proptest::prelude::any;
use proptest::proptest;
use serde_json::Map;
use xl_model::id::DeviceId;

use super::Closed;
use super::Edge;
use super::Edges;
use super::Limits;
use crate::topics::Change;
use crate::topics::Operation;
use crate::topics::State;

fn camera(name: &str) -> DeviceId {
    format!("371122102.{name}").parse().unwrap()
}

fn change(kind: &str, state: State, source_key: &str) -> Change {
    let kind = ["camera.", kind].concat().parse().unwrap();
    Change { kind, state, source_key: source_key.to_owned(), data: Map::new() }
}

fn motion(state: State) -> Change {
    change("motion", state, "Motion|vs-0|||")
}

fn counted(count: u32) -> Change {
    Change { data: Map::from_iter([("count".to_owned(), count.into())]), ..change("count", State::Value, "c") }
}

const INITIALIZED: Option<Operation> = Some(Operation::Initialized);

#[test]
fn a_state_begins_once_and_ends_once() {
    let (mut edges, gh) = (Edges::default(), camera("gh-1"));
    let told: Vec<_> = [State::Inactive, State::Active, State::Active, State::Inactive, State::Inactive]
        .into_iter()
        .map(|state| edges.see(&gh, &motion(state), None, 0))
        .collect();
    assert_eq!(told, [None, Some(Edge::Began), None, Some(Edge::Ended), None]);
    assert!(edges.is_empty());
}

#[test]
fn cameras_kinds_and_sources_do_not_touch_each_other() {
    let mut edges = Edges::default();
    for (name, kind, source_key) in
        [("gh-1", "motion", "a"), ("gh-2", "motion", "a"), ("gh-1", "tamper", "a"), ("gh-1", "motion", "b")]
    {
        let began = edges.see(&camera(name), &change(kind, State::Active, source_key), None, 0);
        assert_eq!(began, Some(Edge::Began), "{name} {kind} {source_key}");
    }
    assert_eq!(edges.see(&camera("gh-1"), &change("motion", State::Inactive, "b"), None, 0), Some(Edge::Ended));
    assert_eq!(edges.len(), 3);
}

#[test]
fn what_never_ends_is_closed_thirty_seconds_after_its_last_sign() {
    let (mut edges, gh) = (Edges::default(), camera("gh-1"));
    edges.see(&gh, &motion(State::Active), None, 1_000);
    edges.see(&gh, &motion(State::Active), None, 20_000);
    assert_eq!(edges.expire(49_999), []);
    let closed = Closed {
        camera: gh.clone(),
        kind: "camera.motion".parse().unwrap(),
        source_key: "Motion|vs-0|||".into(),
        seen_ms: 20_000,
    };
    assert_eq!(edges.expire(50_000), [closed]);
    assert_eq!(edges.expire(90_000), []);
    assert_eq!(edges.see(&gh, &motion(State::Inactive), None, 90_001), None);
}

#[test]
fn what_lasts_by_nature_is_not_closed_by_the_timer() {
    let (mut edges, gh) = (Edges::default(), camera("gh-1"));
    for kind in ["input.digital", "input.relay", "fault.storage", "image.dark", "record.job", "tamper"] {
        edges.see(&gh, &change(kind, State::Active, "x"), None, 0);
    }
    assert_eq!(edges.expire(86_400_000), []);
    assert_eq!(edges.see(&gh, &change("tamper", State::Inactive, "x"), None, 86_400_001), Some(Edge::Ended));
}

#[test]
fn an_initialized_property_is_a_state_and_no_event() {
    let (mut edges, gh) = (Edges::default(), camera("gh-1"));
    assert_eq!(edges.see(&gh, &motion(State::Active), INITIALIZED, 0), None);
    assert_eq!(edges.see(&gh, &motion(State::Active), Some(Operation::Changed), 1), None, "it went on");
    assert_eq!(edges.see(&gh, &motion(State::Inactive), None, 2), None, "its beginning was never told");
    assert_eq!(edges.see(&gh, &change("line.cross", State::Pulse, "x"), INITIALIZED, 3), None);
    assert_eq!(edges.see(&gh, &motion(State::Active), INITIALIZED, 4), None);
    assert_eq!(edges.expire(60_000), [], "and neither is its closing");
    assert!(edges.is_empty());
}

#[test]
fn a_state_that_ended_unseen_ends_when_the_camera_is_back() {
    let (mut edges, gh) = (Edges::default(), camera("gh-1"));
    edges.see(&gh, &motion(State::Active), None, 0);
    edges.stale(&gh, 10_000);
    assert_eq!(edges.see(&gh, &motion(State::Inactive), INITIALIZED, 11_000), Some(Edge::Ended));
}

#[test]
fn after_a_reconnect_what_is_not_said_again_is_closed() {
    let (mut edges, gh) = (Edges::default(), camera("gh-1"));
    edges.see(&gh, &change("input.relay", State::Active, "1"), None, 0);
    edges.see(&gh, &change("input.relay", State::Active, "2"), None, 0);
    edges.stale(&gh, 100_000);
    edges.stale(&gh, 120_000); // A second reconnect gives no more time.
    assert_eq!(edges.see(&gh, &change("input.relay", State::Active, "2"), INITIALIZED, 121_000), None);
    assert_eq!(edges.expire(129_999), []);
    let closed: Vec<_> = edges.expire(130_000).into_iter().map(|closed| closed.source_key).collect();
    assert_eq!(closed, ["1"]);
    assert_eq!(edges.len(), 1);
}

#[test]
fn a_pulse_is_news_each_time_and_a_value_when_it_differs() {
    let (mut edges, gh) = (Edges::default(), camera("gh-1"));
    let pulse = change("line.cross", State::Pulse, "x");
    assert_eq!(edges.see(&gh, &pulse, None, 0), Some(Edge::Happened));
    assert_eq!(edges.see(&gh, &pulse, None, 1), Some(Edge::Happened));
    let told: Vec<_> = [3, 3, 4].map(|count| edges.see(&gh, &counted(count), None, 2)).into();
    assert_eq!(told, [Some(Edge::Differs), None, Some(Edge::Differs)]);
}

#[test]
fn beyond_its_bound_a_camera_is_told_without_being_remembered() {
    let mut edges = Edges::new(Limits { cameras_most: 2, states_most: 3, ..Limits::default() });
    for n in 0..100 {
        edges.see(&camera("gh-1"), &change("motion", State::Active, &n.to_string()), None, 0);
        let value = Change { source_key: n.to_string(), ..counted(n) };
        assert_eq!(edges.see(&camera("gh-1"), &value, None, 0), Some(Edge::Differs));
    }
    assert_eq!(edges.len(), 6);
    let beyond = change("motion", State::Active, "beyond");
    assert_eq!(edges.see(&camera("gh-1"), &beyond, None, 0), Some(Edge::Happened));
    assert_eq!(
        edges.see(&camera("gh-2"), &beyond, None, 0),
        Some(Edge::Began),
        "one camera does not crowd out another"
    );
    assert_eq!(edges.see(&camera("gh-3"), &beyond, None, 0), Some(Edge::Happened));
    edges.forget(&camera("gh-1"));
    assert_eq!(edges.len(), 1);
}

proptest! {
    #[test]
    fn every_end_had_its_beginning(
        steps in proptest::collection::vec((0..4_u8, 0..3_u8, 0..40_000_i64, any::<bool>()), 0..200),
    ) {
        let (mut edges, gh, mut now_ms, mut open) = (Edges::default(), camera("gh-1"), 0, [0_i32; 3]);
        for (what, source, later_ms, is_state) in steps {
            now_ms += later_ms;
            let state = [State::Active, State::Inactive, State::Active, State::Inactive][usize::from(what)];
            for closed in edges.expire(now_ms) {
                open[closed.source_key.parse::<usize>().unwrap()] -= 1;
            }
            let said = change("motion", state, &source.to_string());
            match edges.see(&gh, &said, is_state.then_some(Operation::Initialized), now_ms) {
                Some(Edge::Began) => open[usize::from(source)] += 1,
                Some(Edge::Ended) => open[usize::from(source)] -= 1,
                other => assert_eq!(other, None),
            }
            assert!(open.iter().all(|count| (0..=1).contains(count)), "{open:?}");
        }
    }
}
