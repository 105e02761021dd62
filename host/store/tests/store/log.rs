//! Appending and reading the log.

use std::sync::Arc;

use xl_model::event::Appended;
use xl_model::event::NewEvent;
use xl_model::id::TownshipId;

use crate::fixture::Town;
use crate::fixture::fact;
use crate::fixture::facts;
use crate::fixture::numbers;
use crate::fixture::picture;
use crate::fixture::town;

#[tokio::test]
async fn an_event_reads_back_as_it_was_appended() {
    let mut town_ = Town::new().await;
    let full = NewEvent { pictures: vec![picture(b"a"), picture(b"b")], cause: Some(7), depth: 2, ..fact("full") };
    let bare = NewEvent { camera: None, subject: None, time_ms: -1, data: "{\n}".into(), ..fact("bare") };
    town_.append(vec![full.clone(), bare.clone()]).await;
    for _ in 0..2 {
        let events = town_.events().await;
        assert_eq!(events.iter().map(|event| event.fact.clone()).collect::<Vec<_>>(), [full.clone(), bare.clone()]);
        assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
        // From memory first, from the database then.
        town_.reopen().await;
    }
    assert_eq!(town_.store.event(&town(), 2).await.unwrap().unwrap().fact, bare);
    assert_eq!(town_.store.event(&town(), 3).await.unwrap(), None);
    assert_eq!(town_.store.event(&town(), u64::MAX).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_gap_free_in_every_township_under_concurrent_appenders() {
    let town_ = Town::new().await;
    let townships = ["000000000", "371122102", "999999999"];
    let callers: Vec<_> = (0..8)
        .map(|caller| {
            let store = town_.store.clone();
            tokio::spawn(async move {
                for batch in 0..20 {
                    let events = (0..6).map(|index| NewEvent {
                        township: townships[(caller + batch + index) % 3].parse().unwrap(),
                        ..fact(format!("{caller}-{batch}-{index}"))
                    });
                    store.append(events.collect()).await.unwrap();
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    for township in townships {
        let township: TownshipId = township.parse().unwrap();
        let events = town_.store.events_after(&township, 0, 1000).await.unwrap();
        assert!(events.iter().all(|event| event.township == township));
        assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=320).collect::<Vec<_>>());
    }
    let expected: Vec<_> = townships.iter().map(|township| (township.parse().unwrap(), 320)).collect();
    assert_eq!(town_.store.townships().await.unwrap(), expected);
}

#[tokio::test]
async fn a_repeated_event_is_stored_once_and_takes_no_number() {
    let mut town_ = Town::new().await;
    let appended = town_.append(vec![fact("a"), fact("a"), fact("b")]).await;
    assert_eq!(numbers(&appended), [Some(1), None, Some(2)]);
    let appended = town_.append(vec![fact("b"), fact("c"), fact("a"), fact("d")]).await;
    assert_eq!(numbers(&appended), [None, Some(3), None, Some(4)]);
    town_.reopen().await;
    let appended = town_.append(vec![fact("e"), fact("d")]).await;
    assert_eq!(numbers(&appended), [Some(5), None]);
    assert_eq!(town_.ids().await, ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn the_same_id_of_another_source_or_township_is_another_event() {
    let town_ = Town::new().await;
    let other: TownshipId = "371122103".parse().unwrap();
    let appended = town_
        .append(vec![
            fact("a"),
            NewEvent { source: "371122102.gh-2".into(), ..fact("a") },
            NewEvent { township: other.clone(), ..fact("a") },
        ])
        .await;
    assert_eq!(numbers(&appended), [Some(1), Some(2), Some(1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_concurrent_senders_of_the_same_events_one_is_told_that_they_are_stored() {
    let town_ = Town::new().await;
    let senders: Vec<_> = (0..6)
        .map(|_| {
            let store = town_.store.clone();
            tokio::spawn(async move {
                let mut stored = 0;
                for event in facts("same", 50) {
                    stored += usize::from(store.append(vec![event]).await.unwrap() != [Appended::Repeated]);
                }
                stored
            })
        })
        .collect();
    let mut stored = 0;
    for sender in senders {
        stored += sender.await.unwrap();
    }
    assert_eq!(stored, 50);
    assert_eq!(town_.events().await.len(), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_follows_its_cursor_never_misses_an_event() {
    // A short head: the reader meets memory and database in turn.
    let town_ = Arc::new(Town::with_head(16).await);
    let total = 4 * 25 * 7;
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let store = town_.store.clone();
            tokio::spawn(async move {
                for batch in 0..25 {
                    store.append(facts(&format!("{writer}-{batch}"), 7)).await.unwrap();
                }
            })
        })
        .collect();
    let readers: Vec<_> = [1, 5, 64]
        .map(|limit| {
            let store = town_.store.clone();
            tokio::spawn(async move {
                let mut cursor = 0;
                while cursor < total {
                    store.event_after(&town(), cursor).await;
                    for event in store.events_after(&town(), cursor, limit).await.unwrap() {
                        assert_eq!(event.seq, cursor + 1);
                        cursor = event.seq;
                    }
                }
            })
        })
        .into();
    for task in writers.into_iter().chain(readers) {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_batch_larger_than_a_statement_keeps_its_order() {
    let town_ = Town::with_head(1).await;
    let appended = town_.append(facts("many", 1303)).await;
    assert_eq!(numbers(&appended), (1..=1303).map(Some).collect::<Vec<_>>());
    let ids = town_.ids().await;
    assert_eq!(ids.len(), 1303);
    assert!(ids.is_sorted());
}

#[tokio::test]
async fn data_survives_a_store_that_is_dropped_without_closing() {
    let mut town_ = Town::new().await;
    town_.append(facts("kept", 3)).await;
    town_.reopen().await;
    town_.append(facts("later", 2)).await;
    assert_eq!(town_.ids().await.len(), 5);
    assert_eq!(town_.store.last_seq(&town()).await.unwrap(), 5);
}

#[tokio::test]
async fn a_forwarding_cursor_is_kept_by_name_and_township() {
    let mut town_ = Town::new().await;
    town_.store.set_outbox_cursor("city", &town(), 4).await.unwrap();
    town_.store.set_outbox_cursor("city", &town(), 9).await.unwrap();
    town_.reopen().await;
    assert_eq!(town_.store.outbox_cursor("city", &town()).await.unwrap(), 9);
    assert_eq!(town_.store.outbox_cursor("other", &town()).await.unwrap(), 0);
    assert_eq!(town_.store.outbox_cursor("city", &"371122103".parse().unwrap()).await.unwrap(), 0);
}

#[tokio::test]
async fn the_write_ahead_file_does_not_grow_with_the_log() {
    let town_ = Town::new().await;
    for batch in 0..160 {
        let large = |event| NewEvent { data: "x".repeat(2000).into(), ..event };
        town_.append(facts(&batch.to_string(), 128).into_iter().map(large).collect()).await;
    }
    let size = |name| std::fs::metadata(town_.config.folder.join(name)).unwrap().len();
    assert!(size("xueliang.db") > 32 << 20, "{}", size("xueliang.db"));
    assert!(size("xueliang.db-wal") < 32 << 20, "{}", size("xueliang.db-wal"));
}
