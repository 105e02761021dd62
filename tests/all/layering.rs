//! Which crate may name which, and which Rust module of the hub may use which.
//!
//! Reads text, not types: a name in a macro's argument counts, a name in a comment or string does not.

use crate::documents::tree;

/// The Rust modules of `host/src`: a file uses only names to its left.
const ORDER: [&str; 27] = [
    "config", "audit", "sheet", "tar", "places", "cameras", "devices", "ingest", "status", "onvif", "look", "effect",
    "cases", "dispatch", "forward", "uplink", "schedule", "sample", "openid", "people", "rights", "export", "api",
    "console", "app", "backup", "cli",
];

/// Which of our crates a folder's `Cargo.toml` may name. A folder ending in `/` stands for everything below it.
const CRATES: [(&str, &[&str]); 12] = [
    ("host/model", &[]),
    ("host/store", &["xl-model"]),
    ("host/bridge", &["xl-model"]),
    ("host/media", &["xl-model"]),
    ("host/runtime", &["xl-model"]),
    ("host", &["xl-model", "xl-store", "xl-bridge", "xl-media", "xl-runtime"]),
    ("plugins/sdk", &[]),
    ("plugins/", &["xl-plugin"]),
    ("examples/", &["xl-plugin"]),
    ("tests/plugins/", &["xl-plugin"]),
    ("tests/fuzz", &["xl-model", "xl-bridge", "xl-media"]),
    ("tests", &OURS),
];

/// Our crates that somebody may name.
const OURS: [&str; 9] = [
    "xl-model",
    "xl-store",
    "xl-bridge",
    "xl-media",
    "xl-runtime",
    "xueliang",
    "xl-plugin",
    "produce-trace",
    "sanitation",
];

/// Which folders may name a crate that stands for a whole subject.
const SUBJECTS: [(&str, &[&str]); 7] = [
    ("sqlx", &["host/store"]),
    ("object_store", &["host/store"]),
    ("wasmtime", &["host/runtime"]),
    ("wasmtime-wasi", &["host/runtime"]),
    ("mqtt5", &["host/bridge"]),
    ("rumqttc", &["host/bridge", "examples/simulated-county"]),
    ("wit-bindgen", &["plugins/sdk"]),
];

/// What the model may name besides the standard library: nothing that reads a clock, a file or a socket.
const MODEL_NEEDS: [&str; 6] = ["bytes", "ed25519-dalek", "serde", "serde_json", "sha2", "thiserror"];

#[test]
fn a_file_of_the_hub_uses_only_files_to_its_left() {
    let mut faults = Vec::new();
    for source in tree::sources("host/src", &[".rs"]) {
        let path = source.path.strip_prefix("host/src/").expect("it lies there");
        faults.extend(faults_in_file(path, &source.text));
    }
    tree::assert_none(&format!("the order is {}", ORDER.join(" < ")), &faults);
}

#[test]
fn the_hub_consists_of_exactly_the_ordered_modules() {
    let text = without_comments(&tree::read("host/src/lib.rs"));
    let mut declared: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    declared.sort_unstable();
    let mut ordered = ORDER;
    ordered.sort_unstable();
    assert_eq!(declared, ordered);
}

#[test]
fn a_crate_names_only_the_crates_below_it() {
    let manifests = manifests();
    assert!(manifests.len() >= 10, "the walk finds the manifests");
    let faults: Vec<String> = manifests.iter().flat_map(|(folder, text)| faults_in_manifest(folder, text)).collect();
    tree::assert_none("an arrow between crates that the table does not allow", &faults);
}

#[test]
fn the_model_can_neither_wait_nor_read_a_clock() {
    let named = dependencies(&tree::read("host/model/Cargo.toml"), &["dependencies", "build-dependencies"]);
    let more: Vec<&String> = named.iter().filter(|name| !MODEL_NEEDS.contains(&name.as_str())).collect();
    assert!(more.is_empty(), "the model needs {more:?}");
}

#[test]
fn the_checker_sees_a_name_to_the_right() {
    check_file("effect.rs", "use crate::dispatch::Modules;", &["`effect.rs` uses `dispatch`, which is to its right"]);
    check_file(
        "api/events.rs",
        "fn f() { crate::app::start() }",
        &["`api/events.rs` uses `app`, which is to its right"],
    );
    check_file("api/events.rs", "macro!(crate :: cli::x)", &["`api/events.rs` uses `cli`, which is to its right"]);
    check_file("dispatch.rs", "use crate::effect::Committer;\nuse crate::dispatch::retry::Retry;", &[]);
    check_file("main.rs", "fn main() { xueliang::cli::main() }", &[]);
}

#[test]
fn the_checker_sees_through_super() {
    check_file("effect.rs", "use super::api::x;", &["`effect.rs` uses `api`, which is to its right"]);
    check_file(
        "effect/links.rs",
        "use super::super::app::x;",
        &["`effect/links.rs` uses `app`, which is to its right"],
    );
    check_file("api/events.rs", "use super::app::x;", &[]);
    check_file("effect.rs", "mod tests { use super::*; }", &[]);
}

#[test]
fn the_checker_refuses_groups_that_hide_names() {
    check_file("effect.rs", "use crate::{config, api};", &["`effect.rs` groups names behind `crate::{`"]);
    check_file("effect.rs", "use crate::*;", &["`effect.rs` groups names behind `crate::*`"]);
}

#[test]
fn the_checker_skips_comments_and_strings() {
    check_file("effect.rs", "//! See [`crate::dispatch`].\n/* crate::api /* crate::cli */ crate::app */", &[]);
    check_file("effect.rs", r###"const A: &str = "crate::api"; const B: &str = r#"" crate::app "#;"###, &[]);
    check_file("effect.rs", "fn f<'a>(c: char) -> bool { c == '\"' || c == '\\'' } // crate::cli", &[]);
    check_file(
        "effect.rs",
        "const Q: char = '\"'; use crate::api::x;",
        &["`effect.rs` uses `api`, which is to its right"],
    );
}

#[test]
fn the_checker_sees_a_file_outside_the_order() {
    check_file("helpers.rs", "", &["`helpers.rs` belongs to no module of the order"]);
}

#[test]
fn the_checker_sees_an_arrow_between_crates() {
    let upward = "[dependencies]\nxl-store.workspace = true\n";
    check_manifest("host/runtime", upward, &["`host/runtime/Cargo.toml` names `xl-store`"]);
    let table = "[target.'cfg(unix)'.dev-dependencies.xl-media]\nworkspace = true\n";
    check_manifest("host/store", table, &["`host/store/Cargo.toml` names `xl-media`"]);
    let renamed = "[build-dependencies]\nhub = { package = \"xueliang\", path = \"..\" }\n";
    check_manifest("host/model", renamed, &["`host/model/Cargo.toml` names `xueliang`"]);
    check_manifest("host/new", "", &["`host/new` stands in no row of the table"]);
    check_manifest("host/store", "# xl-media\n[dependencies]\nxl-model.workspace = true # not xl-media\n", &[]);
    check_manifest("host", "[package]\nname = \"xueliang\"\n", &[]);
}

#[test]
fn the_checker_sees_a_subject_in_the_wrong_crate() {
    let sql = "[dependencies]\nsqlx.workspace = true\n";
    check_manifest("host/runtime", sql, &["`host/runtime/Cargo.toml` names `sqlx`, which belongs to host/store"]);
    check_manifest("host/store", sql, &[]);
    check_manifest("tests", sql, &[]);
}

fn check_file(path: &str, text: &str, faults: &[&str]) {
    assert_eq!(faults_in_file(path, text), faults, "{text}");
}

fn check_manifest(folder: &str, text: &str, faults: &[&str]) {
    assert_eq!(faults_in_manifest(folder, text), faults, "{text}");
}

/// What is wrong in one file of `host/src`.
fn faults_in_file(path: &str, text: &str) -> Vec<String> {
    let first = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    let place = match first {
        "lib" => return Vec::new(),
        "main" => ORDER.len(),
        name => match ORDER.iter().position(|module| *module == name) {
            Some(place) => place,
            None => return vec![format!("`{path}` belongs to no module of the order")],
        },
    };
    let depth = path.split('/').count();
    let text = without_comments(text);
    let mut faults = Vec::new();
    for (at, _) in text.match_indices("crate").chain(text.match_indices("super")) {
        let Some(name) = named_from_root(&text, at, depth) else { continue };
        if name == "{" || name == "*" {
            faults.push(format!("`{path}` groups names behind `crate::{name}`"));
        } else if ORDER.iter().position(|module| *module == name).is_some_and(|used| used > place) {
            faults.push(format!("`{path}` uses `{name}`, which is to its right"));
        }
    }
    faults
}

/// What follows `crate::`, or as many `super::` as lead to the root from a file at `depth`.
fn named_from_root(text: &str, at: usize, depth: usize) -> Option<&str> {
    let before = text[..at].trim_end();
    if text[..at].ends_with(is_name) || before.ends_with("::") {
        return None; // The end of a longer name, or a further `super` of a chain.
    }
    let (mut rest, needed) = match text[at..].strip_prefix("crate") {
        Some(rest) => (after_colons(rest)?, 0),
        None => (after_colons(&text[at + "super".len()..])?, depth - 1),
    };
    for _ in 0..needed {
        rest = after_colons(rest.strip_prefix("super")?)?;
    }
    let end = rest.find(|character| !is_name(character)).unwrap_or(rest.len());
    let sign = rest.get(..1).filter(|sign| text[at..].starts_with("crate") && ["{", "*"].contains(sign));
    if end > 0 { Some(&rest[..end]) } else { sign }
}

fn after_colons(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix("::").map(str::trim_start)
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The text with comments and the content of strings and characters taken out.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let after_name = kept.ends_with(is_name);
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if character == '"' {
            quoted(rest)
        } else if !after_name && (rest.starts_with("r\"") || rest.starts_with("r#") || rest.starts_with("br")) {
            raw_string(rest)
        } else if character == '\'' {
            character_literal(rest)
        } else {
            0
        };
        if skipped > 0 {
            kept.push(' ');
            rest = &rest[skipped..];
        } else {
            kept.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    kept
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw string, 0 when it is none (a raw name such as `r#type`).
fn raw_string(text: &str) -> usize {
    let start = text.trim_start_matches('b').trim_start_matches('r');
    let inner = start.trim_start_matches('#');
    if !inner.starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(start.len() - inner.len()));
    let opened = text.len() - inner.len() + 1;
    text[opened..].find(&end).map_or(text.len(), |at| opened + at + end.len())
}

/// The length of a character, 0 when it is a lifetime.
fn character_literal(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => text[3..].find('\'').map_or(0, |at| at + 4),
        Some((at, character)) if text[at + character.len_utf8()..].starts_with('\'') => at + character.len_utf8() + 1,
        _ => 0,
    }
}

/// Folder and text of every `Cargo.toml` but the root's.
fn manifests() -> Vec<(String, String)> {
    tree::sources("", &["/Cargo.toml"])
        .into_iter()
        .map(|source| (source.path.trim_end_matches("/Cargo.toml").to_owned(), source.text))
        .collect()
}

/// What is wrong in one `Cargo.toml`.
fn faults_in_manifest(folder: &str, text: &str) -> Vec<String> {
    let row = CRATES.iter().find(|(row, _)| *row == folder);
    let row = row.or_else(|| CRATES.iter().find(|(row, _)| row.ends_with('/') && folder.starts_with(row)));
    let Some((_, allowed)) = row else { return vec![format!("`{folder}` stands in no row of the table")] };
    let mut faults = Vec::new();
    for name in dependencies(text, &["dependencies", "dev-dependencies", "build-dependencies"]) {
        let ours = name.starts_with("xl-") || OURS.contains(&name.as_str());
        if ours && !allowed.contains(&name.as_str()) {
            faults.push(format!("`{folder}/Cargo.toml` names `{name}`"));
        }
        let subject = SUBJECTS.iter().find(|(subject, _)| *subject == name);
        if let Some((_, folders)) = subject.filter(|(_, folders)| !folders.contains(&folder) && folder != "tests") {
            faults.push(format!("`{folder}/Cargo.toml` names `{name}`, which belongs to {}", folders.join(", ")));
        }
    }
    faults
}

/// The names of the packages in the given sections, renamed ones by their true name.
fn dependencies(text: &str, sections: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            inside = sections.iter().any(|section| ends_with_part(header, section));
            let single =
                header.rsplit_once('.').filter(|(table, _)| sections.iter().any(|name| ends_with_part(table, name)));
            names.extend(single.map(|(_, name)| name.to_owned()));
        } else if inside && !line.starts_with('#') && !line.is_empty() {
            let key = line.split(['=', '.', ' ']).next().unwrap_or(line);
            let true_name = line.split_once("package = \"").and_then(|(_, rest)| rest.split('"').next());
            names.push(true_name.unwrap_or(key).trim_matches('"').to_owned());
        }
    }
    names
}

fn ends_with_part(header: &str, section: &str) -> bool {
    header.strip_suffix(section).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
