//! The project's own files as text, for the tests that hold them together.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// What is made, not written: never read by these tests.
const MADE: [&str; 5] = ["target", "data", "node_modules", ".git", "dist"];

/// A file of the project.
pub(crate) struct Source {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    /// Its content.
    pub(crate) text: String,
}

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests crate lies in the root").to_path_buf()
}

/// The paths of all files below `folder` (from the root; `""`: everything), sorted.
pub(crate) fn paths(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    let mut paths: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(root()).expect("it was found below the root").to_string_lossy().into_owned())
        .collect();
    paths.sort();
    paths
}

/// All text files below `folder` whose name ends with one of `endings`.
pub(crate) fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    paths(folder)
        .into_iter()
        .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
        .map(|path| Source { text: read(&path), path })
        .collect()
}

/// One file, which must be there.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("`{path}`: {error}"))
}

/// Fails with one fault a line.
pub(crate) fn assert_none(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("`{}`: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("a folder of the project can be listed");
        let (path, name) = (entry.path(), entry.file_name());
        if MADE.iter().any(|made| name.to_string_lossy() == *made) {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}
