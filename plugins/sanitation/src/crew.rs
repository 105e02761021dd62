//! People and what they drive: vehicles, routes, rosters, shifts. A person is an account, nothing else.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

use crate::clock;
use crate::clock::Window;

/// A vehicle by its number in the fleet; a plate is never kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Vehicle {
    pub(crate) name: String,
    pub(crate) what: String,
}

/// Points in the order they are served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Route {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) vehicle: Option<String>,
    pub(crate) points: Vec<String>,
}

/// What is to be done again and again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// A point or a route.
    pub(crate) target: String,
    pub(crate) target_name: String,
    pub(crate) windows: Vec<Window>,
    /// Days of the week, 1 (Monday) to 7.
    pub(crate) weekdays: Vec<u32>,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    pub(crate) active: bool,
}

/// Who works when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Roster {
    pub(crate) account: String,
    /// A route or a section in words.
    pub(crate) area: String,
    pub(crate) windows: Vec<Window>,
    pub(crate) weekdays: Vec<u32>,
    pub(crate) active: bool,
}

/// Somebody's working time on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shift {
    pub(crate) day: String,
    pub(crate) account: String,
    pub(crate) area: String,
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
    /// `{account}/{day}`.
    pub(crate) mine: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clock_in: Option<ClockIn>,
}

/// That somebody was there: at a point, no face, no fingerprint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ClockIn {
    pub(crate) at_ms: i64,
    pub(crate) point: String,
    /// How far the phone said he was from it; nothing where the phone or the point said nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) metres: Option<u32>,
}

/// Whether a day of the week is among those.
pub(crate) fn is_on(weekdays: &[u32], day: Day) -> bool {
    weekdays.contains(&clock::weekday(day))
}

/// Reads `1-5`, `1 3 5`, `1-7`. `None`: it is something else.
pub(crate) fn weekdays(text: &str) -> Option<Vec<u32>> {
    let mut days = Vec::new();
    for part in text.split([' ', ',', '，', '、']).filter(|part| !part.is_empty()) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
        if from < 1 || to > 7 || from > to {
            return None;
        }
        days.extend(from..=to);
    }
    days.sort_unstable();
    days.dedup();
    (!days.is_empty()).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_week_are_read_as_ranges_and_lists() {
        assert_eq!(weekdays("1-5"), Some(vec![1, 2, 3, 4, 5]));
        assert_eq!(weekdays("6，1 1"), Some(vec![1, 6]));
        for wrong in ["", "0", "1-8", "5-1", "x"] {
            assert_eq!(weekdays(wrong), None, "{wrong}");
        }
    }
}
