//! Figures of the module by period and village, kept in records and reported to the host as they change.
//!
//! A figure that is added to is a flow (clues decided, visits due); one that is set is a state at the end of its period
//! (households helped out of those monitored).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Error;
use xl_plugin::day::Day;
use xl_plugin::kpis;
use xl_plugin::kpis::Figure;

use crate::store;

/// The figures, as the manifest declares them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kpi {
    /// Clues decided within their days / clues due.
    OnTime,
    /// Visits inside their period / visits due.
    Visits,
    /// Monitored households with an effective measure / monitored households.
    Help,
    /// Households cleared / monitored at the start of the period.
    Clearance,
    /// Notices that complied / notices that ended.
    Notices,
    /// Output of projects in yuan.
    Output,
    /// Benefits paid in yuan.
    Benefit,
    /// Assets inspected on time / inspections due.
    Inspections,
    /// Looks at unmasked files / households.
    Looks,
    /// Looks that no action followed / looks whose time is over.
    IdleLooks,
}

impl Kpi {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::OnTime,
        Self::Visits,
        Self::Help,
        Self::Clearance,
        Self::Notices,
        Self::Output,
        Self::Benefit,
        Self::Inspections,
        Self::Looks,
        Self::IdleLooks,
    ];

    /// Its id in the manifest.
    pub fn id(self) -> &'static str {
        match self {
            Self::OnTime => "on-time-rate",
            Self::Visits => "visit-rate",
            Self::Help => "help-rate",
            Self::Clearance => "clearance-rate",
            Self::Notices => "notice-compliance",
            Self::Output => "project-output",
            Self::Benefit => "project-benefit",
            Self::Inspections => "inspection-rate",
            Self::Looks => "looks-per-household",
            Self::IdleLooks => "idle-look-rate",
        }
    }

    /// Whether the denominator is always 1.
    fn is_sum(self) -> bool {
        matches!(self, Self::Output | Self::Benefit)
    }
}

/// A numerator and a denominator; a figure without data has 0 below.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// What counts.
    pub num: i64,
    /// Out of what.
    pub den: i64,
}

/// Changes of figures that one call gathers and writes at its end, so that a batch costs a few host calls.
#[derive(Debug, Default)]
pub struct Counter {
    counts: BTreeMap<(Kpi, String, String), Count>,
}

impl Counter {
    /// Adds to a figure in the month and the year of `day`.
    ///
    /// # Errors
    /// When the host refuses a question.
    pub fn add(&mut self, kpi: Kpi, place: &str, day: Day, num: i64, den: i64) -> Result<(), Error> {
        for count in self.both(kpi, place, day)? {
            count.num = count.num.saturating_add(num);
            count.den = if kpi.is_sum() { 1 } else { count.den.saturating_add(den) };
        }
        Ok(())
    }

    /// Sets what a figure is in the month and the year of `day`; none leaves a part as it is.
    ///
    /// # Errors
    /// When the host refuses a question.
    pub fn set(
        &mut self,
        kpi: Kpi,
        place: &str,
        day: Day,
        (num, den): (Option<i64>, Option<i64>),
    ) -> Result<(), Error> {
        for count in self.both(kpi, place, day)? {
            count.num = num.unwrap_or(count.num);
            count.den = den.unwrap_or(count.den);
        }
        Ok(())
    }

    /// Sets the denominator where the period has none yet: what there was at its start.
    ///
    /// # Errors
    /// When the host refuses a question.
    pub fn starts_with(&mut self, kpi: Kpi, place: &str, day: Day, den: i64) -> Result<(), Error> {
        for period in [day.month(), day.year()] {
            if let Entry::Vacant(empty) = self.counts.entry((kpi, period, place.to_owned()))
                && store::get::<Count>(store::COUNTS, &record_key(empty.key()))?.is_none()
            {
                empty.insert(Count { num: 0, den });
            }
        }
        Ok(())
    }

    /// Writes and reports what changed.
    ///
    /// # Errors
    /// When the host refuses a record or a figure.
    pub fn write(&mut self) -> Result<(), Error> {
        for (key, count) in std::mem::take(&mut self.counts) {
            store::put(store::COUNTS, &record_key(&key), &count)?;
            let (kpi, period, place) = key;
            // Sums of yuan stay far below 2^53, up to which a float is exact.
            kpis::report(&Figure::new(kpi.id(), &period, count.num.max(0) as f64, count.den.max(0) as f64).at(&place))?;
        }
        Ok(())
    }

    fn both(&mut self, kpi: Kpi, place: &str, day: Day) -> Result<impl Iterator<Item = &mut Count>, Error> {
        let wanted = [day.month(), day.year()];
        for period in &wanted {
            if let Entry::Vacant(empty) = self.counts.entry((kpi, period.clone(), place.to_owned())) {
                let known = store::get(store::COUNTS, &record_key(empty.key()))?.unwrap_or_default();
                empty.insert(known);
            }
        }
        let place = place.to_owned();
        Ok(self.counts.iter_mut().filter_map(move |((one, period, at), count)| {
            (*one == kpi && *at == place && wanted.contains(period)).then_some(count)
        }))
    }
}

/// A figure of a period at a village.
///
/// # Errors
/// When the host refuses the question.
pub fn read(kpi: Kpi, period: &str, place: &str) -> Result<Count, Error> {
    Ok(store::get(store::COUNTS, &format!("{}/{period}/{place}", kpi.id()))?.unwrap_or_default())
}

fn record_key((kpi, period, place): &(Kpi, String, String)) -> String {
    format!("{}/{period}/{place}", kpi.id())
}
