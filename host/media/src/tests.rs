//! The rules of this crate on real files, on files cut and bent, and on files that lie.
//!
//! `testdata/` was written by Pillow 13.0 (`baseline-exif-gps`: EXIF with a place, restart markers, a thumbnail with its
//! own end-of-image marker inside a comment) and `ImageMagick` 6.9 (`progressive`, `gray`, `cmyk`): 64 × 48 pixels, red
//! and green above blue and white.

mod hostile;
mod real;

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;

use crate::PictureLimits;

const BASELINE: &[u8] = include_bytes!("../testdata/baseline-exif-gps.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("../testdata/progressive.jpg");
const GRAY: &[u8] = include_bytes!("../testdata/gray.jpg");
const CMYK: &[u8] = include_bytes!("../testdata/cmyk.jpg");

fn limits() -> PictureLimits {
    PictureLimits::default()
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
