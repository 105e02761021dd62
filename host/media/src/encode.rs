//! Pixels to JPEG bytes: nothing but the pixels, so no metadata survives.

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;

use crate::Image;
use crate::PictureError;
use crate::PixelFormat;
use crate::broken;

/// Quality of what is encoded again, 1 to 100: no visible loss on a phone, about a tenth of the raw size.
const QUALITY: u8 = 80;

/// Encodes a picture as baseline JPEG.
pub(crate) fn encode(image: &Image) -> Result<Vec<u8>, PictureError> {
    let side = |pixels: u32| u16::try_from(pixels).map_err(|_| broken("a side does not fit into a JPEG"));
    let colors = match image.format {
        PixelFormat::Gray => ColorType::Luma,
        PixelFormat::Rgb => ColorType::Rgb,
    };
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, QUALITY)
        .encode(&image.pixels, side(image.width)?, side(image.height)?, colors)
        .map_err(|error| broken(error.to_string()))?;
    Ok(jpeg)
}
