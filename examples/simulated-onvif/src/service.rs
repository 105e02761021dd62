//! What the camera answers: one file per ONVIF service.
//!
//! A service gets a call that may come in, and returns the body of an answer or a refusal. It knows neither HTTP nor
//! logins.

mod description;
mod device_management;
mod events;
mod imaging;
mod media;
mod media2;
mod network;
mod notification;
mod profiles;
mod ptz;

use crate::device::Device;
use crate::soap::Call;
use crate::soap::Refusal;
use crate::soap::namespace;

pub(crate) use self::device_management::scope_items;
pub(crate) use self::profiles::profile;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The camera says no.
    Refused(Refusal),
    /// The camera hangs up.
    HangUp,
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Answers a call that came to this path.
pub(crate) async fn answer(device: &Device, call: &Call, path: &str) -> Result<String, Stop> {
    match call.action.namespace.as_str() {
        namespace::DEVICE => Ok(device_management::answer(device, &call.action)?),
        namespace::MEDIA => Ok(media::answer(device, &call.action)?),
        namespace::MEDIA2 => Ok(media2::answer(device, &call.action)?),
        namespace::PTZ => Ok(ptz::answer(device, &call.action)?),
        namespace::IMAGING => Ok(imaging::answer(device, &call.action)?),
        namespace::EVENTS | namespace::NOTIFICATION => events::answer(device, &call.action, path).await,
        _ => Err(Refusal::not_implemented().into()),
    }
}

/// Whether anybody may ask for that (ONVIF Core, access class `PRE_AUTH`).
pub(crate) fn is_open(call: &Call) -> bool {
    let open = [
        "GetSystemDateAndTime",
        "GetServices",
        "GetCapabilities",
        "GetServiceCapabilities",
        "GetHostname",
        "GetWsdlUrl",
        "GetEndpointReference",
    ];
    call.action.namespace == namespace::DEVICE && open.contains(&call.action.name.as_str())
}

/// Whether it is about events.
pub(crate) fn is_about_events(call: &Call) -> bool {
    [namespace::EVENTS, namespace::NOTIFICATION].contains(&call.action.namespace.as_str())
}
