//! `[uplink]`: the hub above, which this one is a bridge of.

use std::path::PathBuf;

use xl_model::id::DeviceId;

use super::Section;
use super::address;

/// The hub above.
#[derive(Debug, Clone, PartialEq)]
pub struct Uplink {
    /// `mqtts://host:8883`, or `mqtt://host:1883` inside a closed network.
    pub url: String,
    /// The login that the hub above gave, `{township}.{bridge}`.
    pub bridge: DeviceId,
    /// File with its password.
    pub password_file: PathBuf,
    /// PEM file of the authorities trusted for `mqtts`.
    pub ca_file: Option<PathBuf>,
    /// Most messages per second; 0: no limit.
    pub max_messages_per_second: u32,
    /// Most bytes per second; 0: no limit.
    pub max_bytes_per_second: u32,
}

impl Uplink {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let there = section.is_there();
        let url = address(&mut section);
        let bridge: Option<DeviceId> = section.optional("bridge", BRIDGE);
        let password_file = section.secret_file("password_file");
        let ca_file = section.file("ca_file");
        let max_messages_per_second = section.number("max_messages_per_second", 50, 0..=1_000_000);
        let max_bytes_per_second = section.number("max_bytes_per_second", 1024 * 1024, 0..=1_073_741_824);
        if there && bridge.is_none() {
            section.wrong("bridge", "is missing", BRIDGE);
        }
        if there && password_file.is_none() {
            section.wrong("password_file", "is missing", "the path of a file with the password");
        }
        section.finish();
        Some(Self {
            url,
            bridge: bridge?,
            password_file: password_file?,
            ca_file,
            max_messages_per_second,
            max_bytes_per_second,
        })
    }
}

const BRIDGE: &str = "the login that the hub above gave, such as 371122102.edge-1";
