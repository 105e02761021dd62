//! A figure as a quotient of two whole numbers: the host divides, so that every page rounds alike.

use serde::Deserialize;
use serde::Serialize;

/// A quotient with what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kpi {
    /// What it is.
    pub label: String,
    /// How many of them, or how much in all.
    pub numerator: u64,
    /// Of how many; with 0 there is no figure.
    pub denominator: u64,
    /// How it is read.
    #[serde(rename = "as")]
    pub measure: Measure,
    /// What is counted, and what is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a quotient is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// A hundred times the quotient, in per cent.
    Percent,
    /// The numerator alone: so many of so many.
    Count,
    /// The quotient.
    Ratio,
    /// The quotient, in minutes: the numerator is minutes in all.
    Minutes,
    /// The quotient, in days: the numerator is days in all.
    Days,
}

impl Kpi {
    /// The figure without its unit: two decimals, half up, except for a count; nothing where nothing was counted.
    ///
    /// ```
    /// use xl_model::block::{Kpi, Measure};
    /// let kpi = Kpi { label: "结案率".into(), numerator: 911, denominator: 972, measure: Measure::Percent, note: None };
    /// assert_eq!(kpi.figure().as_deref(), Some("93.72"));
    /// ```
    pub fn figure(&self) -> Option<String> {
        match self.measure {
            Measure::Count if self.denominator == 0 => None,
            Measure::Count => Some(self.numerator.to_string()),
            Measure::Percent => hundredths(self.numerator, self.denominator, 100),
            Measure::Ratio | Measure::Minutes | Measure::Days => hundredths(self.numerator, self.denominator, 1),
        }
    }
}

/// `numerator × factor ÷ denominator` with two decimals, half up, computed on whole numbers.
fn hundredths(numerator: u64, denominator: u64, factor: u128) -> Option<String> {
    let (numerator, denominator) = (u128::from(numerator), u128::from(denominator));
    // Twice the quotient in hundredths, plus one, halved downwards: half up, without a fraction on the way.
    let rounded = (2 * 100 * factor * numerator + denominator).checked_div(2 * denominator)?;
    Some(format!("{}.{:02}", rounded / 100, rounded % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(measure: Measure, numerator: u64, denominator: u64) -> Option<String> {
        Kpi { label: String::new(), numerator, denominator, measure, note: None }.figure()
    }

    #[test]
    fn a_share_has_two_decimals_and_a_half_goes_up() {
        for (numerator, denominator, shown) in [
            (911, 972, "93.72"),
            (0, 972, "0.00"),
            (972, 972, "100.00"),
            (1, 3, "33.33"),
            (2, 3, "66.67"),
            // 0.125 %, 0.375 % and 1.005 %: halves that binary fractions lose or even out.
            (1, 800, "0.13"),
            (3, 800, "0.38"),
            (201, 20_000, "1.01"),
            (1, 20_000, "0.01"),
            (1, 20_001, "0.00"),
            (3, 2, "150.00"),
            (99_995, 100_000, "100.00"),
        ] {
            assert_eq!(figure(Measure::Percent, numerator, denominator).as_deref(), Some(shown), "{numerator}");
        }
    }

    #[test]
    fn a_mean_is_not_multiplied_and_a_count_not_divided() {
        for measure in [Measure::Ratio, Measure::Minutes, Measure::Days] {
            assert_eq!(figure(measure, 201, 200).as_deref(), Some("1.01"), "1.005 {measure:?}");
        }
        assert_eq!(figure(Measure::Count, 911, 972).as_deref(), Some("911"));
    }

    #[test]
    fn nothing_out_of_nothing_is_no_figure() {
        for measure in [Measure::Percent, Measure::Count, Measure::Ratio, Measure::Minutes, Measure::Days] {
            assert_eq!(figure(measure, 0, 0), None);
            assert_eq!(figure(measure, 5, 0), None);
        }
    }

    #[test]
    fn the_largest_numbers_are_divided_without_overflow() {
        assert_eq!(figure(Measure::Percent, u64::MAX, u64::MAX).as_deref(), Some("100.00"));
        assert_eq!(figure(Measure::Percent, u64::MAX, 1).as_deref(), Some("1844674407370955161500.00"));
    }
}
