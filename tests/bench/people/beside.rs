//! TEN-15 with a clock: what acknowledgements take while a camera of the township beside sends more than it may.
//!
//! What is beyond the broker's limit of a device waits there (`xl_mqtt_slowed_total`), what is beyond the limit of a camera
//! is refused (XL0208). Once through one connection, once through as many as a device may have.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::ORDERS;
use super::line::Hose;
use super::line::Line;
use super::town::Town;
use crate::hub::Site;
use crate::hub::TOWNSHIP;
use crate::hub::free;
use crate::results::Results;
use crate::results::Target;
use crate::results::median;
use crate::results::quantile;

/// Events a minute that one camera may send: 150 a second. A device may send 200 a second (default of `[mqtt]`).
const PER_MINUTE: u64 = 9_000;

/// What the camera of the other township sends, a second, and how many of a round count.
const RATE: u64 = 100;
const COUNTED: u64 = 200;

/// How often each of the orders is gone through.
const TIMES: usize = 4;

/// Connections of the camera that sends too much: none, one, and all that a device may have (`live.rs` of the broker).
const CONNECTIONS: [usize; 3] = [0, 1, 16];

/// How much longer it may take.
const RATIO: f64 = 1.2;

/// How long a hub may need to hold somebody to his limit, and to forget connections that were broken.
const AT_LIMIT: Duration = Duration::from_secs(60);
const FORGOTTEN: Duration = Duration::from_secs(1);

/// Measures `beside_a_full_township_p99`, and the same for a flood through many connections.
pub(crate) async fn measure(results: &mut Results) {
    let broker = free();
    let config = format!("[mqtt]\nlisten = \"{broker}\"\n[events]\nper_minute_per_camera = {PER_MINUTE}\n");
    let site = Site::in_memory(&config);
    let (_hub, _) = site.start().await;
    let town = Town::settle(&site, broker).await;
    let mut line = Line::new(town.broker, &town.own, 0);
    for _ in 0..COUNTED {
        line.say().await;
    }
    let mut p99s: [Vec<f64>; 3] = Default::default();
    let mut held = [Held::default(); 3];
    for (round, order) in ORDERS.repeat(TIMES).into_iter().enumerate() {
        for which in order {
            let (p99, during) = beside(&site, &town, &mut line, CONNECTIONS[which]).await;
            println!(
                "round {round}, flood through {:2} connections: p99 {p99:.2} ms; {} slowed, {} refused",
                CONNECTIONS[which], during.slowed, during.refused
            );
            p99s[which].push(p99);
            held[which].slowed += during.slowed;
            held[which].refused += during.refused;
        }
    }
    let own = site.get(&format!("refusals?township={TOWNSHIP}&limit=1")).await;
    assert_eq!(own, json!([]), "the camera that is timed keeps to its limit");
    let alone = median(&p99s[0]).0;
    for (which, name) in [(1, "beside_a_full_township_p99"), (2, "beside_a_full_township_p99_many_connections")] {
        let ratios: Vec<f64> = p99s[which].iter().zip(&p99s[0]).map(|(beside, alone)| beside / alone).collect();
        let (ratio, spread) = median(&ratios);
        let note = format!(
            "{RATE}/s, p99 of publish to PUBACK {:.2} ms beside and {alone:.2} ms alone; flood through {}, {} slowed, \
             {} refused; spread {spread:.2}",
            median(&p99s[which]).0,
            CONNECTIONS[which],
            held[which].slowed,
            held[which].refused
        );
        results.note(name, ratio, "ratio", Target::AtMost(RATIO), Some(alone), &note);
    }
}

/// The p99 of a round in milliseconds, beside a flood through so many connections, and what became of the flood.
async fn beside(site: &Site, town: &Town, line: &mut Line, connections: usize) -> (f64, Held) {
    let before = Held::read(site).await;
    let hoses: Vec<Hose> = (0..connections).map(|number| Hose::new(town.broker, &town.beside, number)).collect();
    if connections > 0 {
        at_limit(site, before).await;
    }
    let p99 = quantile(&took(line).await, 0.99);
    let after = Held::read(site).await;
    drop(hoses);
    tokio::time::sleep(FORGOTTEN).await;
    (p99, Held { slowed: after.slowed - before.slowed, refused: after.refused - before.refused })
}

/// Waits until the flood has met both limits.
async fn at_limit(site: &Site, before: Held) {
    let limit = Instant::now() + AT_LIMIT;
    loop {
        let now = Held::read(site).await;
        if now.slowed > before.slowed && now.refused > before.refused {
            return;
        }
        assert!(Instant::now() < limit, "the flood meets no limit: {before:?}, then {now:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What each reading of a round took, in milliseconds.
async fn took(line: &mut Line) -> Vec<f64> {
    let (started, mut took) = (Instant::now(), Vec::new());
    for n in 0..COUNTED {
        let due = started + Duration::from_micros(n * 1_000_000 / RATE);
        // Where the one before took too long, this one waits since it was due: a stall counts for all that fall into it.
        let began = if Instant::now() < due {
            tokio::time::sleep_until(due).await;
            Instant::now()
        } else {
            due
        };
        line.say().await;
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    took
}

/// Messages that the hub held back or refused since its start, by its metrics.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    slowed: u64,
    refused: u64,
}

impl Held {
    async fn read(site: &Site) -> Self {
        let metrics = site.text("metrics").await;
        let read = |name: &str| {
            let line = metrics.lines().find_map(|line| line.strip_prefix(name));
            line.map_or(0, |figure| figure.trim().parse::<u64>().unwrap())
        };
        Self { slowed: read("xl_mqtt_slowed_total "), refused: read("xl_refused_total{code=\"XL0208\"} ") }
    }
}
