//! Takes the light out of a comparison: finds the one brightness and contrast that turn the reference into the picture.
//!
//! Robust against what did change: each candidate is judged by how many pixels it explains, and only those refine it. It
//! is one rule for the whole picture; a shadow over a part of it stays a change.

use super::CHUNK;

/// Most that contrast is taken to have grown or, as its inverse, shrunk.
const MOST_GAIN: f64 = 4.0;

/// Distances in gray levels within which a pixel counts as explained, one for each refinement.
const EXPLAINED_WITHIN: [u8; 3] = [32, 20, 12];

/// Values that tell nothing of the light, because the sensor or the coding cut them off.
const CUT_OFF: [std::ops::RangeInclusive<u8>; 2] = [0..=3, 252..=255];

/// `now = gain × then + offset`, in 256ths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Light {
    gain: i32,
    offset: i32,
}

impl Light {
    fn new(gain: f64, offset: f64) -> Self {
        Self { gain: (gain * 256.0).round() as i32, offset: (offset * 256.0).round() as i32 }
    }

    /// The reference as it would look in this light.
    pub(crate) fn of(self, then: &[u8]) -> Vec<u8> {
        then.iter().map(|then| self.at(*then)).collect()
    }

    fn at(self, then: u8) -> u8 {
        ((self.gain * i32::from(then) + self.offset + 128) >> 8).clamp(0, 255) as u8
    }

    /// Fits again to the pixels that are explained within `limit`; gives also how many they are.
    fn refined(self, now: &[u8], then: &[u8], seen: &[u8], limit: u8) -> (Self, u64) {
        let (mut n, mut st, mut sn, mut stt, mut stn) = (0u64, 0u64, 0u64, 0u64, 0u64);
        for ((now, then), seen) in now.chunks(CHUNK).zip(then.chunks(CHUNK)).zip(seen.chunks(CHUNK)) {
            let (mut n32, mut st32, mut sn32, mut stt32, mut stn32) = (0u32, 0u32, 0u32, 0u32, 0u32);
            for ((now, then), seen) in now.iter().zip(then).zip(seen) {
                let explained = u8::from(self.at(*then).abs_diff(*now) <= limit) & seen;
                let (weight, now, then) = (u32::from(explained), u32::from(*now), u32::from(*then));
                n32 += weight;
                st32 += weight * then;
                sn32 += weight * now;
                stt32 += weight * then * then;
                stn32 += weight * then * now;
            }
            n += u64::from(n32);
            st += u64::from(st32);
            sn += u64::from(sn32);
            stt += u64::from(stt32);
            stn += u64::from(stn32);
        }
        if n == 0 {
            return (self, 0);
        }
        let (mean_then, mean_now) = (st as f64 / n as f64, sn as f64 / n as f64);
        let spread = stt as f64 / n as f64 - mean_then * mean_then;
        let together = stn as f64 / n as f64 - mean_then * mean_now;
        // A flat view says nothing of contrast.
        let gain = if spread < 1.0 { f64::from(self.gain) / 256.0 } else { together / spread };
        let gain = gain.clamp(1.0 / MOST_GAIN, MOST_GAIN);
        (Self::new(gain, mean_now - gain * mean_then), n)
    }
}

/// The light between two pictures that lie on each other.
pub(crate) fn between(now: &[u8], then: &[u8], seen: &[u8]) -> Light {
    let telling: Vec<u8> =
        now.iter().zip(then).zip(seen).map(|((now, then), seen)| u8::from(tells(*now) & tells(*then)) & seen).collect();
    let (now_quarters, then_quarters) = (quarters(now, &telling), quarters(then, &telling));
    let gain = ((now_quarters[2] - now_quarters[0]) / (then_quarters[2] - then_quarters[0]).max(1.0))
        .clamp(1.0 / MOST_GAIN, MOST_GAIN);
    let candidates = [
        Light::new(1.0, 0.0),
        Light::new(1.0, now_quarters[1] - then_quarters[1]),
        Light::new(gain, now_quarters[1] - gain * then_quarters[1]),
    ];
    let mut best = (candidates[0], 0);
    for candidate in candidates {
        let refined = EXPLAINED_WITHIN
            .iter()
            .fold((candidate, 0), |(light, _), limit| light.refined(now, then, &telling, *limit));
        if refined.1 > best.1 {
            best = refined;
        }
    }
    best.0
}

fn tells(value: u8) -> bool {
    !CUT_OFF.iter().any(|range| range.contains(&value))
}

/// The values below which a quarter, a half and three quarters of the pixels lie.
fn quarters(bytes: &[u8], seen: &[u8]) -> [f64; 3] {
    let mut counts = [0u64; 256];
    for (byte, seen) in bytes.iter().zip(seen) {
        counts[usize::from(*byte)] += u64::from(*seen);
    }
    let total: u64 = counts.iter().sum();
    [1, 2, 3].map(|quarter| {
        let mut below = 0;
        let value = counts.iter().position(|count| {
            below += count;
            below * 4 >= total * quarter
        });
        value.unwrap_or_default() as f64
    })
}
