//! How much of a time limit, as people write it: whole, or with a half.

use std::str::FromStr;

use serde::Deserialize;

/// So much in halves: `1.5` (1.5 工作时) is three of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "f64")]
pub struct Amount {
    halves: u32,
}

/// What is neither whole nor a half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a whole number or a half, such as 2 or 1.5")]
pub struct NoAmount;

impl Amount {
    /// How many halves.
    pub fn halves(self) -> u32 {
        self.halves
    }
}

impl From<u32> for Amount {
    fn from(whole: u32) -> Self {
        Self { halves: whole.saturating_mul(2) }
    }
}

impl TryFrom<f64> for Amount {
    type Error = NoAmount;

    fn try_from(number: f64) -> Result<Self, NoAmount> {
        let halves = number * 2.0;
        // Also false for what is no number.
        if !(0.0..=f64::from(u32::MAX)).contains(&halves) || halves.fract() != 0.0 {
            return Err(NoAmount);
        }
        // Whole and within bounds, as was just asked.
        Ok(Self { halves: halves as u32 })
    }
}

/// `2`, `2.0` or `1.5`.
impl FromStr for Amount {
    type Err = NoAmount;

    fn from_str(text: &str) -> Result<Self, NoAmount> {
        let (whole, half) = match text.split_once('.') {
            None => (text, 0),
            Some((whole, "0")) => (whole, 0),
            Some((whole, "5")) => (whole, 1),
            Some(_) => return Err(NoAmount),
        };
        if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoAmount);
        }
        let whole: u32 = whole.parse().map_err(|_| NoAmount)?;
        Ok(Self { halves: whole.checked_mul(2).and_then(|twice| twice.checked_add(half)).ok_or(NoAmount)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_whole_or_a_half_in_a_table_and_in_json() {
        for (text, halves) in [("2", Some(4)), ("1.5", Some(3)), ("0.5", Some(1)), ("2.0", Some(4)), ("0", Some(0))] {
            assert_eq!(text.parse::<Amount>().ok().map(Amount::halves), halves, "{text}");
            assert_eq!(serde_json::from_str::<Amount>(text).ok().map(Amount::halves), halves, "{text}");
        }
        for text in ["1.25", "-1", "1e99", "", ".5", "1.", "four", "4294967296", "+2"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
            assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
        }
    }
}
