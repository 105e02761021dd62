//! What is cut, bent, lies about its size or is no JPEG at all.

use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prelude::prop_oneof;
use proptest::proptest;
use xl_model::picture::Cover;
use xl_model::region::Masks;

use super::BASELINE;
use super::CMYK;
use super::GRAY;
use super::PROGRESSIVE;
use super::drawn;
use super::limits;
use super::pixels;
use super::size_field;
use super::under;
use super::with_size;
use crate::Luma;
use crate::PictureError;
use crate::PictureLimits;
use crate::PixelFormat;
use crate::check;
use crate::covered_jpeg;
use crate::covered_pixels;
use crate::metrics;

/// Two masks, one of them a sliver.
fn masks() -> Masks {
    serde_json::from_str("[[[0.1,0.1],[0.6,0.2],[0.4,0.9]],[[0,0.5],[1,0.5],[1,0.501]]]").unwrap()
}

/// What each way through this crate that knows of masks answers; all that matters is whether it does.
fn answers(jpeg: &[u8], limits: &PictureLimits) -> [Result<usize, PictureError>; 4] {
    let masks = masks();
    let cover = under(&masks);
    [
        covered_pixels(jpeg, 9, 5, PixelFormat::Rgb, &cover, limits).map(|pixels| pixels.len()),
        covered_jpeg(jpeg, 20, &cover, limits).map(|jpeg| jpeg.len()),
        metrics(jpeg, &masks, limits).map(|_| 0),
        Luma::decode(jpeg, &masks, limits).map(|luma| luma.bytes().len()),
    ]
}

fn detail(jpeg: &[u8]) -> String {
    check(jpeg, &limits()).map_or_else(|error| error.to_string(), |header| format!("taken: {header:?}"))
}

#[test]
fn a_picture_cut_at_any_byte_is_refused() {
    for jpeg in [BASELINE, PROGRESSIVE, GRAY, CMYK] {
        for length in 0..jpeg.len() {
            let cut = &jpeg[..length];
            assert!(check(cut, &limits()).is_err(), "cut at {length} of {}", jpeg.len());
            assert!(pixels(cut, 4, 4, PixelFormat::Rgb, &limits()).is_err(), "cut at {length} of {}", jpeg.len());
            assert!(answers(cut, &limits()).iter().all(Result::is_err), "cut at {length} of {}", jpeg.len());
        }
    }
}

#[test]
fn a_cut_picture_that_was_closed_again_is_refused_or_gives_all_its_pixels() {
    let jpeg = drawn(160, 120, false);
    let scan = jpeg.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap();
    for length in (scan + 14..jpeg.len()).step_by(3) {
        let closed = [&jpeg[..length], &[0xFF, 0xD9]].concat();
        if let Ok(gray) = pixels(&closed, 160, 120, PixelFormat::Gray, &limits()) {
            assert_eq!(gray.len(), 160 * 120, "cut at {length} of {}", jpeg.len());
        }
    }
    // Less than a quarter of a byte for each of the 480 blocks: found without decoding.
    let empty = detail(&[&jpeg[..scan + 14 + 60], &[0xFF, 0xD9]].concat());
    assert!(empty.contains("coded bytes cannot hold 160 × 120 pixels"), "{empty}");
}

#[test]
fn what_is_not_a_jpeg_is_named() {
    for (bytes, found) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "a PNG picture"),
        (b"GIF89a\x01\0\x01\0", "a GIF picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"\0\0\0\x18ftypheic", "a HEIF, AVIF or MP4 file"),
        (b"BM\x36\0\0\0\0\0\0\0\x36\0", "a BMP picture"),
        (b"II*\0\x08\0\0\0", "a TIFF picture"),
        (b"\xEF\xBB\xBF\r\n  <!DOCTYPE html><html>", "an HTML page"),
        (b"<HTML><body>401 Unauthorized", "an HTML page"),
        (b"<?xml version='1.0'?>", "XML or SVG text"),
        (b"/9j/4AAQSkZJRgABAQAAAQ", "a picture written as base64 text"),
        (b"{\"image\":\"/9j/\"}", "JSON text"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xFF", "not a picture"),
        (b"", "empty"),
    ] {
        assert_eq!(check(bytes, &limits()), Err(PictureError::NotJpeg { found }));
    }
    let text = detail(b"\x89PNG\r\n\x1a\n");
    assert_eq!(text, "the bytes are a PNG picture, this hub takes JPEG");
}

#[test]
fn a_header_that_claims_a_huge_frame_is_refused_before_anything_is_allocated() {
    let jpeg = drawn(64, 48, false);
    for (width, height, words) in [
        (65_535, 65_535, "the picture is too large: 65535 × 65535 pixels, 8192 a side are taken"),
        (8_192, 8_192, "the picture is too large: 8192 × 8192 pixels, 34000000 in all are taken"),
    ] {
        let bomb = with_size(&jpeg, width, height);
        assert_eq!(detail(&bomb), words);
        assert!(pixels(&bomb, 1, 1, PixelFormat::Gray, &limits()).is_err());
        assert!(covered_jpeg(&bomb, 1, &Cover::default(), &limits()).is_err());
        for answer in answers(&bomb, &limits()) {
            assert!(matches!(answer, Err(PictureError::TooLarge { .. })), "{answer:?}");
        }
    }
}

#[test]
fn few_bytes_cannot_claim_many_pixels_inside_the_limits() {
    for progressive in [false, true] {
        let bomb = with_size(&drawn(64, 48, progressive), 8_000, 4_000);
        let words = detail(&bomb);
        assert!(words.contains("cannot hold 8000 × 4000 pixels"), "{words}");
        assert!(answers(&bomb, &limits()).iter().all(Result::is_err));
    }
}

#[test]
fn one_byte_over_the_limit_is_too_large_and_the_limit_itself_is_not() {
    let exact = PictureLimits { max_bytes: BASELINE.len(), max_side: 64, max_pixels: 64 * 48 };
    assert!(check(BASELINE, &exact).is_ok());
    for tight in [
        PictureLimits { max_bytes: BASELINE.len() - 1, ..exact.clone() },
        PictureLimits { max_side: 63, ..exact.clone() },
        PictureLimits { max_pixels: 64 * 48 - 1, ..exact.clone() },
    ] {
        let refused = check(BASELINE, &tight);
        assert!(matches!(refused, Err(PictureError::TooLarge { .. })), "{tight:?}: {refused:?}");
    }
    // The size asked for is held to the same limits as the size received.
    let masked = covered_pixels(BASELINE, 65, 1, PixelFormat::Gray, &under(&masks()), &exact);
    assert!(matches!(masked, Err(PictureError::TooLarge { .. })), "{masked:?}");
    let wished = pixels(BASELINE, 65, 1, PixelFormat::Gray, &exact);
    assert!(matches!(wished, Err(PictureError::TooLarge { .. })), "{wished:?}");
}

#[test]
fn bytes_behind_the_end_are_ignored_up_to_64_kib() {
    for (trailing, taken) in [(1, true), (64 * 1024, true), (64 * 1024 + 1, false)] {
        let mut padded = BASELINE.to_vec();
        padded.resize(BASELINE.len() + trailing, 0);
        assert_eq!(check(&padded, &limits()).is_ok(), taken, "{trailing} bytes");
    }
}

#[test]
fn each_fault_of_structure_has_its_own_words() {
    let jpeg = drawn(64, 48, false);
    let scan = jpeg.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap();
    let frame = size_field(&jpeg) - 5;
    let after_scan_header = scan + 2 + usize::from(jpeg[scan + 3]);
    let join = |parts: &[&[u8]]| parts.concat();
    let bent = |at: usize, byte: u8| {
        let mut bent = jpeg.clone();
        bent[at] = byte;
        bent
    };
    for (name, bytes, words) in [
        ("arithmetic", bent(frame + 1, 0xC9), "arithmetic coding is not taken"),
        ("lossless", bent(frame + 1, 0xC3), "lossless coding is not taken"),
        ("12 bits", bent(frame + 4, 12), "12 bits a sample"),
        ("2 components", bent(frame + 9, 2), "a frame of 2 components"),
        ("sampling 0", bent(frame + 11, 0), "sampled otherwise"),
        ("no height", with_size(&jpeg, 64, 0), "no width or no height"),
        ("scan of 4", bent(scan + 4, 4), "a scan header contradicts the frame"),
        ("no frame", join(&[&[0xFF, 0xD8], &jpeg[scan..]]), "a scan before the frame"),
        ("only ends", vec![0xFF, 0xD8, 0xFF, 0xD9], "it ends before its frame"),
        ("no scan", join(&[&jpeg[..scan], &[0xFF, 0xD9]]), "it ends before its pixels"),
        ("empty scan", join(&[&jpeg[..after_scan_header], &[0xFF, 0xD9]]), "0 coded bytes cannot hold"),
        ("two frames", join(&[&jpeg[..scan], &jpeg[frame..]]), "it has two frames"),
        ("two starts", join(&[&[0xFF, 0xD8], &jpeg]), "a second start inside"),
        ("restart outside", join(&[&[0xFF, 0xD8, 0xFF, 0xD0], &jpeg[2..]]), "a marker where none may stand"),
        ("late height", join(&[&jpeg[..jpeg.len() - 2], &[0xFF, 0xDC, 0, 4, 0, 48, 0xFF, 0xD9]]), "gives its height"),
        ("garbage", join(&[&[0xFF, 0xD8, 7], &jpeg[2..]]), "no marker at byte 2"),
        ("short segment", vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 1], "a segment of 1 bytes at byte 4"),
        ("long segment", vec![0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 1, 2], "it ends before"),
    ] {
        let found = detail(&bytes);
        assert!(found.contains(words), "{name}: {found}");
        assert!(pixels(&bytes, 4, 4, PixelFormat::Rgb, &limits()).is_err(), "{name}");
    }
}

#[test]
fn a_picture_of_endless_scans_is_refused() {
    let jpeg = drawn(16, 16, true);
    let scan = jpeg.windows(2).rposition(|two| two == [0xFF, 0xDA]).unwrap();
    let last = &jpeg[scan..jpeg.len() - 2];
    let many = [&jpeg[..jpeg.len() - 2], &last.repeat(40), &[0xFF, 0xD9]].concat();
    let found = detail(&many);
    assert!(found.contains("more than 32 scans"), "{found}");
    assert!(answers(&many, &limits()).iter().all(Result::is_err));
}

#[test]
fn the_largest_picture_taken_is_measured_and_masked() {
    // As many pixels as the limits allow, in the fewest bytes: each block is one gray.
    let mut jpeg = Vec::new();
    let gray = vec![90; 5_800 * 5_800];
    jpeg_encoder::Encoder::new(&mut jpeg, 50).encode(&gray, 5_800, 5_800, jpeg_encoder::ColorType::Luma).unwrap();
    let found = metrics(&jpeg, &masks(), &limits()).unwrap();
    assert_eq!((found.brightness.round(), found.contrast, found.sharpness), (90.0, 0.0, 0.0));
    for answer in answers(&jpeg, &limits()) {
        assert!(answer.is_ok(), "{answer:?}");
    }
}

#[test]
fn a_panic_of_a_decoder_becomes_an_answer() {
    let answer = crate::guarded::<()>(|| panic!("a decoder's own assertion"));
    assert_eq!(answer, Err(crate::broken("the decoder gave up on it")));
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let seed = prop_oneof![Just(BASELINE), Just(PROGRESSIVE), Just(GRAY), Just(CMYK)];
    let changes = proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12);
    (seed, changes, any::<proptest::sample::Index>(), 0usize..8).prop_map(|(seed, changes, at, less)| {
        let mut jpeg = seed.to_vec();
        for (index, byte) in changes {
            let index = index.index(jpeg.len());
            jpeg[index] = byte;
        }
        let at = at.index(jpeg.len() - less);
        jpeg.drain(at..at + less);
        jpeg
    })
}

proptest! {
    #[test]
    fn a_bent_picture_never_panics_and_never_exceeds_the_limits(jpeg in mutated()) {
        // Small limits, so that a mutated size cannot make a case slow.
        let limits = PictureLimits { max_side: 1024, max_pixels: 1 << 18, ..limits() };
        if let Ok(frame) = crate::check::frame(&jpeg, &limits) {
            for wish in [None, Some(PixelFormat::Gray), Some(PixelFormat::Rgb)] {
                if let Ok(image) = crate::guarded(|| crate::decode::decode(&jpeg, &frame, wish, &limits)) {
                    assert!(image.width * image.height <= limits.max_pixels);
                }
            }
        }
        let _ = pixels(&jpeg, 9, 5, PixelFormat::Rgb, &limits).map(|pixels| assert_eq!(pixels.len(), 9 * 5 * 3));
        let _ = covered_jpeg(&jpeg, 20, &Cover::default(), &limits);
        let [masked, _, _, luma] = answers(&jpeg, &limits);
        let _ = masked.map(|bytes| assert_eq!(bytes, 9 * 5 * 3));
        let _ = luma.map(|bytes| assert!(bytes <= 320 * 1024));
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300), as_jpeg in any::<bool>()) {
        let start: &[u8] = if as_jpeg { &[0xFF, 0xD8] } else { &[] };
        let _ = check(&[start, &bytes].concat(), &limits());
    }
}
