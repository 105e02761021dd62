//! Commits of modules: all or nothing, and numbered with everything else.

use xl_model::effect::Answer;
use xl_model::effect::Effect;
use xl_model::event::Appended;
use xl_model::event::NewEvent;
use xl_model::fault::Code;
use xl_model::module::DeadLetter;
use xl_store::StoreError;
use xl_store::modules::Commit;
use xl_store::modules::Committed;

use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::commit;
use crate::fixture::fact;
use crate::fixture::facts;
use crate::fixture::key;
use crate::fixture::module;

fn put(key: &str, document: &str) -> Effect {
    Effect::Put {
        collection: "batches".to_owned(),
        key: key.to_owned(),
        document: document.to_owned(),
        indexed: Vec::new(),
    }
}

/// An event of a module.
fn own(id: &str) -> NewEvent {
    NewEvent { source: "module:trace".into(), depth: 1, cause: Some(1), ..fact(id) }
}

#[tokio::test]
async fn a_commit_changes_records_cursor_and_log_together() {
    let mut town_ = Town::new().await;
    town_.append(facts("seen", 2)).await;
    let enabled = town_.enable("trace").await;
    assert_eq!(enabled.cursor, 2, "a module starts after the newest event");
    let done = town_
        .store
        .commit(Commit {
            cursor: Some(5),
            effects: vec![put("a", "{}"), put("a", r#"{"n":2}"#), put("b", "{}")],
            events: vec![own("x"), own("y"), own("x")],
            ..commit("trace", enabled.revision)
        })
        .await
        .unwrap();
    let events = vec![Appended::Stored(3), Appended::Stored(4), Appended::Repeated];
    assert_eq!(done, Committed { revision: enabled.revision + 1, trigger: None, events });
    town_.reopen().await;
    let module = town_.store.module(&key("trace")).await.unwrap().unwrap();
    assert_eq!((module.cursor, module.revision), (5, enabled.revision + 1));
    let record = |name: &'static str| {
        let store = town_.store.clone();
        async move { store.record(&key("trace"), "batches", name).await.unwrap() }
    };
    assert_eq!(record("a").await.as_deref(), Some(r#"{"n":2}"#));
    assert_eq!(record("b").await.as_deref(), Some("{}"));
    assert_eq!(town_.events().await[2].cause, Some(1));
    let gone = vec![Effect::Delete { collection: "batches".to_owned(), key: "a".to_owned() }, put("b", "[]")];
    town_.store.commit(Commit { effects: gone, ..commit("trace", module.revision) }).await.unwrap();
    assert_eq!(record("a").await, None);
    assert_eq!(record("b").await.as_deref(), Some("[]"));
}

#[tokio::test]
async fn a_stale_commit_changes_nothing_while_its_neighbours_commit() {
    let town_ = Town::new().await;
    town_.enable("trace").await;
    town_.enable("street").await;
    let stale =
        Commit { cursor: Some(9), effects: vec![put("a", "stale")], events: vec![own("stale")], ..commit("trace", 7) };
    let fresh = Commit { effects: vec![put("a", "fresh")], ..commit("street", 0) };
    let (appended, stale, fresh, unknown) = tokio::join!(
        town_.store.append(facts("near", 1)),
        town_.store.commit(stale),
        town_.store.commit(fresh),
        town_.store.commit(commit("nobody", 0)),
    );
    assert_eq!(appended.unwrap(), [Appended::Stored(1)]);
    assert_eq!(fresh.unwrap().revision, 1);
    assert!(matches!(stale, Err(StoreError::Conflict { module, revision: 7 }) if module == "371122102/trace"));
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "module", .. })));
    assert_eq!(town_.ids().await, ["near-00000"]);
    let module = town_.store.module(&key("trace")).await.unwrap().unwrap();
    assert_eq!((module.cursor, module.revision), (0, 0));
    assert_eq!(town_.store.record(&key("trace"), "batches", "a").await.unwrap(), None);
}

#[tokio::test]
async fn of_two_commits_from_one_revision_the_first_wins() {
    let town_ = Town::new().await;
    town_.enable("trace").await;
    let with = |document| Commit { effects: vec![put("a", document)], ..commit("trace", 0) };
    let (first, second) = tokio::join!(town_.store.commit(with("1")), town_.store.commit(with("2")));
    assert_eq!(first.unwrap().revision, 1);
    assert!(matches!(second, Err(StoreError::Conflict { revision: 0, .. })));
    assert_eq!(town_.store.record(&key("trace"), "batches", "a").await.unwrap().as_deref(), Some("1"));
}

#[tokio::test]
async fn the_events_of_a_commit_name_its_trigger_as_their_cause() {
    let town_ = Town::new().await;
    town_.append(facts("seen", 3)).await;
    town_.enable("trace").await;
    let click = NewEvent { source: "page:trace".into(), ..fact("click") };
    let action = |revision| Commit {
        trigger: Some(click.clone()),
        events: vec![own("x"), own("y")],
        ..commit("trace", revision)
    };
    let done = town_.store.commit(action(0)).await.unwrap();
    let events = vec![Appended::Stored(5), Appended::Stored(6)];
    assert_eq!(done, Committed { revision: 1, trigger: Some(4), events });
    let causes: Vec<_> = town_.events().await.iter().map(|event| event.cause).collect();
    assert_eq!(causes, [None, None, None, None, Some(4), Some(4)]);

    // The same click again, in whatever revision: it has had its effect.
    let again = town_.store.commit(action(1)).await;
    assert!(matches!(again, Err(StoreError::Exists { what: "event", id }) if id == "click"));
    assert_eq!(town_.store.module(&key("trace")).await.unwrap().unwrap().revision, 1);
    assert_eq!(town_.events().await.len(), 6);
}

#[tokio::test]
async fn dead_letters_are_kept_until_they_are_settled_and_may_come_back() {
    let town_ = Town::new().await;
    town_.enable("trace").await;
    let letter = |seq, tries| DeadLetter { seq, at_ms: NOON_MS, tries, code: Code(609), error: "trapped".to_owned() };
    let letters = |dead_letters, settled, revision| Commit { dead_letters, settled, ..commit("trace", revision) };
    town_.store.commit(letters(vec![letter(9, 5), letter(3, 5), letter(4, 5)], vec![], 0)).await.unwrap();
    town_.store.commit(letters(vec![letter(3, 6)], vec![3, 4], 1)).await.unwrap();
    assert_eq!(town_.store.dead_letters(&key("trace")).await.unwrap(), [letter(3, 6), letter(9, 5)]);
}

#[tokio::test]
async fn the_answers_of_a_run_are_read_under_its_first_event() {
    let town_ = Town::new().await;
    town_.enable("trace").await;
    let answer = |text: &str| Answer { question: format!("q {text}"), answer: text.to_owned() };
    let answers = |list: &[(u64, &str)], revision| Commit {
        answers: list.iter().map(|(first, text)| (*first, answer(text))).collect(),
        ..commit("trace", revision)
    };
    town_.store.commit(answers(&[(4, "b"), (4, "a"), (9, "c")], 0)).await.unwrap();
    assert_eq!(town_.store.answers(&key("trace"), 4).await.unwrap(), [answer("b"), answer("a")]);
    town_.store.commit(answers(&[(4, "d")], 1)).await.unwrap();
    assert_eq!(town_.store.answers(&key("trace"), 4).await.unwrap(), [answer("d")]);
    assert_eq!(town_.store.answers(&key("trace"), 9).await.unwrap(), [answer("c")]);
}

#[tokio::test]
async fn a_link_is_issued_once_counted_and_revoked_by_its_own_module_only() {
    let mut town_ = Town::new().await;
    town_.enable("trace").await;
    town_.enable("street").await;
    let issue = |code: &str, page: &str| Effect::IssueLink {
        code: code.to_owned(),
        page: page.to_owned(),
        query: r#"{"batch":"a"}"#.to_owned(),
    };
    let revoke = |code: &str| Effect::RevokeLink { code: code.to_owned() };
    let with = |plugin, effects, revision| town_.store.commit(Commit { effects, ..commit(plugin, revision) });
    with("trace", vec![issue("one", "life"), issue("two", "life"), revoke("two")], 0).await.unwrap();
    with("street", vec![issue("one", "stolen"), revoke("one")], 0).await.unwrap();
    for _ in 0..3 {
        town_.store.count_view("one").await.unwrap();
    }
    town_.store.count_view("none").await.unwrap();
    town_.reopen().await;
    let one = town_.store.link("one").await.unwrap().unwrap();
    assert_eq!((one.module, one.page.as_str(), one.revoked, one.views), (key("trace"), "life", false, 3));
    assert!(town_.store.link("two").await.unwrap().unwrap().revoked);
    assert_eq!(town_.store.link("none").await.unwrap(), None);
    let codes: Vec<_> = town_.store.links(&key("trace")).await.unwrap().into_iter().map(|link| link.code).collect();
    assert_eq!(codes, ["one", "two"]);
    assert_eq!(town_.store.links(&key("street")).await.unwrap(), []);
}

#[tokio::test]
async fn what_no_column_can_hold_is_no_failure_of_the_store() {
    let town_ = Town::new().await;
    let odd = NewEvent { cause: Some(u64::MAX), data: "\0".into(), ..fact("\0'; DROP TABLE events; --") };
    town_.append(vec![odd]).await;
    town_.store.enable_module(xl_model::module::Module { revision: u64::MAX, ..module("trace") }).await.unwrap();
    let vast = Commit {
        cursor: Some(u64::MAX),
        settled: vec![u64::MAX],
        effects: vec![put("\0", "\0")],
        ..commit("trace", u64::MAX)
    };
    town_.store.commit(vast).await.unwrap();
    town_.store.set_outbox_cursor("\0", &crate::fixture::town(), u64::MAX).await.unwrap();
    assert_eq!(town_.append(facts("alive", 1)).await, [Appended::Stored(2)]);
}
