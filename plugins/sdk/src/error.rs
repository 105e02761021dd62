//! What a call to the host can answer instead of a value, as one error that `?` turns into a plugin's own answer.

use crate::bindings::xueliang::hub::cameras::CamerasError;
use crate::bindings::xueliang::hub::cases::CasesError;
use crate::bindings::xueliang::hub::events::EventsError;
use crate::bindings::xueliang::hub::http::HttpError;
use crate::bindings::xueliang::hub::kpis::KpisError;
use crate::bindings::xueliang::hub::links::LinksError;
use crate::bindings::xueliang::hub::pictures::PicturesError;
use crate::bindings::xueliang::hub::records::RecordsError;
use crate::calls::CallsError;
use crate::form::FormErrors;
use crate::plugin::Failure;
use crate::plugin::PagesError;

/// Why the host did not do what a plugin asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A record was not stored or found.
    #[error("records of `{collection}`: {answer:?}")]
    Records {
        /// The collection.
        collection: String,
        /// The host's answer.
        answer: RecordsError,
    },
    /// A value does not become a JSON document, or a document does not become the value.
    #[error("document `{key}` of `{collection}` does not fit")]
    Document {
        /// The collection.
        collection: String,
        /// The record's key.
        key: String,
        /// Why not.
        source: serde_json::Error,
    },
    /// The settings do not fit the type that was asked for.
    #[error("settings do not fit")]
    Settings(#[source] serde_json::Error),
    /// An event was not taken.
    #[error("event `{kind}`: {answer:?}")]
    Events {
        /// The event's kind.
        kind: String,
        /// The host's answer.
        answer: EventsError,
    },
    /// The data of an event does not become JSON.
    #[error("data of event `{kind}` is no JSON")]
    EventData {
        /// The event's kind.
        kind: String,
        /// Why not.
        source: serde_json::Error,
    },
    /// A camera could not be seen.
    #[error("cameras: {0:?}")]
    Cameras(CamerasError),
    /// A picture could not be seen.
    #[error("pictures: {0:?}")]
    Pictures(PicturesError),
    /// A public link was not issued or revoked.
    #[error("links: {0:?}")]
    Links(LinksError),
    /// A fetch brought no answer.
    #[error("http: {0:?}")]
    Http(HttpError),
    /// A case was not opened, seen or moved.
    #[error("cases: {}", said(.0))]
    Cases(CasesError),
    /// A key figure was not taken.
    #[error("key figure `{kpi}`: {answer:?}")]
    Kpis {
        /// The key figure.
        kpi: String,
        /// The host's answer.
        answer: KpisError,
    },
}

impl Error {
    /// Whether another try may succeed.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Records { answer, .. } => matches!(answer, RecordsError::Other(_)),
            Self::Events { answer, .. } => matches!(answer, EventsError::Other(_)),
            Self::Cameras(answer) => {
                matches!(answer, CamerasError::RateLimited | CamerasError::Unavailable(_) | CamerasError::Other(_))
            }
            Self::Pictures(answer) => matches!(answer, PicturesError::RateLimited | PicturesError::Other(_)),
            Self::Links(answer) => matches!(answer, LinksError::Other(_)),
            Self::Http(answer) => matches!(
                answer,
                HttpError::Timeout | HttpError::RateLimited | HttpError::Unreachable(_) | HttpError::Other(_)
            ),
            Self::Cases(answer) => matches!(answer, CasesError::Other(_)),
            Self::Kpis { answer, .. } => matches!(answer, KpisError::Other(_)),
            Self::Document { .. } | Self::Settings(_) | Self::EventData { .. } => false,
        }
    }

    /// The message with the messages of its sources.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.is_passing() { Self::Retry(None) } else { Self::Reject(error.chain()) }
    }
}

/// A case that a person may not move, or not so, is told to him: he keeps what he typed.
impl From<Error> for PagesError {
    fn from(error: Error) -> Self {
        match error {
            Error::Cases(CasesError::NotFound) => Self::NotFound,
            Error::Cases(CasesError::Refused(why) | CasesError::Invalid(why)) => FormErrors::whole(why).into(),
            error => Self::Other(error.chain()),
        }
    }
}

/// As for a person at a page.
impl From<Error> for CallsError {
    fn from(error: Error) -> Self {
        match error {
            Error::Cases(CasesError::NotFound) => Self::NotFound,
            Error::Cases(CasesError::Refused(why) | CasesError::Invalid(why)) => FormErrors::whole(why).into(),
            error => Self::Other(error.chain()),
        }
    }
}

/// The host's answer about a case, in its own words where it has some.
fn said(answer: &CasesError) -> String {
    match answer {
        CasesError::AccessDenied => "the module may not keep cases".to_owned(),
        CasesError::NotFound => "the module opened no such case".to_owned(),
        CasesError::Invalid(why) | CasesError::Refused(why) | CasesError::Other(why) => why.clone(),
    }
}
