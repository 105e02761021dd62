//! Measures pictures: how bright, how sharp, and how far from a reference. Draws no conclusions.
//!
//! Works on luma at most [`WORKING_WIDTH`] pixels wide, decoded once for all figures, and leaves out what is under a
//! mask. The figures and what they mean stand in [`xl_model::metrics`]. Plain loops over bytes, written so that the
//! compiler turns them into vector instructions.

mod change;
mod light;
mod shift;

use xl_model::metrics::PictureMetrics;
use xl_model::region::Masks;
use xl_model::region::Region;

use crate::PictureError;
use crate::PictureLimits;
use crate::PixelFormat;
use crate::check;
use crate::decode;
use crate::guarded;
use crate::mask;
use crate::raster;
use crate::raster::Grid;
use crate::scale;

pub use change::CompareError;
pub use change::compare;

/// Width of a picture on which figures are measured, in pixels; a narrower picture keeps its own.
pub(crate) const WORKING_WIDTH: u32 = 320;

/// Bytes that are added up in 32 bits before they go into 64: 2¹² squares of a byte fit with room to spare.
const CHUNK: usize = 4096;

/// Measures one picture outside the camera's masks.
///
/// # Errors
/// When it cannot be decoded within the limits.
pub fn metrics(jpeg: &[u8], masks: &Masks, limits: &PictureLimits) -> Result<PictureMetrics, PictureError> {
    Ok(Luma::decode(jpeg, masks, limits)?.metrics())
}

/// A picture as figures are measured on it: luma, and 0 for what is under a mask or was scaled together with it.
///
/// The darkest pixel that is seen has 1, so the bytes say by themselves what is masked. 58 kB for 16 : 9: it can be kept
/// as a reference; [`Luma::bytes`] and [`Luma::new`] store and restore it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Luma {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

impl Luma {
    /// Decodes a picture, scaled to at most 320 pixels of width, proportions kept.
    ///
    /// # Errors
    /// When it cannot be decoded within the limits.
    pub fn decode(jpeg: &[u8], masks: &Masks, limits: &PictureLimits) -> Result<Self, PictureError> {
        let frame = check::frame(jpeg, limits)?;
        let (width, height) = scale::within(frame.header.width, frame.header.height, WORKING_WIDTH);
        guarded(|| {
            let mut image = decode::decode(jpeg, &frame, Some(PixelFormat::Gray), limits)?;
            mask::hide(&mut image, masks, &frame);
            let mut image = scale::to(image, width, height)?;
            mask::blank(&mut image, masks, &frame);
            Ok(Self { width, height, bytes: image.pixels })
        })
    }

    /// Takes what was decoded earlier; masks drawn since then are applied.
    ///
    /// `None` when it has no pixels, is wider than 320 of them, or has another number of bytes than its size says.
    pub fn new(width: u32, height: u32, bytes: Vec<u8>, masks: &Masks) -> Option<Self> {
        let fits = (1..=WORKING_WIDTH).contains(&width) && bytes.len() as u64 == u64::from(width) * u64::from(height);
        if !fits || bytes.is_empty() {
            return None;
        }
        let mut bytes = bytes;
        set(&mut bytes, (width, height), masks.regions(), 0);
        Some(Self { width, height, bytes })
    }

    /// Width in working pixels, 1 to 320.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in working pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// One byte a pixel, rows from top to bottom; 0 is not seen.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Measures it.
    pub fn metrics(&self) -> PictureMetrics {
        let seen = self.seen();
        let sums = Sums::of(&self.bytes, &seen);
        PictureMetrics {
            brightness: rounded(sums.mean(), 100.0),
            contrast: rounded(sums.variance().sqrt(), 100.0),
            sharpness: rounded(self.sharpness(&seen), 100.0),
            seen_share: rounded(sums.count as f64 / self.bytes.len() as f64, 10_000.0),
        }
    }

    /// The shape as a plane's loops need it.
    fn shape(&self) -> (usize, usize) {
        (self.width as usize, self.height as usize)
    }

    /// 1 for each pixel that is seen.
    fn seen(&self) -> Vec<u8> {
        self.bytes.iter().map(|byte| u8::from(*byte != 0)).collect()
    }

    /// 1 for each pixel that the region touches; all of them without a region.
    fn inside(&self, region: Option<&Region>) -> Vec<u8> {
        let Some(region) = region else { return vec![1; self.bytes.len()] };
        let mut inside = vec![0; self.bytes.len()];
        set(&mut inside, (self.width, self.height), std::slice::from_ref(region), 1);
        inside
    }

    /// Variance of the Laplacian over the pixels that are seen with all four neighbours.
    fn sharpness(&self, seen: &[u8]) -> f64 {
        let (width, height) = self.shape();
        let solid = solid(seen, self.shape());
        let (mut count, mut sum, mut squares) = (0u64, 0i64, 0u64);
        for y in 1..height.saturating_sub(1) {
            let line = |y: usize| &self.bytes[y * width..(y + 1) * width];
            let (up, row, down, solid) = (line(y - 1), line(y), line(y + 1), &solid[y * width..(y + 1) * width]);
            // A row has at most 320 values of at most 1,020: their squares add up to less than 2³¹.
            let (mut row_count, mut row_sum, mut row_squares) = (0u32, 0i32, 0i32);
            for x in 1..width.saturating_sub(1) {
                let four = i32::from(up[x]) + i32::from(down[x]) + i32::from(row[x - 1]) + i32::from(row[x + 1]);
                let value = (4 * i32::from(row[x]) - four) * i32::from(solid[x]);
                row_count += u32::from(solid[x]);
                row_sum += value;
                row_squares += value * value;
            }
            count += u64::from(row_count);
            sum += i64::from(row_sum);
            squares += u64::from(row_squares.unsigned_abs());
        }
        if count == 0 {
            return 0.0;
        }
        let mean = sum as f64 / count as f64;
        (squares as f64 / count as f64 - mean * mean).max(0.0)
    }
}

/// Sets each pixel that one of the regions touches.
fn set(plane: &mut [u8], (width, height): (u32, u32), regions: &[Region], value: u8) {
    raster::touched(regions, Grid { width, height, cell: (1, 1) }, |row, cells| {
        let line = &mut plane[row as usize * width as usize..];
        for (first, behind) in raster::runs(cells) {
            line[first as usize..behind as usize].fill(value);
        }
    });
}

/// 1 for each pixel that is seen with its four neighbours; never at the border of the picture.
fn solid(seen: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
    let mut solid = vec![0; seen.len()];
    for y in 1..height.saturating_sub(1) {
        let (up, row, down) = (&seen[(y - 1) * width..], &seen[y * width..], &seen[(y + 1) * width..]);
        let solid = &mut solid[y * width..(y + 1) * width];
        for x in 1..width.saturating_sub(1) {
            solid[x] = up[x] & down[x] & row[x - 1] & row[x] & row[x + 1];
        }
    }
    solid
}

/// Count, sum and sum of squares of the bytes that are seen.
struct Sums {
    count: u64,
    sum: u64,
    squares: u64,
}

impl Sums {
    fn of(bytes: &[u8], seen: &[u8]) -> Self {
        let mut all = Self { count: 0, sum: 0, squares: 0 };
        for (bytes, seen) in bytes.chunks(CHUNK).zip(seen.chunks(CHUNK)) {
            let (mut count, mut sum, mut squares) = (0u32, 0u32, 0u32);
            for (byte, seen) in bytes.iter().zip(seen) {
                let (byte, seen) = (u32::from(*byte), u32::from(*seen));
                count += seen;
                sum += byte * seen;
                squares += byte * byte * seen;
            }
            all.count += u64::from(count);
            all.sum += u64::from(sum);
            all.squares += u64::from(squares);
        }
        all
    }

    fn mean(&self) -> f64 {
        self.sum as f64 / self.count.max(1) as f64
    }

    fn variance(&self) -> f64 {
        (self.squares as f64 / self.count.max(1) as f64 - self.mean().powi(2)).max(0.0)
    }
}

/// A figure with as many digits as it is worth, so that JSON stays short.
fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
