//! Pictures from outside: checked without decoding, decoded within limits, scaled, encoded again.
//!
//! Decoders of hostile bytes stay in this crate. Everything here computes, nothing waits and nothing is kept: call it
//! away from the async threads. Bytes come from `ingest` (which only needs [`check()`]) and from the picture port of a
//! plugin's batch ([`pixels`], [`shrink`]).

mod check;
mod decode;
mod encode;
mod frame;
mod kind;
mod scale;

pub use check::check;

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

/// Decodes and scales to exactly `width` × `height`, rows from top to bottom without padding.
///
/// The shape is stretched where its proportions differ. A size with a zero in it gives no bytes.
///
/// # Errors
/// When it cannot be decoded within the limits, or when the wished size is over them.
pub fn pixels(
    jpeg: &[u8],
    width: u32,
    height: u32,
    format: PixelFormat,
    limits: &PictureLimits,
) -> Result<Vec<u8>, PictureError> {
    check(jpeg, limits)?;
    limits.admit(width, height)?;
    if width == 0 || height == 0 {
        return Ok(Vec::new());
    }
    guarded(|| Ok(scale::to(decode::decode(jpeg, Some(format), limits)?, width, height)?.pixels))
}

/// Decodes, scales to at most `max_width` (never enlarges) and encodes again, without metadata.
///
/// Everything that is not pixels is gone afterwards: EXIF with place and owner, thumbnails, comments, colour profile.
/// An EXIF orientation goes with it and is not applied, because cameras on a wall have none.
///
/// # Errors
/// When it cannot be decoded within the limits.
pub fn shrink(jpeg: &[u8], max_width: u32, limits: &PictureLimits) -> Result<Vec<u8>, PictureError> {
    let Header { width, height } = check(jpeg, limits)?;
    let (new_width, new_height) = scale::within(width, height, max_width);
    guarded(|| {
        let image = decode::decode(jpeg, None, limits)?;
        encode::encode(&scale::to(image, new_width, new_height)?)
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
