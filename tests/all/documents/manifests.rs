//! The house rules that stand in `Cargo.toml`, `deny.toml` and `.ci/run`: present everywhere, each with its reason.

use super::tree;

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let mut faults = Vec::new();
    for manifest in tree::sources("", &["/Cargo.toml"]) {
        let lints = manifest.text.split_once("[lints]\n").is_some_and(|(_, rest)| rest.starts_with("workspace = true"));
        let unpublished =
            manifest.text.lines().any(|line| ["publish.workspace = true", "publish = false"].contains(&line));
        if !lints || !unpublished {
            faults.push(format!("`{}`: lints {lints}, unpublished {unpublished}", manifest.path));
        }
    }
    tree::assert_none("a crate stands outside the house", &faults);
}

/// Where unsafe code is let in; each was looked at, and says why where it stands.
const UNSAFE: [&str; 4] = [
    "host/runtime/src/trust.rs", // Machine code that wasmtime has to believe, after its MAC was verified.
    "plugins/sdk/src/arena.rs",  // The memory of a guest.
    "plugins/sdk/src/bindings.rs", // Generated, in a guest.
    "tests/plugins/hostile/src/misdeeds.rs", // A guest that does what a hub must survive.
];

/// SUP-9: every crate takes the lint of the workspace, which denies it; here stands who takes it back.
#[test]
fn unsafe_code_is_let_in_at_four_places_that_were_looked_at() {
    let lint = "unsafe_code";
    let mut found = Vec::new();
    for source in tree::sources("", &[".rs"]) {
        // An attribute on one line, or the lint on a line of its own within one.
        let takes_back = |line: &str| line.contains(lint) && (line.starts_with('#') || line.starts_with(lint));
        let times = source.text.lines().filter(|line| takes_back(line.trim_start())).count();
        found.extend(std::iter::repeat_n(source.path, times));
    }
    assert_eq!(found, UNSAFE);
    for manifest in tree::sources("", &["Cargo.toml", ".cargo/config.toml", "Makefile"]) {
        for line in manifest.text.lines().filter(|line| line.contains(lint) && !line.starts_with('#')) {
            assert!(line.starts_with("unsafe_code = \"deny\""), "`{}`: {line}", manifest.path);
        }
    }
}

#[test]
fn every_lint_has_a_reason() {
    let text = tree::read("Cargo.toml");
    let mut inside = false;
    let mut lints = 0;
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.starts_with("[workspace.lints.");
        } else if inside && !line.is_empty() {
            lints += 1;
            let reason = line.split_once("# ").map_or("", |(_, reason)| reason);
            assert!(reason.len() > 20 && reason.ends_with('.'), "no reason: {line}");
        }
    }
    assert!(lints > 15, "the scan finds the lints");
}

#[test]
fn every_exception_in_deny_has_a_reason() {
    let text = tree::read("deny.toml");
    let exceptions: Vec<&str> =
        text.lines().filter(|line| line.contains("{ id = ") || line.contains("{ crate = ")).collect();
    assert!(exceptions.len() > 5, "the scan finds them");
    let bare: Vec<&&str> = exceptions.iter().filter(|line| !line.contains("reason = \"")).collect();
    assert!(bare.is_empty(), "without a reason: {bare:?}");
}

#[test]
fn every_shipped_configuration_is_read_by_a_test_of_the_hub() {
    let sources = tree::paths("host/src/config").into_iter().filter(|path| path.ends_with(".rs"));
    let tests: String = sources.map(|path| tree::read(&path)).collect();
    let shipped: Vec<String> = tree::paths("config").into_iter().filter(|path| path.ends_with(".toml")).collect();
    assert!(shipped.len() >= 3, "the whole, the least, the simulated county");
    let unread: Vec<&String> = shipped.iter().filter(|path| !tests.contains(&format!("../{path}"))).collect();
    assert!(unread.is_empty(), "shipped, but read by no test: {unread:?}");
}

#[test]
fn ci_runs_what_a_newcomer_runs() {
    let script = tree::read(".ci/run");
    let commands: Vec<&str> =
        script.lines().filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("set ")).collect();
    assert_eq!(commands, ["make lint", "make test"]);
}
