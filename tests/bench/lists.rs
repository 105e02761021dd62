//! Every list page of the four modules and of the host's cases in one large township, asked over HTTP of the hub as its users
//! run it: how long each takes.
//!
//! The township is filled through the store with what the modules would have written (`produce_trace`, `city`, …) and with
//! cases that went through the engine (`cases`); the pages themselves say what they can be narrowed by (`crawl`).
//! `LISTS_KEEP=1` keeps the folder and asks it again in the next run.

mod ask;
mod cases;
mod city;
mod crawl;
mod kept;
mod poverty_relief;
mod produce_trace;
mod sanitation;
mod town;

use serde_json::json;
use xl_store::Store;
use xl_store::StoreConfig;

use crate::hub::Running;
use crate::hub::Site;
use crate::hub::TOWNSHIP;
use crate::hub::packed;
use crate::hub::target;
use crate::results::Results;
use crate::results::Target;

use ask::Asker;
use ask::Took;
use crawl::Kind;
use kept::Kept;
use town::Town;

/// The modules.
const PLUGINS: [&str; 4] = ["produce-trace", "city", "sanitation", "poverty-relief"];

/// What a list page may take, in milliseconds, 95 of 100 times.
const LIST_MS: f64 = 100.0;

/// Measures `list_page_p95_ms`, the slowest list, and a row for each page and for each list of cases.
pub(crate) async fn measure(results: &mut Results) {
    let folder = target().join("bench/lists");
    let keep = std::env::var_os("LISTS_KEEP").is_some();
    let site = if keep { Site::at(folder.clone(), "") } else { Site::new("") };
    let is_filled = site.folder().join("filled").exists();
    let (hub, _) = site.start().await;
    if !is_filled {
        enable(&site).await;
    }
    let person = ask::enrol(&site).await;
    drop(hub);
    if !is_filled {
        fill(&site, &person.account).await;
        std::fs::write(site.folder().join("filled"), "").unwrap();
    }
    let (hub, seconds) = site.start().await;
    println!("lists: the hub serves the filled folder after {seconds:.1} s");
    ask(&site, &hub, &person, results).await;
}

async fn enable(site: &Site) {
    let units = json!(town::UNITS.map(|(id, zh)| json!({"id": id, "zh": zh})));
    for plugin in PLUGINS {
        let digest = site.install(packed(plugin)).await;
        let settings = if plugin == "city" { json!({"units": units}) } else { json!({}) };
        let grants = json!({"cameras": "all", "picture_level": "none", "links": true,
            "cases": plugin != "poverty-relief", "http": [], "assessment": "bench"});
        let module = json!({"township": TOWNSHIP, "digest": digest, "settings": settings, "grants": grants});
        site.post("modules", module).await;
    }
}

/// Writes what the township has.
async fn fill(site: &Site, account: &str) {
    let config =
        StoreConfig { folder: site.folder().join("data"), commit_operations: 512, head_events: 4_096, readers: 2 };
    let store = Store::open(config).await.unwrap();
    let town = Town::now(account);
    let mut kept = Vec::new();
    for plugin in PLUGINS {
        let mut records = Kept::open(&store, plugin).await;
        match plugin {
            "produce-trace" => produce_trace::fill(&town, &mut records).await,
            "city" => city::fill(&town, &mut records).await,
            "sanitation" => sanitation::fill(&town, &mut records).await,
            _ => poverty_relief::fill(&town, &mut records).await,
        }
        println!("lists: {plugin} keeps {}", records.told());
        let _: () = records.close().await;
        kept.push(());
    }
    cases::fill(&town, &store).await;
    store.close().await;
}

async fn ask(site: &Site, hub: &Running, person: &ask::Person, results: &mut Results) {
    let asker = Asker::new(site, person).await;
    let mut slowest: Option<(String, Took)> = None;
    let mut lists = 0;
    for page in crawl::pages(&asker, &PLUGINS).await {
        let (name, took) = (page.name(), asker.time(&page.path).await);
        if page.kind == Kind::Other {
            println!("{name:100} {:>8.1} ms p95  {} (no list)", took.p95, took.note());
            continue;
        }
        lists += 1;
        results.note(&format!("list {name}"), took.p95, "ms p95", Target::AtMost(LIST_MS), None, &took.note());
        if slowest.as_ref().is_none_or(|(_, other)| took.p95 > other.p95) {
            slowest = Some((name, took));
        }
    }
    if let Some((path, took)) = slowest {
        let note =
            format!("the slowest of {lists}: {path}; {}; {:.0} MiB", took.note(), crate::cpu::resident_mib(hub.0.id()));
        results.note("list_page_p95_ms", took.p95, "ms", Target::AtMost(LIST_MS), None, &note);
    }
}
