//! How far the plants of a greenhouse are.

use super::CYCLE_DAYS;
use super::Greenhouse;
use super::HARVEST_DAY;
use super::SimTime;

/// The crop of a greenhouse at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// Counts the crops, the one at the beginning of the simulation being 0.
    pub crop: u64,
    /// Days since it was planted, with their fraction.
    pub age_days: f64,
    /// Height and spread, 0 (bare soil) to 1 (grown).
    pub height: f64,
    /// Size of the fruit, 0 (none) to 1.
    pub fruit: f64,
    /// Colour of the fruit, 0 (green) to 1 (ripe).
    pub ripe: f64,
}

/// The crop of a greenhouse at a time.
pub fn stage(greenhouse: &Greenhouse, time: SimTime) -> Stage {
    let days = time.days() + greenhouse.head_start_days() as f64;
    let cycle = CYCLE_DAYS as f64;
    let age_days = days % cycle;
    // Picked in the morning of the harvest day, cleared two days later.
    let picked = HARVEST_DAY as f64 + 10.0 / 24.0;
    let cleared = picked + 2.0;
    let along = |from: f64, to: f64| ((age_days - from) / (to - from)).clamp(0.0, 1.0);
    let height = if age_days >= cleared { 0.0 } else { 0.08 + 0.92 * ease(along(0.0, 20.0)) };
    let fruit = if age_days >= picked { 0.0 } else { along(16.0, 23.0) };
    Stage { crop: (days / cycle) as u64, age_days, height, fruit, ripe: along(20.0, HARVEST_DAY as f64) }
}

fn ease(x: f64) -> f64 {
    x * x * (3.0 - 2.0 * x)
}
