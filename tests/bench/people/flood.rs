//! ID-5: what 200 sign-ins at once cost in memory, and how long other routes take meanwhile.

use std::net::Ipv4Addr;
use std::time::Instant;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use super::attempt;
use super::client;
use super::town::KNOWN;
use super::town::UNKNOWN;
use crate::cpu;
use crate::hub::Site;
use crate::results::Results;
use crate::results::Target;
use crate::results::quantile;

/// Sign-ins at once.
const TOGETHER: usize = 200;

/// Floods one after another: what the first one leaves behind counts for the next.
const ROUNDS: usize = 3;

/// Two hashes at once of 19 MiB each (`AT_ONCE` and `MEMORY_KIB` of host/src/people/hasher.rs), and 10 %.
const MOST_MIB: f64 = 41.8;

/// Those who ask for something else meanwhile, one request after another.
const WATCHERS: usize = 4;

/// Requests before memory is looked at.
const WARM: usize = 50;

/// What other routes may take, in milliseconds, 99 of 100 times.
const OTHERS_MS: f64 = 1_000.0;

/// Measures `sign_in_flood_rss` and `sign_in_flood_others_p99`.
pub(crate) async fn measure(site: &Site, key: &str, results: &mut Results) {
    let connections = connections_mib(site).await;
    let (hub, _) = site.start().await;
    let pid = hub.0.id();
    let (early, address) = (client(), site.address());
    for _ in 0..WARM {
        cameras(&early, &address, key).await;
    }
    cpu::forget_highest(pid);
    let before = cpu::resident_mib(pid);
    let (mut hashed, mut others) = (0, Vec::new());
    for round in 0..ROUNDS {
        let flood = Flood::run(&address, key, round).await;
        let (now, highest) = (cpu::resident_mib(pid), cpu::highest_mib(pid));
        println!(
            "round {round}: {} of {TOGETHER} hashed, {} told to come again; {before:.1} MiB before all, {now:.1} after, \
             highest {highest:.1}; {} other requests",
            flood.hashed,
            TOGETHER - flood.hashed,
            flood.others.len()
        );
        hashed += flood.hashed;
        others.extend(flood.others);
    }
    let rise = cpu::highest_mib(pid) - before;
    let note = format!(
        "{ROUNDS} times {TOGETHER} at once, {hashed} hashed, above {before:.1} MiB; {TOGETHER} at once that hash nothing: \
         {connections:.1}"
    );
    results.note("sign_in_flood_rss", rise, "MiB", Target::AtMost(MOST_MIB), None, &note);
    let (p50, p99) = (quantile(&others, 0.5), quantile(&others, 0.99));
    let note = format!("GET /api/v1/cameras meanwhile, {} by {WATCHERS}, p50 {p50:.1}", others.len());
    results.note("sign_in_flood_others_p99", p99, "ms", Target::AtMost(OTHERS_MS), None, &note);
}

/// What as many requests at once cost that hash nothing: their connections.
async fn connections_mib(site: &Site) -> f64 {
    let (hub, _) = site.start().await;
    let (client, url, pid) = (client(), format!("{}/api/v1/health", site.address()), hub.0.id());
    cpu::forget_highest(pid);
    let before = cpu::resident_mib(pid);
    let ask = || async { client.get(&url).send().await.unwrap().bytes().await.unwrap() };
    join_all((0..TOGETHER).map(|_| ask())).await;
    cpu::highest_mib(pid) - before
}

/// What came of one flood.
struct Flood {
    /// Sign-ins whose password was hashed; the others were told to come again.
    hashed: usize,
    /// What the requests of others took, in milliseconds.
    others: Vec<f64>,
}

impl Flood {
    async fn run(address: &str, key: &str, round: usize) -> Self {
        let done = CancellationToken::new();
        let watchers: Vec<_> =
            (0..WATCHERS).map(|_| tokio::spawn(watch(address.to_owned(), key.to_owned(), done.clone()))).collect();
        let client = client(); // Connections of their own in each round.
        let tries = (0..TOGETHER).map(|n| {
            let from = Ipv4Addr::new(10, 2, round as u8, n as u8);
            attempt::wrong(&client, address, [KNOWN, UNKNOWN][n % 2], from)
        });
        let attempts = join_all(tries).await;
        done.cancel();
        let hashed = attempts.iter().filter(|attempt| attempt.code == attempt::REFUSED).count();
        let busy = attempts.iter().filter(|attempt| attempt.code == attempt::BUSY).count();
        assert_eq!(hashed + busy, TOGETHER, "a sign-in is hashed or told to come again, nothing else");
        let mut others = Vec::new();
        for watcher in watchers {
            others.extend(watcher.await.unwrap());
        }
        Self { hashed, others }
    }
}

/// Asks until `done`; what each request took, in milliseconds.
async fn watch(address: String, key: String, done: CancellationToken) -> Vec<f64> {
    let (client, mut took) = (client(), Vec::new());
    while !done.is_cancelled() {
        took.push(cameras(&client, &address, &key).await);
    }
    took
}

/// Asks for the cameras; milliseconds until all of the answer was there.
async fn cameras(client: &reqwest::Client, address: &str, key: &str) -> f64 {
    let call = client.get(format!("{address}/api/v1/cameras")).bearer_auth(key);
    let began = Instant::now();
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    answer.bytes().await.unwrap();
    began.elapsed().as_secs_f64() * 1e3
}
