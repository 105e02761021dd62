//! `[pictures]`: what is taken as a picture.

use super::Section;

/// Limits of received pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Pictures {
    /// Bytes of one JPEG.
    pub max_bytes: usize,
    /// Width or height in pixels.
    pub max_side: u32,
    /// Pixels.
    pub max_pixels: u32,
    /// Pictures per minute of one camera, twice as many at once; 0: no limit.
    pub per_minute_per_camera: u32,
}

impl Pictures {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let pictures = Self {
            max_bytes: section.number("max_bytes", 3 * 1024 * 1024, 16_384..=16_777_216),
            max_side: section.number("max_side", 8_192, 64..=45_000),
            max_pixels: section.number("max_pixels", 34_000_000, 4_096..=400_000_000),
            per_minute_per_camera: section.number("per_minute_per_camera", 12, 0..=100_000),
        };
        section.finish();
        pictures
    }
}
