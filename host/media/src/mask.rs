//! Burns a camera's masks into pixels, so that nothing behind one can be told from what leaves this crate.
//!
//! Twice: in the decoded picture before it is scaled, grown to whole coded units, because neighbours were coded and are
//! scaled together; and in the result, because a mask covers part of a pixel there. Who gets masked pixels is decided
//! elsewhere.

use xl_model::region::Masks;

use crate::Image;
use crate::frame::Frame;
use crate::raster;
use crate::raster::Grid;

/// The value of every byte of a masked pixel: a middle gray, which a JPEG codes as zeros.
pub const MASKED: u8 = 128;

/// Hides what is behind the masks in a picture as it was decoded, before anything else is done with it.
///
/// Pixels of one coded unit share their coefficients: a face under a mask leaves ripples beside it. So a unit that is
/// touched goes as a whole, and with it the pixels next to it, into which the decoder spread its colour.
pub(crate) fn hide(image: &mut Image, masks: &Masks, frame: &Frame) {
    burn(image, masks, frame.unit, frame.reach());
}

/// Fills every pixel that a mask touches.
pub(crate) fn fill(image: &mut Image, masks: &Masks) {
    burn(image, masks, (1, 1), (0, 0));
}

/// Fills every block of this size that a mask touches.
pub(crate) fn fill_blocks(image: &mut Image, masks: &Masks, block: (u32, u32)) {
    burn(image, masks, block, (0, 0));
}

/// Sets everything to 0 that [`hide`] may have changed in a gray picture scaled from `frame`, and nothing else.
///
/// A pixel beside a hidden one was scaled together with it: half of it is the constant, and it would be an edge.
pub(crate) fn blank(image: &mut Image, masks: &Masks, frame: &Frame) {
    let (from, to) = (frame.header, (image.width, image.height));
    let stride = image.width as usize;
    image.pixels.iter_mut().for_each(|pixel| *pixel = (*pixel).max(1));
    // The scaling filter reaches one pixel of the result further.
    let more = u32::from((from.width, from.height) != to);
    let low =
        |at: u32, from: u32, to: u32| ((u64::from(at) * u64::from(to) / u64::from(from)) as u32).saturating_sub(more);
    let high =
        |at: u32, from: u32, to: u32| ((u64::from(at) * u64::from(to)).div_ceil(u64::from(from)) as u32 + more).min(to);
    for_each_area(masks, (from.width, from.height), frame.unit, frame.reach(), |area| {
        let (left, right) = (low(area.left, from.width, to.0), high(area.right, from.width, to.0));
        let (top, bottom) = (low(area.top, from.height, to.1), high(area.bottom, from.height, to.1));
        for line in image.pixels.chunks_exact_mut(stride).take(bottom as usize).skip(top as usize) {
            line[left as usize..right as usize].fill(0);
        }
    });
}

/// Fills every cell that a mask touches, and as many pixels around it as `reach` says.
fn burn(image: &mut Image, masks: &Masks, cell: (u32, u32), reach: (u32, u32)) {
    let bytes = image.format.bytes();
    let stride = image.width as usize * bytes;
    for_each_area(masks, (image.width, image.height), cell, reach, |area| {
        for line in image.pixels.chunks_exact_mut(stride).take(area.bottom as usize).skip(area.top as usize) {
            line[area.left as usize * bytes..area.right as usize * bytes].fill(MASKED);
        }
    });
}

/// Some pixels beside and below each other; right and bottom are behind the last.
struct Area {
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
}

/// Calls `each` with areas that together are what the masks touch, and as many pixels around it as `reach` says.
fn for_each_area(
    masks: &Masks,
    (width, height): (u32, u32),
    cell: (u32, u32),
    reach: (u32, u32),
    mut each: impl FnMut(Area),
) {
    raster::touched(masks.regions(), Grid { width, height, cell }, |row, cells| {
        let top = (row * cell.1).saturating_sub(reach.1);
        let bottom = ((row + 1) * cell.1 + reach.1).min(height);
        for (first, behind) in raster::runs(cells) {
            let left = (first * cell.0).saturating_sub(reach.0);
            each(Area { left, right: (behind * cell.0 + reach.0).min(width), top, bottom });
        }
    });
}
