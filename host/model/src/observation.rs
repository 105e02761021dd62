//! Observations: what came in at an edge, before anybody accepted it.

use std::sync::Arc;

use crate::clock::TimestampMs;
use crate::fault::Refused;
use crate::id::CameraId;
use crate::id::Kind;
use crate::id::TownshipId;

/// Something that a bridge, the schedule or the API saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The township it belongs to.
    pub township: TownshipId,
    /// Who says so, see [`crate::event::NewEvent::source`].
    pub source: Arc<str>,
    /// The source's own id of it; `None`: the hub makes one (from the picture's hash, else random).
    pub id: Option<Arc<str>>,
    /// The kind of event it would become.
    pub kind: Kind,
    /// The camera it is about.
    pub camera: Option<CameraId>,
    /// What else it is about.
    pub subject: Option<Arc<str>>,
    /// When it happened by the source's clock, if it said so.
    pub time_ms: Option<TimestampMs>,
    /// A JSON object as text.
    pub data: Arc<str>,
    /// JPEG bytes as received; what is no picture in them is taken out, the rest stored under its hash before the event is
    /// appended.
    pub picture: Option<bytes::Bytes>,
    /// Whether a bridge kept it on its way, for hours perhaps: it says nothing about now, and its time is what the bridge
    /// found right when it came in.
    pub relayed: bool,
}

/// What a bridge is told about an observation it handed over.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is committed: the source may be acknowledged.
    Stored(u64),
    /// It was there already: the source may be acknowledged.
    Repeated,
    /// It is recorded as refused: acknowledge, so that the source does not send it for ever.
    Refused(Refused),
}
