//! Figures about a picture in place of its pixels, and what they say about the view. Level `metric` needs no more.
//!
//! The figures are measured in `xl-media` on luma at most 320 pixels wide (*working pixels*), outside the camera's masks.
//! The thresholds stand here, so that everybody draws the same conclusions; they are a start, not a truth: one vendor's
//! for brightness and contrast, our own drawings for the rest. Judge over several pictures before anybody is called.

use serde::Deserialize;
use serde::Serialize;

/// Mean brightness below which a view is dark.
pub const DARK_BELOW: f64 = 30.0;

/// Mean brightness above which a view is too bright.
pub const BRIGHT_ABOVE: f64 = 220.0;

/// Contrast below which a view is flat.
pub const FLAT_BELOW: f64 = 25.0;

/// Sharpness below which a view that is not flat counts as blurred.
pub const BLURRED_BELOW: f64 = 50.0;

/// Share of the reference's sharpness below which a view counts as blurred or, where it is flat as well, as covered.
pub const SHARPNESS_LOST_BELOW: f64 = 0.2;

/// Share of the reference's contrast below which a flat view without sharpness counts as covered.
pub const CONTRAST_LOST_BELOW: f64 = 0.5;

/// Working pixels of shift from which on the camera was moved; a pole in the wind sways by one or two.
pub const MOVED_FROM: i32 = 3;

/// Agreement with the reference below which a sharp, lit view shows another place altogether.
pub const LOST_BELOW: f64 = 0.15;

/// Consecutive pictures identical to their predecessor from which on a view is frozen: a sensor always has some noise.
pub const FROZEN_FROM: u32 = 3;

/// Share of a view outside the masks below which nothing is concluded from it.
pub const SEEN_FROM: f64 = 0.05;

/// What one picture measures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PictureMetrics {
    /// Mean luma, 0 to 255.
    pub brightness: f64,
    /// Standard deviation of luma, 0 to 127.5.
    pub contrast: f64,
    /// Variance of the Laplacian (each pixel four times, less its four neighbours); a sharp street has hundreds.
    pub sharpness: f64,
    /// Share of the picture outside the masks, 0 to 1; the figures above are 0 where it is 0.
    pub seen_share: f64,
}

/// How a picture differs from a reference of the same view.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Share of the region's pixels that changed, 0 to 1, after light and shift were taken out; masked ones not counted.
    pub share: f64,
    /// How far the view moved to the right since the reference, in working pixels; 0 when that is not clear.
    pub shift_x: i32,
    /// How far the view moved down, in working pixels; 0 when that is not clear.
    pub shift_y: i32,
    /// Correlation of the edges of both views after the shift, −1 to 1; 1 is the same view, 0 another place.
    pub agreement: f64,
    /// Mean difference of luma without taking anything out, 0 to 255; exactly 0 for identical pictures.
    pub difference: f64,
    /// Contrast as a multiple of the reference's, at most 100.
    pub contrast_kept: f64,
    /// Sharpness as a multiple of the reference's, at most 100.
    pub sharpness_kept: f64,
}

impl Change {
    /// Whether not a single pixel differs: what is to be counted for [`ViewFaults::of`].
    pub fn is_identical(&self) -> bool {
        self.difference == 0.0
    }
}

/// What is wrong with a view, by the thresholds of this file. None of it is a fault of the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ViewFaults {
    /// Too dark to see: mean below [`DARK_BELOW`].
    pub dark: bool,
    /// Too bright to see: mean above [`BRIGHT_ABOVE`].
    pub bright: bool,
    /// Out of focus, fogged or dirty: not covered, and below [`SHARPNESS_LOST_BELOW`] of the reference's sharpness; where
    /// there is no reference, not flat and below [`BLURRED_BELOW`].
    pub blurred: bool,
    /// Something hangs before the lens: flat, and contrast and sharpness lost against the reference.
    pub covered: bool,
    /// The camera points elsewhere: shifted by [`MOVED_FROM`] or more, or another place altogether ([`LOST_BELOW`]).
    pub moved: bool,
    /// The same picture again and again: [`FROZEN_FROM`] times or more.
    pub frozen: bool,
}

impl ViewFaults {
    /// Draws the conclusions from a picture's figures.
    ///
    /// `change` is against a reference of the same view, best of the same hour: without one, `covered` and `moved` are
    /// not told. `repeats` counts how many pictures up to this one were identical to the one before them (by their
    /// SHA-256, or by [`Change::is_identical`] against the picture before).
    pub fn of(now: &PictureMetrics, change: Option<&Change>, repeats: u32) -> Self {
        let frozen = repeats >= FROZEN_FROM;
        if now.seen_share < SEEN_FROM {
            return Self { frozen, ..Self::default() };
        }
        let is_flat = now.contrast < FLAT_BELOW;
        let (dark, bright) = (now.brightness < DARK_BELOW, now.brightness > BRIGHT_ABOVE);
        let lost_sharpness = change.is_some_and(|change| change.sharpness_kept < SHARPNESS_LOST_BELOW);
        let covered =
            is_flat && lost_sharpness && change.is_some_and(|change| change.contrast_kept < CONTRAST_LOST_BELOW);
        let blurred =
            !covered && if change.is_some() { lost_sharpness } else { !is_flat && now.sharpness < BLURRED_BELOW };
        let is_clear = !(dark || bright || blurred || covered || is_flat);
        let moved = change.is_some_and(|change| {
            let shift = change.shift_x.abs().max(change.shift_y.abs());
            shift >= MOVED_FROM || (is_clear && change.agreement < LOST_BELOW)
        });
        Self { dark, bright, blurred, covered, moved, frozen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: PictureMetrics =
        PictureMetrics { brightness: 110.0, contrast: 48.0, sharpness: 900.0, seen_share: 1.0 };
    const SAME: Change = Change {
        share: 0.0,
        shift_x: 0,
        shift_y: 0,
        agreement: 0.98,
        difference: 1.2,
        contrast_kept: 1.0,
        sharpness_kept: 1.0,
    };

    fn check(now: PictureMetrics, change: Option<Change>, repeats: u32, wanted: &str) {
        let found = ViewFaults::of(&now, change.as_ref(), repeats);
        let names: Vec<&str> = [
            (found.dark, "dark"),
            (found.bright, "bright"),
            (found.blurred, "blurred"),
            (found.covered, "covered"),
            (found.moved, "moved"),
            (found.frozen, "frozen"),
        ]
        .into_iter()
        .filter_map(|(is, name)| is.then_some(name))
        .collect();
        assert_eq!(names.join(" "), wanted, "{now:?} {change:?} {repeats}");
    }

    #[test]
    fn a_good_view_has_no_fault() {
        check(GOOD, None, 0, "");
        check(GOOD, Some(SAME), 0, "");
    }

    #[test]
    fn each_threshold_is_the_first_value_without_the_fault() {
        for (brightness, wanted) in [(29.9, "dark"), (30.0, ""), (220.0, ""), (220.1, "bright")] {
            check(PictureMetrics { brightness, ..GOOD }, Some(SAME), 0, wanted);
        }
        for (sharpness, wanted) in [(49.9, "blurred"), (50.0, "")] {
            check(PictureMetrics { sharpness, ..GOOD }, None, 0, wanted);
        }
        for (sharpness_kept, wanted) in [(0.19, "blurred"), (0.2, "")] {
            check(GOOD, Some(Change { sharpness_kept, ..SAME }), 0, wanted);
        }
        for (shift_x, shift_y, wanted) in [(2, -2, ""), (3, 0, "moved"), (0, -3, "moved")] {
            check(GOOD, Some(Change { shift_x, shift_y, ..SAME }), 0, wanted);
        }
        for (repeats, wanted) in [(2, ""), (3, "frozen")] {
            check(GOOD, Some(SAME), repeats, wanted);
        }
    }

    #[test]
    fn covered_needs_a_reference_and_all_three_losses() {
        let flat = PictureMetrics { contrast: 24.9, sharpness: 4.0, ..GOOD };
        let lost = Change { contrast_kept: 0.49, sharpness_kept: 0.01, agreement: 0.0, share: 1.0, ..SAME };
        check(flat, Some(lost), 0, "covered");
        check(flat, None, 0, "");
        check(PictureMetrics { contrast: 25.0, ..flat }, Some(lost), 0, "blurred");
        check(flat, Some(Change { contrast_kept: 0.5, ..lost }), 0, "blurred");
        // A wall that was always flat.
        check(flat, Some(SAME), 0, "");
    }

    #[test]
    fn another_place_is_told_only_from_a_clear_view() {
        let elsewhere = Change { agreement: 0.05, share: 0.9, ..SAME };
        check(GOOD, Some(elsewhere), 0, "moved");
        check(PictureMetrics { brightness: 12.0, ..GOOD }, Some(elsewhere), 0, "dark");
    }

    #[test]
    fn nothing_is_concluded_from_a_view_under_masks() {
        let unseen = PictureMetrics { brightness: 0.0, contrast: 0.0, sharpness: 0.0, seen_share: 0.0 };
        check(unseen, None, 0, "");
        check(unseen, None, 3, "frozen");
    }

    #[test]
    fn picture_levels_are_ordered_by_what_they_show() {
        use crate::picture::PictureLevel::Masked;
        use crate::picture::PictureLevel::Metric;
        use crate::picture::PictureLevel::None;
        use crate::picture::PictureLevel::Raw;
        assert!(None < Metric && Metric < Masked && Masked < Raw);
    }
}
