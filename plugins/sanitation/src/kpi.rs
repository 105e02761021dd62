//! The module's key figures: numerators and denominators of a day and its month, from the counts.

use xl_plugin::Error;
use xl_plugin::Locale;
use xl_plugin::day::DAY_MS;
use xl_plugin::day::Day;
use xl_plugin::kpis;
use xl_plugin::kpis::Figure;
use xl_plugin::zh_en;

use crate::tally;
use crate::tally::Tally;

/// One figure of the manifest.
pub(crate) struct Kpi {
    pub(crate) id: &'static str,
    zh: &'static str,
    en: &'static str,
    /// How it is read: `percent`, `count`, `minutes`, `ratio`.
    pub(crate) kind: &'static str,
    count: fn(&Tally) -> (u64, u64),
}

/// All of them, as the manifest declares them.
pub(crate) const ALL: [Kpi; 11] = [
    Kpi {
        id: "cleared-daily",
        zh: "日产日清率",
        en: "Points cleared the same day",
        kind: "percent",
        count: |t| (t.points_clean, t.points),
    },
    Kpi {
        id: "coverage", zh: "作业覆盖率", en: "Coverage", kind: "percent", count: |t| (t.points_served, t.points)
    },
    Kpi {
        id: "on-time",
        zh: "按时完成率",
        en: "Done inside the window",
        kind: "percent",
        count: |t| (t.on_time, t.tasks),
    },
    Kpi { id: "attendance", zh: "到岗率", en: "Attendance", kind: "percent", count: |t| (t.present, t.shifts) },
    Kpi { id: "overflows", zh: "满溢次数", en: "Overflows", kind: "count", count: |t| (t.overflows, 1) },
    Kpi {
        id: "overflow-minutes",
        zh: "满溢平均处置时长",
        en: "Mean time to empty an overflow",
        kind: "minutes",
        count: |t| (t.minutes.iter().map(|minutes| u64::from(*minutes)).sum(), t.minutes.len() as u64),
    },
    Kpi {
        id: "complaints-on-time",
        zh: "投诉按时办结率",
        en: "Complaints answered in time",
        kind: "percent",
        count: |t| (t.answered_on_time, t.complaints),
    },
    Kpi {
        id: "complaints-repeated",
        zh: "重复投诉率",
        en: "Repeated complaints",
        kind: "percent",
        count: |t| (t.repeated, t.complaints),
    },
    Kpi {
        id: "candidate-precision",
        zh: "疑似问题属实率",
        en: "Precision of candidates",
        kind: "percent",
        count: |t| (t.confirmed, t.confirmed + t.dismissed),
    },
    Kpi { id: "missed", zh: "漏做任务数", en: "Missed tasks", kind: "count", count: |t| (t.missed, 1) },
    // Yuan a tonne: the numerator is thousands of yuan of kilograms, so both stay whole.
    Kpi {
        id: "cost-per-tonne",
        zh: "每吨成本（元）",
        en: "Cost per tonne (yuan)",
        kind: "ratio",
        count: |t| (t.cost * 1_000, t.kilograms),
    },
];

impl Kpi {
    /// Its name.
    pub(crate) fn name(&self, locale: Locale) -> &'static str {
        zh_en(locale, self.zh, self.en)
    }

    /// Numerator and denominator.
    pub(crate) fn of(&self, tally: &Tally) -> (u64, u64) {
        (self.count)(tally)
    }
}

/// Reports the figures of today and the day before, and of their months.
pub(crate) fn report(now_ms: i64) -> Result<(), Error> {
    let (today, before) = (Day::at(now_ms), Day::at(now_ms - DAY_MS));
    let mut periods = vec![before.to_string(), today.to_string(), before.month(), today.month()];
    periods.dedup();
    for period in periods {
        let tally = tally::of(&period)?;
        if tally == Tally::default() {
            continue;
        }
        for kpi in &ALL {
            let (numerator, denominator) = kpi.of(&tally);
            kpis::report(&Figure::new(kpi.id, &period, numerator as f64, denominator as f64))?;
        }
    }
    Ok(())
}
