//! The addresses that a camera tells of itself, right or wrong.

use std::net::SocketAddr;

use crate::device::Device;
use crate::fault::Fault;

/// A host as factories set it.
const FACTORY_HOST: &str = "192.168.1.108";

/// An address of the documentation range (RFC 5737) that stands for a stranger.
const FOREIGN_HOST: &str = "203.0.113.7";

/// The metadata service of most clouds.
const METADATA_HOST: &str = "169.254.169.254";

/// Nobody listens there (the discard service).
const WRONG_PORT: u16 = 9;

/// An HTTP address of the camera; `path` begins with a slash.
pub(crate) fn http(device: &Device, path: &str) -> String {
    format!("http://{}{path}", authority(device, device.address()))
}

/// The same on another port of the camera.
pub(crate) fn http_at(device: &Device, at: SocketAddr, path: &str) -> String {
    format!("http://{}{path}", authority(device, at))
}

fn authority(device: &Device, at: SocketAddr) -> String {
    let (host, port) = (host(at), at.port());
    if device.has(Fault::XaddrNoHost) {
        String::new()
    } else if device.has(Fault::XaddrLanIp) {
        FACTORY_HOST.to_owned()
    } else if device.has(Fault::XaddrForeign) {
        FOREIGN_HOST.to_owned()
    } else if device.has(Fault::XaddrMetadata) {
        METADATA_HOST.to_owned()
    } else if device.has(Fault::XaddrWrongPort) {
        format!("{host}:{WRONG_PORT}")
    } else if device.has(Fault::XaddrDoubledPort) {
        format!("{host}:{port}:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// The address of the stream; nobody serves it.
pub(crate) fn rtsp(device: &Device, profile: &str) -> String {
    let host = if device.has(Fault::StreamUriFactoryIp) || device.has(Fault::XaddrLanIp) {
        FACTORY_HOST.to_owned()
    } else if device.has(Fault::XaddrForeign) {
        FOREIGN_HOST.to_owned()
    } else if device.has(Fault::XaddrMetadata) {
        METADATA_HOST.to_owned()
    } else {
        host(device.address())
    };
    let login = if device.has(Fault::StreamUriWithPassword) { "admin:12345@" } else { "" };
    format!("rtsp://{login}{host}:554/stream/{profile}?transport=tcp")
}

/// The host as it stands in an address, IPv6 in brackets.
fn host(at: SocketAddr) -> String {
    match at {
        SocketAddr::V4(at) => at.ip().to_string(),
        SocketAddr::V6(at) => format!("[{}]", at.ip()),
    }
}
