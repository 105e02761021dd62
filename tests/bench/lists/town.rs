//! The township: its villages, people and days, and how much of everything it has.

use xl_model::day::Day;

use crate::hub::TOWNSHIP;

/// A day in milliseconds.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Responsible units, as `config/cases/units.csv` has them.
pub(crate) const UNITS: [(&str, &str); 5] = [
    ("office", "综合行政执法办公室"),
    ("sanitation", "环卫所"),
    ("order", "城管执法中队"),
    ("works", "市政设施管理所"),
    ("greening", "园林绿化管理所"),
];

/// Villages of the township.
const VILLAGES: usize = 30;

/// The township at the moment at which it is filled.
pub(crate) struct Town {
    pub(crate) now_ms: i64,
    /// Who asks for the pages: the first of everybody who works here.
    account: String,
}

impl Town {
    /// As of now.
    pub(crate) fn now(account: &str) -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Self { now_ms: i64::try_from(since.as_millis()).unwrap(), account: account.to_owned() }
    }

    /// A moment so many days ago.
    pub(crate) fn ago_ms(&self, days: usize) -> i64 {
        self.now_ms - i64::try_from(days).unwrap() * DAY_MS
    }

    /// The day of that moment, `2026-11-26`.
    pub(crate) fn day(&self, days_ago: usize) -> String {
        Day::in_china(self.ago_ms(days_ago)).to_string()
    }

    /// So many days ahead.
    pub(crate) fn day_ahead(&self, days: usize) -> String {
        Day::in_china(self.now_ms + i64::try_from(days).unwrap() * DAY_MS).to_string()
    }

    /// The months up to now, the newest first, `2026-11`.
    pub(crate) fn months(&self, count: usize) -> Vec<String> {
        let mut months: Vec<String> = (0..count * 31).map(|ago| self.day(ago)[..7].to_owned()).collect();
        months.dedup();
        months.truncate(count);
        months
    }

    /// One of so many accounts.
    pub(crate) fn account(&self, n: usize, of: usize) -> String {
        match n % of {
            0 => self.account.clone(),
            n => format!("worker-{n:03}"),
        }
    }
}

/// The 12 digits of a village.
pub(crate) fn village(n: usize) -> String {
    format!("{TOWNSHIP}{:03}", 201 + n % VILLAGES)
}

/// All villages.
pub(crate) fn villages() -> impl Iterator<Item = String> {
    (0..VILLAGES).map(village)
}

/// What looks like a hash.
pub(crate) fn hash(n: usize) -> String {
    format!("{n:064x}")
}

/// A grid cell's id.
pub(crate) fn cell(n: usize) -> String {
    format!("g{:03}", n % 500)
}
