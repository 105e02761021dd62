//! How long a hub takes to serve, and what a further module costs in memory.

use crate::cpu;
use crate::hub::Site;
use crate::hub::TOWNSHIP;
use crate::hub::packed;
use crate::results::Results;
use crate::results::Target;
use crate::results::median;

const ROUNDS: usize = 7;

/// Modules that are enabled one after another.
const MODULES: u32 = 20;

/// A plugin under another name, so that one township can enable it several times.
fn renamed(name: &str) -> Vec<u8> {
    let component = packed("produce-trace");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    manifest.id = name.parse().unwrap();
    xl_runtime::package::pack(&component, &manifest).unwrap()
}

/// Measures `cold_start_ms`: from the start of the process to its first answer, five modules, compiled before.
pub(crate) async fn cold(results: &mut Results) {
    let site = Site::new("[mqtt]\nlisten = \"127.0.0.1:0\"\n");
    let (hub, _) = site.start().await;
    for n in 0..5 {
        let name = format!("trace-{n}");
        let digest = site.install(renamed(&name)).await;
        site.enable(TOWNSHIP, &digest).await;
    }
    drop(hub);
    let mut starts = Vec::new();
    for _ in 0..ROUNDS {
        let (hub, seconds) = site.start().await;
        drop(hub);
        starts.push(seconds * 1e3);
    }
    println!("starts with five modules: {starts:.0?} ms");
    let (start, spread) = median(&starts);
    let note = format!("five modules, after SIGKILL, spread {spread:.2}");
    results.note("cold_start_ms", start, "ms", Target::AtMost(1_000.0), None, &note);
}

/// Measures `memory_per_module_mib`: the same plugin in further townships, each with a batch behind it.
pub(crate) async fn memory(results: &mut Results) {
    let site = Site::new("[mqtt]\nlisten = \"127.0.0.1:0\"\n");
    let (hub, _) = site.start().await;
    let digest = site.install(packed("produce-trace")).await;
    let mut resident = Vec::new();
    for n in 0..=MODULES {
        let township = format!("3711221{n:02}");
        site.enable(&township, &digest).await;
        site.get(&format!("modules/{township}/produce-trace/pages/home")).await;
        resident.push(cpu::resident_mib(hub.0.id()));
    }
    let (first, last) = (resident[0], resident[resident.len() - 1]);
    let each = (last - first) / f64::from(MODULES);
    println!("resident: {first:.1} MiB with one module, {last:.1} MiB with {}", MODULES + 1);
    let note = format!("growth over {MODULES} further modules, each of which drew a page");
    results.note("memory_per_module_mib", each, "MiB", Target::AtMost(3.0), None, &note);
}
