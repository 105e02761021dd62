//! No file of the project holds a number that could be somebody's identity card.
//!
//! A number rings when all of it fits GB 11643: 18 places, six of them a province that exists, eight a day on which somebody may
//! have been born, the last one the check digit. So hashes, SSCCs and account numbers do not. Old numbers of 15 digits have no
//! check digit and are not looked for. Whoever needs one in a test takes one whose last place is wrong.

use std::fs;

use xl_model::day::Day;

use super::tree;

/// Weights of the first 17 places (GB 11643-1999).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check digit by the remainder of the weighted sum modulo 11.
const CHECK_DIGITS: &[u8; 11] = b"10X98765432";
/// The first two digits (GB/T 2260, and 83 and 91 of residence permits).
const PROVINCES: [u32; 36] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83, 91,
];
/// Last year of birth: who is not born yet has no number.
const LAST_BORN: u16 = 2030;
/// What may stand between two groups of digits, one at a time.
const GAPS: &[char] = &[' ', '-', '\u{3000}', '·'];

#[test]
fn no_file_holds_a_number_that_could_be_of_an_identity_card() {
    let paths = tree::paths("");
    assert!(paths.len() > 1_000, "the walk finds the files");
    let mut faults = Vec::new();
    for path in paths {
        let bytes = fs::read(tree::root().join(&path)).expect("a file of the project can be read");
        // Not the number itself: a report is read by more people than the file.
        let place = |at: usize| format!("`{path}`, line {}", at + 1);
        let text = String::from_utf8_lossy(&bytes);
        faults.extend(text.lines().enumerate().filter(|(_, line)| holds_an_id(line)).map(|(at, _)| place(at)));
    }
    tree::assert_none("could be of a living person; change its last place", &faults);
}

/// Whether a line of text holds such a number, alone or in groups, in ASCII or full-width digits.
pub(crate) fn holds_an_id(line: &str) -> bool {
    let plain: Vec<char> = line.chars().map(narrow).collect();
    let digit = |at: usize| plain.get(at).is_some_and(char::is_ascii_digit);
    (0..plain.len()).filter(|start| digit(*start) && !(*start > 0 && digit(start - 1))).any(|start| {
        let (number, end) = number(&plain, start);
        !digit(end) && is_id(&number)
    })
}

/// The 18 places from `start` on, with gaps left out, and where they end.
fn number(plain: &[char], start: usize) -> (Vec<u8>, usize) {
    let mut number = Vec::new();
    let mut at = start;
    while let Some(character) = plain.get(at).filter(|_| number.len() < 18) {
        match character {
            digit if digit.is_ascii_digit() || number.len() == 17 && matches!(digit, 'X' | 'x') => {
                number.push(digit.to_ascii_uppercase() as u8);
            }
            gap if GAPS.contains(gap) && plain.get(at + 1).is_some_and(char::is_ascii_alphanumeric) => {}
            _ => break,
        }
        at += 1;
    }
    (number, at)
}

fn narrow(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    }
}

fn is_id(number: &[u8]) -> bool {
    let Some((last, rest)) = number.split_last().filter(|_| number.len() == 18) else { return false };
    let province = u32::from(rest[0] - b'0') * 10 + u32::from(rest[1] - b'0');
    let sum: u32 = rest.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    PROVINCES.contains(&province) && is_birthday(&rest[6..14]) && CHECK_DIGITS[sum as usize % 11] == *last
}

fn is_birthday(digits: &[u8]) -> bool {
    let of = |range: std::ops::Range<usize>| String::from_utf8_lossy(&digits[range]).into_owned();
    let day: Result<Day, _> = format!("{}-{}-{}", of(0..4), of(4..6), of(6..8)).parse();
    day.is_ok_and(|day| day.year() <= LAST_BORN)
}

/// The check digits were reckoned by another program; the numbers are put together here, so that this file holds none.
#[test]
fn the_check_sees_a_number_however_it_is_written_and_no_other() {
    for (place, born, rest) in
        [("371122", "19900101", "1238"), ("110105", "19491231", "002X"), ("650102", "20000229", "001X")]
    {
        let number = format!("{place}{born}{rest}");
        let wide: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect();
        for text in [
            format!("身份证{number}，"),
            format!("\"id\":\"{number}\""),
            format!("{place} {born} {rest}"),
            format!("1 {place}-{born}-{rest}"),
            number.to_lowercase(),
            wide,
        ] {
            assert!(holds_an_id(&text), "{text}");
        }
        for text in [
            format!("{number}0"),
            format!("7{number}"),
            format!("{}7", &number[..17]),
            format!("17{}", &number[2..]),
            format!("{place}19901301{rest}"),
            number[..17].to_owned(),
        ] {
            assert!(!holds_an_id(&text), "{text}");
        }
    }
}
