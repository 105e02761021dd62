//! Every code that an operator may meet has a page, in both languages; every page has a code.

use std::collections::BTreeSet;

use super::tree;

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let mut named = BTreeSet::new();
    for source in tree::sources("host", &[".rs"]) {
        named.extend(codes(&source.text));
    }
    let pages: BTreeSet<String> = tree::paths("host/errors")
        .iter()
        .filter_map(|path| path.strip_prefix("host/errors/XL")?.strip_suffix(".md"))
        .map(str::to_owned)
        .collect();
    assert!(named.len() > 30, "the scan finds the codes");
    let pageless: Vec<&String> = named.difference(&pages).collect();
    let codeless: Vec<&String> = pages.difference(&named).collect();
    assert!(pageless.is_empty(), "codes without a page: {pageless:?}");
    assert!(codeless.is_empty(), "pages without a code: {codeless:?}");
}

#[test]
fn every_page_speaks_chinese_and_english() {
    let mut faults = Vec::new();
    for page in tree::sources("host/errors", &[".md"]) {
        let chinese = page.text.chars().filter(|character| ('\u{4e00}'..='\u{9fff}').contains(character)).count();
        let english = page.text.split_whitespace().filter(|word| is_english(word)).count();
        if chinese < 40 || english < 40 {
            faults.push(format!("`{}`: {chinese} Chinese characters, {english} English words", page.path));
        }
    }
    tree::assert_none("a page lacks a language", &faults);
}

#[test]
fn every_page_says_what_to_do() {
    let mut faults = Vec::new();
    for page in tree::sources("host/errors", &[".md"]) {
        let name = page.path.trim_start_matches("host/errors/").trim_end_matches(".md");
        if name.starts_with("XL") && !page.text.lines().next().is_some_and(|title| title.starts_with("# ")) {
            faults.push(format!("`{}` has no title", page.path));
        }
        if name.starts_with("XL") && !page.text.contains("- [ ] ") {
            faults.push(format!("`{}` has no checklist", page.path));
        }
    }
    tree::assert_none("a page is incomplete", &faults);
}

#[test]
fn the_scan_finds_codes_in_documents_and_constants() {
    let text = "/// Full. Code XL0304.\n    pub const BAD: Code = Code(201);\nexplain XL0999, Code(0)";
    assert_eq!(codes(text).into_iter().collect::<Vec<_>>(), ["0201", "0304"]);
}

/// The numbers behind `Code XL` in comments and in constants of the type `Code`.
fn codes(text: &str) -> BTreeSet<String> {
    let digits = |at: &str| at.chars().take_while(char::is_ascii_digit).collect::<String>();
    // "Code XL0231." and "Codes XL0233, XL0234."
    let said = text.lines().filter(|line| line.contains("Code XL") || line.contains("Codes XL"));
    let documented = said.flat_map(|line| line.split("XL").skip(1)).map(digits).filter(|number| number.len() == 4);
    let constants = text.split(": Code = Code(").skip(1).map(digits).map(|number| format!("{number:0>4}"));
    documented.chain(constants).collect()
}

fn is_english(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|character| character.is_ascii_alphabetic() || ".,;:()".contains(character))
}
