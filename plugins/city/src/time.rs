//! Times as China's clocks show them.

use xl_plugin::day::CHINA_OFFSET_MS;
use xl_plugin::day::Day;

/// Day and minute.
pub fn minute(time_ms: i64) -> String {
    let minutes = time_ms.saturating_add(CHINA_OFFSET_MS).div_euclid(60_000).rem_euclid(24 * 60);
    format!("{} {:02}:{:02}", Day::at(time_ms), minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_in_china_is_the_next_day() {
        let midnight = "2026-11-27".parse::<Day>().unwrap().start_ms();
        assert_eq!(minute(midnight), "2026-11-27 00:00");
        assert_eq!(minute(midnight - 1), "2026-11-26 23:59");
    }
}
