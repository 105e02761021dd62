//! What an admin set; the schema beside `plugin.toml` says the same.

use serde::Deserialize;

/// The module's settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// At most one picture of a batch in so many minutes.
    pub picture_every_minutes: u32,
    /// The measures shown on pages.
    pub readings: Vec<String>,
    /// The township in words.
    pub origin: Option<String>,
    /// Whether buyers see the producer.
    pub show_producer: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            picture_every_minutes: 60,
            readings: vec!["temp_c".to_owned(), "rh_pct".to_owned()],
            origin: None,
            show_producer: false,
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

    /// The shortest time between two attached pictures.
    pub fn picture_every_ms(&self) -> i64 {
        i64::from(self.picture_every_minutes) * 60_000
    }
}
