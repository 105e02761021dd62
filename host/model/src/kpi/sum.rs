//! Key figures of places added up: numerators and denominators, never rates.

use std::collections::BTreeMap;

use crate::kpi::Report;
use crate::manifest::KpiShown;
use crate::place::code::PlaceCode;
use crate::place::code::Tier;

/// What the reports of some places add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    /// What counts.
    pub numerator: f64,
    /// Out of what; 0: there is no data.
    pub denominator: f64,
}

impl Sum {
    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
    }

    /// As people read it; nothing where there is no data. Two decimals, half up; a count without decimals it does not have.
    pub fn written(self, shown: KpiShown) -> Option<String> {
        if self.denominator <= 0.0 {
            return None;
        }
        let value = match shown {
            KpiShown::Count => self.numerator,
            KpiShown::Percent => self.numerator * 100.0 / self.denominator,
            KpiShown::Ratio | KpiShown::Minutes | KpiShown::Days => self.numerator / self.denominator,
        };
        // Half up in decimals: a count of hundredths that lies a hair below its half is the half.
        let rounded = (value * 100.0 + 0.5 + 1e-7).floor() / 100.0;
        Some(match shown {
            KpiShown::Count if rounded.fract() == 0.0 => format!("{rounded:.0}"),
            KpiShown::Percent => format!("{rounded:.2} %"),
            KpiShown::Count | KpiShown::Ratio | KpiShown::Minutes | KpiShown::Days => format!("{rounded:.2}"),
        })
    }
}

/// The sums of one key figure by township: what the township itself reported, else what its villages did.
///
/// A module that reports both says the same thing twice; it is counted once.
pub fn by_township<'a>(reports: impl IntoIterator<Item = &'a Report>) -> BTreeMap<PlaceCode, Sum> {
    let mut own: BTreeMap<PlaceCode, Sum> = BTreeMap::new();
    let mut of_villages: BTreeMap<PlaceCode, Sum> = BTreeMap::new();
    for report in reports.into_iter().filter(|report| report.denominator > 0.0) {
        let sum = Sum { numerator: report.numerator, denominator: report.denominator };
        match (report.place.tier(), report.place.parent()) {
            (Tier::Village, Some(township)) => of_villages.entry(township).or_default().add(sum),
            _ => own.entry(report.place.clone()).or_default().add(sum),
        }
    }
    for (township, sum) in of_villages {
        own.entry(township).or_insert(sum);
    }
    own
}

/// The sums of one key figure by village, of those villages that it was reported for.
pub fn by_village<'a>(reports: impl IntoIterator<Item = &'a Report>) -> BTreeMap<PlaceCode, Sum> {
    let mut sums: BTreeMap<PlaceCode, Sum> = BTreeMap::new();
    for report in reports.into_iter().filter(|report| report.denominator > 0.0) {
        if report.place.tier() == Tier::Village {
            let sum = Sum { numerator: report.numerator, denominator: report.denominator };
            sums.entry(report.place.clone()).or_default().add(sum);
        }
    }
    sums
}

/// The same by the codes that the places have now: one with two codes is one place.
pub fn recoded(sums: BTreeMap<PlaceCode, Sum>, now: impl Fn(&PlaceCode) -> PlaceCode) -> BTreeMap<PlaceCode, Sum> {
    let mut by_code: BTreeMap<PlaceCode, Sum> = BTreeMap::new();
    for (place, sum) in sums {
        by_code.entry(now(&place)).or_default().add(sum);
    }
    by_code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(place: &str, numerator: f64, denominator: f64) -> Report {
        Report {
            kpi: "rate".to_owned(),
            version: 1,
            period: "2016-12".parse().unwrap(),
            place: place.parse().unwrap(),
            numerator,
            denominator,
            at_ms: 0,
        }
    }

    fn percent(numerator: f64, denominator: f64) -> Option<String> {
        Sum { numerator, denominator }.written(KpiShown::Percent)
    }

    #[test]
    fn published_rates_recompute_from_their_counts() {
        // 天门 12/2016: closing rate, on-time rate, and its two kinds.
        for (numerator, denominator, rate) in
            [(911.0, 972.0, "93.72 %"), (737.0, 972.0, "75.82 %"), (902.0, 956.0, "94.35 %"), (9.0, 16.0, "56.25 %")]
        {
            assert_eq!(percent(numerator, denominator).as_deref(), Some(rate));
        }
        assert_eq!(percent(0.0, 0.0), None, "no data is no rate of 0");
        assert_eq!(percent(1.0, 8_000.0).as_deref(), Some("0.01 %"), "half up");
    }

    #[test]
    fn a_parent_adds_counts_and_never_averages_rates() {
        let reports = [
            report("371122102001", 902.0, 956.0),
            report("371122102002", 9.0, 16.0),
            report("371122103001", 1.0, 2.0),
            report("371122103000", 3.0, 4.0),
            report("371122104000", 5.0, 0.0),
        ];
        let sums = by_township(&reports);
        let told: Vec<_> = sums.iter().map(|(place, sum)| (place.as_str(), sum.numerator, sum.denominator)).collect();
        assert_eq!(told, [("371122102000", 911.0, 972.0), ("371122103000", 3.0, 4.0)]);
        assert_eq!(by_village(&reports).len(), 3);
    }

    #[test]
    fn what_was_reported_under_two_codes_of_a_place_is_one_sum_under_the_code_of_today() {
        // The town reported itself, the street by its villages: neither hides the other.
        let reports = [
            report("371122103000", 3.0, 4.0),
            report("371122103001", 9.0, 9.0),
            report("371122005001", 1.0, 2.0),
            report("371122102000", 5.0, 5.0),
        ];
        let now = |code: &PlaceCode| match code.as_str() {
            "371122103000" => "371122005000".parse().unwrap(),
            _ => code.clone(),
        };
        let sums = recoded(by_township(&reports), now);
        let told: Vec<_> = sums.iter().map(|(place, sum)| (place.as_str(), sum.numerator, sum.denominator)).collect();
        assert_eq!(told, [("371122005000", 4.0, 6.0), ("371122102000", 5.0, 5.0)]);
    }

    #[test]
    fn a_count_has_no_decimals_that_it_does_not_need() {
        let count = |numerator| Sum { numerator, denominator: 3.0 }.written(KpiShown::Count).unwrap();
        assert_eq!((count(12.0).as_str(), count(12.5).as_str()), ("12", "12.50"));
        let minutes = Sum { numerator: 90.0, denominator: 4.0 }.written(KpiShown::Minutes);
        assert_eq!(minutes.as_deref(), Some("22.50"));
    }
}
