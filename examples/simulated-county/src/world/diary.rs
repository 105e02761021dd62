//! What happens in a greenhouse, and when: the plan of its device and of its farmer.

use super::CYCLE_DAYS;
use super::DAY_MS;
use super::FEED_DAY;
use super::Greenhouse;
use super::HARVEST_DAY;
use super::MINUTE_MS;
use super::SPRAY_DAY;
use super::SimTime;
use super::noise;

/// Between two readings.
pub const READING_EVERY_MS: u64 = 5 * MINUTE_MS;
/// Between two pictures.
pub const PICTURE_EVERY_MS: u64 = 30 * MINUTE_MS;

/// What a device has to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// A reading of the sensors.
    Reading,
    /// A picture.
    Picture,
    /// Something moved in front of the camera.
    Motion,
}

/// What the farmer does and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chore {
    /// Plants the next crop.
    Plant,
    /// Feeds it.
    Feed,
    /// Sprays it.
    Spray,
    /// Picks it.
    Harvest,
}

/// In the order in which they come.
const ALL: [Chore; 4] = [Chore::Plant, Chore::Feed, Chore::Spray, Chore::Harvest];

/// Everything a device sends from `from` on and before `until`, in order of time.
///
/// A reading at every fifth minute, a picture at every thirtieth, and one to three movements between seven and
/// eighteen o'clock, when somebody works there.
pub fn entries(seed: u64, greenhouse: &Greenhouse, from: SimTime, until: SimTime) -> Vec<(SimTime, Entry)> {
    let every = |period: u64, entry: Entry| {
        (from.0.div_ceil(period)..until.0.div_ceil(period)).map(move |slot| (SimTime(slot * period), entry))
    };
    let days = from.day()..until.0.div_ceil(DAY_MS);
    let motions = days.flat_map(|day| motions(seed, greenhouse, day)).filter(|time| (from..until).contains(time));
    let mut entries: Vec<_> = every(READING_EVERY_MS, Entry::Reading)
        .chain(every(PICTURE_EVERY_MS, Entry::Picture))
        .chain(motions.map(|time| (time, Entry::Motion)))
        .collect();
    entries.sort();
    entries
}

fn motions(seed: u64, greenhouse: &Greenhouse, day: u64) -> impl Iterator<Item = SimTime> {
    let salt = seed ^ greenhouse.salt();
    let count = 1 + noise::hash(&[salt, day, 0]) % 3;
    // Odd minutes only, so that a movement never falls on a reading's or picture's minute and no two on the same.
    (0..count).map(move |turn| {
        let minutes = 7 * 60 + turn * 220 + 1 + 2 * (noise::hash(&[salt, day, turn + 1]) % 110);
        SimTime(day * DAY_MS + minutes * MINUTE_MS)
    })
}

/// What the farmer does from `from` on and before `until`, in order of time, with the number of the crop.
///
/// Planted at eight on the first day of a cycle, fed at half past eight, sprayed at five in the afternoon, picked at nine. What lies before the
/// beginning of the simulation (see [`Greenhouse::head_start_days`]) is not in it: [`missed`] has that.
pub fn chores(greenhouse: &Greenhouse, from: SimTime, until: SimTime) -> Vec<(SimTime, u64, Chore)> {
    let head = greenhouse.head_start_days();
    let crops = from.day() / CYCLE_DAYS..=(until.day() + head) / CYCLE_DAYS;
    let mut chores: Vec<_> = crops
        .flat_map(|crop| ALL.map(|chore| (crop, chore)))
        .filter_map(|(crop, chore)| {
            let (day, hour, minute) = moment(chore);
            let day = (crop * CYCLE_DAYS + day).checked_sub(head)?;
            Some((SimTime::at(day, hour, minute), crop, chore))
        })
        .filter(|(time, ..)| (from..until).contains(time))
        .collect();
    chores.sort();
    chores
}

/// What the farmer had done to the first crop before the simulation began, with how many days before.
pub fn missed(greenhouse: &Greenhouse) -> Vec<(u64, Chore)> {
    let head = greenhouse.head_start_days();
    ALL.into_iter()
        .filter_map(|chore| head.checked_sub(moment(chore).0).filter(|days| *days > 0).map(|days| (days, chore)))
        .collect()
}

/// Day of the cycle, hour and minute.
fn moment(chore: Chore) -> (u64, u64, u64) {
    match chore {
        Chore::Plant => (0, 8, 0),
        Chore::Feed => (FEED_DAY, 8, 30),
        Chore::Spray => (SPRAY_DAY, 17, 0),
        Chore::Harvest => (HARVEST_DAY, 9, 0),
    }
}
