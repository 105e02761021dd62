//! Decimal numbers without rounding surprises: thousandths in an integer.
//!
//! Sums of them do not depend on the order or the batch they were added in, so a replay gives the same bytes.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error;

/// The largest amount, in either direction; below 2^53 thousandths a JSON number carries it exactly.
const MOST: f64 = 1e12;

/// A decimal number with three digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Thousandths(i64);

/// Why a text is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoNumber;

impl Thousandths {
    /// The nearest thousandth; `None` for what is not finite or larger than 10^12.
    pub fn of(value: f64) -> Option<Self> {
        (value.abs() <= MOST).then(|| Self((value * 1000.0).round() as i64))
    }

    /// The value for charts and JSON.
    pub fn value(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left when `other` is taken away.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The `count`-th part, to the nearest thousandth.
    #[must_use]
    pub fn over(self, count: u32) -> Self {
        Self((self.value() / f64::from(count.max(1)) * 1000.0).round() as i64)
    }

    /// Whether it is larger than zero.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }
}

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        let sign = if self.0 < 0 { "-" } else { "" };
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let rest = format!("{rest:03}");
        write!(f, "{sign}{whole}.{}", rest.trim_end_matches('0'))
    }
}

impl FromStr for Thousandths {
    type Err = NoNumber;

    fn from_str(text: &str) -> Result<Self, NoNumber> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str, most: usize| {
            !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 9) || !digits(rest, 3) {
            return Err(NoNumber);
        }
        let whole: i64 = whole.parse().map_err(|_| NoNumber)?;
        let rest: i64 = format!("{rest:0<3}").parse().map_err(|_| NoNumber)?;
        Ok(Self(whole * 1000 + rest))
    }
}

impl Serialize for Thousandths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A whole number without a point, as every reader expects it.
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.value())
        }
    }
}

impl<'de> Deserialize<'de> for Thousandths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(f64::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("larger than 10^12"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_text_reads_back_as_written() {
        for text in ["0", "7", "0.5", "125.25", "999999999.999"] {
            let number: Thousandths = text.parse().unwrap();
            assert_eq!(number.to_string(), text);
            let json = serde_json::to_string(&number).unwrap();
            assert_eq!(serde_json::from_str::<Thousandths>(&json).unwrap(), number, "{json}");
        }
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in ["", ".", "1.", ".5", "-1", "1e3", "1,5", "NaN", "1.2345", "10000000000", "１"] {
            assert!(text.parse::<Thousandths>().is_err(), "{text}");
        }
        assert_eq!(Thousandths::of(f64::NAN), None);
        assert_eq!(Thousandths::of(2e12), None);
    }

    #[test]
    fn a_negative_reading_keeps_its_sign() {
        assert_eq!(Thousandths::of(-0.25).map(|number| number.to_string()).as_deref(), Some("-0.25"));
    }
}
