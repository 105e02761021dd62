//! Words on a picture that is given out: seen, below it and over it, and nothing behind a mask with them.

use xl_model::region::Masks;

use super::BASELINE;
use super::drawn;
use super::limits;
use crate::MASKED;
use crate::PixelFormat;
use crate::check;
use crate::pixels;
use crate::stamped_jpeg;

const WORDS: [&str; 2] = ["371122102-E18 li", "2026-11-26T10:00:00Z"];

fn gray(jpeg: &[u8]) -> (u32, u32, Vec<u8>) {
    let header = check(jpeg, &limits()).unwrap();
    let pixels = pixels(jpeg, header.width, header.height, PixelFormat::Gray, &limits()).unwrap();
    (header.width, header.height, pixels)
}

#[test]
fn words_stand_in_a_strip_below_and_faintly_over_the_picture() {
    let plain = drawn(320, 240, false);
    let stamped = stamped_jpeg(&plain, &WORDS, &Masks::default(), &limits()).unwrap();
    let (width, height, marked) = gray(&stamped);
    assert_eq!((width, height), (320, 240 + 2 * 10 + 2), "a line of the strip for each");
    let (_, _, before) = gray(&plain);
    let changed = before.iter().zip(&marked).filter(|(before, after)| before.abs_diff(**after) > 24).count();
    assert!((100..before.len() / 20).contains(&changed), "{changed} pixels of the picture: seen, and seen through");
    let strip = &marked[before.len()..];
    let white = strip.iter().filter(|pixel| **pixel > 200).count();
    assert!(white > 200 && white < strip.len() / 2, "{white} of {} pixels are letters", strip.len());
    let other = stamped_jpeg(&plain, &["371122102-E19 li"], &Masks::default(), &limits()).unwrap();
    assert_ne!(gray(&other).2[..before.len()], marked[..before.len()], "other words look different");
}

#[test]
fn what_does_not_fit_goes_on_below_and_what_cannot_be_drawn_is_a_question_mark() {
    let tiny = drawn(16, 16, false);
    let stamped = stamped_jpeg(&tiny, &["four"], &Masks::default(), &limits()).unwrap();
    assert_eq!(gray(&stamped).1, 16 + 2 * 10 + 2, "two letters a line");
    let strange = stamped_jpeg(&tiny, &["调证"], &Masks::default(), &limits()).unwrap();
    let asked = stamped_jpeg(&tiny, &["??"], &Masks::default(), &limits()).unwrap();
    assert_eq!(strange, asked);
}

#[test]
fn nothing_behind_a_mask_is_stamped_into_the_bytes() {
    let masks: Masks = serde_json::from_str("[[[0, 0], [1, 0], [1, 1], [0, 1]]]").unwrap();
    let stamped = stamped_jpeg(&drawn(64, 48, false), &WORDS, &masks, &limits()).unwrap();
    assert_eq!(stamped, stamped_jpeg(BASELINE, &WORDS, &masks, &limits()).unwrap());
    let stamped = stamped_jpeg(BASELINE, &[], &masks, &limits()).unwrap();
    assert!(gray(&stamped).2[..64 * 48].iter().all(|pixel| pixel.abs_diff(MASKED) <= 1));
}
