//! Connection rate 连线率: it counts villages, not cameras.

use std::collections::BTreeSet;

use crate::rate::Ratio;
use crate::rate::area::Area;
use crate::rate::roll_up::RollUp;

/// When a village counts as connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connected {
    /// Its cameras that must be up.
    pub least_up: u64,
}

impl Default for Connected {
    fn default() -> Self {
        Self { least_up: 1 }
    }
}

/// Connected villages of all `villages` below `area`, by the cameras as they are now. A village without a camera counts
/// as not connected; what is no village is left out.
pub fn connection(now: &RollUp, villages: &BTreeSet<Area>, area: &Area, rule: Connected) -> Ratio {
    let within = |village: &&Area| village.is_village() && village.as_str().starts_with(area.as_str());
    let mut ratio = Ratio { num: 0, den: 0 };
    for village in villages.iter().filter(within) {
        ratio.den += 1;
        ratio.num += u64::from(now.area(village).up >= rule.least_up.max(1));
    }
    ratio
}
