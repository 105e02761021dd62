//! A document names files by path; a path that is gone is a fault.

use super::tree;

/// What a path of the project begins with. Paths of a running hub (`data/…`, `target/…`) are not checked.
const FOLDERS: [&str; 8] = [".ci", ".config", "config", "examples", "host", "plugins", "tests", "wit"];

/// Endings by which a name without a folder is known as a file of the project.
const ENDINGS: [&str; 7] = [".md", ".rs", ".toml", ".wit", ".schema.json", ".lock", ".sh"];

#[test]
fn every_file_that_a_document_names_exists() {
    let paths = tree::paths("");
    let documents = tree::sources("", &[".md"]);
    assert!(documents.len() > 10, "the walk finds the documents");
    let faults: Vec<String> =
        documents.iter().flat_map(|document| faults_in(&document.path, &document.text, &paths)).collect();
    tree::assert_none("named, but not there", &faults);
}

#[test]
fn every_design_note_that_a_source_names_exists() {
    let paths = tree::paths("");
    let mut faults = Vec::new();
    for source in tree::sources("", &[".rs", ".toml", ".wit", "Makefile"]) {
        for (at, _) in source.text.match_indices("host/design/") {
            let named: String = source.text[at..].chars().take_while(|character| is_of_path(*character)).collect();
            let named = named.trim_end_matches('.');
            if named.ends_with(".md") && !paths.iter().any(|path| path == named) {
                faults.push(format!("`{}` names `{named}`", source.path));
            }
        }
    }
    tree::assert_none("named, but not there", &faults);
}

#[test]
fn a_design_note_says_its_standing_and_what_was_considered() {
    let mut faults = Vec::new();
    for note in tree::sources("host/design", &[".md"]) {
        let standing = note.text.lines().any(|line| line.starts_with("Status: "));
        let headings = ["## Objective", "## Overview", "## Alternatives considered", "## Known regrets"];
        let missing = headings.iter().filter(|heading| !note.text.lines().any(|line| line == **heading));
        faults.extend(missing.map(|heading| format!("`{}` lacks `{heading}`", note.path)));
        if !standing {
            faults.push(format!("`{}` lacks its status", note.path));
        }
    }
    tree::assert_none("a design note is incomplete", &faults);
}

#[test]
fn the_checker_sees_a_path_that_is_gone() {
    let paths = ["host/src/app.rs", "host/src/api/events.rs", "Cargo.toml", "plugins/produce-trace/plugin.toml"];
    let check = |text: &str, gone: &[&str]| {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let faults: Vec<String> = gone.iter().map(|path| format!("`host/a.md` names `{path}`")).collect();
        assert_eq!(faults_in("host/a.md", text, &paths), faults, "{text}");
    };
    check("See `host/src/app.rs` and `host/src/api/`, also `host/src/{app,api/events}.rs`.", &[]);
    check("See `host/src/gone.rs`.", &["host/src/gone.rs"]);
    check("See `host/src/{app,gone}.rs`.", &["host/src/gone.rs"]);
    check("All of `host/src/api/*.rs`, none of `host/src/cli/*.rs`.", &["host/src/cli/*.rs"]);
    check("A `plugin.toml` and a `gone.toml`.", &["gone.toml"]);
    check("[the stages](src/app.rs) and [nothing](gone.md#here)", &["gone.md"]);
    check("`cargo test`, `data/admin-token`, `/metrics`, `https://example.org/a.md`, `xl/v1/{township}`", &[]);
    check("```\n`host/src/gone.rs`\n```", &[]);
}

/// What a document names and the project lacks: in backticks by path from the root, in links relative to the document.
fn faults_in(document: &str, text: &str, paths: &[String]) -> Vec<String> {
    let mut gone = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        let quoted = line.split('`').skip(1).step_by(2);
        gone.extend(quoted.filter(|word| is_path(word)).flat_map(spread).filter(|path| !exists(path, paths)));
        let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
        let links = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next());
        let inner = links.filter(|link| !link.is_empty() && !link.contains("://"));
        gone.extend(inner.filter(|link| !exists(&joined(folder, link), paths)).map(str::to_owned));
    }
    gone.into_iter().map(|path| format!("`{document}` names `{path}`")).collect()
}

fn is_path(word: &str) -> bool {
    let plain = word.chars().all(is_of_path);
    let (first, inside) = word.split_once('/').unwrap_or((word, ""));
    let file = ENDINGS.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending));
    plain && (FOLDERS.contains(&first) && !inside.is_empty() || file && !word.contains('/') && !word.starts_with('.'))
}

fn is_of_path(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._-/{},*".contains(character)
}

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`.
fn spread(word: &str) -> Vec<String> {
    let Some((before, (inner, after))) =
        word.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return vec![word.to_owned()];
    };
    inner.split(',').map(|part| format!("{before}{part}{after}")).collect()
}

fn exists(named: &str, paths: &[String]) -> bool {
    let named = named.trim_end_matches('/');
    if let Some((before, after)) = named.split_once('*') {
        return paths.iter().any(|path| path.starts_with(before) && path.ends_with(after));
    }
    let below = format!("{named}/");
    let somewhere = format!("/{named}");
    let bare = !named.contains('/');
    paths.iter().any(|path| path == named || path.starts_with(&below) || bare && path.ends_with(&somewhere))
}

fn joined(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}
