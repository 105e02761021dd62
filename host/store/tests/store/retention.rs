//! What is removed, and what must stay.

use bytes::Bytes;
use xl_model::effect::Answer;
use xl_model::event::Appended;
use xl_model::event::NewEvent;
use xl_model::fault::Code;
use xl_model::module::DeadLetter;
use xl_model::module::ModuleState;
use xl_store::log::EventFilter;
use xl_store::log::Removed;
use xl_store::log::Retention;
use xl_store::modules::Commit;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::commit;
use crate::fixture::fact;
use crate::fixture::hash;
use crate::fixture::key;
use crate::fixture::picture;
use crate::fixture::town;

fn retention(rules: &[(&str, u32)], dedupe_days: u32) -> Retention {
    Retention { rules: rules.iter().map(|(pattern, days)| (pattern.parse().unwrap(), *days)).collect(), dedupe_days }
}

/// An event of this kind, so many days old at noon.
fn aged(id: &str, kind: &str, days: i64) -> NewEvent {
    NewEvent { kind: kind.parse().unwrap(), received_ms: NOON_MS - days * DAY_MS, ..fact(id) }
}

#[tokio::test]
async fn events_go_by_the_first_rule_that_matches_and_numbers_are_never_used_again() {
    let mut town_ = Town::new().await;
    town_
        .append(vec![
            aged("kept by exact rule", "camera.picture", 20),
            aged("removed by prefix rule", "camera.motion", 20),
            aged("kept without rule", "trace.batch", 900),
            aged("kept, young", "camera.motion", 5),
        ])
        .await;
    let rules = retention(&[("camera.picture", 30), ("camera.*", 10)], 7);
    let removed = town_.store.retain(&rules, NOON_MS).await.unwrap();
    assert_eq!(removed, Removed { events: 1, pictures: 0 });
    town_.reopen().await;
    assert_eq!(town_.ids().await, ["kept by exact rule", "kept without rule", "kept, young"]);
    assert_eq!(town_.store.event(&town(), 2).await.unwrap(), None);
    assert_eq!(town_.append(vec![aged("next", "camera.motion", 0)]).await, [Appended::Stored(5)]);
    assert_eq!(town_.store.retain(&rules, NOON_MS).await.unwrap(), Removed::default());
}

#[tokio::test]
async fn everything_may_go_and_the_numbers_go_on() {
    let mut town_ = Town::new().await;
    let many: Vec<_> = (0..2345).map(|index| aged(&format!("{index:05}"), "camera.motion", 20)).collect();
    town_.append(many).await;
    let removed = town_.store.retain(&retention(&[("*", 10)], 7), NOON_MS).await.unwrap();
    assert_eq!(removed.events, 2345);
    town_.reopen().await;
    assert_eq!(town_.ids().await.len(), 0);
    assert_eq!(town_.append(vec![aged("next", "camera.motion", 0)]).await, [Appended::Stored(2346)]);
    let filter = EventFilter { from_ms: Some(NOON_MS - DAY_MS), limit: 10, ..EventFilter::default() };
    assert_eq!(town_.store.find_events(&town(), filter).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_stays_until_every_running_or_suspended_module_and_receiver_has_passed_it() {
    let town_ = Town::new().await;
    for plugin in ["running", "suspended", "disabled"] {
        town_.enable(plugin).await;
    }
    town_.store.set_module_state(&key("suspended"), ModuleState::Suspended, None).await.unwrap();
    town_.store.set_module_state(&key("disabled"), ModuleState::Disabled, None).await.unwrap();
    town_.store.set_outbox_cursor("city", &town(), 0).await.unwrap();
    town_.append((1..=6).map(|number| aged(&number.to_string(), "camera.motion", 20)).collect()).await;
    let rules = retention(&[("*", 10)], 7);
    let retain = async || town_.store.retain(&rules, NOON_MS).await.unwrap().events;
    let moved = |plugin, revision, cursor| Commit { cursor: Some(cursor), ..commit(plugin, revision) };
    assert_eq!(retain().await, 0);
    town_.store.commit(moved("running", 0, 6)).await.unwrap();
    town_.store.set_outbox_cursor("city", &town(), 6).await.unwrap();
    assert_eq!(retain().await, 0);
    town_.store.commit(moved("suspended", 1, 2)).await.unwrap();
    assert_eq!(retain().await, 2);
    town_.store.commit(moved("suspended", 2, 6)).await.unwrap();
    town_.store.set_outbox_cursor("city", &town(), 5).await.unwrap();
    assert_eq!(retain().await, 3);
    assert_eq!(town_.ids().await, ["6"]);
}

#[tokio::test]
async fn an_id_is_recognised_for_its_days_and_its_event_stays_as_long() {
    let town_ = Town::new().await;
    let again = || vec![aged("old", "sensor.reading", 0), aged("new", "sensor.reading", 0)];
    town_.append(vec![aged("old", "sensor.reading", 9), aged("new", "sensor.reading", 5)]).await;
    town_.store.retain(&retention(&[], 10), NOON_MS).await.unwrap();
    assert_eq!(town_.append(again()).await, [Appended::Repeated, Appended::Repeated]);
    town_.store.retain(&retention(&[], 7), NOON_MS).await.unwrap();
    assert_eq!(town_.append(again()).await, [Appended::Stored(3), Appended::Repeated]);
    // A rule shorter than the window: ids go before their events, never after.
    town_.store.retain(&retention(&[("*", 3)], 7), NOON_MS).await.unwrap();
    assert_eq!(town_.append(again()).await, [Appended::Repeated, Appended::Stored(4)]);
}

#[tokio::test]
async fn an_event_from_a_clock_in_the_future_holds_nothing_back() {
    let town_ = Town::new().await;
    town_.append(vec![aged("future", "sensor.reading", -4000), aged("old", "camera.motion", 20)]).await;
    let removed = town_.store.retain(&retention(&[("*", 10)], 7), NOON_MS).await.unwrap();
    assert_eq!(removed.events, 1);
    assert_eq!(town_.ids().await, ["future"]);
}

#[tokio::test]
async fn a_picture_goes_with_the_last_event_of_any_township_that_names_it() {
    let town_ = Town::new().await;
    let (one, both) = (&b"only here"[..], &b"in both towns"[..]);
    for bytes in [one, both] {
        town_.store.put_picture(&hash(bytes), Bytes::from_static(bytes)).await.unwrap();
    }
    let shot = |id: &str, days, pictures: &[&[u8]]| NewEvent {
        pictures: pictures.iter().map(|bytes| picture(bytes)).collect(),
        ..aged(id, "camera.picture", days)
    };
    let other = NewEvent { township: "371122103".parse().unwrap(), ..shot("c", 5, &[both]) };
    town_.append(vec![shot("a", 20, &[one, both]), shot("b", 5, &[]), other]).await;
    let rules = retention(&[("*", 10)], 7);
    assert_eq!(town_.store.retain(&rules, NOON_MS).await.unwrap(), Removed { events: 1, pictures: 1 });
    assert_eq!(town_.store.picture(&hash(one)).await.unwrap(), None);
    assert!(town_.store.picture(&hash(both)).await.unwrap().is_some());
    assert_eq!(town_.store.provenance(&town(), &hash(both)).await.unwrap(), None);
    assert_eq!(town_.store.latest_picture(&town(), &"gh-1".parse().unwrap()).await.unwrap(), None);
    assert!(town_.store.provenance(&"371122103".parse().unwrap(), &hash(both)).await.unwrap().is_some());
    let later = NOON_MS + 10 * DAY_MS;
    assert_eq!(town_.store.retain(&rules, later).await.unwrap(), Removed { events: 2, pictures: 1 });
    assert_eq!(town_.store.picture(&hash(both)).await.unwrap(), None);
}

#[tokio::test]
async fn a_picture_that_was_just_put_stays_for_the_event_that_will_name_it() {
    let town_ = Town::new().await;
    let bytes = &b"sent twice"[..];
    let put = async || town_.store.put_picture(&hash(bytes), Bytes::from_static(bytes)).await.unwrap();
    put().await;
    town_.append(vec![NewEvent { pictures: vec![picture(bytes)], ..aged("old", "camera.picture", 20) }]).await;
    put().await;
    let rules = retention(&[("*", 10)], 7);
    assert_eq!(town_.store.retain(&rules, NOON_MS).await.unwrap(), Removed { events: 1, pictures: 0 });
    town_.append(vec![NewEvent { pictures: vec![picture(bytes)], ..aged("new", "camera.picture", 0) }]).await;
    assert!(town_.store.picture(&hash(bytes)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_picture_that_no_event_ever_named_is_found_and_removed() {
    let mut town_ = Town::new().await;
    let (named, lost) = (&b"named"[..], &b"lost"[..]);
    for bytes in [named, lost] {
        town_.store.put_picture(&hash(bytes), Bytes::from_static(bytes)).await.unwrap();
    }
    town_.append(vec![NewEvent { pictures: vec![picture(named)], ..fact("a") }]).await;
    let rules = retention(&[], 7);
    // One folder an hour, so every folder once in 256 hours.
    let around = async |town_: &Town, from: i64| {
        let mut pictures = 0;
        for hour in from..from + 256 {
            pictures += town_.store.retain(&rules, NOON_MS + hour * 3_600_000).await.unwrap().pictures;
        }
        pictures
    };
    assert_eq!(around(&town_, 0).await, 1);
    town_.reopen().await;
    assert_eq!(around(&town_, 256).await, 0);
    assert!(town_.store.picture(&hash(named)).await.unwrap().is_some());
    assert_eq!(town_.store.picture(&hash(lost)).await.unwrap(), None);
}

#[tokio::test]
async fn dead_letters_and_answers_go_with_their_events() {
    let town_ = Town::new().await;
    town_.enable("trace").await;
    town_.append(vec![aged("old", "camera.motion", 20), aged("new", "camera.motion", 1)]).await;
    let letter = |seq| DeadLetter { seq, at_ms: NOON_MS, tries: 5, code: Code(609), error: "trapped".to_owned() };
    let answer = || Answer { question: "q".to_owned(), answer: "a".to_owned() };
    let failed = Commit {
        cursor: Some(2),
        dead_letters: vec![letter(1), letter(2)],
        answers: vec![(1, answer()), (2, answer())],
        ..commit("trace", 0)
    };
    town_.store.commit(failed).await.unwrap();
    town_.store.retain(&retention(&[("*", 10)], 7), NOON_MS).await.unwrap();
    assert_eq!(town_.store.dead_letters(&key("trace")).await.unwrap(), [letter(2)]);
    assert_eq!(town_.store.answers(&key("trace"), 1).await.unwrap(), []);
    assert_eq!(town_.store.answers(&key("trace"), 2).await.unwrap(), [answer()]);
}
