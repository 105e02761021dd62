//! Leaves out pictures from which nothing can be concluded. A picture that is left out says neither clean nor changed.

use serde::Deserialize;
use serde::Serialize;

use super::rules::Rules;
use super::sample::Sampled;

/// Age of a picture above which it says nothing about now, in milliseconds.
const STALE_FROM_MS: i64 = 30 * 60_000;

/// Share of the picture outside the masks below which nothing is concluded.
const SEEN_FROM: f64 = 0.05;

/// Why a picture is not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unusable {
    /// The camera gave no picture.
    Failed,
    /// It is too old.
    Stale,
    /// It was taken outside the hours of watching.
    Hours,
    /// Too dark.
    Dark,
    /// Too bright.
    Bright,
    /// Out of focus, fogged or dirty.
    Blurred,
    /// Something hangs before the lens.
    Covered,
    /// The camera points elsewhere.
    Moved,
    /// The same picture again and again.
    Frozen,
    /// Too much of the picture is masked.
    Masked,
    /// The whole view changed: rain, snow, fog, headlights.
    Weather,
    /// The view looks different as a whole: infrared, another light.
    Light,
    /// There is no clean view of this hour yet.
    NoReference,
}

/// Whether a picture can be judged at all, before it is compared. Whether the camera was turned is told by the comparison:
/// the host's own answer is against the day before, when it may have been turned.
///
/// # Errors
/// Why not.
pub fn guard(sampled: &Sampled, hour: u32, rules: &Rules) -> Result<(), Unusable> {
    let Some(metrics) = sampled.metrics.filter(|_| sampled.failed.is_none()) else { return Err(Unusable::Failed) };
    let faults = sampled.faults;
    let first = [
        (sampled.age_ms > STALE_FROM_MS, Unusable::Stale),
        (metrics.seen_share < SEEN_FROM, Unusable::Masked),
        (!rules.judges(hour), Unusable::Hours),
        (faults.dark, Unusable::Dark),
        (faults.bright, Unusable::Bright),
        (faults.covered, Unusable::Covered),
        (faults.blurred, Unusable::Blurred),
        (faults.frozen, Unusable::Frozen),
    ];
    first.into_iter().find_map(|(is, why)| is.then_some(why)).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::super::sample::Faults;
    use super::super::sample::Figures;
    use super::*;

    fn good() -> Sampled {
        let metrics = Figures { brightness: 110.0, contrast: 48.0, sharpness: 900.0, seen_share: 1.0 };
        Sampled { metrics: Some(metrics), ..Sampled::default() }
    }

    #[test]
    fn a_good_picture_inside_the_hours_is_judged() {
        assert_eq!(guard(&good(), 10, &Rules::default()), Ok(()));
    }

    #[test]
    fn what_is_dark_blurred_covered_frozen_stale_masked_or_missing_is_left_out() {
        let with = |faults| Sampled { faults, ..good() };
        let none = Faults::default();
        let masked = Figures { brightness: 0.0, contrast: 0.0, sharpness: 0.0, seen_share: 0.01 };
        for (sampled, hour, why) in [
            (Sampled::default(), 10, Unusable::Failed),
            (Sampled { failed: Some("x".to_owned()), ..good() }, 10, Unusable::Failed),
            (Sampled { age_ms: 31 * 60_000, ..good() }, 10, Unusable::Stale),
            (Sampled { metrics: Some(masked), ..good() }, 10, Unusable::Masked),
            (good(), 5, Unusable::Hours),
            (good(), 19, Unusable::Hours),
            (with(Faults { dark: true, ..none }), 10, Unusable::Dark),
            (with(Faults { bright: true, ..none }), 10, Unusable::Bright),
            (with(Faults { blurred: true, ..none }), 10, Unusable::Blurred),
            (with(Faults { covered: true, ..none }), 10, Unusable::Covered),
            (with(Faults { frozen: true, ..none }), 10, Unusable::Frozen),
        ] {
            assert_eq!(guard(&sampled, hour, &Rules::default()), Err(why));
        }
    }
}
