//! Chance that is the same each time: `SplitMix64`.

/// A seeded source of numbers.
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The numbers of one name; another name, other numbers.
    pub(crate) fn new(seed: u64, name: u64) -> Self {
        let mut dice = Self(seed ^ name.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to 1.
    pub(crate) fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// From `low` up to `high`.
    pub(crate) fn within(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.share()
    }

    /// Roughly normal, standard deviation 1: the sum of four even ones.
    pub(crate) fn noise(&mut self) -> f32 {
        (self.share() + self.share() + self.share() + self.share() - 2.0) * 1.732
    }
}
