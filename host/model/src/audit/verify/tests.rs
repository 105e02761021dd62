//! Small logs that were tampered with in one way each. Whole databases are attacked in the tests of the store.

use super::*;
use crate::audit::Actor;
use crate::audit::Entry;
use crate::clock::TimestampMs;

fn log(rows: u64) -> Vec<Row> {
    let mut previous = chain::origin();
    (1..=rows)
        .map(|seq| {
            let at_ms = TimestampMs::try_from(seq).unwrap() * 1_000;
            let row = chain::link(&previous, seq, Entry::new(at_ms, Actor::hub(), "test.act", &seq.to_string()));
            previous = row.hash.clone();
            row
        })
        .collect()
}

fn head(number: u64, row: &Row) -> Statement {
    let Row { seq, hash, entry } = row.clone();
    Statement { number, kind: Kind::Head, at_ms: entry.at_ms, seq, hash, newest_ms: entry.at_ms }
}

fn cut(number: u64, row: &Row, at_ms: TimestampMs) -> Statement {
    Statement { kind: Kind::Cut, at_ms, ..head(number, row) }
}

fn verified(base: Base, rows: &[Row], statements: &[Statement]) -> Result<Sound, Fault> {
    let mut verifier = Verifier::new(base, statements)?;
    rows.iter().try_for_each(|row| verifier.row(row))?;
    verifier.end()
}

fn from_origin(rows: &[Row], statements: &[Statement]) -> Result<Sound, Fault> {
    verified(Base::origin(), rows, statements)
}

#[test]
fn a_log_that_nobody_touched_is_sound_and_says_how_far_it_is_signed() {
    let rows = log(9);
    let heads = [head(1, &rows[3]), head(2, &rows[3]), head(3, &rows[6])];
    assert_eq!(from_origin(&rows, &heads), Ok(Sound { rows: 9, last: 9, signed: 7 }));
    assert_eq!(from_origin(&[], &[]), Ok(Sound { rows: 0, last: 0, signed: 0 }));
}

#[test]
fn the_chain_finds_what_breaks_it() {
    let mut edited = log(9);
    edited[4].entry.actor = Actor::new("nobody", "");
    assert_eq!(from_origin(&edited, &[]), Err(Fault::Changed { seq: 5 }));
    let mut deleted = log(9);
    deleted.remove(4);
    assert_eq!(from_origin(&deleted, &[]), Err(Fault::Missing { seq: 5, found: 6 }));
    let mut swapped = log(9);
    swapped.swap(4, 6);
    (swapped[4].seq, swapped[6].seq) = (5, 7);
    assert_eq!(from_origin(&swapped, &[]), Err(Fault::Changed { seq: 5 }));
}

#[test]
fn a_chain_computed_anew_is_not_the_one_that_was_signed() {
    let rows = log(9);
    let heads = [head(1, &rows[1]), head(2, &rows[7])];
    let mut restamped = rows.clone();
    restamped[4].entry.actor = Actor::new("nobody", "");
    for n in 4..9 {
        restamped[n] = chain::link(&restamped[n - 1].hash.clone(), n as u64 + 1, restamped[n].entry.clone());
    }
    assert_eq!(from_origin(&restamped, &heads), Err(Fault::NotAsSigned { from: 3, through: 8, number: 2 }));
}

#[test]
fn a_log_that_ends_early_is_found_by_what_was_signed() {
    let rows = log(9);
    let heads = [head(1, &rows[1]), head(2, &rows[7])];
    assert_eq!(from_origin(&rows[..5], &heads), Err(Fault::CutOff { from: 6, signed: 8, number: 2 }));
    assert_eq!(from_origin(&[], &heads), Err(Fault::CutOff { from: 1, signed: 8, number: 2 }));
}

#[test]
fn only_a_signed_cut_of_old_rows_moves_the_beginning() {
    let rows = log(9);
    let base = Base { seq: 4, hash: rows[3].hash.clone() };
    let late = rows[3].entry.at_ms + KEEP_MS_LEAST;
    let sound = Ok(Sound { rows: 5, last: 9, signed: 9 });
    assert_eq!(
        verified(base.clone(), &rows[4..], &[head(1, &rows[2]), cut(2, &rows[3], late), head(3, &rows[8])]),
        sound
    );
    for statements in [vec![], vec![cut(1, &rows[3], late - 1)], vec![cut(1, &rows[2], late)], vec![head(1, &rows[3])]]
    {
        let fault = verified(base.clone(), &rows[4..], &statements).unwrap_err();
        assert_eq!((fault.clone(), fault.first_bad()), (Fault::Beginning { through: 4 }, 1), "{statements:?}");
    }
}

#[test]
fn a_cut_that_was_signed_and_not_yet_made_is_no_fault() {
    let rows = log(9);
    let late = rows[3].entry.at_ms + KEEP_MS_LEAST;
    assert!(from_origin(&rows, &[cut(1, &rows[3], late)]).is_ok());
}
