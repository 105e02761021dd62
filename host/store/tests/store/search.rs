//! Finding events by kind, camera and time.

use xl_model::event::NewEvent;
use xl_store::log::EventFilter;

use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::fact;
use crate::fixture::town;

const HOUR_MS: i64 = 3_600_000;

/// Ten events, one an hour: every second one a picture, every third one of another camera.
async fn ten() -> Town {
    let town_ = Town::new().await;
    let events = (1..=10).map(|number: i64| NewEvent {
        kind: if number % 2 == 0 { "camera.picture" } else { "sensor.reading" }.parse().unwrap(),
        camera: if number % 3 == 0 { None } else { Some(format!("gh-{}", number % 3).parse().unwrap()) },
        received_ms: NOON_MS + number * HOUR_MS,
        ..fact(number.to_string())
    });
    town_.append(events.collect()).await;
    town_
}

async fn check(town_: &Town, filter: EventFilter, expected: &[u64]) {
    let found = town_.store.find_events(&town(), filter.clone()).await.unwrap();
    assert_eq!(found.iter().map(|event| event.seq).collect::<Vec<_>>(), expected, "{filter:?}");
}

#[tokio::test]
async fn events_are_found_by_kind_camera_and_time_in_both_directions() {
    let town_ = ten().await;
    let all = EventFilter { limit: 1000, ..EventFilter::default() };
    let kinds = |patterns: &[&str]| patterns.iter().map(|pattern| pattern.parse().unwrap()).collect::<Vec<_>>();
    check(&town_, all.clone(), &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).await;
    check(&town_, EventFilter { limit: 3, ..all.clone() }, &[10, 9, 8]).await;
    check(&town_, EventFilter { before: Some(8), limit: 3, ..all.clone() }, &[7, 6, 5]).await;
    check(&town_, EventFilter { after: Some(8), ..all.clone() }, &[9, 10]).await;
    check(&town_, EventFilter { after: Some(2), before: Some(5), ..all.clone() }, &[3, 4]).await;
    check(&town_, EventFilter { kinds: kinds(&["camera.*"]), ..all.clone() }, &[10, 8, 6, 4, 2]).await;
    check(&town_, EventFilter { kinds: kinds(&["camera.*"]), after: Some(4), limit: 2, ..all.clone() }, &[6, 8]).await;
    let both = kinds(&["camera.picture", "sensor.*"]);
    check(&town_, EventFilter { kinds: both, limit: 4, ..all.clone() }, &[10, 9, 8, 7]).await;
    check(&town_, EventFilter { kinds: kinds(&["trace.*"]), ..all.clone() }, &[]).await;
    check(&town_, EventFilter { kinds: kinds(&["trace.*", "*"]), limit: 1, ..all.clone() }, &[10]).await;
    let one = Some("gh-1".parse().unwrap());
    check(&town_, EventFilter { camera: one.clone(), ..all.clone() }, &[10, 7, 4, 1]).await;
    check(&town_, EventFilter { camera: one.clone(), kinds: kinds(&["sensor.*"]), ..all.clone() }, &[7, 1]).await;
    check(&town_, EventFilter { camera: one, after: Some(1), limit: 1, ..all.clone() }, &[4]).await;
    let (from_ms, to_ms) = (Some(NOON_MS + 3 * HOUR_MS), Some(NOON_MS + 6 * HOUR_MS));
    check(&town_, EventFilter { from_ms, to_ms, ..all.clone() }, &[5, 4, 3]).await;
    check(&town_, EventFilter { from_ms, to_ms, kinds: kinds(&["camera.*"]), ..all.clone() }, &[4]).await;
    check(&town_, EventFilter { from_ms: to_ms, to_ms: from_ms, ..all.clone() }, &[]).await;
    check(&town_, EventFilter { before: Some(0), ..all.clone() }, &[]).await;
    check(&town_, EventFilter { after: Some(u64::MAX), ..all.clone() }, &[]).await;
    check(&town_, EventFilter { from_ms: Some(i64::MIN), to_ms: Some(i64::MAX), limit: 1, ..all }, &[10]).await;
}

#[tokio::test]
async fn a_clock_that_was_set_back_hides_no_event_from_a_search_by_time() {
    let town_ = ten().await;
    let late = |id: &str, hours: i64| NewEvent { received_ms: NOON_MS + hours * HOUR_MS, ..fact(id) };
    town_.append(vec![late("back", 2), late("far", 400), late("back again", 3)]).await;
    let filter = |from: i64, to: i64| EventFilter {
        from_ms: Some(NOON_MS + from * HOUR_MS),
        to_ms: Some(NOON_MS + to * HOUR_MS),
        limit: 100,
        ..EventFilter::default()
    };
    check(&town_, filter(2, 4), &[13, 11, 3, 2]).await;
    check(&town_, filter(100, 500), &[12]).await;
}

#[tokio::test]
async fn a_search_sees_one_township_only() {
    let town_ = ten().await;
    let other = "371122103".parse().unwrap();
    let found = town_.store.find_events(&other, EventFilter { limit: 10, ..EventFilter::default() }).await;
    assert_eq!(found.unwrap(), []);
}
