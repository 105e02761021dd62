//! What cameras and other programs write.

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use jpeg_encoder::SamplingFactor;
use xl_model::picture::Cover;

use super::BASELINE;
use super::CMYK;
use super::GRAY;
use super::PROGRESSIVE;
use super::drawn;
use super::limits;
use super::pixels;
use crate::Header;
use crate::PixelFormat;
use crate::check;
use crate::covered_jpeg;

/// One pixel in the middle of each quarter: upper left, upper right, lower left, lower right.
fn quarters(rgb: &[u8]) -> [[u8; 3]; 4] {
    [(16, 12), (48, 12), (16, 36), (48, 36)].map(|(x, y)| {
        let at = (y * 64 + x) * 3;
        [rgb[at], rgb[at + 1], rgb[at + 2]]
    })
}

fn is_near(found: [u8; 3], wanted: [u8; 3], most: u8) -> bool {
    found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= most)
}

#[test]
fn baseline_progressive_gray_and_cmyk_are_taken_with_their_size() {
    for (name, jpeg) in [("baseline", BASELINE), ("progressive", PROGRESSIVE), ("gray", GRAY), ("cmyk", CMYK)] {
        assert_eq!(check(jpeg, &limits()), Ok(Header { width: 64, height: 48 }), "{name}");
    }
    for progressive in [false, true] {
        let jpeg = drawn(321, 123, progressive);
        assert_eq!(check(&jpeg, &limits()), Ok(Header { width: 321, height: 123 }), "progressive: {progressive}");
    }
}

#[test]
fn colours_come_out_as_they_were_whatever_the_file_codes_them_in() {
    let wanted = [[220, 30, 30], [30, 180, 30], [30, 30, 220], [240, 240, 240]];
    for (name, jpeg, most) in [("baseline", BASELINE, 6), ("progressive", PROGRESSIVE, 6), ("cmyk", CMYK, 12)] {
        let found = quarters(&pixels(jpeg, 64, 48, PixelFormat::Rgb, &limits()).unwrap());
        for (found, wanted) in found.into_iter().zip(wanted) {
            assert!(is_near(found, wanted, most), "{name}: {found:?} for {wanted:?}");
        }
    }
}

#[test]
fn gray_of_a_colour_picture_is_its_luma() {
    // 0.299 R + 0.587 G + 0.114 B of the four colours.
    for (name, jpeg) in [("baseline", BASELINE), ("progressive", PROGRESSIVE), ("cmyk", CMYK)] {
        let gray = pixels(jpeg, 64, 48, PixelFormat::Gray, &limits()).unwrap();
        for (at, wanted) in [(12 * 64 + 16, 87u8), (12 * 64 + 48, 118), (36 * 64 + 16, 52), (36 * 64 + 48, 240)] {
            assert!(gray[at].abs_diff(wanted) <= 8, "{name}: {} for {wanted}", gray[at]);
        }
    }
}

#[test]
fn a_gray_file_gives_gray_and_gray_rgb() {
    let gray = pixels(GRAY, 64, 48, PixelFormat::Gray, &limits()).unwrap();
    let rgb = pixels(GRAY, 64, 48, PixelFormat::Rgb, &limits()).unwrap();
    assert!(gray.iter().zip(rgb.chunks_exact(3)).all(|(luma, pixel)| pixel == [*luma; 3]));
}

#[test]
fn pixels_have_exactly_the_size_asked_for() {
    for (width, height) in [(64, 48), (1, 1), (3, 7), (32, 24), (200, 100), (640, 1)] {
        for (format, bytes) in [(PixelFormat::Gray, 1), (PixelFormat::Rgb, 3)] {
            let found = pixels(PROGRESSIVE, width, height, format, &limits()).unwrap().len();
            assert_eq!(found, (width * height) as usize * bytes, "{width} × {height} {format:?}");
        }
    }
    assert_eq!(pixels(BASELINE, 0, 10, PixelFormat::Rgb, &limits()), Ok(Vec::new()));
}

#[test]
fn scaling_keeps_the_mean_brightness() {
    let mean = |gray: Vec<u8>| gray.iter().map(|luma| f64::from(*luma)).sum::<f64>() / gray.len() as f64;
    let whole = mean(pixels(BASELINE, 64, 48, PixelFormat::Gray, &limits()).unwrap());
    let small = mean(pixels(BASELINE, 8, 6, PixelFormat::Gray, &limits()).unwrap());
    assert!((whole - small).abs() < 1.5, "{whole} and {small}");
}

#[test]
fn a_shrunk_picture_has_the_wished_width_and_its_proportions() {
    let jpeg = drawn(640, 360, false);
    for (most, wanted) in [(320, (320, 180)), (640, (640, 360)), (5000, (640, 360)), (33, (33, 19)), (0, (1, 1))] {
        let small = covered_jpeg(&jpeg, most, &Cover::default(), &limits()).unwrap();
        let Header { width, height } = check(&small, &limits()).unwrap();
        assert_eq!((width, height), wanted, "at most {most}");
    }
}

#[test]
fn nothing_but_pixels_survives_a_shrink() {
    let has = |jpeg: &[u8], words: &[u8]| jpeg.windows(words.len()).any(|window| window == words);
    assert!(has(BASELINE, b"Exif") && has(BASELINE, b"greenhouse 1") && has(BASELINE, b"thumb "));
    // Also at its own width, where nothing would have to be scaled.
    let clean = covered_jpeg(BASELINE, 64, &Cover::default(), &limits()).unwrap();
    for words in [&b"Exif"[..], b"greenhouse 1", b"somebody", b"thumb "] {
        assert!(!has(&clean, words), "{}", String::from_utf8_lossy(words));
    }
    assert!(!clean.windows(2).any(|two| matches!(two, [0xFF, 0xE1..=0xEF | 0xFE])), "an application segment is left");
}

#[test]
fn a_shrunk_gray_picture_stays_gray() {
    let small = covered_jpeg(GRAY, 32, &Cover::default(), &limits()).unwrap();
    let frame = small.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    assert_eq!(small[frame + 9], 1, "components");
}

/// A slope in all three colours, in one of the ways to code it.
fn slope(
    width: u16,
    height: u16,
    sampling: SamplingFactor,
    progressive: bool,
    in_own_scans: bool,
) -> (Vec<u8>, Vec<u8>) {
    let colour = |x: u16, y: u16| [(x + y) as u8, ((x + y) / 2 + 40) as u8, (200 - (x + y) / 2) as u8];
    let rgb: Vec<u8> = (0..height).flat_map(|y| (0..width).flat_map(move |x| colour(x, y))).collect();
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 95);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(progressive);
    // The encoder writes each component in a scan of its own when it counts codes first.
    encoder.set_optimized_huffman_tables(in_own_scans);
    encoder.encode(&rgb, width, height, ColorType::Rgb).unwrap();
    (rgb, jpeg)
}

#[test]
fn each_pixel_stands_in_its_place_however_colour_is_sampled() {
    for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_1_2, SamplingFactor::F_2_2] {
        for progressive in [false, true] {
            let (rgb, jpeg) = slope(86, 108, sampling, progressive, false);
            let most =
                |found: &[u8], wanted: &[u8]| found.iter().zip(wanted).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            let found = pixels(&jpeg, 86, 108, PixelFormat::Rgb, &limits()).unwrap();
            assert!(most(&found, &rgb) <= 6, "{sampling:?}, progressive: {progressive}");
            let luma: Vec<u8> = rgb
                .chunks_exact(3)
                .map(|p| (0.299 * f64::from(p[0]) + 0.587 * f64::from(p[1]) + 0.114 * f64::from(p[2])) as u8)
                .collect();
            let found = pixels(&jpeg, 86, 108, PixelFormat::Gray, &limits()).unwrap();
            assert!(most(&found, &luma) <= 4, "{sampling:?}, progressive: {progressive}");
        }
    }
}

#[test]
fn what_the_decoder_would_put_in_the_wrong_place_is_refused() {
    for sampling in [SamplingFactor::F_4_1, SamplingFactor::F_4_2, SamplingFactor::F_1_4, SamplingFactor::F_2_4] {
        for progressive in [false, true] {
            let (_, jpeg) = slope(86, 108, sampling, progressive, false);
            let words = check(&jpeg, &limits()).unwrap_err().to_string();
            assert!(words.contains("sampled otherwise than 1 or 2 times"), "{words}");
        }
    }
    let (_, jpeg) = slope(86, 108, SamplingFactor::F_2_2, false, true);
    let words = check(&jpeg, &limits()).unwrap_err().to_string();
    assert!(words.contains("scans of their own"), "{words}");
    // Colour finer than luma: the second component's factors behind the frame's size.
    let (_, mut jpeg) = slope(86, 108, SamplingFactor::F_1_1, false, false);
    let at = super::size_field(&jpeg) + 4 + 1 + 3 + 1;
    jpeg[at] = 0x21;
    let words = check(&jpeg, &limits()).unwrap_err().to_string();
    assert!(words.contains("the first component the finest: 1 × 1, 2 × 1, 1 × 1"), "{words}");
}
