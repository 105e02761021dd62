//! `make bench`: the figures that the README quotes, each against its target.
//!
//! Prints every round and the ratios, and writes `target/bench/results.json` with one row a figure:
//! `name, value, unit, target, peer, note`. Name a part (`sandbox`, `append`, `start`, `memory`, `pipeline`, `county`,
//! `sampling`, `scenes`, `lists`, `people`) to run only it.

#![expect(clippy::print_stdout, reason = "a bench talks to the person who runs it")]
#![expect(clippy::unwrap_used, reason = "a bench stops where it fails")]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock and starts programs")]

mod append;
mod county;
mod cpu;
mod hub;
mod lists;
mod people;
mod pipeline;
mod results;
mod sampling;
mod sandbox;
mod scenes;
mod start;

use results::Results;

fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |part: &str| chosen.is_empty() || chosen.iter().any(|name| name == part);
    let mut results = Results::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        if wanted("sandbox") {
            sandbox::measure(&mut results).await;
        }
        if wanted("append") {
            append::measure(&mut results).await;
        }
        if wanted("start") {
            start::cold(&mut results).await;
        }
        if wanted("memory") {
            start::memory(&mut results).await;
        }
        if wanted("pipeline") {
            pipeline::measure(&mut results).await;
        }
        if wanted("county") {
            county::measure(&mut results).await;
        }
        if wanted("sampling") {
            sampling::measure(&mut results).await;
        }
        if wanted("scenes") {
            scenes::measure(&mut results);
        }
        if wanted("lists") {
            lists::measure(&mut results).await;
        }
        if wanted("people") {
            people::measure(&mut results).await;
        }
    });
    results.write();
}
