//! What a checkpoint file promises.

use super::*;
use crate::audit::chain;

fn key() -> Signing {
    Signing::new(&[7; 32])
}

fn statement(number: u64) -> Statement {
    Statement { number, kind: Kind::Head, at_ms: 5, seq: number * 10, hash: chain::origin(), newest_ms: 4 }
}

fn file(numbers: &[u64]) -> String {
    numbers.iter().map(|number| key().line(&statement(*number)) + "\n").collect()
}

#[test]
fn a_file_reads_back_as_written() {
    assert_eq!(key().public().read(&file(&[3, 4])), Ok(vec![statement(3), statement(4)]));
    assert_eq!(key().public().read(""), Ok(Vec::new()));
    assert_eq!(key().public().to_string().parse(), Ok(key().public()));
}

#[test]
fn every_changed_field_and_every_other_key_is_a_forgery() {
    let line = file(&[1]);
    for (from, to) in [
        ("\"number\":1", "\"number\":2"),
        ("head", "cut"),
        ("\"at_ms\":5", "\"at_ms\":6"),
        ("\"seq\":10", "\"seq\":11"),
        ("\"hash\":\"0", "\"hash\":\"1"),
        ("\"newest_ms\":4", "\"newest_ms\":5"),
    ] {
        let changed = line.replace(from, to);
        assert_ne!(changed, line, "{from}");
        assert_eq!(key().public().read(&changed), Err(CheckpointError::Forged { line: 1 }), "{from}");
    }
    let other = Signing::new(&[8; 32]).public();
    assert_eq!(other.read(&line), Err(CheckpointError::Forged { line: 1 }));
}

#[test]
fn a_line_that_was_left_out_leaves_a_gap() {
    let gap = CheckpointError::Gap { line: 2, expected: 2, found: 3 };
    assert_eq!(key().public().read(&file(&[1, 3])), Err(gap));
}

#[test]
fn a_line_that_is_said_again_says_nothing_new_and_another_one_of_its_number_is_refused() {
    assert_eq!(key().public().read(&file(&[3, 4, 4, 3, 5])), Ok(vec![statement(3), statement(4), statement(5)]));
    let other = Statement { seq: 1, ..statement(4) };
    let forked = file(&[3, 4]) + &key().line(&other) + "\n";
    assert_eq!(key().public().read(&forked), Err(CheckpointError::Gap { line: 3, expected: 5, found: 4 }));
}

#[test]
fn what_is_no_checkpoint_is_named_by_its_line() {
    for text in ["{}\n", "x\n", "{\"signature\":\"\"}\n"] {
        let named = key().public().read(&(file(&[1]) + text));
        assert_eq!(named, Err(CheckpointError::Malformed { line: 2 }), "{text}");
    }
    for text in ["", "00", &"zz".repeat(32)] {
        assert_eq!(text.parse::<Public>(), Err(CheckpointError::Key), "{text}");
    }
}

#[test]
fn a_line_that_was_cut_off_while_it_was_written_says_nothing() {
    let whole = file(&[1, 2]);
    assert_eq!(key().public().read(&whole[..whole.len() - 20]), Ok(vec![statement(1)]));
}

#[test]
fn the_secret_is_not_in_what_is_printed() {
    assert_eq!(format!("{:?}", key()), "Signing(…)");
}
