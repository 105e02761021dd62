//! Places: road sections, collection points, bins.

use serde::Deserialize;
use serde::Serialize;

/// A stretch of road with one grade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Section {
    pub(crate) name: String,
    /// Grade of the road, 1 to 4; 1 is cleaned most often.
    pub(crate) grade: u32,
    /// Its length.
    pub(crate) metres: u32,
    /// 12-digit division code.
    pub(crate) place: String,
}

/// Where waste is brought and collected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) name: String,
    pub(crate) section: String,
    /// 12-digit division code.
    pub(crate) place: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) latitude: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) longitude: Option<f64>,
    /// The camera that looks at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) camera: Option<String>,
    /// What the camera's region shows.
    pub(crate) shows: Shows,
    /// Code of the open public link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    /// Since when waste lies there, confirmed by a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) overflow_since_ms: Option<i64>,
    /// The finding that a person confirmed and that is not closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) finding: Option<String>,
}

/// What a camera's region shows: it decides the matter of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Shows {
    /// Ground where waste should not lie.
    Ground,
    /// A bin and what lies around it.
    Bin,
}

/// A bin; `entity` is its name at other software.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bin {
    pub(crate) point: String,
    pub(crate) name: String,
    /// Its id as a `WasteContainer`.
    pub(crate) entity: String,
    pub(crate) state: BinState,
    /// Latitude and longitude, where other software said so; else it is the point's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<(f64, f64)>,
    /// Litres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) capacity: Option<f64>,
    /// 0 to 1, as a sensor or a person said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<f64>,
    /// Percent from which on it counts as full.
    pub(crate) threshold: f64,
    /// What it is for.
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
    /// `ok`, `lidOpen`, `dropped`, `moved`, `vandalized`, `burning`, `unknown`.
    pub(crate) status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) emptied_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cleaned_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next_emptying_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next_cleaning_ms: Option<i64>,
}

/// How full a bin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BinState {
    Ok,
    Filling,
    Full,
    Overflow,
    Emptied,
}

/// Percent from which on a bin counts as full where nobody says otherwise.
pub(crate) const FULL_FROM: f64 = 80.0;

impl BinState {
    /// What a level means.
    pub(crate) fn of(level: f64, threshold_percent: f64) -> Self {
        match level {
            level if level > 1.0 - 1e-9 => Self::Overflow,
            level if level * 100.0 >= threshold_percent => Self::Full,
            level if level > 0.0 => Self::Filling,
            _ => Self::Ok,
        }
    }
}

impl Bin {
    /// A bin nobody knows more about than its name.
    pub(crate) fn new(point: &str, name: &str, entity: &str) -> Self {
        Self {
            point: point.to_owned(),
            name: name.to_owned(),
            entity: entity.to_owned(),
            state: BinState::Ok,
            location: None,
            capacity: None,
            level: None,
            threshold: FULL_FROM,
            kinds: Vec::new(),
            status: "ok".to_owned(),
            emptied_ms: None,
            cleaned_ms: None,
            next_emptying_ms: None,
            next_cleaning_ms: None,
        }
    }

    /// It was emptied.
    pub(crate) fn empty(&mut self, now_ms: i64) {
        self.state = BinState::Emptied;
        self.level = Some(0.0);
        self.emptied_ms = Some(now_ms);
    }
}

/// Metres between two places, on a sphere; right to a few metres within a township.
pub(crate) fn metres((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let (north, east) = ((lat2 - lat1).to_radians(), (lon2 - lon1).to_radians() * lat1.to_radians().cos());
    6_371_000.0 * north.hypot(east)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_a_share_and_its_threshold_is_in_percent() {
        for (level, state) in [
            (0.0, BinState::Ok),
            (0.79, BinState::Filling),
            (0.8, BinState::Full),
            (0.99, BinState::Full),
            (1.0, BinState::Overflow),
        ] {
            assert_eq!(BinState::of(level, 80.0), state, "{level}");
        }
    }

    #[test]
    fn a_thousandth_of_a_degree_north_is_a_hundred_and_eleven_metres() {
        assert!((metres((35.5, 118.8), (35.501, 118.8)) - 111.2).abs() < 0.5);
        assert!((metres((35.5, 118.8), (35.5, 118.801)) - 90.5).abs() < 0.5);
    }
}
