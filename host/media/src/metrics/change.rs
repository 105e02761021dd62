//! Compares two pictures of one view: what moved, what changed, what was lost.

use xl_model::metrics::Change;
use xl_model::region::Region;

use super::CHUNK;
use super::Luma;
use super::light;
use super::rounded;
use super::shift;
use super::shift::Shift;

/// Gray levels beyond all neighbours from which on a pixel changed: above the noise of a night picture after scaling.
const CHANGED_FROM: u8 = 24;

/// Most that a ratio to the reference is said to be; a black reference would make it endless.
const MOST_KEPT: f64 = 100.0;

/// Why two pictures could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// They have not the same size: the camera's format was changed. Code XL0222.
    #[error(
        "the picture measures {} × {} working pixels, its reference {} × {}; take a new reference",
        current.0, current.1, reference.0, reference.1
    )]
    OtherSize {
        /// Width and height of the picture.
        current: (u32, u32),
        /// Width and height of the reference.
        reference: (u32, u32),
    },
    /// Nothing of the region can be seen in both. Code XL0223.
    #[error("the region lies wholly under the camera's masks; draw it elsewhere or change the masks")]
    Unseen,
}

/// Compares a picture with a reference of the same view, inside a region or all over.
///
/// Light is taken out first: a picture that is brighter or has more contrast as a whole did not change. A shift of the
/// whole view is taken out too and told. What a mask of either picture touches counts nowhere. Best is a reference of
/// the same hour; a shadow, rain or a passer-by is a change like any other.
///
/// # Errors
/// When they have not the same size, or nothing of the region is seen in both.
pub fn compare(current: &Luma, reference: &Luma, region: Option<&Region>) -> Result<Change, CompareError> {
    let size = |luma: &Luma| (luma.width(), luma.height());
    if size(current) != size(reference) {
        return Err(CompareError::OtherSize { current: size(current), reference: size(reference) });
    }
    let shape = current.shape();
    let (seen_now, seen_then) = (current.seen(), reference.seen());
    let (shift, agreement) = shift::between((current.bytes(), &seen_now), (reference.bytes(), &seen_then), shape);

    // From here on the picture lies on its reference; what the shift left uncovered is not seen.
    let now = shift.undone(current.bytes(), shape);
    let seen = both(&shift.undone(&seen_now, shape), &seen_then);
    let counted = both(&seen, &reference.inside(region));
    let total = sum(&counted);
    if total == 0 {
        return Err(CompareError::Unseen);
    }
    let expected = light::between(&now, reference.bytes(), &seen).of(reference.bytes());
    let changed = changed(&now, &expected, &counted, shape);

    let Shift { x, y } = shift;
    let (is, was) = (current.metrics(), reference.metrics());
    Ok(Change {
        share: rounded(changed as f64 / total as f64, 10_000.0),
        shift_x: x,
        shift_y: y,
        agreement: rounded(agreement, 1_000.0),
        difference: difference(current.bytes(), reference.bytes(), &both(&seen_now, &seen_then)),
        contrast_kept: kept(is.contrast, was.contrast),
        sharpness_kept: kept(is.sharpness, was.sharpness),
    })
}

/// How many counted pixels differ from everything that was expected at them or next to them.
///
/// Next to them, because an edge that fell half a pixel further is no change, nor is the noise of a single pixel.
fn changed(now: &[u8], expected: &[u8], counted: &[u8], shape: (usize, usize)) -> u64 {
    let lowest = spread(expected, shape, u8::min);
    let highest = spread(expected, shape, u8::max);
    let limits = lowest.iter().zip(&highest);
    let pixels = now.iter().zip(counted).zip(limits);
    let is_changed = |now: u8, lowest: u8, highest: u8| {
        (now < lowest.saturating_sub(CHANGED_FROM)) | (now > highest.saturating_add(CHANGED_FROM))
    };
    pixels
        .map(|((now, counted), (lowest, highest))| u64::from(*counted & u8::from(is_changed(*now, *lowest, *highest))))
        .sum()
}

/// The lowest or highest of each pixel and its eight neighbours.
fn spread(plane: &[u8], (width, _): (usize, usize), pick: impl Fn(u8, u8) -> u8) -> Vec<u8> {
    let mut across = plane.to_vec();
    for (row, across) in plane.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        for (value, right) in across.iter_mut().zip(row.iter().skip(1)) {
            *value = pick(*value, *right);
        }
        for (value, left) in across.iter_mut().skip(1).zip(row) {
            *value = pick(*value, *left);
        }
    }
    let mut both = across.clone();
    for (value, below) in both.iter_mut().zip(across.iter().skip(width)) {
        *value = pick(*value, *below);
    }
    for (value, above) in both.iter_mut().skip(width).zip(&across) {
        *value = pick(*value, *above);
    }
    both
}

fn both(one: &[u8], other: &[u8]) -> Vec<u8> {
    one.iter().zip(other).map(|(one, other)| one & other).collect()
}

fn sum(plane: &[u8]) -> u64 {
    plane.chunks(CHUNK).map(|chunk| u64::from(chunk.iter().map(|value| u32::from(*value)).sum::<u32>())).sum()
}

/// Mean difference of the pixels seen in both; 0 when there are none.
fn difference(now: &[u8], then: &[u8], seen: &[u8]) -> f64 {
    let differences: Vec<u8> =
        now.iter().zip(then).zip(seen).map(|((now, then), seen)| now.abs_diff(*then) * seen).collect();
    sum(&differences) as f64 / sum(seen).max(1) as f64
}

fn kept(is: f64, was: f64) -> f64 {
    // Below one gray level nothing can be lost.
    if was < 1.0 { 1.0 } else { rounded((is / was).min(MOST_KEPT), 1_000.0) }
}
