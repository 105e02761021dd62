//! Readings of a greenhouse as one record an hour.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::number::Thousandths;

/// Milliseconds of an hour.
pub const HOUR_MS: i64 = 3_600_000;

/// Most measures of one record; a device that invents more is cut.
const MOST_MEASURES: usize = 16;

/// What was measured in one hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hour {
    /// By the name the device gives.
    pub measures: BTreeMap<String, Measure>,
}

/// One measure over a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// The smallest value.
    pub min: Thousandths,
    /// The largest value.
    pub max: Thousandths,
    /// All values together.
    pub sum: Thousandths,
    /// How many values.
    pub count: u32,
    /// The newest value.
    pub last: Thousandths,
    /// When it was measured.
    pub last_ms: i64,
}

impl Measure {
    fn new(value: Thousandths, time_ms: i64) -> Self {
        Self { min: value, max: value, sum: value, count: 1, last: value, last_ms: time_ms }
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let newer = if other.last_ms >= self.last_ms { other } else { self };
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            sum: self.sum.plus(other.sum),
            count: self.count.saturating_add(other.count),
            last: newer.last,
            last_ms: newer.last_ms,
        }
    }

    /// The mean.
    pub fn mean(self) -> Thousandths {
        self.sum.over(self.count)
    }
}

impl Hour {
    /// Adds one reading: every number in `data` under a plain name is a measure.
    pub fn add(&mut self, data: &BTreeMap<String, serde_json::Value>, time_ms: i64) {
        for (name, value) in data {
            if let Some(value) = value.as_f64().and_then(Thousandths::of)
                && is_name(name)
            {
                self.merge(name, Measure::new(value, time_ms));
            }
        }
    }

    /// Adds all measures of another record.
    pub fn add_all(&mut self, other: &Self) {
        for (name, measure) in &other.measures {
            self.merge(name, *measure);
        }
    }

    fn merge(&mut self, name: &str, measure: Measure) {
        if let Some(known) = self.measures.get_mut(name) {
            *known = known.with(measure);
        } else if self.measures.len() < MOST_MEASURES {
            self.measures.insert(name.to_owned(), measure);
        }
    }
}

/// The start of the hour of `time_ms`.
pub fn hour_of(time_ms: i64) -> i64 {
    time_ms.div_euclid(HOUR_MS) * HOUR_MS
}

fn is_name(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(json: &str) -> BTreeMap<String, serde_json::Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_hour_keeps_the_smallest_largest_mean_and_newest_value() {
        let mut hour = Hour::default();
        for (time_ms, value) in [(1, "20.1"), (3, "24.4"), (2, "21.0")] {
            hour.add(&data(&format!(r#"{{"temp_c": {value}}}"#)), time_ms);
        }
        let measure = hour.measures["temp_c"];
        let shown = [measure.min, measure.max, measure.mean(), measure.last].map(|number| number.to_string());
        assert_eq!(shown, ["20.1", "24.4", "21.833", "24.4"]);
        assert_eq!((measure.count, measure.last_ms), (3, 3));
    }

    #[test]
    fn the_order_and_the_batch_in_which_readings_come_do_not_matter() {
        let values = [0.1, 0.2, 0.3, 17.123, -4.5, 1e6];
        let json = |value: f64| data(&format!(r#"{{"temp_c": {value}}}"#));
        let mut forward = Hour::default();
        for (time_ms, value) in values.into_iter().enumerate() {
            forward.add(&json(value), time_ms as i64);
        }
        let mut backward = Hour::default();
        for (time_ms, value) in values.into_iter().enumerate().rev() {
            backward.add(&json(value), time_ms as i64);
            // As if each came in a batch of its own: through the record and back.
            backward = serde_json::from_str(&serde_json::to_string(&backward).unwrap()).unwrap();
        }
        assert_eq!(serde_json::to_string(&forward).unwrap(), serde_json::to_string(&backward).unwrap());
    }

    #[test]
    fn what_is_no_measure_is_passed_over() {
        let mut hour = Hour::default();
        hour.add(&data(r#"{"temp_c": "21", "Temp": 1, "a b": 1, "": 1, "deep": {"x": 1}, "huge": 1e300, "ok": 1}"#), 0);
        assert_eq!(hour.measures.keys().collect::<Vec<_>>(), ["ok"]);
        let many: BTreeMap<_, _> = (0..100).map(|number| (format!("m{number}"), number.into())).collect();
        hour.add(&many, 0);
        assert_eq!(hour.measures.len(), MOST_MEASURES);
    }
}
