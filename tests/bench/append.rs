//! The event log alone: group commit, synchronous FULL, on this machine's disk.

use std::time::Instant;

use xl_model::event::NewEvent;
use xl_model::id::TownshipId;
use xl_store::Store;
use xl_store::StoreConfig;

use crate::cpu;
use crate::results::Results;
use crate::results::Target;
use crate::results::median;

const BATCH: usize = 256;
const BATCHES: usize = 400;
const ROUNDS: usize = 5;

/// Measures `ingest_append_events_per_s`.
pub(crate) async fn measure(results: &mut Results) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let config =
        StoreConfig { folder: folder.path().to_owned(), commit_operations: 512, head_events: 4096, readers: 2 };
    let store = Store::open(config).await.unwrap();
    let township: TownshipId = "371122102".parse().unwrap();
    let mut rates = Vec::new();
    for round in 0..ROUNDS {
        let batches: Vec<Vec<NewEvent>> = (0..BATCHES).map(|n| batch(&township, round * BATCHES + n)).collect();
        let (started, before) = (Instant::now(), cpu::seconds(std::process::id()));
        for events in batches {
            store.append(events).await.unwrap();
        }
        let (wall, used) = (started.elapsed().as_secs_f64(), cpu::seconds(std::process::id()) - before);
        let events = (BATCH * BATCHES) as f64;
        println!("round {round}: {:.0} events/s, {:.2} µs CPU per event", events / wall, used * 1e6 / events);
        rates.push(events / wall);
    }
    store.close().await;
    let (rate, spread) = median(&rates);
    let note = format!("496-byte events, one commit per batch of {BATCH}, synchronous=FULL, spread {spread:.2}");
    results.note("ingest_append_events_per_s", rate, "events/s", Target::AtLeast(100_000.0), None, &note);
}

fn batch(township: &TownshipId, number: usize) -> Vec<NewEvent> {
    let event = |n: usize| NewEvent {
        township: township.clone(),
        source: "371122102.gh-1".into(),
        id: format!("s1:{}", number * BATCH + n).into(),
        kind: "camera.telemetry".parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: None,
        time_ms: 1_795_420_800_123,
        received_ms: 1_795_420_800_200,
        data: format!(r#"{{"temp_c":21.5,"n":{n:08},"note":"{}"}}"#, "x".repeat(496 - 130)).into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    };
    (0..BATCH).map(event).collect()
}
