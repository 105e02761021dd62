//! Two READMEs, one content: the same commands, pictures, promises and doors.

use super::tree;

/// Most lines of the first screen; it ends where the reader chooses a door.
const FIRST_SCREEN_LINES: usize = 40;

#[test]
fn both_readmes_give_the_same_commands_in_the_same_order() {
    let (english, chinese) = both();
    assert_eq!(commands(&english), commands(&chinese));
    assert!(commands(&english).len() >= 3, "run, open, see");
}

#[test]
fn both_readmes_point_to_the_same_places() {
    let places = |text: &str| {
        let mut links: Vec<String> = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next())
            .filter(|link| !link.starts_with("README"))
            .map(str::to_owned)
            .collect();
        links.sort();
        links
    };
    let (english, chinese) = both();
    assert_eq!(places(&english), places(&chinese));
}

#[test]
fn both_readmes_promise_the_same() {
    let boxes = |text: &str| -> Vec<bool> {
        text.split("[").filter_map(|rest| rest.split_once(']')).filter_map(|(inside, _)| ticked(inside)).collect()
    };
    let (english, chinese) = both();
    assert_eq!(boxes(&english), boxes(&chinese));
    assert!(boxes(&english).contains(&true), "something works");
}

#[test]
fn both_readmes_show_the_same_figures() {
    let (english, chinese) = both();
    assert_eq!(figures(&english), figures(&chinese));
}

#[test]
fn the_readme_draws_the_same_road_as_the_architecture() {
    let road = |text: &str| text.lines().find(|line| line.contains("─▶")).map(str::to_owned);
    assert!(road(&both().0).is_some());
    assert_eq!(road(&both().0), road(&tree::read("ARCHITECTURE.md")));
}

#[test]
fn the_first_screen_is_short() {
    for (name, text) in [("README.md", both().0), ("README.zh-CN.md", both().1)] {
        let end = text.lines().position(|line| line.contains("CONTRIBUTING.md")).expect("the third door is there");
        assert!(end < FIRST_SCREEN_LINES, "{name}: {} lines up to the doors", end + 1);
    }
}

#[test]
fn the_check_sees_a_command_that_only_one_readme_has() {
    let text = "x\n```console\n$ make run\nserving\n$ curl a \\\n    b\n```\n$ not this";
    assert_eq!(commands(text), ["$ make run", "$ curl a \\", "    b"]);
    assert_eq!(figures("| a | 1,234 µs (≤ 80) |\nnot 5"), ["1,234", "80"]);
    assert_eq!(ticked("x"), Some(true));
}

fn both() -> (String, String) {
    (tree::read("README.md"), tree::read("README.zh-CN.md"))
}

/// The lines after a prompt, continued ones included, of all `console` blocks.
fn commands(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut inside, mut continued) = (false, false);
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && (continued || line.starts_with("$ ")) {
            continued = line.ends_with('\\');
            found.push(line);
        }
    }
    found
}

/// The numbers in rows of tables and in what is said to come from `make bench`.
fn figures(text: &str) -> Vec<&str> {
    let rows = text.lines().filter(|line| line.starts_with('|') || line.contains("`make bench`"));
    rows.flat_map(|row| row.split(|character: char| !(character.is_ascii_digit() || ".,".contains(character))))
        .map(|number| number.trim_matches(['.', ',']))
        .filter(|number| !number.is_empty())
        .collect()
}

fn ticked(inside: &str) -> Option<bool> {
    match inside {
        "x" => Some(true),
        " " => Some(false),
        _ => None,
    }
}
