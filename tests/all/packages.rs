//! What a county installs: it tells nothing of the machine that made it, else two machines never make the same of one commit; and
//! there is a list of what it is made of.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::children::command;
use crate::documents::tree;
use crate::programs;
use crate::town::repository;

#[test]
fn a_packed_plugin_holds_no_path_of_the_machine_that_built_it() {
    let home = PathBuf::from(env::var("HOME").unwrap());
    let cargo = env::var("CARGO_HOME").map_or_else(|_| home.join(".cargo"), PathBuf::from);
    let target = programs::ledger().ancestors().nth(2).unwrap().to_owned();
    let places = [repository(), target, cargo, home].map(|place| format!("{}/", place.display()));
    let mut faults = Vec::new();
    let mut looked_at = 0;
    for entry in fs::read_dir(programs::packed_folder()).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        looked_at += 1;
        let found = places.iter().filter(|place| place.len() > 2 && text.contains(place.as_str()));
        faults.extend(found.map(|place| format!("`{}` holds `{place}`", path.display())));
    }
    assert!(looked_at >= 5, "`make plugins` packed them");
    assert_eq!(faults, [""; 0], "`.ci/plugins.sh` maps such paths away");
}

#[test]
fn the_list_of_what_a_release_is_made_of_has_every_part_with_its_hash_and_licence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sbom.cdx.json");
    let mut script = command("sh");
    script.current_dir(repository()).arg(".ci/sbom.sh").arg(&file).env("SOURCE_DATE_EPOCH", "1795724331");
    let output = script.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!((&list["bomFormat"], &list["specVersion"]), (&"CycloneDX".into(), &"1.6".into()));
    assert_eq!(
        list["metadata"]["timestamp"], "2026-11-26T20:18:51Z",
        "of the commit, so that the list is the same each time"
    );

    let parts: BTreeMap<&str, &Value> =
        list["components"].as_array().unwrap().iter().map(|part| (text(&part["bom-ref"]), part)).collect();
    let names: BTreeSet<&str> = parts.values().map(|part| text(&part["name"])).collect();
    let there = [
        "xueliang",
        "city",
        "poverty-relief",
        "produce-trace",
        "sanitation",
        "wasmtime",
        "libsqlite3-sys",
        "sqlite",
        "rustls",
    ];
    assert!(there.iter().all(|name| names.contains(name)), "{names:?}");
    assert!(
        ["proptest", "wat", "hostile", "xl-tests"].iter().all(|name| !names.contains(name)),
        "tests are not installed"
    );

    let lock: toml::Table = tree::read("Cargo.lock").parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let word = |key: &str| package.get(key).and_then(|word| word.as_str());
        let id = format!("{}@{}", word("name").unwrap(), word("version").unwrap());
        if let (Some(part), Some(sum)) = (parts.get(id.as_str()), word("checksum")) {
            assert_eq!(part["hashes"][0]["content"], sum, "{id}");
            assert!(part["licenses"][0].is_object(), "{id}");
        }
    }
    let needed = list["dependencies"].as_array().unwrap().iter().flat_map(|one| one["dependsOn"].as_array().unwrap());
    let unknown: BTreeSet<&str> = needed.map(text).filter(|needed| !parts.contains_key(needed)).collect();
    assert!(unknown.is_empty(), "needed and not listed: {unknown:?}");
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
