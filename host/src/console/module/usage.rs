//! What a module used, as its page shows it: the newest day first.

use xl_store::modules::DayUsage;

/// One day.
pub(super) struct UsageRow {
    pub(super) day: String,
    pub(super) events: u64,
    pub(super) published: u64,
    pub(super) pictures: u64,
    pub(super) cpu_ms: u64,
    pub(super) stored: String,
}

/// The days as rows.
pub(super) fn rows(days: Vec<DayUsage>) -> Vec<UsageRow> {
    let row = |day: DayUsage| UsageRow {
        day: day.used.day.to_string(),
        events: day.used.events,
        published: day.used.published,
        pictures: day.used.pictures,
        cpu_ms: day.used.cpu_us.div_ceil(1_000),
        stored: size(day.stored_bytes),
    };
    days.into_iter().rev().map(row).collect()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1_024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_not_shown_as_nothing() {
        assert_eq!([1_023, 1_024, 3 << 20].map(size), ["1023 B", "1.0 KiB", "3.0 MiB"]);
    }
}
