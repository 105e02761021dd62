//! What a supervised camera tells.

use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;
use xl_model::id::DeviceId;

use crate::onvif::address::StreamUri;
use crate::onvif::auth::Method;
use crate::onvif::camera::DeviceInformation;
use crate::onvif::camera::EventCapabilities;
use crate::onvif::camera::Profile;
use crate::topics::Notification;

/// A report, who it is about and when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The camera.
    pub device: DeviceId,
    /// When, on the hub's clock.
    pub at_ms: TimestampMs,
    /// What.
    pub report: Report,
}

/// What is told of a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// What one exchange proves about its status.
    Evidence {
        /// The level.
        level: Level,
        /// Why it is no better; none for [`Level::Up`].
        reason: Option<Refused>,
    },
    /// It notified something.
    Event(Notification),
    /// It was set up; told at each set-up.
    Described(Box<Description>),
    /// Its clock minus the hub's, in milliseconds.
    ClockOffset(i64),
    /// Its subscription was lost: states that were open are unknown until they are told anew, as `Initialized`.
    StatesStale,
}

/// What evidence proves, as the ladder of statuses knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It answered behind its login.
    Up,
    /// It answers and refuses our login.
    AuthFailed,
    /// Something answers there, but not the service.
    Reachable,
    /// Nothing answered.
    Miss,
}

/// What a camera is, as far as it told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// Maker, model, firmware, serial number.
    pub information: Option<DeviceInformation>,
    /// The login that it took.
    pub method: Option<Method>,
    /// Its profiles, those of Media2 first.
    pub profiles: Vec<Profile>,
    /// Streams by the profile's token.
    pub streams: Vec<(String, StreamUri)>,
    /// It has a PTZ service and a profile that moves.
    pub has_ptz: bool,
    /// It has an imaging service.
    pub has_imaging: bool,
    /// What it says of its events.
    pub events: Option<EventCapabilities>,
    /// What it does not do, and why: each degrades the camera, none ends the set-up.
    pub degraded: Vec<Refused>,
}
