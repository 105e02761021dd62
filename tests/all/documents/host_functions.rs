//! Whose data each function gives that a module may call, and that none gives another module's: `tests/host-functions.txt`. TEN-13.
//!
//! Reads the worlds in `wit/` for the interfaces that they import, those for their functions, and the runtime for the interfaces of
//! WASI that it lets a plugin import. What a line says of its function was read in the host; that is for people to hold.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::dependencies;
use super::tree;

const LIST: &str = "tests/host-functions.txt";

/// Where the interfaces of WASI stand that a plugin may import.
const RUNTIME: &str = "host/runtime/src/package/world.rs";

/// Whose data a function may give; what is another module's has no word.
const WHOSE: [&str; 6] = ["own", "granted", "township", "viewer", "outside", "nothing"];

#[test]
fn no_function_that_a_module_may_call_gives_what_another_module_has() {
    let mut there: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for interface in imports(&tree::read("wit/world.wit")) {
        let text = tree::read(&format!("wit/{interface}.wit"));
        there.insert(interface, functions(&text));
    }
    there.insert("wasi".to_owned(), wasi(&tree::read(RUNTIME)));
    assert!(
        there.len() > 10 && there.values().map(BTreeSet::len).sum::<usize>() > 40,
        "the scan finds them: {there:?}"
    );
    let faults = faults(&dependencies::sections(&tree::read(LIST)), &there);
    tree::assert_none(&format!("read what the host does, then say in `{LIST}` whose data it gives"), &faults);
}

fn faults(list: &BTreeMap<String, Vec<String>>, there: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (section, names) in there {
        let lines = list.get(section).map_or(&[][..], Vec::as_slice);
        faults.extend(dependencies::faults(section, lines, names));
        let silent = lines.iter().filter(|line| !says_whose(line));
        faults.extend(silent.map(|line| format!("[{section}] `{line}` does not say whose data, and which")));
    }
    let gone = list.keys().filter(|section| !there.contains_key(*section));
    faults.extend(gone.map(|section| format!("[{section}] is no interface that a world imports")));
    faults
}

fn says_whose(line: &str) -> bool {
    let mut words = line.split_whitespace().skip(1);
    words.next().is_some_and(|whose| WHOSE.contains(&whose)) && words.collect::<String>().len() >= 8
}

/// The interfaces that the worlds of a file import; each must have a file of its own, and no world may come from elsewhere.
fn imports(world: &str) -> BTreeSet<String> {
    let mut imports = BTreeSet::new();
    for line in world.lines().map(str::trim) {
        if let Some(import) = line.strip_prefix("import ") {
            let name = import.trim_end_matches(';');
            assert!(is_name(name), "`{line}`: put it into an interface of its own file");
            imports.insert(name.to_owned());
        } else if let Some(included) = line.strip_prefix("include ") {
            let head = format!("world {} {{", included.trim_end_matches(';'));
            assert!(world.lines().any(|line| line == head), "`{line}`: what that world imports is not looked at");
        }
    }
    imports
}

/// The functions of one interface; those of a resource with its name in front.
fn functions(interface: &str) -> BTreeSet<String> {
    let mut functions = BTreeSet::new();
    let mut resource = String::new();
    for line in interface.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        if let Some(name) = line.strip_prefix("resource ").and_then(|rest| rest.strip_suffix(" {")) {
            resource = format!("{name}.");
        } else if line == "}" {
            resource.clear();
        } else if line.starts_with("constructor(") {
            functions.insert(format!("{resource}constructor"));
        } else if line.contains("func") {
            let name = line.split(": ").next().unwrap_or_default().trim_start_matches('%');
            assert!(is_name(name) && line.contains("func("), "`{line}`: a function begins as `name: func(`");
            functions.insert(format!("{resource}{name}"));
        }
    }
    functions
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

/// The interfaces of WASI that stand in a list of the runtime, one a line.
fn wasi(runtime: &str) -> BTreeSet<String> {
    let lines = runtime.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","));
    let names: BTreeSet<String> = lines.filter(|name| name.starts_with("wasi:")).map(str::to_owned).collect();
    assert_eq!(names.len(), runtime.matches("\"wasi:").count(), "one a line");
    names
}

#[test]
fn the_check_of_host_functions_sees_what_is_new_gone_or_says_nothing() {
    let interface = "interface a {\n  /// A func(tion).\n  %list: func() -> string;\n  record r {\n    x: u8,\n  }\n  \
                     resource picture {\n    constructor(n: u8);\n    /// Its info.\n    info: func() -> u8;\n    \
                     made: static func() -> u8;\n  }\n  b: async func(\n    x: u8,\n  );\n}";
    let functions = functions(interface);
    let names = ["b", "list", "picture.constructor", "picture.info", "picture.made"];
    assert_eq!(functions.iter().map(String::as_str).collect::<Vec<_>>(), names);
    let world = "world w {\n  import a;\n  export b;\n}\n/// More.\nworld v {\n  include w;\n  import c-d;\n}\n";
    assert_eq!(imports(world), ["a".to_owned(), "c-d".to_owned()].into());

    let there = BTreeMap::from([("a".to_owned(), functions)]);
    let list = "[a]\nb       own   what it stored\ngone    own   what it stored\nlist    other   what another one stored\n\
                picture.constructor   own   what it stored\npicture.info   own\n[c]\nd   own   what it stored\n";
    let told = faults(&dependencies::sections(list), &there).join("\n");
    assert_eq!(told.lines().count(), 5, "{told}");
    for fault in ["lacks `picture.made`", "has `gone`", "`list    other", "`picture.info   own`", "[c] is no interface"]
    {
        assert!(told.contains(fault), "{told}");
    }
}
