//! Every crate from outside was looked at before it came in, and none can fetch while it is built: `tests/dependencies.txt`.
//!
//! Reads `Cargo.lock` for what there is, the members' `Cargo.toml` for what our crates name themselves, and the sources that cargo
//! has fetched for the build scripts. What npm and Python bring are other people's programs that tests are judged by; they are pinned
//! beside the tests and reach no county.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use toml::Table;

use super::tree;
use crate::children::command;

const LIST: &str = "tests/dependencies.txt";

/// By these words a build script is known that can fetch something.
const FETCHING: [&str; 8] = ["TcpStream", "UdpSocket", "reqwest", "ureq", "curl", "wget", "hyper::", "git2"];

/// Build scripts that can fetch, and why they do not: `utoipa-swagger-ui` takes the page from a crate by its feature `vendored`.
const CAN_FETCH: [&str; 1] = ["utoipa-swagger-ui"];

#[test]
fn a_crate_that_nobody_looked_at_does_not_come_in() {
    let list = sections(&tree::read(LIST));
    let (direct, all) = (named(), locked(&tree::read("Cargo.lock")));
    assert!(direct.len() > 50 && all.len() > 300, "the scan finds them");
    let mut faults = faults("direct", &list["direct"], &direct);
    faults.extend(self::faults("below", &list["below"], &all.difference(&direct).cloned().collect()));
    let reasonless =
        list["direct"].iter().filter(|line| line.split_once(' ').is_none_or(|(_, why)| why.trim().len() < 10));
    faults.extend(reasonless.map(|line| format!("[direct] `{line}` does not say why it is there")));
    tree::assert_none(&format!("look at it as the head of `{LIST}` says, then bring the list up to date"), &faults);
}

#[test]
fn a_crate_that_runs_something_while_it_is_built_was_looked_at_and_fetches_nothing() {
    let scripts = build_scripts();
    assert!(scripts.len() > 20, "the scan finds them");
    let mut faults = Vec::new();
    let list = &sections(&tree::read(LIST))["build scripts"];
    for (name, text) in &scripts {
        if !list.contains(name) {
            faults.push(format!("`{name}` has a build script: read it, then add it to [build scripts] of `{LIST}`"));
        }
        if let Some(word) = fetches(text).filter(|_| !CAN_FETCH.contains(&name.as_str())) {
            faults.push(format!("the build script of `{name}` says `{word}`: what does it fetch?"));
        }
    }
    let all = locked(&tree::read("Cargo.lock"));
    faults.extend(
        list.iter().filter(|name| !all.contains(*name)).map(|name| format!("`{name}` is gone from `Cargo.lock`")),
    );
    tree::assert_none("nothing is fetched while the hub is built", &faults);

    let workspace: Table = tree::read("Cargo.toml").parse().unwrap();
    let page = &workspace["workspace"]["dependencies"]["utoipa-swagger-ui"]["features"];
    assert!(page.as_array().unwrap().iter().any(|feature| feature.as_str() == Some("vendored")), "else it fetches");
}

/// What of one section is missing, gone or out of order.
pub(super) fn faults(section: &str, lines: &[String], there: &BTreeSet<String>) -> Vec<String> {
    let listed: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
    let missing = there.iter().filter(|name| !listed.contains(&name.as_str()));
    let mut faults: Vec<String> = missing.map(|name| format!("[{section}] lacks `{name}`")).collect();
    let gone = listed.iter().filter(|name| !there.contains(**name));
    faults.extend(gone.map(|name| format!("[{section}] has `{name}`, which is gone or stands elsewhere")));
    let unsorted = listed.windows(2).filter(|pair| pair[0] >= pair[1]);
    faults.extend(unsorted.map(|pair| format!("[{section}] `{}` stands before `{}`", pair[0], pair[1])));
    faults
}

/// Lines by section, without comments.
pub(super) fn sections(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut sections: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut section = String::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => section = name.to_owned(),
            None => sections.entry(section.clone()).or_default().push(line.to_owned()),
        }
    }
    sections
}

/// Names of all packages of a lock file that come from outside.
pub(super) fn locked(text: &str) -> BTreeSet<String> {
    let lock: Table = text.parse().unwrap();
    let packages = lock["package"].as_array().unwrap().iter();
    let outside = packages.filter(|package| package.get("source").is_some());
    outside.map(|package| package["name"].as_str().unwrap().to_owned()).collect()
}

/// Names of all packages from outside that a member of the workspace names.
fn named() -> BTreeSet<String> {
    let workspace: Table = tree::read("Cargo.toml").parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let shared = workspace["workspace"]["dependencies"].as_table().unwrap();
    let mut names = BTreeSet::new();
    for member in members {
        let manifest: Table = tree::read(&format!("{}/Cargo.toml", member.as_str().unwrap())).parse().unwrap();
        for (name, dependency) in dependencies(&manifest) {
            let dependency = if dependency.get("workspace").is_some() { &shared[name] } else { dependency };
            if dependency.get("path").is_none() {
                names.insert(dependency.get("package").map_or(name, |name| name.as_str().unwrap()).to_owned());
            }
        }
    }
    names
}

fn dependencies(manifest: &Table) -> Vec<(&str, &toml::Value)> {
    let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(|targets| targets.as_table()).into_iter().flat_map(Table::values);
    let tables = targets.filter_map(|target| target.as_table()).chain([manifest]);
    let tables = tables.flat_map(|table| sections.iter().filter_map(|section| table.get(*section)?.as_table()));
    tables.flatten().map(|(name, dependency)| (name.as_str(), dependency)).collect()
}

/// Names and texts of the build scripts of everything that is built on this machine.
fn build_scripts() -> Vec<(String, String)> {
    let mut cargo = command(env!("CARGO"));
    cargo.current_dir(tree::root()).args(["metadata", "--format-version=1", "--locked", "--filter-platform"]);
    let output = cargo.arg("x86_64-unknown-linux-gnu").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let outside = told["packages"].as_array().unwrap().iter().filter(|package| !package["source"].is_null());
    let scripts = outside.flat_map(|package| {
        let targets = package["targets"].as_array().unwrap().iter();
        let scripts = targets.filter(|target| target["kind"][0] == "custom-build");
        scripts.map(|target| (package["name"].as_str().unwrap(), target["src_path"].as_str().unwrap()))
    });
    scripts.map(|(name, path)| (name.to_owned(), text_of(Path::new(path)))).collect()
}

/// The script and, where it has some, the files beside it in a folder `build`.
fn text_of(script: &Path) -> String {
    let mut text = fs::read_to_string(script).unwrap();
    if let Some(folder) = script.parent().filter(|folder| folder.ends_with("build")) {
        for entry in fs::read_dir(folder).unwrap() {
            text += &fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
        }
    }
    text
}

fn fetches(script: &str) -> Option<&'static str> {
    let code = script.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    FETCHING.into_iter().find(|word| code.contains(word))
}

#[test]
fn the_check_sees_what_is_new_gone_unsorted_or_fetches() {
    let lines = ["b  does b".to_owned(), "a  does a".to_owned()];
    let told = faults("direct", &lines, &["a".to_owned(), "c".to_owned()].into()).join("\n");
    assert_eq!(told.lines().count(), 3, "{told}");
    for fault in ["lacks `c`", "has `b`", "`b` stands before `a`"] {
        assert!(told.contains(fault), "{told}");
    }
    let lock = "[[package]]\nname = \"ours\"\nversion = \"1.0.0\"\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n\
                source = \"registry+x\"\n";
    assert_eq!(locked(lock), ["b".to_owned()].into());
    assert_eq!(fetches("fn main() { std::net::TcpStream::connect(a); }"), Some("TcpStream"));
    assert_eq!(fetches("// as curl does\nfn main() {}"), None);
    let manifest: Table =
        "[dependencies]\na = \"1\"\n[target.'cfg(unix)'.build-dependencies]\nb = \"1\"\n".parse().unwrap();
    assert_eq!(dependencies(&manifest).len(), 2);
}
