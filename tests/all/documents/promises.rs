//! The table of promises names tests that exist.

use std::collections::BTreeSet;

use super::tree;

/// A row that names no test begins with this and says what is there instead.
const WITHOUT: &str = "– ";

#[test]
fn every_promise_names_tests_that_exist_or_says_why_there_is_none() {
    let named: BTreeSet<String> = tree::sources("", &[".rs"]).iter().flat_map(|source| tests(&source.text)).collect();
    let mut faults = Vec::new();
    let mut rows = 0;
    for (number, held_by) in rows_of(&tree::read("tests/promises.md")) {
        rows += 1;
        let names: Vec<&str> = held_by.split('`').skip(1).step_by(2).filter(|name| is_test(name)).collect();
        if names.is_empty() && !held_by.starts_with(WITHOUT) && !held_by.contains("compile_fail") {
            faults.push(format!("{number} names no test"));
        }
        faults.extend(names.iter().filter(|name| !named.contains(**name)).map(|name| format!("{number}: `{name}`")));
    }
    assert!(rows > 40, "the scan finds the rows");
    tree::assert_none("a promise is held by a test that does not exist", &faults);
}

/// Number and last cell of each row.
fn rows_of(table: &str) -> Vec<(String, String)> {
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let lines = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| No."));
    lines.map(cells).map(|cells| (cells[0].clone(), cells[2].clone())).collect()
}

fn is_test(name: &str) -> bool {
    name.matches('_').count() >= 3 && !name.contains(['.', '/'])
}

/// Names of functions that have an underscore or more: the names of tests are rules.
fn tests(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| Some(line.trim().split_once("fn ")?.1.split('(').next()?.to_owned()))
}

#[test]
fn the_check_sees_a_row_and_a_test() {
    let rows = rows_of("| No. | Promise | Held by |\n|---|---|---|\n| ID-1 | Something. | `a_b_c_d`, `e` |\n");
    assert_eq!(rows, [("ID-1".to_owned(), "`a_b_c_d`, `e`".to_owned())]);
    assert_eq!(tests("    async fn a_rule_of_it() {\n").collect::<Vec<_>>(), ["a_rule_of_it"]);
    assert!(is_test("a_b_c_d") && !is_test("compile_fail") && !is_test("host/src/a_b_c_d.rs"));
}
