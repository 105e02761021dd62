//! Pixels to another size.

use fast_image_resize::FilterType;
use fast_image_resize::PixelType;
use fast_image_resize::ResizeAlg;
use fast_image_resize::ResizeOptions;
use fast_image_resize::Resizer;
use fast_image_resize::images::Image as Plane;
use fast_image_resize::images::ImageRef;

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

/// Scales to exactly this size; the triangle filter keeps the mean brightness and makes no halos.
pub(crate) fn to(image: Image, width: u32, height: u32) -> Result<Image, PictureError> {
    if (image.width, image.height) == (width, height) {
        return Ok(image);
    }
    let kind = match image.format {
        PixelFormat::Gray => PixelType::U8,
        PixelFormat::Rgb => PixelType::U8x3,
    };
    let source = ImageRef::new(image.width, image.height, &image.pixels, kind).map_err(|e| broken(e.to_string()))?;
    let mut target = Plane::new(width, height, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new().resize(&source, &mut target, &options).map_err(|e| broken(e.to_string()))?;
    Ok(Image { width, height, format: image.format, pixels: target.into_vec() })
}
