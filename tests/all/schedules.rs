//! Cron entries become events exactly once per due time, also across restarts.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use serde_json::json;
use xl_model::clock::SetClock;
use xl_model::manifest::Missed;
use xl_model::manifest::Schedule;

use crate::programs::packed;
use crate::town::Town;

const MINUTE: i64 = 60_000;

/// 2026-11-23T08:00:30Z.
const START: i64 = 1_795_420_830_000;

async fn town_at(folder: Arc<tempfile::TempDir>, clock: &Arc<SetClock>) -> Town {
    Town::start_in(folder, clock.clone(), |_| {}).await
}

fn plugin(missed: Missed) -> Vec<u8> {
    let component = packed("hostile");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    let every_minute = Schedule { name: "tick".into(), cron: "* * * * *".into(), zone: "Asia/Shanghai".into(), missed };
    manifest.schedules = vec![every_minute];
    xl_runtime::package::pack(&component, &manifest).unwrap()
}

/// Due times seen after: one minute, a restart, ten minutes of absence, one minute.
async fn due_times(missed: Missed) -> Vec<i64> {
    let clock = Arc::new(SetClock(AtomicI64::new(START)));
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let town = town_at(folder.clone(), &clock).await;
    let digest = town.install(plugin(missed)).await;
    town.enable(&digest, json!({"behaviour": "well-behaved"})).await;
    clock.0.fetch_add(MINUTE, Ordering::SeqCst);
    seen(&town, 1).await;
    town.hub.stop().await;

    let town = town_at(folder.clone(), &clock).await;
    clock.0.fetch_add(MINUTE, Ordering::SeqCst);
    seen(&town, 2).await;
    town.hub.stop().await;

    clock.0.fetch_add(10 * MINUTE, Ordering::SeqCst);
    let town = town_at(folder, &clock).await;
    let missed_ones = match missed {
        Missed::Once => 1,
        Missed::All => 10,
        Missed::Skip => 0,
    };
    seen(&town, 2 + missed_ones).await;
    clock.0.fetch_add(MINUTE, Ordering::SeqCst);
    let mut due = seen(&town, 3 + missed_ones).await;
    due.iter_mut().for_each(|at| *at = (*at - START + 30_000) / MINUTE);
    due
}

async fn seen(town: &Town, count: usize) -> Vec<i64> {
    town.until(&format!("{count} due times"), || async {
        let events = town.events("schedule.due").await;
        (events.len() >= count).then(|| events.iter().map(|event| event["data"]["due_ms"].as_i64().unwrap()).collect())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_missed_due_times_only_the_newest_counts_by_default() {
    assert_eq!(due_times(Missed::Once).await, [1, 2, 12, 13]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_missed_due_time_can_be_caught_up() {
    assert_eq!(due_times(Missed::All).await, (1..=13).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn missed_due_times_can_be_skipped() {
    assert_eq!(due_times(Missed::Skip).await, [1, 2, 13]);
}
