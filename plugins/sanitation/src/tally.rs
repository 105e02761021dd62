//! Counts of a day and of its month: what key figures are made of. Each change goes to both.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Error;
use xl_plugin::day::Day;
use xl_plugin::records;

use crate::store;

/// Durations kept for a median.
const DURATIONS: usize = 500;

/// Counts of a day or a month.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Tally {
    pub(crate) tasks: u64,
    pub(crate) done: u64,
    pub(crate) on_time: u64,
    pub(crate) missed: u64,
    /// Point-days with something planned.
    pub(crate) points: u64,
    /// Of these: with every planned collection done, and no overflow.
    pub(crate) points_clean: u64,
    /// Of these: with at least one done.
    pub(crate) points_served: u64,
    pub(crate) shifts: u64,
    pub(crate) present: u64,
    pub(crate) confirmed: u64,
    pub(crate) dismissed: u64,
    pub(crate) overflows: u64,
    /// Minutes from a confirmed overflow to its emptying, the newest 500.
    pub(crate) minutes: Vec<u32>,
    pub(crate) complaints: u64,
    /// Answered in time.
    pub(crate) answered_on_time: u64,
    pub(crate) answered: u64,
    pub(crate) repeated: u64,
    /// Entered by people.
    pub(crate) kilograms: u64,
    /// Entered by people, in yuan.
    pub(crate) cost: u64,
}

/// What was planned and done at a point on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PointDay {
    pub(crate) planned: u32,
    pub(crate) done: u32,
    pub(crate) overflow: bool,
}

impl PointDay {
    /// 日产日清: every planned collection confirmed, no overflow at the end.
    fn is_clean(self) -> bool {
        self.planned > 0 && self.done >= self.planned && !self.overflow
    }

    fn count(self, tally: &mut Tally, sign: i64) {
        let add = |count: &mut u64, is: bool| *count = count.saturating_add_signed(sign * i64::from(is));
        add(&mut tally.points, self.planned > 0);
        add(&mut tally.points_clean, self.is_clean());
        add(&mut tally.points_served, self.planned > 0 && self.done > 0);
    }
}

impl Tally {
    /// The middle of the durations; none without any.
    pub(crate) fn median_minutes(&self) -> Option<u32> {
        let mut sorted = self.minutes.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// Notes a duration.
    pub(crate) fn took(&mut self, minutes: u32) {
        if self.minutes.len() == DURATIONS {
            self.minutes.remove(0);
        }
        self.minutes.push(minutes);
    }
}

/// The counts of a period: `2026-11-26` or `2026-11`.
pub(crate) fn of(period: &str) -> Result<Tally, Error> {
    Ok(store::get(store::TALLIES, period)?.unwrap_or_default())
}

/// Changes the counts of a day and of its month.
pub(crate) fn change(day: Day, change: impl Fn(&mut Tally)) -> Result<(), Error> {
    for period in [day.to_string(), day.month()] {
        let mut tally = of(&period)?;
        change(&mut tally);
        records::put(store::TALLIES, &period, &tally)?;
    }
    Ok(())
}

/// Changes a point-day and everything that counts it.
pub(crate) fn change_point(day: Day, point: &str, change_it: impl Fn(&mut PointDay)) -> Result<(), Error> {
    let key = format!("{day}/{point}");
    let before: PointDay = store::get(store::POINT_DAYS, &key)?.unwrap_or_default();
    let mut after = before;
    change_it(&mut after);
    if after == before {
        return Ok(());
    }
    records::put(store::POINT_DAYS, &key, &after)?;
    change(day, |tally| {
        before.count(tally, -1);
        after.count(tally, 1);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_day_is_clean_when_all_was_done_and_nothing_overflows() {
        for (planned, done, overflow, clean) in
            [(2, 2, false, true), (2, 1, false, false), (2, 2, true, false), (0, 0, false, false), (1, 2, false, true)]
        {
            assert_eq!(PointDay { planned, done, overflow }.is_clean(), clean);
        }
    }

    #[test]
    fn counts_follow_a_point_day_there_and_back() {
        let mut tally = Tally::default();
        let day = PointDay { planned: 1, done: 1, overflow: false };
        day.count(&mut tally, 1);
        assert_eq!((tally.points, tally.points_clean, tally.points_served), (1, 1, 1));
        day.count(&mut tally, -1);
        PointDay { overflow: true, ..day }.count(&mut tally, 1);
        assert_eq!((tally.points, tally.points_clean, tally.points_served), (1, 0, 1));
    }

    #[test]
    fn the_median_of_durations_is_the_middle_one() {
        let mut tally = Tally::default();
        assert_eq!(tally.median_minutes(), None);
        [90, 10, 40].into_iter().for_each(|minutes| tally.took(minutes));
        assert_eq!(tally.median_minutes(), Some(40));
    }
}
