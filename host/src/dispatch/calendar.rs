//! Due times of a manifest's schedules: cron text in its own time zone. Pure.

use chrono::DateTime;
use chrono::TimeZone;
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::CronParser;
use croner::parser::Seconds;
use croner::parser::Year;
use xl_model::clock::TimestampMs;
use xl_model::id::ModuleKey;
use xl_model::manifest::Manifest;
use xl_model::manifest::Schedule;
use xl_store::modules::ScheduleRow;

/// A schedule that never falls due again is written down for the end of time.
pub const NEVER_MS: TimestampMs = TimestampMs::MAX;

/// Why a schedule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The cron text is not one of five fields, or never falls due. Code XL0801.
    #[error("XL0801: schedule `{name}`: {detail}")]
    Cron {
        /// Its name in the manifest.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// The time zone is none. Code XL0802.
    #[error("XL0802: schedule `{name}`: `{zone}` is not a time zone such as Asia/Shanghai")]
    Zone {
        /// Its name in the manifest.
        name: String,
        /// What was given.
        zone: String,
    },
}

/// A schedule, read and ready to be asked.
#[derive(Debug, Clone)]
pub struct Calendar {
    cron: Cron,
    zone: Tz,
}

impl Calendar {
    /// Reads a schedule.
    ///
    /// # Errors
    /// When the cron text or the zone is none, or it would never fall due after `now_ms`.
    pub fn read(schedule: &Schedule, now_ms: TimestampMs) -> Result<Self, CalendarError> {
        let wrong = |detail: String| CalendarError::Cron { name: schedule.name.clone(), detail };
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser
            .parse(&schedule.cron)
            .map_err(|error| wrong(format!("`{}` is not cron text of five fields: {error}", schedule.cron)))?;
        let zone = schedule
            .zone
            .parse()
            .map_err(|_| CalendarError::Zone { name: schedule.name.clone(), zone: schedule.zone.clone() })?;
        let calendar = Self { cron, zone };
        if calendar.next_after(now_ms) == NEVER_MS {
            return Err(wrong(format!("`{}` never falls due", schedule.cron)));
        }
        Ok(calendar)
    }

    /// The first due time after `time_ms`; [`NEVER_MS`] when there is none.
    pub fn next_after(&self, time_ms: TimestampMs) -> TimestampMs {
        let found = self.local(time_ms).and_then(|time| self.cron.find_next_occurrence(&time, false).ok());
        found.map_or(NEVER_MS, |time| time.timestamp_millis())
    }

    /// The last due time at or before `time_ms`.
    pub fn last_until(&self, time_ms: TimestampMs) -> Option<TimestampMs> {
        let found = self.local(time_ms).and_then(|time| self.cron.find_previous_occurrence(&time, true).ok());
        found.map(|time| time.timestamp_millis())
    }

    /// `time_ms` in the schedule's zone, cut to the second: cron knows nothing finer.
    fn local(&self, time_ms: TimestampMs) -> Option<DateTime<Tz>> {
        self.zone.timestamp_opt(time_ms.div_euclid(1_000), 0).single()
    }
}

/// The schedules of a module, each with its first due time after `now_ms`.
///
/// # Errors
/// The first schedule that cannot be read.
pub fn rows(module: &ModuleKey, manifest: &Manifest, now_ms: TimestampMs) -> Result<Vec<ScheduleRow>, CalendarError> {
    manifest
        .schedules
        .iter()
        .map(|schedule| {
            Ok(ScheduleRow {
                module: module.clone(),
                name: schedule.name.clone(),
                schedule: schedule.clone(),
                next_ms: Calendar::read(schedule, now_ms)?.next_after(now_ms),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use xl_model::cloud_event::parse_rfc3339;
    use xl_model::cloud_event::rfc3339;
    use xl_model::manifest::Missed;

    fn schedule(cron: &str, zone: &str) -> Schedule {
        Schedule { name: "s".to_owned(), cron: cron.to_owned(), zone: zone.to_owned(), missed: Missed::Once }
    }

    fn ms(text: &str) -> TimestampMs {
        parse_rfc3339(text).unwrap()
    }

    fn next_times(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let calendar = Calendar::read(&schedule(cron, zone), ms(after)).unwrap();
        let times = std::iter::successors(Some(ms(after)), |time| Some(calendar.next_after(*time)));
        times.skip(1).take(count).map(rfc3339).collect()
    }

    #[test]
    fn cron_text_is_read_in_its_own_zone() {
        assert_eq!(
            next_times("30 6 * * *", "Asia/Shanghai", "2026-11-23T00:00:00Z", 2),
            ["2026-11-23T22:30:00.000Z", "2026-11-24T22:30:00.000Z"]
        );
    }

    #[test]
    fn a_due_time_is_not_its_own_successor() {
        assert_eq!(
            next_times("0 * * * *", "Asia/Shanghai", "2026-11-23T08:00:00.000Z", 1),
            ["2026-11-23T09:00:00.000Z"]
        );
        assert_eq!(
            next_times("0 * * * *", "Asia/Shanghai", "2026-11-23T08:00:00.999Z", 1),
            ["2026-11-23T09:00:00.000Z"]
        );
    }

    #[test]
    fn a_zone_with_summer_time_keeps_the_hour_on_the_wall() {
        // Europe/Berlin leaves summer time on 2026-10-25 at 01:00 UTC and enters it on 2027-03-28 at 01:00 UTC.
        assert_eq!(
            next_times("0 7 * * *", "Europe/Berlin", "2026-10-24T00:00:00Z", 3),
            ["2026-10-24T05:00:00.000Z", "2026-10-25T06:00:00.000Z", "2026-10-26T06:00:00.000Z"]
        );
        assert_eq!(
            next_times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2).len(),
            2,
            "an hour that comes twice is due and the next day follows"
        );
        let around_the_gap = next_times("30 2 * * *", "Europe/Berlin", "2027-03-27T12:00:00Z", 2);
        assert_eq!(around_the_gap[1], "2027-03-29T00:30:00.000Z");
    }

    #[test]
    fn the_hour_that_comes_twice_is_due_once() {
        let twice = next_times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
        assert!(twice[0].starts_with("2026-10-25") && twice[1].starts_with("2026-10-26"), "{twice:?}");
    }

    #[test]
    fn the_last_due_time_counts_the_moment_itself() {
        let calendar = Calendar::read(&schedule("0 8 * * *", "UTC"), 0).unwrap();
        assert_eq!(calendar.last_until(ms("2026-11-23T08:00:00Z")), Some(ms("2026-11-23T08:00:00Z")));
        assert_eq!(calendar.last_until(ms("2026-11-23T07:59:59.999Z")), Some(ms("2026-11-22T08:00:00Z")));
    }

    #[test]
    fn what_is_not_five_fields_or_never_due_is_refused() {
        for (cron, zone) in [
            ("* * * *", "UTC"),
            ("0 0 6 * * *", "UTC"),
            ("0 6 * * * 2027", "UTC"),
            ("61 * * * *", "UTC"),
            ("0 6 30 2 *", "UTC"),
            ("0 6 * * *", "Mars/Olympus"),
            ("", "UTC"),
        ] {
            assert!(Calendar::read(&schedule(cron, zone), 0).is_err(), "{cron} {zone}");
        }
    }
}
