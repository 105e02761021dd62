//! What modules used: counted with their commits, kept for 400 days.

use xl_model::day::Day;
use xl_model::effect::Effect;
use xl_store::StoreError;
use xl_store::modules::Commit;
use xl_store::modules::DayUsage;
use xl_store::modules::Used;
use xl_store::retention::Retention;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::commit;
use crate::fixture::key;

fn put(name: &str, document: &str) -> Effect {
    let (collection, key) = ("batches".to_owned(), name.to_owned());
    Effect::Put { collection, key, document: document.to_owned(), indexed: Vec::new() }
}

fn day(after: i64) -> Day {
    Day::in_china(NOON_MS + after * DAY_MS)
}

fn used(after: i64, events: u64) -> Used {
    Used { day: day(after), events, published: 3, pictures: 2, cpu_us: 1_500 }
}

/// Bytes of a record: its collection, its key of one letter, its document.
fn bytes(document: &str) -> u64 {
    ("batches".len() + 1 + document.len()) as u64
}

async fn days(town: &Town) -> Vec<DayUsage> {
    town.store.module_usage(&key("trace"), day(-1_000), day(1_000)).await.unwrap()
}

#[tokio::test]
async fn a_commit_that_changes_nothing_counts_nothing_and_one_that_does_counts_once() {
    let mut town = Town::new().await;
    town.enable("trace").await;
    town.enable("quiet").await;
    let run = |revision, events| Commit { used: Some(used(0, events)), ..commit("trace", revision) };
    town.store.commit(run(0, 64)).await.unwrap();
    assert!(matches!(town.store.commit(run(0, 64)).await, Err(StoreError::Conflict { .. })));
    town.store.commit(run(1, 1)).await.unwrap();
    town.store.commit(Commit { used: Some(used(1, 5)), ..commit("trace", 2) }).await.unwrap();
    town.store.commit(commit("trace", 3)).await.unwrap();
    town.reopen().await;
    let first = Used { published: 6, pictures: 4, cpu_us: 3_000, ..used(0, 65) };
    let rows = [DayUsage { used: first, stored_bytes: 0 }, DayUsage { used: used(1, 5), stored_bytes: 0 }];
    assert_eq!(days(&town).await, rows);
    assert_eq!(town.store.module_usage(&key("trace"), day(1), day(1)).await.unwrap(), rows[1..]);
    assert_eq!(town.store.module_usage(&key("quiet"), day(-9), day(9)).await.unwrap(), []);
}

#[tokio::test]
async fn the_size_of_records_follows_what_is_written_replaced_and_deleted() {
    let town = Town::new().await;
    town.enable("trace").await;
    let long = format!(r#"{{"name":"{}"}}"#, "批".repeat(5_000));
    let mut revision = 0;
    for (effects, stored) in [
        (vec![put("a", "{}"), put("b", &long)], bytes("{}") + bytes(&long)),
        (vec![put("a", &long)], 2 * bytes(&long)),
        // Twice in one commit is once in the end.
        (vec![put("c", &long), put("c", "{}")], 2 * bytes(&long) + bytes("{}")),
        (vec![Effect::Delete { collection: "batches".to_owned(), key: "b".to_owned() }], bytes(&long) + bytes("{}")),
        (vec![Effect::Delete { collection: "batches".to_owned(), key: "x".to_owned() }], bytes(&long) + bytes("{}")),
    ] {
        let run = Commit { effects, used: Some(used(0, 1)), ..commit("trace", revision) };
        town.store.commit(run).await.unwrap();
        revision += 1;
        assert_eq!(days(&town).await[0].stored_bytes, stored, "revision {revision}");
    }
}

#[tokio::test]
async fn days_are_kept_for_four_hundred_days() {
    let town = Town::new().await;
    town.enable("trace").await;
    for (revision, after) in [(0, 0), (1, 1)] {
        town.store.commit(Commit { used: Some(used(after, 1)), ..commit("trace", revision) }).await.unwrap();
    }
    let retention = Retention { rules: Vec::new(), dedupe_days: 7 };
    town.store.retain(&retention, NOON_MS + 400 * DAY_MS).await.unwrap();
    assert_eq!(days(&town).await.len(), 2);
    town.store.retain(&retention, NOON_MS + 401 * DAY_MS).await.unwrap();
    assert_eq!(days(&town).await.iter().map(|row| row.used.day).collect::<Vec<_>>(), [day(1)]);
}
