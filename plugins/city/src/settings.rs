//! What an admin set; the schema beside `plugin.toml` says the same.

use serde::Deserialize;

use crate::group;
use crate::matter;
use crate::matter::Book;
use crate::signal;
use crate::unit::Unit;

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// The module's settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The code set in use.
    pub set: String,
    /// Codes that the township adds to it.
    pub own_matters: Vec<matter::Own>,
    /// What the township changes about 六乱.
    pub groups: Vec<group::Change>,
    /// The units that cases are dispatched to; empty: they are typed.
    pub units: Vec<Unit>,
    /// The hotlines whose cases are transferred.
    pub hotlines: Vec<String>,
    /// What events of edge devices mean, before the default.
    pub signals: Vec<signal::Row>,
    /// Whether the default counts where no row fits.
    pub default_signals: bool,
    /// The least score of an event that opens a case.
    pub least_score: f64,
    /// Within so many hours the same matter before the same camera is the same case.
    pub repeat_hours: u32,
    /// The same matter filed in the same cell within so many days has come back.
    pub recur_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            set: matter::SETS[0].to_owned(),
            own_matters: Vec::new(),
            groups: Vec::new(),
            units: Vec::new(),
            hotlines: vec!["12345".to_owned(), "12319".to_owned()],
            signals: Vec::new(),
            default_signals: true,
            least_score: 0.6,
            repeat_hours: 6,
            recur_days: 30,
        }
    }
}

impl Settings {
    /// Reads them from the host.
    ///
    /// # Errors
    /// When they do not fit, which the schema prevents.
    pub fn read() -> Result<Self, xl_plugin::Error> {
        xl_plugin::settings::get()
    }

    /// The matters in use.
    pub fn book(&self) -> Book {
        Book::new(&self.set, &self.own_matters)
    }

    /// Within so long the same matter before the same camera is the same case.
    pub fn repeat_ms(&self) -> i64 {
        i64::from(self.repeat_hours) * HOUR_MS
    }

    /// Within so long a matter filed in the same cell has come back.
    pub fn recur_ms(&self) -> i64 {
        i64::from(self.recur_days) * 24 * HOUR_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_defaults_are_those_of_the_code_and_every_setting_has_a_title() {
        let schema: serde_json::Value = serde_json::from_str(include_str!("../settings.schema.json")).unwrap();
        let properties = schema["properties"].as_object().unwrap();
        let mut defaults = serde_json::Map::new();
        for (name, property) in properties {
            assert!(property["title"].as_str().is_some_and(|title| title.contains(" · ")), "{name}");
            defaults.insert(name.clone(), property["default"].clone());
        }
        let read: Settings = serde_json::from_value(defaults.into()).unwrap();
        assert_eq!(read, Settings::default());
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
        assert_eq!(properties.len(), 10);
    }
}
