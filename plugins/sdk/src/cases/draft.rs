//! A case that is about to be opened.

use serde::Serialize;

use super::Draft;
use super::Matter;
use super::Position;

impl Draft {
    /// A case about the matter `code` of the code set `set`, in the version in force, at the township.
    ///
    /// `key` is the module's own name for it, at most 128 bytes: a second draft with the same key opens nothing. The title
    /// has at most 200 characters and no personal data. The source is `patrol` unless [`Draft::source`] says otherwise.
    pub fn new(key: &str, set: &str, code: &str, title: &str) -> Self {
        Self {
            key: key.to_owned(),
            matter: Matter { set: set.to_owned(), version: String::new(), code: code.to_owned() },
            title: title.to_owned(),
            description: String::new(),
            source: "patrol".to_owned(),
            place: None,
            address: None,
            position: None,
            grid: None,
            camera: None,
            pictures: Vec::new(),
            data: "{}".to_owned(),
        }
    }

    /// At most 4,000 characters.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = text.to_owned();
        self
    }

    /// Where it came from: `patrol`, `hotline`, `video`, `vehicle`, `app`, `media`, `transfer`, `schedule`.
    #[must_use]
    pub fn source(mut self, source: &str) -> Self {
        self.source = source.to_owned();
        self
    }

    /// Where, by the 12-digit division code inside the township.
    #[must_use]
    pub fn place(mut self, place: &str) -> Self {
        self.place = Some(place.to_owned());
        self
    }

    /// Where, in words: at most 200 characters.
    #[must_use]
    pub fn address(mut self, address: &str) -> Self {
        self.address = Some(address.to_owned());
        self
    }

    /// Where on the ground, in degrees of WGS 84.
    #[must_use]
    pub fn position(mut self, latitude: f64, longitude: f64) -> Self {
        self.position = Some(Position { latitude, longitude });
        self
    }

    /// A grid cell or section, in the module's own words.
    #[must_use]
    pub fn grid(mut self, grid: &str) -> Self {
        self.grid = Some(grid.to_owned());
        self
    }

    /// A granted camera that it is about.
    #[must_use]
    pub fn camera(mut self, camera: &str) -> Self {
        self.camera = Some(camera.to_owned());
        self
    }

    /// Pictures of the state before, by SHA-256: at most 16.
    #[must_use]
    pub fn pictures<T: Into<String>>(mut self, pictures: impl IntoIterator<Item = T>) -> Self {
        self.pictures = pictures.into_iter().map(Into::into).collect();
        self
    }

    /// The module's own data: whatever serialises as a JSON object of at most 16 KiB; [`super::open`] refuses anything else.
    #[must_use]
    pub fn data<T: Serialize>(mut self, data: &T) -> Self {
        self.data = serde_json::to_string(data).unwrap_or_default();
        self
    }
}
