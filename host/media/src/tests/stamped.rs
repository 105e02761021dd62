//! Words on a picture that is given out: seen, below it and over it, and nothing behind a mask with them.

use xl_model::region::Masks;

use super::BASELINE;
use super::drawn;
use super::limits;
use super::pixels;
use crate::Image;
use crate::MASKED;
use crate::PixelFormat;
use crate::check;
use crate::stamp::stamp;
use crate::stamped_jpeg;

const WORDS: [&str; 2] = ["371122102-E18 li", "2026-11-26T10:00:00Z"];

fn gray(jpeg: &[u8]) -> (u32, u32, Vec<u8>) {
    let header = check(jpeg, &limits()).unwrap();
    let pixels = pixels(jpeg, header.width, header.height, PixelFormat::Gray, &limits()).unwrap();
    (header.width, header.height, pixels)
}

/// The strip below a black picture of this width, row by row, what is white as `#`.
fn strip(width: u32, words: &str) -> Vec<String> {
    let pixels = vec![0; width as usize * 64];
    let stamped = stamp(Image { width, height: 64, format: PixelFormat::Gray, pixels }, &[words]);
    let rows = stamped.pixels.chunks(width as usize).skip(64);
    rows.map(|row| row.iter().map(|pixel| if *pixel == 255 { '#' } else { '.' }).collect()).collect()
}

/// Rows of the strip that are not empty, with their numbers.
fn rows(width: u32, words: &str) -> Vec<(usize, String)> {
    strip(width, words).into_iter().enumerate().filter(|(_, row)| row.contains('#')).collect()
}

/// How many lines a strip has.
fn lines(width: u32, words: &str) -> usize {
    let rows = strip(width, words).len() - 2;
    assert_eq!(rows % 18, 0, "{rows}");
    rows / 18
}

#[test]
fn words_stand_in_a_strip_below_and_faintly_over_the_picture() {
    let plain = drawn(320, 240, false);
    let stamped = stamped_jpeg(&plain, &WORDS, &Masks::default(), &limits()).unwrap();
    let (width, height, marked) = gray(&stamped);
    assert_eq!((width, height), (320, 240 + 2 * 18 + 2), "a line of the strip for each");
    let (_, _, before) = gray(&plain);
    let changed = before.iter().zip(&marked).filter(|(before, after)| before.abs_diff(**after) > 24).count();
    assert!((100..before.len() / 20).contains(&changed), "{changed} pixels of the picture: seen, and seen through");
    let strip = &marked[before.len()..];
    let white = strip.iter().filter(|pixel| **pixel > 200).count();
    assert!(white > 200 && white < strip.len() / 2, "{white} of {} pixels are letters", strip.len());
    let other = stamped_jpeg(&plain, &["371122102-E19 li"], &Masks::default(), &limits()).unwrap();
    assert_ne!(gray(&other).2[..before.len()], marked[..before.len()], "other words look different");
}

/// EXP-2: the number of a case may be Chinese.
#[test]
fn two_numbers_of_cases_look_different_below_and_over_the_picture() {
    // On a narrow picture they take two lines.
    for (width, height) in [(640, 480), (320, 240)] {
        let plain = drawn(width, height, false);
        let marked = |case: &str| {
            let words = format!("371122102-E18 li {case}");
            gray(&stamped_jpeg(&plain, &[&words], &Masks::default(), &limits()).unwrap()).2
        };
        let [this, other, none] = ["莒公（治）调证字〔2026〕18号", "莒公（治）调证字〔2026〕19号", ""].map(marked);
        let picture = width as usize * height as usize;
        for another in [other, none] {
            assert_ne!(this[..picture], another[..picture], "over it, {width}");
            assert_ne!(this[picture..], another[picture..], "below it, {width}");
        }
    }
}

#[test]
fn chinese_is_drawn_as_it_was_typed_and_takes_two_columns() {
    // 一 is one bar of 15 dots in a square of 16, in its eighth row.
    let bar = "###############.";
    assert_eq!(rows(16, "一"), [(9, bar.to_owned())]);
    assert_eq!(rows(24, " 一"), [(9, format!("........{bar}"))], "a space takes one column");
    assert_eq!(rows(40, "一一一"), [(9, format!("{bar}{bar}........")), (27, format!("{bar:.<40}"))]);
    let wide = rows(1280, "一");
    assert_eq!(wide.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [18, 19], "a dot is two pixels");
    assert_eq!(wide[0].1, format!("{:.<1280}", "#".repeat(30)));
}

#[test]
fn what_does_not_fit_goes_on_below_and_what_has_no_glyph_is_marked() {
    let tiny = drawn(16, 16, false);
    let stamped = stamped_jpeg(&tiny, &["four"], &Masks::default(), &limits()).unwrap();
    assert_eq!(gray(&stamped).1, 16 + 2 * 18 + 2, "two letters a line");
    for (width, words, expected) in [(16, "a调", 2), (24, "a调", 1), (24, "a调b证", 2), (8, "调证", 2), (3, "ab", 2)]
    {
        assert_eq!(lines(width, words), expected, "{width} {words}");
    }
    // Beyond the Basic Multilingual Plane.
    assert_eq!(strip(16, "𠮷"), strip(16, "\u{fffd}"));
    assert!(!rows(16, "𠮷").is_empty());
    assert_ne!(strip(16, "𠮷"), strip(16, "?"));
}

#[test]
fn a_strip_is_bounded_however_long_its_words_are() {
    let strip_of = |chars: usize| strip(640, &"调".repeat(chars));
    assert_eq!(lines(640, &"调".repeat(10_000)), 8, "40 characters a line, 300 at most");
    assert_eq!(strip_of(10_000), strip(640, &format!("{}…", "调".repeat(300))));
    assert_ne!(strip_of(10_000), strip_of(300), "what is left out is told");
    assert_ne!(strip_of(300), strip_of(299));
}

#[test]
fn nothing_behind_a_mask_is_stamped_into_the_bytes() {
    let masks: Masks = serde_json::from_str("[[[0, 0], [1, 0], [1, 1], [0, 1]]]").unwrap();
    let stamped = stamped_jpeg(&drawn(64, 48, false), &WORDS, &masks, &limits()).unwrap();
    assert_eq!(stamped, stamped_jpeg(BASELINE, &WORDS, &masks, &limits()).unwrap());
    let stamped = stamped_jpeg(BASELINE, &[], &masks, &limits()).unwrap();
    assert!(gray(&stamped).2[..64 * 48].iter().all(|pixel| pixel.abs_diff(MASKED) <= 1));
}
