//! Pictures in pieces: complete, broken, late, hostile.

use proptest::prelude::any;
use proptest::proptest;
use xl_model::fault::code;

use super::Chunks;
use super::OPEN_BYTES_MOST;
use super::OPEN_MOST;
use super::OPEN_MS_MOST;
use super::Piece;
use super::fault;

const JPEG: [u8; 10] = *b"\xff\xd8\xff\xe0\x00\x10JFIF";
const TEXT: &str = "/9j/4AAQSkZJRg==";

fn piece<'p>(id: &'static str, pos: u64, size: u64, data: &'p str) -> Piece<'p> {
    Piece { id, pos, size, data }
}

#[test]
fn a_stream_of_chunks_becomes_a_picture() {
    let mut chunks = Chunks::default();
    chunks.meta("gh-1", 10, 0).unwrap();
    chunks.meta("gh-1", 10, 1).unwrap();
    chunks.chunk("gh-1", &JPEG[..6], 2).unwrap();
    chunks.chunk("gh-1", &JPEG[6..], 3).unwrap();
    assert_eq!(chunks.done("gh-1", 4).unwrap(), JPEG[..]);
    assert_eq!((chunks.bytes(), chunks.abandoned()), (0, 0));
}

#[test]
fn done_with_holes_is_refused_and_counted() {
    let mut chunks = Chunks::default();
    chunks.meta("gh-1", 10, 0).unwrap();
    chunks.chunk("gh-1", &JPEG[..6], 0).unwrap();
    assert_eq!(
        chunks.done("gh-1", 0).unwrap_err().to_string(),
        "XL0214: picture in pieces: done after 6 bytes, with holes"
    );
    assert_eq!((chunks.bytes(), chunks.abandoned()), (0, 1));
    assert_eq!(chunks.done("gh-1", 0).map_err(|refused| refused.code), Err(fault::BROKEN_PIECES));
    assert_eq!(chunks.chunk("gh-1", &JPEG, 0).map_err(|refused| refused.code), Err(fault::BROKEN_PIECES));
}

#[test]
fn more_than_was_said_is_refused() {
    let mut chunks = Chunks::default();
    chunks.meta("gh-1", 4, 0).unwrap();
    assert_eq!(chunks.chunk("gh-1", &JPEG, 0).map_err(|refused| refused.code), Err(fault::BROKEN_PIECES));
    chunks.meta("gh-1", 3, 0).unwrap();
    chunks.chunk("gh-1", b"GIF", 0).unwrap();
    assert_eq!(chunks.done("gh-1", 0).unwrap_err().to_string(), "XL0214: picture in pieces: neither JPEG nor PNG");
}

#[test]
fn pieces_come_in_any_order_and_repeated() {
    let mut chunks = Chunks::default();
    for (pos, data) in [(12, &TEXT[12..]), (0, &TEXT[..5]), (12, &TEXT[12..]), (0, &TEXT[..5])] {
        assert_eq!(chunks.piece("gh-1", piece("17", pos, 16, data), 0), Ok(None), "{pos}");
    }
    assert_eq!(chunks.piece("gh-1", piece("17", 5, 16, &TEXT[5..12]), 0).unwrap().unwrap(), JPEG[..]);
    assert_eq!((chunks.bytes(), chunks.abandoned()), (0, 0));
}

#[test]
fn a_sender_may_number_its_pieces() {
    let mut chunks = Chunks::default();
    assert_eq!(chunks.piece("gh-1", piece("k", 0, 2, &TEXT[..8]), 0), Ok(None));
    assert_eq!(chunks.piece("gh-1", piece("k", 1, 2, &TEXT[8..]), 0).unwrap().unwrap(), JPEG[..]);
    assert_eq!(chunks.piece("gh-1", piece("k", 2, 2, ""), 0), Ok(None), "the empty piece that ends an even division");
    assert_eq!(chunks.bytes(), 0);
}

#[test]
fn a_new_picture_takes_the_place_of_the_open_one() {
    let mut chunks = Chunks::default();
    chunks.piece("gh-1", piece("1", 0, 16, &TEXT[..8]), 0).unwrap();
    chunks.piece("gh-1", piece("2", 0, 16, &TEXT[..8]), 0).unwrap();
    assert_eq!((chunks.bytes(), chunks.abandoned()), (8, 1));
    chunks.piece("gh-2", piece("2", 0, 16, &TEXT[..8]), 0).unwrap();
    assert_eq!(chunks.bytes(), 16, "another camera has its own");
}

#[test]
fn pieces_that_contradict_each_other_are_refused() {
    for (second, detail) in [
        (piece("1", 0, 16, "/9j/4AAX"), "two pieces at place 0"),
        (piece("1", 8, 20, "x"), "its pieces name two sizes"),
        (piece("1", 16, 16, "x"), "a piece at place 16 of 16"),
        (piece("1", 4, 16, "AAAAAAAAAAAA"), "its pieces overlap"),
        (piece("1", u64::MAX, 16, "x"), "a piece at place 18446744073709551615 of 16"),
    ] {
        let mut chunks = Chunks::default();
        chunks.piece("gh-1", piece("1", 0, 16, &TEXT[..8]), 0).unwrap();
        let refused = chunks.piece("gh-1", second, 0).unwrap_err();
        assert_eq!(refused.to_string(), format!("XL0214: picture in pieces: {detail}"));
        assert_eq!((chunks.bytes(), chunks.abandoned()), (0, 1), "{detail}");
    }
}

#[test]
fn a_whole_that_is_no_picture_is_refused() {
    let mut chunks = Chunks::default();
    let refused = chunks.piece("gh-1", piece("1", 0, 8, "aGVsbG8="), 0).unwrap_err();
    assert_eq!(refused.code, fault::UNKNOWN_PAYLOAD);
    let refused = chunks.piece("gh-1", piece("1", 0, 8, "/9j/4A§"), 0).unwrap_err();
    assert_eq!(refused.code, fault::BAD_BASE64);
}

#[test]
fn a_picture_that_takes_too_long_is_dropped() {
    let mut chunks = Chunks::default();
    chunks.meta("gh-1", 10, 0).unwrap();
    chunks.chunk("gh-1", &JPEG[..6], OPEN_MS_MOST - 1).unwrap();
    assert_eq!(chunks.expire(OPEN_MS_MOST - 1), 0);
    assert!(chunks.chunk("gh-1", &JPEG[6..], OPEN_MS_MOST).is_err());
    assert_eq!((chunks.bytes(), chunks.abandoned()), (0, 1));
}

#[test]
fn a_claimed_size_beyond_the_limit_is_refused_before_anything_is_held() {
    let mut chunks = Chunks::default();
    for size in [3 * 1024 * 1024 + 1, u64::MAX] {
        assert_eq!(chunks.meta("gh-1", size, 0).map_err(|refused| refused.code), Err(code::PICTURE_TOO_LARGE));
        let refused =
            chunks.piece("gh-1", piece("1", 0, size.saturating_mul(2), "x"), 0).map_err(|refused| refused.code);
        assert_eq!(refused, Err(code::PICTURE_TOO_LARGE));
    }
    assert_eq!(
        chunks.piece("gh-1", piece("1", 9, 4097, "x".repeat(5000).as_str()), 0).unwrap_err().code,
        code::PICTURE_TOO_LARGE
    );
}

#[test]
fn open_pictures_are_bounded_in_number_and_bytes() {
    let mut chunks = Chunks::default();
    for n in 0..OPEN_MOST {
        chunks.meta(&n.to_string(), 10, 0).unwrap();
    }
    assert_eq!(chunks.meta("one more", 10, 0).map_err(|refused| refused.code), Err(fault::TOO_MANY));
    let mut chunks = Chunks::default();
    let (mut refused, most) = (0, vec![0; 3 * 1024 * 1024]);
    for n in 0..20 {
        chunks.meta(&n.to_string(), most.len() as u64, 0).unwrap();
        refused += i32::from(chunks.chunk(&n.to_string(), &most, 0).is_err());
        assert!(chunks.bytes() <= OPEN_BYTES_MOST);
    }
    assert_eq!(refused, 10);
}

proptest! {
    #[test]
    fn any_pieces_are_held_within_bounds(
        steps in proptest::collection::vec((0..5_u8, 0..3_u8, 0..20_u64, 0..20_u64, "[/9j4AQ]{0,9}", 0..9_000_i64), 0..100),
    ) {
        let (mut chunks, mut now_ms) = (Chunks::default(), 0);
        for (what, publisher, pos, size, data, later_ms) in steps {
            now_ms += later_ms;
            let publisher = publisher.to_string();
            let _ = match what {
                0 => chunks.meta(&publisher, size, now_ms).is_ok(),
                1 => chunks.chunk(&publisher, data.as_bytes(), now_ms).is_ok(),
                2 => chunks.done(&publisher, now_ms).is_ok(),
                _ => chunks.piece(&publisher, Piece { id: "1", pos, size, data: &data }, now_ms).is_ok(),
            };
            assert!(chunks.bytes() <= 3 * 20 * 9);
        }
        chunks.expire(now_ms + OPEN_MS_MOST);
        assert_eq!(chunks.bytes(), 0, "what is held is counted");
    }

    #[test]
    fn a_text_cut_anywhere_becomes_its_picture(cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..6)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(TEXT.len() + 1)).chain([0, TEXT.len()]).collect();
        cuts.sort_unstable();
        let (mut chunks, mut picture) = (Chunks::default(), None);
        for cut in cuts.windows(2).rev() {
            let part = piece("1", cut[0] as u64, TEXT.len() as u64, &TEXT[cut[0]..cut[1]]);
            picture = chunks.piece("gh-1", part, 0).unwrap().or(picture);
        }
        assert_eq!(picture.unwrap(), JPEG[..]);
    }
}
