//! What one picture measures, and what that says about the view.

use xl_model::metrics::ViewFaults;
use xl_model::region::Masks;

use super::drawn;
use super::limits;
use super::scene::Scene;
use crate::Luma;
use crate::metrics;

fn masks(json: &str) -> Masks {
    serde_json::from_str(json).unwrap()
}

fn flat(gray: u8) -> Luma {
    Luma::new(320, 180, vec![gray; 320 * 180], &Masks::default()).unwrap()
}

#[test]
fn figures_of_a_known_picture_equal_those_worked_out_by_hand() {
    // Columns of 100 and 140 by turns: mean 120, deviation 20; each Laplacian inside is ±80, as many of each.
    let bytes = (0..16 * 10).map(|at| if at % 2 == 0 { 100 } else { 140 }).collect();
    let found = Luma::new(16, 10, bytes, &Masks::default()).unwrap().metrics();
    assert_eq!((found.brightness, found.contrast, found.sharpness, found.seen_share), (120.0, 20.0, 6400.0, 1.0));
}

#[test]
fn a_flat_picture_has_its_gray_and_nothing_else() {
    let found = flat(77).metrics();
    assert_eq!((found.brightness, found.contrast, found.sharpness), (77.0, 0.0, 0.0));
}

#[test]
fn the_smallest_pictures_have_no_sharpness() {
    for (width, height) in [(1, 1), (2, 2), (1, 9), (9, 2), (2, 5)] {
        let luma = Luma::new(width, height, vec![9; (width * height) as usize], &Masks::default()).unwrap();
        assert_eq!((luma.metrics().brightness, luma.metrics().sharpness), (9.0, 0.0), "{width} × {height}");
    }
}

#[test]
fn bytes_that_do_not_fit_their_size_are_no_picture() {
    for (width, height, bytes) in [(0, 0, 0), (0, 5, 0), (3, 3, 8), (3, 3, 10), (321, 1, 321), (2, u32::MAX, 4)] {
        assert_eq!(Luma::new(width, height, vec![0; bytes], &Masks::default()), None, "{width} × {height}, {bytes}");
    }
}

#[test]
fn a_picture_is_measured_at_320_pixels_of_width_and_a_smaller_one_at_its_own() {
    for (size, wanted) in
        [((640, 360), (320, 180)), ((320, 100), (320, 100)), ((64, 48), (64, 48)), ((900, 3), (320, 1))]
    {
        let luma = Luma::decode(&drawn(size.0, size.1, false), &Masks::default(), &limits()).unwrap();
        assert_eq!((luma.width(), luma.height()), wanted);
    }
}

#[test]
fn what_is_masked_does_not_count() {
    // White on the left, under the mask; a gray of 60 on the right.
    let bytes: Vec<u8> = (0..320 * 180).map(|at| if at % 320 < 160 { 255 } else { 60 }).collect();
    let left = masks("[[[0,0],[0.5,0],[0.5,1],[0,1]]]");
    let found = Luma::new(320, 180, bytes, &left).unwrap().metrics();
    assert_eq!((found.brightness, found.contrast, found.sharpness), (60.0, 0.0, 0.0));
    // The column on the mask's border is touched by it too.
    assert_eq!(found.seen_share, 0.4969);
}

#[test]
fn a_mask_is_no_edge() {
    // Slanted, so that it cuts through pixels and coded units, over a flat gray at sizes with and without scaling.
    let slanted = masks("[[[0.2,0.1],[0.7,0.3],[0.5,0.9]],[[0,0.8],[0.3,1],[0,1]]]");
    for (width, height) in [(1000, 563), (641, 360), (320, 180), (90, 70)] {
        let mut jpeg = Vec::new();
        let gray = vec![60; usize::from(width) * usize::from(height)];
        jpeg_encoder::Encoder::new(&mut jpeg, 80).encode(&gray, width, height, jpeg_encoder::ColorType::Luma).unwrap();
        let found = metrics(&jpeg, &slanted, &limits()).unwrap();
        assert_eq!((found.contrast, found.sharpness), (0.0, 0.0), "{width} × {height}: {found:?}");
        assert!((0.2..0.85).contains(&found.seen_share), "{width} × {height}: {found:?}");
    }
}

#[test]
fn a_black_pixel_that_is_seen_is_not_taken_for_a_masked_one() {
    let mut jpeg = Vec::new();
    jpeg_encoder::Encoder::new(&mut jpeg, 80).encode(&[0; 64 * 64], 64, 64, jpeg_encoder::ColorType::Luma).unwrap();
    let found = metrics(&jpeg, &Masks::default(), &limits()).unwrap();
    assert_eq!((found.brightness, found.seen_share), (1.0, 1.0));
}

#[test]
fn a_kept_picture_is_restored_as_it_was() {
    let masks = masks("[[[0.1,0.1],[0.5,0.2],[0.2,0.8]]]");
    let luma = Scene::street(3).seen().luma_under(&masks);
    let restored = Luma::new(luma.width(), luma.height(), luma.bytes().to_vec(), &masks).unwrap();
    assert_eq!(restored, luma);
}

#[test]
fn a_view_under_one_mask_measures_nothing_and_has_no_fault() {
    let all = masks("[[[0,0],[1,0],[1,1],[0,1]]]");
    let found = metrics(&Scene::street(1).seen().jpeg(), &all, &limits()).unwrap();
    assert_eq!((found.brightness, found.contrast, found.sharpness, found.seen_share), (0.0, 0.0, 0.0, 0.0));
    assert_eq!(ViewFaults::of(&found, None, 0), ViewFaults::default());
}

#[test]
fn a_street_by_day_has_no_fault() {
    for number in 1..6 {
        let found = Scene::street(number).seen().luma().metrics();
        assert_eq!(ViewFaults::of(&found, None, 0), ViewFaults::default(), "{found:?}");
    }
}

#[test]
fn a_dark_a_bright_and_a_blurred_view_are_told() {
    let view = || Scene::street(1).seen();
    let faults = |luma: Luma| ViewFaults::of(&luma.metrics(), None, 0);
    assert!(faults(view().lit(0.15, 0.0).luma()).dark);
    assert!(faults(view().lit(0.6, 170.0).luma()).bright);
    let blurred = ViewFaults { blurred: true, ..ViewFaults::default() };
    assert_eq!(faults(view().blurred(9).luma()), blurred);
}

#[test]
fn blur_lowers_sharpness_step_by_step() {
    let found = [0, 1, 3, 6, 12].map(|radius| Scene::street(2).seen().blurred(radius).luma().metrics().sharpness);
    assert!(found.windows(2).all(|two| two[0] > two[1]), "{found:?}");
}
