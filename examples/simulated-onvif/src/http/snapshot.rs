//! The picture of a camera over HTTP, or what comes in its place.

use bytes::Bytes;
use hyper::Response;
use hyper::StatusCode;

use super::Asked;
use super::Body;
use super::body;
use super::login;
use super::plain;
use super::with_challenges;
use crate::device::Device;
use crate::fault::Fault;
use crate::picture;
use crate::service;

/// What a browser sees, and with [`Fault::HtmlSnapshot`] everybody.
pub(super) const LOGIN_PAGE: &[u8] =
    b"<!DOCTYPE html><html><head><title>Login</title></head><body><form>user, password</form></body></html>";

pub(super) fn answer(device: &Device, request: &Asked<'_>) -> Response<Body> {
    let profile = request.path.trim_start_matches("/snapshot/").trim_end_matches(".jpg");
    let not_found = || plain(StatusCode::NOT_FOUND, "text/plain", Bytes::from_static(b"not found"));
    if service::profile(profile).is_err() || device.has(Fault::NoSnapshotUri) {
        return not_found();
    }
    if let Err((_, challenges)) = login::check_picture(device, request) {
        let refused = plain(StatusCode::UNAUTHORIZED, "text/html", Bytes::from_static(LOGIN_PAGE));
        return with_challenges(refused, challenges);
    }
    if device.has(Fault::SnapshotUriExpires) && !use_ticket(device, request.query) {
        return not_found();
    }
    if device.has(Fault::EmptySnapshot) {
        return plain(StatusCode::OK, "image/jpeg", Bytes::new());
    }
    if device.has(Fault::HtmlSnapshot) {
        return plain(StatusCode::OK, "text/html", Bytes::from_static(LOGIN_PAGE));
    }
    let mut jpeg = picture::draw(device.number(), device.utc());
    if device.has(Fault::TruncatedSnapshot) {
        jpeg.truncate(jpeg.len() / 2);
    }
    device.state().record.snapshots += 1;
    body::send(device, StatusCode::OK, "image/jpeg", jpeg.into())
}

/// Whether the ticket is the last one given out; it is good once.
fn use_ticket(device: &Device, query: Option<&str>) -> bool {
    let ticket = query.and_then(|query| query.strip_prefix("ticket=")).and_then(|ticket| ticket.parse::<u64>().ok());
    let mut state = device.state();
    let good = ticket == Some(state.ticket);
    if good {
        state.ticket += 1;
    }
    good
}
