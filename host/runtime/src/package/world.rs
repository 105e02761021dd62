//! Imports and exports: what a manifest must ask for, and what must be there.

use xl_model::manifest::Manifest;

use crate::RuntimeError;

/// The version of `xueliang:hub` that this hub offers.
pub(super) const HUB: &str = "0.1.0";

/// The inert WASI 0.2 that the tool chains' runtimes need to start.
const WASI: [&str; 27] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

const REASON: &str = r#"reason = { zh = "为什么需要", en = "why it is needed" }"#;

const KPI: &str = r#"name = { zh = "名称", en = "name" }
as = "percent"
version = 1"#;

/// Whether the manifest asks for everything that is imported.
pub(crate) fn covered<'a>(manifest: &Manifest, imports: impl Iterator<Item = &'a str>) -> Result<(), RuntimeError> {
    for import in imports {
        let unknown = || RuntimeError::Unknown { import: import.to_owned() };
        let (name, version) = import.split_once('@').ok_or_else(unknown)?;
        if let Some(interface) = name.strip_prefix("xueliang:hub/") {
            if version != HUB {
                return Err(unknown());
            }
            let missing = missing(manifest, interface).ok_or_else(unknown)?;
            if let Some(remedy) = missing {
                return Err(RuntimeError::NotAsked { import: import.to_owned(), remedy });
            }
        } else if !version.starts_with("0.2.") || !WASI.contains(&name) {
            return Err(unknown());
        }
    }
    Ok(())
}

/// Whether everything is exported that the manifest promises.
pub(crate) fn exported<'a>(manifest: &Manifest, exports: impl Iterator<Item = &'a str>) -> Result<(), RuntimeError> {
    let exports: Vec<_> = exports.collect();
    let mut wanted = vec!["handler"];
    if !manifest.pages.is_empty() {
        wanted.push("pages");
    }
    if !manifest.calls.is_empty() {
        wanted.push("calls");
    }
    for interface in wanted {
        let export = format!("xueliang:hub/{interface}@{HUB}");
        if !exports.contains(&export.as_str()) {
            return Err(RuntimeError::NoExport { export });
        }
    }
    Ok(())
}

/// The lines that the manifest lacks for an interface of ours; the outer `None`: there is no such interface.
fn missing(manifest: &Manifest, interface: &str) -> Option<Option<String>> {
    let (asked, remedy) = match interface {
        "types" | "log" | "settings" | "viewer" => (true, String::new()),
        "records" => (!manifest.collections.is_empty(), "[[collections]]\nname = \"…\"".to_owned()),
        "events" => (!manifest.publish.is_empty(), "publish = [\"…\"]".to_owned()),
        "cameras" | "pictures" => {
            (manifest.asks.cameras.is_some(), format!("[asks.cameras]\nlevel = \"metric\"\n{REASON}"))
        }
        "links" => (manifest.asks.links.is_some(), format!("[asks.links]\n{REASON}")),
        "cases" => (manifest.asks.cases.is_some(), format!("[asks.cases]\n{REASON}")),
        "kpis" => (!manifest.kpis.is_empty(), format!("[[kpis]]\nid = \"…\"\n{KPI}")),
        "http" => (manifest.asks.http.is_some(), format!("[asks.http]\nhosts = [\"…\"]\n{REASON}")),
        _ => return None,
    };
    Some((!asked).then_some(remedy))
}
