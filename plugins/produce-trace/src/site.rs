//! A greenhouse: a place of production with its camera.

use serde::Deserialize;
use serde::Serialize;

/// A greenhouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Who produces there.
    pub producer: String,
    /// Its camera.
    pub camera: String,
    /// The 12-digit division code of where the camera stands.
    pub place: String,
    /// The producer's unified social credit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its GLN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gln: Option<String>,
    /// When it was registered.
    pub registered_ms: i64,
    /// Its growing batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growing: Option<String>,
}

impl Site {
    /// The township's part of the division code: nothing finer goes to the public.
    pub fn township(&self) -> &str {
        self.place.get(..9).unwrap_or(&self.place)
    }
}
