//! The world of plugins is documented whole: whoever writes a plugin reads nothing else.

use super::tree;

#[test]
fn everything_in_the_world_has_a_comment() {
    let mut faults = Vec::new();
    for file in tree::sources("wit", &[".wit"]) {
        faults.extend(undocumented(&file.text).into_iter().map(|line| format!("`{}`: {line}", file.path)));
    }
    tree::assert_none("without a comment", &faults);
}

#[test]
fn everything_in_the_world_says_since_when() {
    let mut faults = Vec::new();
    for file in tree::sources("wit", &[".wit"]) {
        faults.extend(undated(&file.text).into_iter().map(|line| format!("`{}`: {line}", file.path)));
    }
    tree::assert_none("without `@since`", &faults);
}

#[test]
fn an_interface_has_a_file_of_its_own_name() {
    let mut faults = Vec::new();
    for file in tree::sources("wit", &[".wit"]) {
        let interfaces: Vec<&str> =
            file.text.lines().filter_map(|line| line.strip_prefix("interface ")?.strip_suffix(" {")).collect();
        let name = file.path.trim_start_matches("wit/").trim_end_matches(".wit");
        let package = file.text.lines().any(|line| line.starts_with("package "));
        let fits = if name == "world" { interfaces.is_empty() && package } else { interfaces == [name] && !package };
        if !fits {
            faults.push(format!("`{}` holds {interfaces:?}, package line: {package}", file.path));
        }
    }
    tree::assert_none("one interface a file, the package line in world.wit only", &faults);
}

#[test]
fn the_checker_sees_what_has_no_comment() {
    let text = "/// A.\n@since(version = 0.1.0)\ninterface a {\n  use types.{b};\n  record c {\n    /// D.\n    d: u8,\n    \
                e: u8,\n  }\n  /// F.\n  f: func();\n  variant g { h, }\n}";
    assert_eq!(undocumented(text), ["record c {", "e: u8,", "variant g { h, }"]);
    assert_eq!(undated(text), ["record c {", "f: func();", "variant g { h, }"]);
}

/// Declarations whose comment is missing.
fn undocumented(text: &str) -> Vec<&str> {
    declarations(text).into_iter().filter(|(_, before)| !before.contains("///")).map(|(line, _)| line).collect()
}

/// Declarations of an interface or world, down to its functions and types, without `@since`.
fn undated(text: &str) -> Vec<&str> {
    let outer = declarations(text).into_iter().filter(|(line, _)| line.contains(": func(") || is_type(line));
    outer.filter(|(_, before)| !before.contains("@since")).map(|(line, _)| line).collect()
}

fn is_type(line: &str) -> bool {
    ["interface ", "world ", "record ", "variant ", "enum ", "resource ", "flags ", "type "]
        .iter()
        .any(|word| line.starts_with(word))
}

/// Every line that declares something, with the comments and attributes right before it.
fn declarations(text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut before = String::new();
    for line in text.lines().map(str::trim) {
        let nothing = ["use ", "import ", "export ", "include ", "package ", "}", "//"];
        if line.starts_with("///") || line.starts_with('@') {
            before.push_str(line);
        } else if line.is_empty() || nothing.iter().any(|word| line.starts_with(word)) {
            before.clear();
        } else {
            found.push((line, std::mem::take(&mut before)));
        }
    }
    found
}
