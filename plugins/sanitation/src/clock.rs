//! Windows of a day and how times are written, in China.

use xl_plugin::day::CHINA_OFFSET_MS;
use xl_plugin::day::Day;

/// Windows of one plan at most.
const MOST: usize = 6;

/// From which to which minute of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Window {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

impl Window {
    /// Reads `04:00-07:00 09:00-16:00`: at most six, none overlapping. `None`: it is something else.
    pub(crate) fn list(text: &str) -> Option<Vec<Self>> {
        let mut windows: Vec<Self> = text
            .split([' ', ',', '，', ';', '；'])
            .filter(|part| !part.is_empty())
            .map(Self::one)
            .collect::<Option<_>>()?;
        windows.sort_by_key(|window| window.from);
        let apart = windows.windows(2).all(|pair| matches!(pair, [one, two] if one.to <= two.from));
        ((1..=MOST).contains(&windows.len()) && apart).then_some(windows)
    }

    fn one(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(['-', '–', '~'])?;
        let window = Self { from: minutes(from)?, to: minutes(to)? };
        (window.from < window.to).then_some(window)
    }

    /// Its first and last moment on a day.
    pub(crate) fn on(self, day: Day) -> (i64, i64) {
        (day.start_ms() + i64::from(self.from) * 60_000, day.start_ms() + i64::from(self.to) * 60_000)
    }

    /// As it is read.
    pub(crate) fn text(self) -> String {
        format!("{:02}:{:02}-{:02}:{:02}", self.from / 60, self.from % 60, self.to / 60, self.to % 60)
    }
}

fn minutes(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || minute.len() != 2 || !digits(minute) {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let whole = hour * 60 + minute;
    (minute < 60 && whole <= 24 * 60).then_some(whole)
}

/// `06:30`.
pub(crate) fn hour_and_minute(time_ms: i64) -> String {
    let minutes = (time_ms + CHINA_OFFSET_MS).div_euclid(60_000).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `06:30–14:00`; a span that ends with its day ends at `24:00`.
pub(crate) fn span(from_ms: i64, until_ms: i64) -> String {
    let until = hour_and_minute(until_ms);
    let until = if until == "00:00" { "24:00" } else { &until };
    format!("{}–{until}", hour_and_minute(from_ms))
}

/// `2026-11-26 06:30`.
pub(crate) fn minute(time_ms: i64) -> String {
    format!("{} {}", Day::at(time_ms), hour_and_minute(time_ms))
}

/// The day of the week, 1 (Monday) to 7.
pub(crate) fn weekday(day: Day) -> u32 {
    // 1970-01-01 was a Thursday.
    let days = (day.start_ms() + CHINA_OFFSET_MS).div_euclid(86_400_000);
    (days + 3).rem_euclid(7) as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_as_people_write_them() {
        let text = |windows: Vec<Window>| windows.into_iter().map(Window::text).collect::<Vec<_>>().join(" ");
        assert_eq!(Window::list("9:00-16:00，04:00-07:00").map(text).as_deref(), Some("04:00-07:00 09:00-16:00"));
        for wrong in
            ["", "7:00", "07:00-04:00", "07:00-07:00", "04:00-07:00 06:00-08:00", "25:00-26:00", "7:5-8:00", "a-b"]
        {
            assert_eq!(Window::list(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_window_to_the_end_of_the_day_does_not_read_as_nothing() {
        let start = "2026-11-26".parse::<Day>().unwrap().start_ms();
        assert_eq!(span(start, start + 86_400_000), "00:00–24:00");
        assert_eq!(span(start + 390 * 60_000, start + 840 * 60_000), "06:30–14:00");
    }

    #[test]
    fn days_of_the_week_are_counted_from_monday() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!((weekday(day("2026-11-26")), weekday(day("2026-11-29")), weekday(day("1970-01-01"))), (4, 7, 4));
    }
}
