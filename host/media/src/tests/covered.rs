//! What a cover scales away no size brings back.

use xl_model::picture::Cover;
use xl_model::region::Masks;

use super::drawn;
use super::limits;
use super::pixels;
use crate::Header;
use crate::Image;
use crate::MASKED;
use crate::PixelFormat;
use crate::check;
use crate::covered_jpeg;
use crate::covered_pixels;
use crate::scale;

const SIDE: u32 = 40;

#[test]
fn under_a_cover_no_size_shows_more_than_its_longest_side() {
    let cover = Cover { masks: Masks::default(), max_side: Some(SIDE) };
    for (width, height, (less_wide, less_high)) in [(640, 360, (40, 23)), (360, 640, (23, 40)), (30, 20, (30, 20))] {
        let jpeg = drawn(width, height, false);
        let small = covered_pixels(&jpeg, less_wide, less_high, PixelFormat::Rgb, &cover, &limits()).unwrap();
        for (wide, high) in [(640, 360), (50, 50), (1_000, 1), (8, 6)] {
            let found = covered_pixels(&jpeg, wide, high, PixelFormat::Rgb, &cover, &limits()).unwrap();
            let image = Image { width: less_wide, height: less_high, format: PixelFormat::Rgb, pixels: small.clone() };
            let enlarged = scale::to(image, wide, high).unwrap().pixels;
            assert!(found == enlarged, "{wide} × {high} of {width} × {height}");
        }
        let shrunk = covered_jpeg(&jpeg, 5_000, &cover, &limits()).unwrap();
        assert_eq!(check(&shrunk, &limits()), Ok(Header { width: less_wide, height: less_high }));
        let narrow = covered_jpeg(&jpeg, 10, &cover, &limits()).unwrap();
        assert_eq!(check(&narrow, &limits()).unwrap().width, 10);
    }
}

#[test]
fn a_mask_is_constant_in_what_is_scaled_down_and_enlarged_again() {
    let masks: Masks = serde_json::from_str("[[[0,0],[0.5,0],[0.5,1],[0,1]]]").unwrap();
    let cover = Cover { masks, max_side: Some(SIDE) };
    let jpeg = drawn(640, 360, false);
    let shrunk = covered_jpeg(&jpeg, 640, &cover, &limits()).unwrap();
    let decoded = pixels(&shrunk, 40, 23, PixelFormat::Gray, &limits()).unwrap();
    let sizes = [(640, 360), (77, 31), (40, 23)];
    let found = sizes
        .map(|(wide, high)| (wide, covered_pixels(&jpeg, wide, high, PixelFormat::Gray, &cover, &limits()).unwrap()));
    for (wide, gray) in found.into_iter().chain([(40, decoded)]) {
        let half = wide as usize / 2;
        assert!(gray.chunks(wide as usize).all(|row| row[..half].iter().all(|shade| *shade == MASKED)), "{wide}");
        assert!(gray.iter().any(|shade| *shade != MASKED), "{wide}: the rest is to be seen");
    }
}
