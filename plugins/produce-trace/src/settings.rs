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
    /// Where Digital Links of this township's produce live.
    pub link_base: String,
    /// Registration numbers of inputs that must not be used.
    pub banned_registrations: Vec<String>,
    /// Whom buyers may complain to, in words.
    pub complaint_contact: Option<String>,
    /// Code set and code of the matter that a complaint's case is about.
    pub complaint_matter: Option<Matter>,
}

/// A matter of the case engine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Matter {
    /// The code set.
    pub set: String,
    /// The code inside it.
    pub code: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            picture_every_minutes: 60,
            readings: vec!["temp_c".to_owned(), "rh_pct".to_owned()],
            origin: None,
            show_producer: false,
            link_base: "https://id.gs1.org".to_owned(),
            banned_registrations: Vec::new(),
            complaint_contact: None,
            complaint_matter: None,
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

    /// Whether an input with this registration number must not be used.
    pub fn bans(&self, registration: &str) -> bool {
        self.banned_registrations.iter().any(|banned| banned.eq_ignore_ascii_case(registration))
    }

    /// The shortest time between two attached pictures.
    pub fn picture_every_ms(&self) -> i64 {
        i64::from(self.picture_every_minutes) * 60_000
    }
}
