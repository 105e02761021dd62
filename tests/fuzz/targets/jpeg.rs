//! Pictures of cameras: markers, decoding, masks, scaling, figures.

#![no_main]

use libfuzzer_sys::fuzz_target;
use xl_media::PictureLimits;
use xl_media::PixelFormat;
use xl_model::picture::Cover;
use xl_model::region::Masks;

/// Small, so that a bomb is one soon.
const LIMITS: PictureLimits = PictureLimits { max_bytes: 1 << 20, max_side: 2_048, max_pixels: 1 << 20 };

fuzz_target!(|data: &[u8]| {
    let Ok(header) = xl_media::check(data, &LIMITS) else { return };
    assert!(header.width <= LIMITS.max_side && header.width * header.height <= LIMITS.max_pixels);
    let masks: Masks = serde_json::from_str("[[[0.1,0.1],[0.9,0.2],[0.5,0.8]]]").expect("a mask");
    for max_side in [None, Some(20)] {
        let cover = Cover { masks: masks.clone(), max_side };
        for format in [PixelFormat::Gray, PixelFormat::Rgb] {
            let _ = xl_media::covered_pixels(data, 32, 18, format, &cover, &LIMITS);
        }
    }
    let _ = xl_media::metrics(data, &masks, &LIMITS);
});
