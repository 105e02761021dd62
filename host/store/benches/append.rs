//! How fast the log takes events: batches of 256, about 500 bytes each, on stable storage before they are answered.
//!
//! Prints events per second and the CPU time of this process per event: once with one source whose ids count up, once
//! with 14,656 cameras in 22 townships in scattered order; with one caller and with four.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use tokio::time::Instant;
use xl_model::event::NewEvent;
use xl_store::Store;
use xl_store::StoreConfig;

const BATCH: usize = 256;
const BATCHES: usize = 800;
const CAMERAS: usize = 14_656;
const TOWNSHIPS: usize = 22;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    runtime.block_on(async {
        for county in [false, true] {
            for callers in [1, 4] {
                run(county, callers).await;
            }
        }
    });
}

async fn run(county: bool, callers: usize) {
    let folder = tempfile::tempdir().expect("a folder is made");
    let config =
        StoreConfig { folder: folder.path().to_owned(), commit_operations: 512, head_events: 4096, readers: 4 };
    let store = Store::open(config).await.expect("the store opens");
    let batches: Vec<Vec<NewEvent>> = (0..BATCHES).map(|batch| events(batch, county)).collect();
    let share = BATCHES.div_ceil(callers);
    let (start, cpu) = (Instant::now(), cpu_ms());
    let tasks: Vec<_> = batches
        .chunks(share)
        .map(|batches| {
            let (store, batches) = (store.clone(), batches.to_vec());
            tokio::spawn(async move {
                for batch in batches {
                    store.append(batch).await.expect("the batch is stored");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the caller ends");
    }
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_ms() - cpu);
    let events = (BATCH * BATCHES) as f64;
    let bytes = std::fs::metadata(folder.path().join("xueliang.db")).map_or(0, |file| file.len());
    println!(
        "{:<7} callers {callers}: {:>8.0} events/s, {:>5.2} us CPU per event, {:>4.0} bytes per event in the file",
        if county { "county" } else { "source" },
        events / seconds,
        cpu * 1000.0 / events,
        bytes as f64 / events,
    );
    store.close().await;
}

fn events(batch: usize, county: bool) -> Vec<NewEvent> {
    (0..BATCH)
        .map(|index| {
            let number = batch * BATCH + index;
            // A step that shares no factor with the number of cameras visits them all in a scattered order.
            let camera = if county { number * 7_919 % CAMERAS } else { 0 };
            let township = format!("3711221{:02}", camera % TOWNSHIPS);
            let at_ms = 1_795_420_800_000 + number as i64;
            NewEvent {
                source: format!("{township}.gh-{camera}").into(),
                township: township.parse().expect("a township"),
                id: format!("gh-{camera}-{number:012}").into(),
                kind: "sensor.reading".parse().expect("a kind"),
                camera: Some(format!("gh-{camera}").parse().expect("a camera")),
                subject: None,
                time_ms: at_ms,
                received_ms: at_ms,
                data: format!("{{\"temperature\":{}.5,\"note\":\"{}\"}}", number % 40, "x".repeat(370)).into(),
                pictures: Vec::new(),
                cause: None,
                depth: 0,
            }
        })
        .collect()
}

/// CPU time of this process in milliseconds: user and system, in ticks of 10 ms (proc(5), fields 14 and 15).
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .map(|rest| rest.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect())
        .unwrap_or_default();
    (fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0)) * 10.0
}
