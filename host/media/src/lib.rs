//! Pictures from outside: checked without decoding, decoded within limits, scaled, encoded again.
//!
//! Decoders of hostile bytes stay in this crate. Everything here computes, nothing waits and nothing is kept: call it
//! away from the async threads. Bytes come from `ingest` (which needs [`check()`] and [`bare()`]) and from the picture port of a
//! plugin's batch: [`covered_pixels`] and [`covered_jpeg`], at level `raw` under no cover; [`metrics()`] and [`compare`] at
//! level `metric`. Which level somebody has is decided elsewhere.

mod bare;
mod check;
mod decode;
mod encode;
mod frame;
mod kind;
mod mask;
mod metrics;
mod raster;
mod scale;
mod stamp;
mod walk;

use xl_model::picture::Cover;
use xl_model::picture::MAX_UPLOAD_BYTES;
use xl_model::region::Masks;

use crate::encode::Chroma;

pub use bare::bare;
pub use check::check;
pub use mask::MASKED;
pub use metrics::CompareError;
pub use metrics::Luma;
pub use metrics::compare;
pub use metrics::metrics;

/// What is taken at most.
#[derive(Debug, Clone)]
pub struct PictureLimits {
    /// Bytes of one JPEG. 3 MiB by default.
    pub max_bytes: usize,
    /// Width or height in pixels. 8192 by default.
    pub max_side: u32,
    /// Pixels. 34 million by default.
    pub max_pixels: u32,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { max_bytes: 3 * 1024 * 1024, max_side: 8192, max_pixels: 34_000_000 }
    }
}

impl PictureLimits {
    /// The same for pictures that people attach to forms, in bytes as far as [`xl_model::picture::MAX_UPLOAD_BYTES`].
    #[must_use]
    pub fn for_uploads(&self) -> Self {
        Self { max_bytes: MAX_UPLOAD_BYTES, ..self.clone() }
    }

    /// The same for whatever was kept: a picture of a camera, or one that a person attached.
    #[must_use]
    pub fn for_kept(&self) -> Self {
        Self { max_bytes: self.max_bytes.max(MAX_UPLOAD_BYTES), ..self.clone() }
    }

    /// Refuses a size in pixels that is over one of the limits.
    fn admit(&self, width: u32, height: u32) -> Result<(), PictureError> {
        if width.max(height) > self.max_side {
            let detail = format!("{width} × {height} pixels, {} a side are taken", self.max_side);
            return Err(PictureError::TooLarge { detail });
        }
        if u64::from(width) * u64::from(height) > u64::from(self.max_pixels) {
            let detail = format!("{width} × {height} pixels, {} in all are taken", self.max_pixels);
            return Err(PictureError::TooLarge { detail });
        }
        Ok(())
    }
}

/// What a JPEG header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Why a picture was not taken or not decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Not a JPEG. Code XL0205.
    #[error("the bytes are {found}, this hub takes JPEG")]
    NotJpeg {
        /// What they look like: `a PNG picture`, `not a picture`, …
        found: &'static str,
    },
    /// Ends early or cannot be decoded. Code XL0206.
    #[error("the JPEG is broken: {detail}")]
    Broken {
        /// What is wrong.
        detail: String,
    },
    /// Larger than the limits. Code XL0207.
    #[error("the picture is too large: {detail}")]
    TooLarge {
        /// Which limit, and what was found.
        detail: String,
    },
}

/// What pixels look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelFormat {
    /// One byte a pixel: luma.
    Gray,
    /// Three bytes a pixel.
    Rgb,
}

impl PixelFormat {
    /// Bytes of one pixel.
    fn bytes(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
        }
    }
}

/// Decodes and scales to exactly `width` × `height` under a cover, rows from top to bottom without padding.
///
/// The shape is stretched where its proportions differ. A size with a zero in it gives no bytes. Scaled to the longest side of
/// the cover first: a larger size shows nothing more, it is enlarged from there. Each pixel that a mask touches has the value
/// [`MASKED`] in all its bytes, and no other pixel tells anything of what is behind a mask.
///
/// # Errors
/// When it cannot be decoded within the limits, or when the wished size is over them.
pub fn covered_pixels(
    jpeg: &[u8],
    width: u32,
    height: u32,
    format: PixelFormat,
    cover: &Cover,
    limits: &PictureLimits,
) -> Result<Vec<u8>, PictureError> {
    let frame = check::frame(jpeg, limits)?;
    limits.admit(width, height)?;
    if width == 0 || height == 0 {
        return Ok(Vec::new());
    }
    guarded(|| {
        let mut image = decode::decode(jpeg, &frame, Some(format), limits)?;
        mask::hide(&mut image, &cover.masks, &frame);
        let (most_wide, most_high) = scale::no_longer(image.width, image.height, cover.max_side);
        let image = scale::to(image, most_wide, most_high)?;
        let mut image = scale::to(image, width, height)?;
        mask::fill(&mut image, &cover.masks);
        Ok(image.pixels)
    })
}

/// Decodes, scales to at most `max_width` and to what the cover allows (never enlarges), and encodes again, without metadata.
///
/// Everything that is not pixels is gone afterwards: EXIF with place and owner, thumbnails, comments, colour profile.
/// An EXIF orientation goes with it and is not applied, because cameras on a wall have none.
///
/// Each block of 8 × 8 pixels that a mask touches is coded as nothing but [`MASKED`] gray, with colour in full, so that
/// a decoder gives exactly that value (another than ours may be off by one). The bytes do not depend on what is behind
/// a mask.
///
/// # Errors
/// When it cannot be decoded within the limits.
pub fn covered_jpeg(
    jpeg: &[u8],
    max_width: u32,
    cover: &Cover,
    limits: &PictureLimits,
) -> Result<Vec<u8>, PictureError> {
    let frame = check::frame(jpeg, limits)?;
    let (width, height) = scale::no_longer(frame.header.width, frame.header.height, cover.max_side);
    let (width, height) = scale::within(width, height, max_width);
    guarded(|| {
        let mut image = decode::decode(jpeg, &frame, None, limits)?;
        mask::hide(&mut image, &cover.masks, &frame);
        let mut image = scale::to(image, width, height)?;
        mask::fill_blocks(&mut image, &cover.masks, encode::BLOCK);
        encode::encode(&image, if cover.masks.is_empty() { Chroma::Halved } else { Chroma::Full })
    })
}

/// A picture in its own size under the camera's masks, with words written over and below it that nobody overlooks.
///
/// The strip below is added, it hides nothing; the first line of it also stands over the picture. Without masks this is level
/// `raw`. Each of the words is drawn as far as 300 characters, Chinese ones as they are; what GNU Unifont has no glyph for
/// (characters beyond U+FFFF) is drawn as U+FFFD.
///
/// # Errors
/// When it cannot be decoded within the limits.
pub fn stamped_jpeg(
    jpeg: &[u8],
    words: &[&str],
    masks: &Masks,
    limits: &PictureLimits,
) -> Result<Vec<u8>, PictureError> {
    let frame = check::frame(jpeg, limits)?;
    guarded(|| {
        let mut image = decode::decode(jpeg, &frame, None, limits)?;
        mask::hide(&mut image, masks, &frame);
        encode::encode(&stamp::stamp(image, words), Chroma::Full)
    })
}

/// Pixels on their way through this crate.
struct Image {
    width: u32,
    height: u32,
    format: PixelFormat,
    pixels: Vec<u8>,
}

fn broken(detail: impl Into<String>) -> PictureError {
    PictureError::Broken { detail: detail.into() }
}

/// Turns a panic of somebody else's decoder into an answer: a picture must not take its thread down.
fn guarded<T>(work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    // Nothing outlives the closure, so nothing half-changed can be seen afterwards.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(broken("the decoder gave up on it")))
}

#[cfg(test)]
mod tests;
