//! What is removed, and what must stay.

use bytes::Bytes;
use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::effect::Answer;
use xl_model::event::Appended;
use xl_model::event::NewEvent;
use xl_model::fault::Code;
use xl_model::module::DeadLetter;
use xl_model::module::ModuleState;
use xl_store::StoreError;
use xl_store::audit::AuditFilter;
use xl_store::log::EventFilter;
use xl_store::modules::Commit;
use xl_store::retention::Removed;
use xl_store::retention::RunFilter;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::commit;
use crate::fixture::fact;
use crate::fixture::hash;
use crate::fixture::key;
use crate::fixture::picture;
use crate::fixture::town;
use crate::lived::Lived;
use crate::lived::rules;

/// An event of this kind about no camera: nothing but its rule keeps it.
fn plain(id: &str, kind: &str) -> NewEvent {
    NewEvent { kind: kind.parse().unwrap(), camera: None, ..fact(id) }
}

fn removed(run: u64, events: u64, pictures: u64, bytes: u64) -> Removed {
    Removed { run, events, pictures, bytes, ..Removed::default() }
}

#[tokio::test]
async fn events_go_by_the_first_rule_that_matches_and_numbers_are_never_used_again() {
    let mut lived = Lived::new().await;
    let old = vec![
        plain("kept by exact rule", "camera.picture"),
        plain("removed by prefix rule", "camera.motion"),
        plain("kept without rule", "trace.batch"),
    ];
    lived.town.append(old).await;
    lived.pass(15).await;
    lived.town.append(vec![plain("kept, young", "camera.motion")]).await;
    lived.pass(5).await;
    let rules = rules(&[("camera.picture", 30), ("camera.*", 10)], 7);
    assert_eq!(lived.retain(&rules).await, removed(1, 1, 0, 0));
    lived.town.reopen().await;
    assert_eq!(lived.town.ids().await, ["kept by exact rule", "kept without rule", "kept, young"]);
    assert_eq!(lived.town.store.event(&town(), 2).await.unwrap(), None);
    assert_eq!(lived.town.append(vec![plain("next", "camera.motion")]).await, [Appended::Stored(5)]);
    let again = lived.retain(&rules).await;
    assert!(again.is_nothing() && again.run == 2, "{again:?}");
}

#[tokio::test]
async fn everything_may_go_and_the_numbers_go_on() {
    let mut lived = Lived::new().await;
    lived.town.append((0..2345).map(|index| plain(&format!("{index:05}"), "camera.motion")).collect()).await;
    lived.pass(20).await;
    assert_eq!(lived.retain(&rules(&[("*", 10)], 7)).await.events, 2345);
    lived.town.reopen().await;
    assert_eq!(lived.town.ids().await.len(), 0);
    assert_eq!(lived.town.append(vec![plain("next", "camera.motion")]).await, [Appended::Stored(2346)]);
    let filter = EventFilter { from_ms: Some(NOON_MS - DAY_MS), limit: 10, ..EventFilter::default() };
    assert_eq!(lived.town.store.find_events(&town(), filter).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_stays_until_every_running_or_suspended_module_and_receiver_has_passed_it() {
    let mut lived = Lived::new().await;
    for plugin in ["running", "suspended", "disabled"] {
        lived.town.enable(plugin).await;
    }
    let store = lived.town.store.clone();
    store.set_module_state(&key("suspended"), ModuleState::Suspended, None).await.unwrap();
    store.set_module_state(&key("disabled"), ModuleState::Disabled, None).await.unwrap();
    store.set_outbox_cursor("city", &town(), 0).await.unwrap();
    lived.town.append((1..=6).map(|number| plain(&number.to_string(), "camera.motion")).collect()).await;
    lived.pass(20).await;
    let rules = rules(&[("*", 10)], 7);
    let moved = |plugin, revision, cursor| Commit { cursor: Some(cursor), ..commit(plugin, revision) };
    assert_eq!(lived.retain(&rules).await.events, 0);
    store.commit(moved("running", 0, 6)).await.unwrap();
    store.set_outbox_cursor("city", &town(), 6).await.unwrap();
    assert_eq!(lived.retain(&rules).await.events, 0);
    store.commit(moved("suspended", 1, 2)).await.unwrap();
    assert_eq!(lived.retain(&rules).await.events, 2);
    store.commit(moved("suspended", 2, 6)).await.unwrap();
    store.set_outbox_cursor("city", &town(), 5).await.unwrap();
    assert_eq!(lived.retain(&rules).await.events, 3);
    assert_eq!(lived.town.ids().await, ["6"]);
}

#[tokio::test]
async fn an_id_is_recognised_for_its_days_and_its_event_stays_as_long() {
    let mut lived = Lived::new().await;
    let again = || vec![plain("old", "sensor.reading"), plain("new", "sensor.reading")];
    lived.town.append(vec![plain("old", "sensor.reading")]).await;
    lived.pass(4).await;
    lived.town.append(vec![plain("new", "sensor.reading")]).await;
    lived.pass(5).await;
    lived.retain(&rules(&[], 10)).await;
    assert_eq!(lived.town.append(again()).await, [Appended::Repeated, Appended::Repeated]);
    lived.retain(&rules(&[], 7)).await;
    assert_eq!(lived.town.append(again()).await, [Appended::Stored(3), Appended::Repeated]);
    // A rule shorter than the window: ids go before their events, never after.
    lived.retain(&rules(&[("*", 3)], 7)).await;
    assert_eq!(lived.town.append(again()).await, [Appended::Repeated, Appended::Stored(4)]);
}

#[tokio::test]
async fn an_event_from_a_clock_in_the_future_holds_nothing_back_and_goes_in_its_turn() {
    let mut lived = Lived::new().await;
    let future = NewEvent { received_ms: NOON_MS + 4000 * DAY_MS, ..plain("future", "camera.motion") };
    lived.town.append(vec![future, plain("old", "camera.motion")]).await;
    lived.pass(5).await;
    assert_eq!(lived.retain(&rules(&[("*", 10)], 7)).await.events, 0);
    lived.pass(6).await;
    assert_eq!(lived.retain(&rules(&[("*", 10)], 7)).await.events, 2);
}

#[tokio::test]
async fn a_picture_goes_with_the_last_event_of_any_township_that_names_it() {
    let mut lived = Lived::new().await;
    let (one, both) = (&b"only here"[..], &b"in both towns"[..]);
    for bytes in [one, both] {
        lived.town.store.put_picture(&hash(bytes), Bytes::from_static(bytes)).await.unwrap();
    }
    lived.town.register("gh-1", "non-public", None).await;
    let shot = |id: &str, pictures: &[&[u8]]| NewEvent {
        kind: "camera.picture".parse().unwrap(),
        pictures: pictures.iter().map(|bytes| picture(bytes)).collect(),
        ..fact(id)
    };
    lived.town.append(vec![shot("a", &[one, both])]).await;
    lived.pass(15).await;
    let other = NewEvent { township: "371122103".parse().unwrap(), camera: None, ..shot("c", &[both]) };
    lived.town.append(vec![shot("b", &[]), other]).await;
    lived.pass(5).await;
    let rules = rules(&[("*", 10)], 7);
    let store = lived.town.store.clone();
    assert_eq!(lived.retain(&rules).await, removed(1, 1, 1, 9));
    assert_eq!(store.picture(&hash(one)).await.unwrap(), None);
    assert!(store.picture(&hash(both)).await.unwrap().is_some());
    assert_eq!(store.provenance(&town(), &hash(both)).await.unwrap(), None);
    assert_eq!(store.latest_picture(&town(), &"gh-1".parse().unwrap()).await.unwrap(), None);
    lived.pass(10).await;
    assert_eq!(lived.retain(&rules).await, removed(2, 2, 1, 13));
    assert_eq!(store.picture(&hash(both)).await.unwrap(), None);
}

#[tokio::test]
async fn a_picture_that_was_just_put_stays_for_the_event_that_will_name_it() {
    let mut lived = Lived::new().await;
    let bytes = &b"sent twice"[..];
    let store = lived.town.store.clone();
    let put = async || store.put_picture(&hash(bytes), Bytes::from_static(bytes)).await.unwrap();
    let shot = |id: &str| NewEvent { pictures: vec![picture(bytes)], ..plain(id, "camera.picture") };
    put().await;
    lived.town.append(vec![shot("old")]).await;
    lived.pass(20).await;
    put().await;
    assert_eq!(lived.retain(&rules(&[("*", 10)], 7)).await, removed(1, 1, 0, 0));
    // A clock that jumps makes nothing of it old.
    for wall_ms in [NOON_MS + 9_000 * DAY_MS, 0, NOON_MS + 8_000 * DAY_MS] {
        store.pass_time(wall_ms, 60_000).await.unwrap();
        store.retain(&rules(&[("*", 10)], 7), wall_ms).await.unwrap();
    }
    lived.town.append(vec![shot("new")]).await;
    assert!(store.picture(&hash(bytes)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_picture_that_no_event_ever_named_is_found_and_removed() {
    let mut lived = Lived::new().await;
    let (named, lost) = (&b"named"[..], &b"lost"[..]);
    for bytes in [named, lost] {
        lived.town.store.put_picture(&hash(bytes), Bytes::from_static(bytes)).await.unwrap();
    }
    lived.town.append(vec![NewEvent { pictures: vec![picture(named)], ..plain("a", "camera.picture") }]).await;
    // One folder an hour, so every folder once in 256 hours.
    let around = async |lived: &mut Lived| {
        let mut pictures = 0;
        for _ in 0..256 {
            lived.pass_ms(3_600_000).await;
            pictures += lived.retain(&rules(&[], 7)).await.pictures;
        }
        pictures
    };
    assert_eq!(around(&mut lived).await, 1);
    lived.town.reopen().await;
    assert_eq!(around(&mut lived).await, 0);
    assert!(lived.town.store.picture(&hash(named)).await.unwrap().is_some());
    assert_eq!(lived.town.store.picture(&hash(lost)).await.unwrap(), None);
}

/// AUD-2, where nobody asks for the act.
#[tokio::test]
async fn what_the_audit_log_cannot_say_is_not_removed() {
    let mut lived = Lived::new().await;
    let bytes = &b"stays"[..];
    lived.town.store.put_picture(&hash(bytes), Bytes::from_static(bytes)).await.unwrap();
    lived.town.append(vec![NewEvent { pictures: vec![picture(bytes)], ..plain("a", "camera.picture") }]).await;
    lived.pass(20).await;
    let options = SqliteConnectOptions::new().filename(lived.town.config.folder.join("xueliang.db"));
    let mut database = options.connect().await.unwrap();
    sqlx::query("CREATE TRIGGER audit_is_full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no room'); END")
        .execute(&mut database)
        .await
        .unwrap();
    database.close().await.unwrap();
    let refused = lived.town.store.retain(&rules(&[("*", 10)], 7), lived.wall_ms).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Failed { detail } if detail.contains("no room")), "{refused}");
    lived.town.reopen().await;
    assert_eq!(lived.town.ids().await, ["a"]);
    assert!(lived.town.store.picture(&hash(bytes)).await.unwrap().is_some());
    let runs = lived.town.store.retention_runs(&RunFilter { limit: 9, ..RunFilter::default() }).await.unwrap();
    assert_eq!(runs, []);
}

/// AUD-6, where a run takes longer than others need for a row.
#[tokio::test]
async fn a_run_that_takes_its_time_tells_of_no_clock_that_was_set_back() {
    let mut lived = Lived::new().await;
    lived.town.append(vec![plain("a", "camera.motion")]).await;
    lived.pass(20).await;
    let meanwhile = Entry::new(lived.wall_ms + 3_000, Actor::hub(), "session.open", "/sign-in");
    lived.town.store.append_audit(vec![meanwhile]).await.unwrap();
    lived.town.store.retain(&rules(&[("*", 10)], 7), lived.wall_ms).await.unwrap();
    let rows = lived.town.store.audit_rows(&AuditFilter { limit: 9, ..AuditFilter::default() }).await.unwrap();
    let told: Vec<&str> = rows.iter().map(|row| row.entry.action.as_str()).collect();
    assert_eq!(told, ["retention.run", "session.open"]);
}

#[tokio::test]
async fn dead_letters_and_answers_go_with_their_events() {
    let mut lived = Lived::new().await;
    lived.town.enable("trace").await;
    lived.town.append(vec![plain("old", "camera.motion")]).await;
    lived.pass(19).await;
    lived.town.append(vec![plain("new", "camera.motion")]).await;
    lived.pass(1).await;
    let letter = |seq| DeadLetter { seq, at_ms: NOON_MS, tries: 5, code: Code(609), error: "trapped".to_owned() };
    let answer = || Answer { question: "q".to_owned(), answer: "a".to_owned() };
    let failed = Commit {
        cursor: Some(2),
        dead_letters: vec![letter(1), letter(2)],
        answers: vec![(1, answer()), (2, answer())],
        ..commit("trace", 0)
    };
    let store = lived.town.store.clone();
    store.commit(failed).await.unwrap();
    lived.retain(&rules(&[("*", 10)], 7)).await;
    assert_eq!(store.dead_letters(&key("trace")).await.unwrap(), [letter(2)]);
    assert_eq!(store.answers(&key("trace"), 1).await.unwrap(), []);
    assert_eq!(store.answers(&key("trace"), 2).await.unwrap(), [answer()]);
}
