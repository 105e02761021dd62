//! Pixels to another size.

use fast_image_resize::FilterType;
use fast_image_resize::PixelTrait;
use fast_image_resize::ResizeAlg;
use fast_image_resize::ResizeOptions;
use fast_image_resize::Resizer;
use fast_image_resize::images::TypedImage;
use fast_image_resize::images::TypedImageRef;
use fast_image_resize::pixels::U8;
use fast_image_resize::pixels::U8x3;

use crate::Image;
use crate::PictureError;
use crate::PixelFormat;
use crate::broken;

/// The size of a picture scaled to at most `max_width`, proportions kept, never below one pixel, never enlarged.
pub(crate) fn within(width: u32, height: u32, max_width: u32) -> (u32, u32) {
    let new_width = width.min(max_width.max(1));
    let new_height = (u64::from(height) * u64::from(new_width) + u64::from(width) / 2) / u64::from(width.max(1));
    (new_width, u32::try_from(new_height).unwrap_or(height).clamp(1, height.max(1)))
}

/// The size of a picture scaled to at most `max_side` on its longer side, likewise.
pub(crate) fn no_longer(width: u32, height: u32, max_side: Option<u32>) -> (u32, u32) {
    match max_side {
        None => (width, height),
        Some(side) if height > width => {
            let (height, width) = within(height, width, side);
            (width, height)
        }
        Some(side) => within(width, height, side),
    }
}

/// Scales to exactly this size; the triangle filter keeps the mean brightness and makes no halos.
pub(crate) fn to(image: Image, width: u32, height: u32) -> Result<Image, PictureError> {
    if (image.width, image.height) == (width, height) {
        return Ok(image);
    }
    let pixels = match image.format {
        PixelFormat::Gray => convolve::<U8>(&image, width, height),
        PixelFormat::Rgb => convolve::<U8x3>(&image, width, height),
    }?;
    Ok(Image { width, height, format: image.format, pixels })
}

/// For the two kinds of pixels that are ours; the call that picks the kind at run time brings a dozen more into the program.
fn convolve<P: PixelTrait>(image: &Image, width: u32, height: u32) -> Result<Vec<u8>, PictureError> {
    let source =
        TypedImageRef::<P>::from_buffer(image.width, image.height, &image.pixels).map_err(|e| broken(e.to_string()))?;
    let mut pixels = vec![0; width as usize * height as usize * P::size()];
    let mut target = TypedImage::<P>::from_buffer(width, height, &mut pixels).map_err(|e| broken(e.to_string()))?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new().resize_typed(&source, &mut target, &options).map_err(|e| broken(e.to_string()))?;
    Ok(pixels)
}
