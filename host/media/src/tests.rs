//! The rules of this crate on real files, on files cut and bent, and on files that lie.
//!
//! `testdata/` was written by Pillow 13.0 (`baseline-exif-gps`: EXIF with a place, restart markers, a thumbnail with its
//! own end-of-image marker inside a comment) and `ImageMagick` 6.9 (`progressive`, `gray`, `cmyk`): 64 × 48 pixels, red
//! and green above blue and white.

mod compared;
mod covered;
mod hostile;
mod masks;
mod measured;
mod real;
mod scene;
mod stamped;

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use xl_model::picture::Cover;
use xl_model::region::Masks;

use crate::PictureError;
use crate::PictureLimits;
use crate::PixelFormat;
use crate::covered_pixels;

const BASELINE: &[u8] = include_bytes!("../testdata/baseline-exif-gps.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("../testdata/progressive.jpg");
const GRAY: &[u8] = include_bytes!("../testdata/gray.jpg");
const CMYK: &[u8] = include_bytes!("../testdata/cmyk.jpg");

fn limits() -> PictureLimits {
    PictureLimits::default()
}

/// The pixels of a picture that nothing covers.
pub(crate) fn pixels(
    jpeg: &[u8],
    width: u32,
    height: u32,
    format: PixelFormat,
    limits: &PictureLimits,
) -> Result<Vec<u8>, PictureError> {
    covered_pixels(jpeg, width, height, format, &Cover::default(), limits)
}

/// Masks as a cover that leaves the size alone.
fn under(masks: &Masks) -> Cover {
    Cover { masks: masks.clone(), max_side: None }
}

/// A gradient as our own encoder writes it.
fn drawn(width: u16, height: u16, progressive: bool) -> Vec<u8> {
    let pixels: Vec<u8> =
        (0..height).flat_map(|y| (0..width).flat_map(move |x| [(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8])).collect();
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 85);
    encoder.set_progressive(progressive);
    encoder.encode(&pixels, width, height, ColorType::Rgb).unwrap();
    jpeg
}

/// Where the frame header's height stands: four bytes, height and width.
fn size_field(jpeg: &[u8]) -> usize {
    let frame = jpeg.windows(2).position(|two| matches!(two, [0xFF, 0xC0 | 0xC2])).unwrap();
    frame + 5
}

fn with_size(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let at = size_field(jpeg);
    let mut bent = jpeg.to_vec();
    bent[at..at + 2].copy_from_slice(&height.to_be_bytes());
    bent[at + 2..at + 4].copy_from_slice(&width.to_be_bytes());
    bent
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 up to below `end`.
    fn below(&mut self, end: u32) -> u32 {
        (self.next() % u64::from(end)) as u32
    }

    /// 0 up to below 1.
    fn share(&mut self) -> f64 {
        f64::from(self.below(1 << 30)) / f64::from(1 << 30)
    }
}
