//! The module's own events.

use serde::Serialize;

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::events as host;
use crate::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::events as host;

pub use crate::bindings::xueliang::hub::events::EventsError;
pub use crate::bindings::xueliang::hub::events::Publication;

/// An event that is about to be published.
///
/// ```
/// # use xl_plugin::events::Publish;
/// # let hub = xl_plugin::testing::Hub::new(r#"publish = ["hello.counted"]"#);
/// Publish::new("hello.counted").camera("gate-1").data(&serde_json::json!({ "count": 3 })).send()?;
/// # Ok::<(), xl_plugin::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "an event is published by `send`"]
pub struct Publish {
    publication: Publication,
    broken: Option<serde_json::Error>,
}

impl Publish {
    /// An event of a kind that the manifest's `publish` announces.
    pub fn new(kind: &str) -> Self {
        let publication = Publication {
            kind: kind.to_owned(),
            camera: None,
            subject: None,
            data: "{}".to_owned(),
            pictures: Vec::new(),
            cause: None,
        };
        Self { publication, broken: None }
    }

    /// The camera it is about.
    pub fn camera(mut self, camera: &str) -> Self {
        self.publication.camera = Some(camera.to_owned());
        self
    }

    /// What else it is about.
    pub fn subject(mut self, subject: &str) -> Self {
        self.publication.subject = Some(subject.to_owned());
        self
    }

    /// Its data: whatever serialises as a JSON object.
    pub fn data<T: Serialize>(mut self, data: &T) -> Self {
        match serde_json::to_string(data) {
            Ok(text) => self.publication.data = text,
            Err(error) => self.broken = Some(error),
        }
        self
    }

    /// A picture it refers to: one of the causing event, or one opened in this call.
    pub fn picture(mut self, sha256: &str) -> Self {
        self.publication.pictures.push(sha256.to_owned());
        self
    }

    /// The `seq` of the event of this batch that caused it; the batch's newest event where nothing is said.
    pub fn cause(mut self, seq: u64) -> Self {
        self.publication.cause = Some(seq);
        self
    }

    /// Appends it to the township's log, when the call returns `Ok`.
    ///
    /// # Errors
    /// When the kind is not announced, the chain of causes is longer than 8, or the data is no JSON object.
    pub fn send(self) -> Result<(), Error> {
        let kind = self.publication.kind.clone();
        if let Some(source) = self.broken {
            return Err(Error::EventData { kind, source });
        }
        host::publish(&self.publication).map_err(|answer| Error::Events { kind, answer })
    }
}
