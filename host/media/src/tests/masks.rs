//! Nothing behind a mask leaves the crate: not in a pixel that is masked, not in one beside it.

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use jpeg_encoder::SamplingFactor;
use xl_model::picture::Cover;
use xl_model::region::Masks;
use xl_model::region::Point;
use xl_model::region::Region;

use super::BASELINE;
use super::CMYK;
use super::Dice;
use super::GRAY;
use super::PROGRESSIVE;
use super::drawn;
use super::limits;
use super::pixels;
use super::under;
use crate::Header;
use crate::MASKED;
use crate::PixelFormat;
use crate::check;
use crate::covered_jpeg;
use crate::covered_pixels;

fn masks(json: &str) -> Masks {
    serde_json::from_str(json).unwrap()
}

/// A star around some place, a rectangle, or a sliver: whatever a hand may draw, up to the edge of the picture.
fn some_region(dice: &mut Dice) -> Region {
    loop {
        let (x, y) = (dice.share(), dice.share());
        let (width, height) = (dice.share() * 0.6, dice.share() * 0.6);
        let corners: Vec<Point> = match dice.below(4) {
            0 => vec![[x, y], [x + width, y], [x + width, y + height], [x, y + height]],
            1 => vec![[x, y], [x + 0.003, y], [x + width, y + height]],
            // On the lines between pixels of many sizes.
            2 => {
                let eighth = |value: f64| (value * 8.0).floor() / 8.0;
                let (x, y) = (eighth(x), eighth(y));
                vec![[x, y], [x + 0.25, y], [x + 0.25, y + 0.125], [x, y + 0.125]]
            }
            _ => {
                let corners = 3 + dice.below(20);
                let angle = |corner: u32| f64::from(corner) / f64::from(corners) * std::f64::consts::TAU;
                (0..corners)
                    .map(|corner| {
                        let far = 0.05 + dice.share() * 0.4;
                        [x + far * angle(corner).cos(), y + far * angle(corner).sin()]
                    })
                    .collect()
            }
        }
        .into_iter()
        .map(|[x, y]: [f64; 2]| Point { x: x.clamp(0.0, 1.0), y: y.clamp(0.0, 1.0) })
        .collect();
        if let Ok(region) = Region::new(corners) {
            return region;
        }
    }
}

fn some_masks(dice: &mut Dice) -> Masks {
    let count = 1 + dice.below(3);
    Masks::new((0..count).map(|_| some_region(dice)).collect()).unwrap()
}

/// Whether a place is inside, by counting the edges to its right: another way than the one under test.
fn is_inside(region: &Region, x: f64, y: f64) -> bool {
    let corners = region.corners();
    let next = corners.iter().cycle().skip(1);
    let right_of = |a: &Point, b: &Point| x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x;
    corners.iter().zip(next).filter(|(a, b)| (a.y > y) != (b.y > y) && right_of(a, b)).count() % 2 == 1
}

/// Whether a mask covers any of 36 places in the pixel, its border among them, or has a corner in it.
fn is_masked(masks: &Masks, (column, row): (u32, u32), (width, height): (u32, u32)) -> bool {
    let at = |pixel: u32, part: u32, of: u32| (f64::from(pixel) + f64::from(part) / 5.0) / f64::from(of);
    masks.regions().iter().any(|region| {
        let places = (0..36).map(|place| (at(column, place % 6, width), at(row, place / 6, height)));
        let has_corner = |corner: &Point| {
            (at(column, 0, width)..=at(column, 5, width)).contains(&corner.x)
                && (at(row, 0, height)..=at(row, 5, height)).contains(&corner.y)
        };
        places.into_iter().any(|(x, y)| is_inside(region, x, y)) || region.corners().iter().any(has_corner)
    })
}

/// How many pixels are masked; none of them may have another value than the constant.
fn check_constant(found: &[u8], bytes: usize, masks: &Masks, (width, height): (u32, u32), name: &str) -> usize {
    assert_eq!(found.len(), width as usize * height as usize * bytes, "{name}");
    let mut masked = 0;
    for (at, pixel) in found.chunks_exact(bytes).enumerate() {
        let place = (at as u32 % width, at as u32 / width);
        // Only pixels that show something can be wrong, so only they are worth the count of edges.
        if pixel.iter().any(|byte| *byte != MASKED) {
            assert!(!is_masked(masks, place, (width, height)), "{name}: {pixel:?} at {place:?} under {masks:?}");
        } else {
            masked += 1;
        }
    }
    masked
}

#[test]
fn every_masked_pixel_is_constant_at_every_size_asked_for() {
    let mut dice = Dice(1);
    let mut frames: Vec<Vec<u8>> = [BASELINE, PROGRESSIVE, GRAY, CMYK].map(<[u8]>::to_vec).into();
    for (width, height) in [(17, 31), (64, 36), (48, 48), (70, 23), (33, 64)] {
        frames.extend([drawn(width, height, false), drawn(width, height, true)]);
    }
    let mut masked = 0;
    for case in 0..10_000 {
        let jpeg = &frames[dice.below(frames.len() as u32) as usize];
        let masks = some_masks(&mut dice);
        let Header { width, height } = check(jpeg, &limits()).unwrap();
        // Its own size, a smaller one, a larger one, and one of another shape.
        let sizes = [
            (width, height),
            (1 + dice.below(width), 1 + dice.below(height)),
            (width + dice.below(40), height + dice.below(40)),
            (1 + dice.below(8), 1 + dice.below(64)),
        ];
        let (format, bytes) = [(PixelFormat::Gray, 1), (PixelFormat::Rgb, 3)][case % 2];
        let (wide, high) = sizes[(case / 2) % 4];
        let found = covered_pixels(jpeg, wide, high, format, &under(&masks), &limits()).unwrap();
        masked += check_constant(&found, bytes, &masks, (wide, high), &format!("case {case}"));
    }
    assert!(masked > 100_000, "only {masked} pixels were masked");
}

#[test]
fn every_masked_pixel_of_a_jpeg_is_constant_when_it_is_decoded() {
    let mut dice = Dice(2);
    let frames = [drawn(90, 70, false), drawn(64, 36, true), GRAY.to_vec(), CMYK.to_vec()];
    for case in 0..500 {
        let masks = some_masks(&mut dice);
        let most = 1 + dice.below(100);
        let jpeg = covered_jpeg(&frames[case % 4], most, &under(&masks), &limits()).unwrap();
        let Header { width, height } = check(&jpeg, &limits()).unwrap();
        let found = pixels(&jpeg, width, height, PixelFormat::Rgb, &limits()).unwrap();
        check_constant(&found, 3, &masks, (width, height), &format!("case {case}"));
    }
}

fn encoded(pixels: &[u8], width: u16, height: u16, how: usize) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, [30, 75, 95][how % 3]);
    encoder.set_sampling_factor(
        [SamplingFactor::F_2_2, SamplingFactor::F_2_1, SamplingFactor::F_1_1, SamplingFactor::F_1_2][how % 4],
    );
    encoder.set_progressive(how % 5 < 2);
    encoder.encode(pixels, width, height, ColorType::Rgb).unwrap();
    jpeg
}

#[test]
fn what_is_behind_a_mask_changes_nothing_that_leaves() {
    let mut dice = Dice(3);
    let mut differed = 0;
    for case in 0..600 {
        let (width, height) = (40 + dice.below(60), 30 + dice.below(60));
        let masks = some_masks(&mut dice);
        let one: Vec<u8> = (0..width * height * 3).map(|at| (at as u8).wrapping_add(dice.below(90) as u8)).collect();
        let mut other = one.clone();
        for at in 0..width * height {
            let (x, y) = (f64::from(at % width) + 0.5, f64::from(at / width) + 0.5);
            if masks.regions().iter().any(|r| is_inside(r, x / f64::from(width), y / f64::from(height))) {
                other[at as usize * 3..][..3].copy_from_slice(&[dice.below(256) as u8, 255, 0]);
            }
        }
        let (side, other_side) = (width as u16, height as u16);
        let (one, other) = (encoded(&one, side, other_side, case), encoded(&other, side, other_side, case));
        differed += usize::from(one != other);
        let cover = under(&masks);
        for (wide, high) in [(width, height), (width / 2, height / 3), (width + 9, height + 7), (5, 3)] {
            for format in [PixelFormat::Gray, PixelFormat::Rgb] {
                let seen = [&one, &other].map(|jpeg| covered_pixels(jpeg, wide, high, format, &cover, &limits()));
                assert!(seen[0] == seen[1], "case {case}: {wide} × {high} {format:?} of {width} × {height}, {masks:?}");
            }
        }
        for most in [width, width / 2, 7] {
            let seen = [&one, &other].map(|jpeg| covered_jpeg(jpeg, most, &cover, &limits()));
            assert!(seen[0] == seen[1], "case {case}: JPEG of at most {most}, {masks:?}");
        }
    }
    assert!(differed > 500, "only {differed} pairs differed behind their masks");
}

#[test]
fn a_mask_hides_no_more_than_the_blocks_it_touches_and_their_neighbours() {
    let jpeg = drawn(320, 240, false);
    // The middle sixth; the frame's units are 16 pixels.
    let cover = under(&masks("[[[0.4,0.4],[0.6,0.4],[0.6,0.6],[0.4,0.6]]]"));
    let whole = pixels(&jpeg, 320, 240, PixelFormat::Rgb, &limits()).unwrap();
    let found = covered_pixels(&jpeg, 320, 240, PixelFormat::Rgb, &cover, &limits()).unwrap();
    for (at, (found, whole)) in found.chunks_exact(3).zip(whole.chunks_exact(3)).enumerate() {
        let (x, y) = (at % 320, at / 320);
        if !(128 - 18..192 + 18).contains(&x) || !(96 - 18..144 + 18).contains(&y) {
            assert_eq!(found, whole, "{x}, {y}");
        }
    }
    assert_eq!(found[(120 * 320 + 160) * 3..][..3], [MASKED; 3]);
}

#[test]
fn a_picture_masked_as_a_whole_is_one_gray() {
    let all = under(&masks("[[[0,0],[1,0],[1,1],[0,1]]]"));
    for jpeg in [BASELINE, PROGRESSIVE, GRAY, CMYK] {
        for (width, height) in [(64, 48), (13, 5), (100, 100)] {
            let found = covered_pixels(jpeg, width, height, PixelFormat::Rgb, &all, &limits()).unwrap();
            assert!(found.iter().all(|byte| *byte == MASKED));
        }
        let masked = covered_jpeg(jpeg, 50, &all, &limits()).unwrap();
        let found = pixels(&masked, 50, 38, PixelFormat::Rgb, &limits()).unwrap();
        assert!(found.iter().all(|byte| *byte == MASKED));
    }
}

#[test]
fn without_masks_a_picture_is_the_same_as_ever() {
    for jpeg in [BASELINE, PROGRESSIVE, GRAY, CMYK] {
        let frame = crate::check::frame(jpeg, &limits()).unwrap();
        let scaled = |wish, height| {
            let decoded = crate::decode::decode(jpeg, &frame, wish, &limits()).unwrap();
            crate::scale::to(decoded, 30, height).unwrap()
        };
        let found = pixels(jpeg, 30, 20, PixelFormat::Rgb, &limits()).unwrap();
        assert_eq!(found, scaled(Some(PixelFormat::Rgb), 20).pixels);
        // 30 of 64 pixels of width are 22.5 of 48 of height; colour stays halved.
        let shrunk = crate::encode::encode(&scaled(None, 23), crate::encode::Chroma::Halved);
        assert_eq!(covered_jpeg(jpeg, 30, &Cover::default(), &limits()), shrunk);
    }
}

#[test]
fn nothing_but_pixels_survives_masking() {
    let has = |jpeg: &[u8], words: &[u8]| jpeg.windows(words.len()).any(|window| window == words);
    let masked = covered_jpeg(BASELINE, 64, &under(&masks("[[[0,0],[0.2,0],[0,0.2]]]")), &limits()).unwrap();
    for words in [&b"Exif"[..], b"greenhouse 1", b"somebody", b"thumb "] {
        assert!(has(BASELINE, words) && !has(&masked, words), "{}", String::from_utf8_lossy(words));
    }
}
