//! Pixels to JPEG bytes: nothing but the pixels, so no metadata survives.

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use jpeg_encoder::SamplingFactor;

use crate::Image;
use crate::PictureError;
use crate::PixelFormat;
use crate::broken;

/// Quality of what is encoded again, 1 to 100: no visible loss on a phone, about a tenth of the raw size.
const QUALITY: u8 = 80;

/// How finely colour is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chroma {
    /// A sample for four pixels, as cameras do. Decoders spread it over the neighbours.
    Halved,
    /// A sample a pixel: nothing crosses the edge of a block of [`BLOCK`].
    Full,
}

/// Width and height of a block in pixels where colour is coded in full (ITU-T T.81, A.2).
pub(crate) const BLOCK: (u32, u32) = (8, 8);

/// Encodes a picture as baseline JPEG.
pub(crate) fn encode(image: &Image, chroma: Chroma) -> Result<Vec<u8>, PictureError> {
    let side = |pixels: u32| u16::try_from(pixels).map_err(|_| broken("a side does not fit into a JPEG"));
    let colors = match image.format {
        PixelFormat::Gray => ColorType::Luma,
        PixelFormat::Rgb => ColorType::Rgb,
    };
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(match chroma {
        Chroma::Halved => SamplingFactor::F_2_2,
        Chroma::Full => SamplingFactor::F_1_1,
    });
    encoder
        .encode(&image.pixels, side(image.width)?, side(image.height)?, colors)
        .map_err(|error| broken(error.to_string()))?;
    Ok(jpeg)
}
