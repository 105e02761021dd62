//! `[onvif]`: cameras that the hub signs in to.

use std::time::Duration;

use ipnet::IpNet;

use super::Section;

/// Where cameras may be and how often they are asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Onvif {
    /// Whether cameras are signed in to at all.
    pub enabled: bool,
    /// The networks that cameras may be in; addresses outside are never called.
    pub networks: Vec<IpNet>,
    /// Whether a camera may be enrolled at a loopback address: simulators, tunnels that end on this machine.
    pub allow_loopback: bool,
    /// How often a silent camera is asked whether it is there.
    pub interval: Duration,
    /// The first delay before a lost camera is tried again; each failure doubles it, up to a minute.
    pub retry: Duration,
    /// How rarely a camera is tried that failed five times in a row.
    pub retry_rare: Duration,
    /// How often its clock is read anew.
    pub clock: Duration,
}

impl Onvif {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
        let private = private.map(|network| network.parse().expect("a literal that is a network")).into();
        let onvif = Self {
            enabled: section.flag("enabled", true),
            networks: section.list("networks", private, "a list of networks such as \"10.20.0.0/16\""),
            allow_loopback: section.flag("allow_loopback", false),
            interval: Duration::from_secs(section.number("interval_s", 60, 10..=3_600)),
            retry: Duration::from_secs(section.number("retry_s", 2, 1..=60)),
            retry_rare: Duration::from_secs(section.number("retry_rare_s", 300, 10..=86_400)),
            clock: Duration::from_secs(3_600 * section.number("clock_h", 6_u64, 1..=168)),
        };
        section.finish();
        onvif
    }
}
