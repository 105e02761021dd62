//! Chance that can be repeated: numbers from a hash instead of a generator with a state.

/// A well-mixed number from what it is about (`SplitMix64`, one round for each part).
pub(super) fn hash(parts: &[u64]) -> u64 {
    parts.iter().fold(0x9E37_79B9_7F4A_7C15, |state, part| {
        let mut z = (state ^ part).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}

/// From 0 to below 1.
pub(super) fn unit(parts: &[u64]) -> f64 {
    (hash(parts) >> 11) as f64 / (1u64 << 53) as f64
}

/// From -1 to 1, changing smoothly with `x`: a new random value at each whole number, eased in between.
pub(super) fn smooth(seed: u64, channel: u64, x: f64) -> f64 {
    let knot = x.floor();
    let value = |knot: f64| unit(&[seed, channel, knot as u64]) * 2.0 - 1.0;
    let along = x - knot;
    let eased = along * along * (3.0 - 2.0 * along);
    value(knot) + (value(knot + 1.0) - value(knot)) * eased
}
