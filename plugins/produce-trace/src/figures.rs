//! Counts of each month, and the key figures that the host adds up.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Error;
use xl_plugin::day::Day;
use xl_plugin::kpis;
use xl_plugin::kpis::Figure;
use xl_plugin::records;

use crate::store;

/// Latest day that the histogram tells apart.
const LATEST: usize = 31;

/// What happened in a month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Month {
    /// Shipments.
    pub shipped: u64,
    /// Of those: with a certificate in force.
    pub shipped_certified: u64,
    /// Records made by people; a form takes none without its mandatory fields.
    pub records: u64,
    /// How many records were made so many days after what they are about; the last place: that many or more.
    pub late_days: Vec<u64>,
    /// Harvests, packings and shipments.
    pub to_show: u64,
    /// Of those: with at least one picture.
    pub shown: u64,
    /// Sales.
    pub sales: u64,
    /// Uses of an input that closed a batch to harvest.
    pub closed: u64,
    /// Recalls started.
    pub recalls: u64,
    /// Batches that those reached, themselves among them.
    pub recalled_batches: u64,
    /// Shipments that those reached.
    pub recalled_receivers: u64,
    /// Complaints recorded.
    pub complaints: u64,
    /// Records declared wrong.
    pub corrections: u64,
}

impl Month {
    /// A record was made so many days late.
    pub fn record(&mut self, late_days: i64) {
        self.records += 1;
        let place = usize::try_from(late_days).unwrap_or(0).min(LATEST);
        if self.late_days.len() <= place {
            self.late_days.resize(place + 1, 0);
        }
        if let Some(count) = self.late_days.get_mut(place) {
            *count += 1;
        }
    }

    /// Something happened that a picture should show.
    pub fn evidence(&mut self, has_picture: bool) {
        self.to_show += 1;
        self.shown += u64::from(has_picture);
    }

    /// Something left, with a certificate or without.
    pub fn shipment(&mut self, is_certified: bool) {
        self.shipped += 1;
        self.shipped_certified += u64::from(is_certified);
    }

    /// A recall reached so many batches and shipments.
    pub fn recall(&mut self, batches: usize, receivers: usize) {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        self.recalls += 1;
        self.recalled_batches = self.recalled_batches.saturating_add(number(batches));
        self.recalled_receivers = self.recalled_receivers.saturating_add(number(receivers));
    }

    /// The median of days between what happened and its record; `None` without records.
    pub fn median_late_days(&self) -> Option<usize> {
        let all: u64 = self.late_days.iter().sum();
        let mut before = 0;
        self.late_days.iter().position(|count| {
            before += count;
            all > 0 && before * 2 >= all
        })
    }
}

/// Counts in the month of `now_ms`.
///
/// # Errors
/// When the host refuses.
pub fn add(now_ms: i64, change: impl FnOnce(&mut Month)) -> Result<(), Error> {
    let key = Day::at(now_ms).month();
    let mut month: Month = store::get(store::MONTHS, &key)?.unwrap_or_default();
    change(&mut month);
    records::put(store::MONTHS, &key, &month)
}

/// Reports the month that `day` lies in.
///
/// # Errors
/// When the host refuses.
pub fn report(day: Day) -> Result<(), Error> {
    let period = day.month();
    let month: Month = store::get(store::MONTHS, &period)?.unwrap_or_default();
    let rate = |kpi: &str, part: u64, all: u64| Figure::new(kpi, &period, part as f64, all as f64);
    let count = |kpi: &str, number: u64| Figure::count(kpi, &period, number as f64);
    let latency = match month.median_late_days() {
        Some(days) => Figure::new("record-latency", &period, days as f64, 1.0),
        None => Figure::new("record-latency", &period, 0.0, 0.0),
    };
    for figure in [
        rate("certificate-coverage", month.shipped_certified, month.shipped),
        rate("record-completeness", month.records, month.records),
        latency,
        rate("evidence-coverage", month.shown, month.to_show),
        count("sales", month.sales),
        count("interval-closures", month.closed),
        count("recalls", month.recalls),
        rate("recall-batches", month.recalled_batches, month.recalls),
        rate("recall-receivers", month.recalled_receivers, month.recalls),
        count("complaints", month.complaints),
        count("corrections", month.corrections),
    ] {
        kpis::report(&figure)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_latency_is_the_day_by_which_half_of_the_records_were_made() {
        let mut month = Month::default();
        assert_eq!(month.median_late_days(), None);
        for days in [0, 0, 1, 5, 90] {
            month.record(days);
        }
        assert_eq!(month.median_late_days(), Some(1));
        assert_eq!(month.late_days.len(), LATEST + 1, "a record of long ago takes no more room");
        month.record(-1);
        assert_eq!(month.median_late_days(), Some(0));
    }
}
