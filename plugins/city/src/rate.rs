//! A rate as numerator and denominator: rounded only where it is shown, added up before it is divided.

/// So many out of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate {
    /// What counts.
    pub numerator: u64,
    /// Out of what.
    pub denominator: u64,
}

impl Rate {
    /// So many out of so many.
    pub fn new(numerator: u64, denominator: u64) -> Self {
        Self { numerator, denominator }
    }

    /// Percent with two decimals, half up; none where there is no data.
    pub fn percent(self) -> Option<String> {
        let (numerator, denominator) = (u128::from(self.numerator), u128::from(self.denominator));
        let hundredths = (numerator * 20_000 + denominator).checked_div(2 * denominator)?;
        Some(format!("{}.{:02} %", hundredths / 100, hundredths % 100))
    }
}

impl std::ops::Add for Rate {
    type Output = Self;

    /// Both together: a larger place has the sums, never the mean of rates.
    fn add(self, other: Self) -> Self {
        Self::new(self.numerator.saturating_add(other.numerator), self.denominator.saturating_add(other.denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(numerator: u64, denominator: u64) -> Option<String> {
        Rate::new(numerator, denominator).percent()
    }

    #[test]
    fn the_published_rates_of_tianmen_are_recomputed_exactly() {
        // 天门, December 2016: closed and closed on time of all due, then by events and components.
        assert_eq!(percent(911, 972).as_deref(), Some("93.72 %"));
        assert_eq!(percent(737, 972).as_deref(), Some("75.82 %"));
        let (events, components) = (Rate::new(902, 956), Rate::new(9, 16));
        assert_eq!(events.percent().as_deref(), Some("94.35 %"));
        assert_eq!(components.percent().as_deref(), Some("56.25 %"));
        assert_eq!(events + components, Rate::new(911, 972));
    }

    #[test]
    fn a_rate_is_rounded_half_up_and_without_cases_there_is_none() {
        assert_eq!(percent(1, 800).as_deref(), Some("0.13 %"), "0.125");
        assert_eq!(percent(0, 5).as_deref(), Some("0.00 %"));
        assert_eq!(percent(5, 5).as_deref(), Some("100.00 %"));
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(u64::MAX, u64::MAX).as_deref(), Some("100.00 %"));
    }
}
