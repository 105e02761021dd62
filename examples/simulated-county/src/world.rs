//! The simulated greenhouses: pure functions of seed, greenhouse and simulated time.
//!
//! No clock, no network, no state: the same arguments give the same reading and the same picture, byte for byte. What
//! a day brings stands in [`diary`]; who sends it is none of this.

pub mod diary;
mod growth;
mod noise;
mod picture;
mod weather;

pub use growth::Stage;
pub use growth::stage;
pub use picture::picture;
pub use weather::Reading;
pub use weather::daylight;
pub use weather::reading;

/// Milliseconds of a minute.
pub const MINUTE_MS: u64 = 60_000;
/// Milliseconds of an hour.
pub const HOUR_MS: u64 = 60 * MINUTE_MS;
/// Milliseconds of a day.
pub const DAY_MS: u64 = 24 * HOUR_MS;

/// Days from one planting to the next. A real crop takes longer; nobody would wait for it here.
pub const CYCLE_DAYS: u64 = 30;
/// Day of the cycle on which the farmer feeds the plants.
pub const FEED_DAY: u64 = 6;
/// Day of the cycle on which the farmer sprays against aphids, where the interval until the harvest allows it.
pub const SPRAY_DAY: u64 = 9;
/// Day of the cycle on which the fruit is picked.
pub const HARVEST_DAY: u64 = 26;

/// A greenhouse of the simulation, the whole of its identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Greenhouse {
    /// The nine digits of its township.
    pub township: String,
    /// Counts from 1 inside the township.
    pub number: u32,
}

impl Greenhouse {
    /// Its camera's id, such as `gh-1`.
    pub fn camera(&self) -> String {
        format!("gh-{}", self.number)
    }

    /// The user name of its device, such as `371122102.gh-1`.
    pub fn device(&self) -> String {
        format!("{}.{}", self.township, self.camera())
    }

    /// How much a crop yields, in kilograms.
    pub fn harvest_kg(&self, seed: u64, crop: u64) -> u64 {
        1_600 + noise::hash(&[seed ^ self.salt(), crop, 7]) % 800
    }

    /// A number that tells it from every other.
    fn salt(&self) -> u64 {
        self.township.bytes().fold(u64::from(self.number), |sum, digit| sum.wrapping_mul(31) + u64::from(digit))
    }

    /// How far its first crop is when the simulation begins, so that not all greenhouses look alike.
    ///
    /// Before the harvest for all of them; the first one is grown and bears fruit soon.
    pub fn head_start_days(&self) -> u64 {
        (16 + 7 * u64::from(self.number.saturating_sub(1))) % 24
    }
}

/// Simulated time: milliseconds since the midnight on which the simulation began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

impl SimTime {
    /// When the simulation begins: by day, so that the first picture shows something.
    pub const BEGIN: Self = Self(8 * HOUR_MS);

    /// A day, hour and minute of the simulation, the first day being 0.
    pub fn at(day: u64, hour: u64, minute: u64) -> Self {
        Self(day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS)
    }

    /// The day, counted from 0.
    pub fn day(self) -> u64 {
        self.0 / DAY_MS
    }

    /// The time of day in hours, 0 to below 24.
    pub fn hour(self) -> f64 {
        (self.0 % DAY_MS) as f64 / HOUR_MS as f64
    }

    /// Days with their fraction.
    fn days(self) -> f64 {
        self.0 as f64 / DAY_MS as f64
    }
}
