//! JPEG bytes to pixels: the one file that knows the decoder (zune-jpeg).

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use crate::Image;
use crate::PictureError;
use crate::PictureLimits;
use crate::PixelFormat;
use crate::broken;
use crate::frame::Frame;

/// Decodes a picture that [`crate::check()`] let through with this frame; without a wish for the format, gray stays gray.
///
/// Strict: where the decoder sees that the coded bits do not make sense, half a picture is not an answer. It does not
/// see everything: a picture that was cut and closed again can come out with its lower part gray.
pub(crate) fn decode(
    jpeg: &[u8],
    frame: &Frame,
    wish: Option<PixelFormat>,
    limits: &PictureLimits,
) -> Result<Image, PictureError> {
    let side = usize::try_from(limits.max_side).unwrap_or(usize::MAX);
    let options = DecoderOptions::default().set_strict_mode(true).set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    decoder.decode_headers().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| broken("it has no size"))?;
    // The walk of `check` and the decoder could be of two minds about which frame counts; the decoder's is what costs.
    let (width, height) = (u32::try_from(width).unwrap_or(u32::MAX), u32::try_from(height).unwrap_or(u32::MAX));
    limits.admit(width, height)?;

    let source = decoder.input_colorspace().unwrap_or(ColorSpace::Unknown);
    let format = wish.unwrap_or(if source == ColorSpace::Luma { PixelFormat::Gray } else { PixelFormat::Rgb });
    // Luma is the first channel of these two and costs no conversion; what is coded as RGB or CMYK goes through RGB.
    let luma_is_there = match source {
        ColorSpace::Luma => true,
        ColorSpace::YCbCr => frame.gives_luma(),
        _ => false,
    };
    let target = match format {
        PixelFormat::Gray if luma_is_there => ColorSpace::Luma,
        PixelFormat::Gray | PixelFormat::Rgb => ColorSpace::RGB,
    };
    decoder.set_options(options.jpeg_set_out_colorspace(target));
    let mut pixels = decoder.decode().map_err(|error| reason(&error))?;
    if format == PixelFormat::Gray && target == ColorSpace::RGB {
        pixels = luma(&pixels);
    }
    if pixels.len() != width as usize * height as usize * format.bytes() {
        return Err(broken("it has fewer pixels than its header says"));
    }
    Ok(Image { width, height, format, pixels })
}

/// Luma by the weights of JFIF (ITU-R BT.601).
fn luma(rgb: &[u8]) -> Vec<u8> {
    let weigh = |p: &[u8]| (u32::from(p[0]) * 299 + u32::from(p[1]) * 587 + u32::from(p[2]) * 114 + 500) / 1000;
    rgb.chunks_exact(3).map(|pixel| weigh(pixel).min(255) as u8).collect()
}

fn reason(error: &DecodeErrors) -> PictureError {
    // The decoder's own words can be long (they quote what they found); the first line says it.
    let words = error.to_string();
    broken(words.lines().next().unwrap_or_default().chars().take(160).collect::<String>())
}
