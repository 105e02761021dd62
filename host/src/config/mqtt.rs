//! `[mqtt]`: the embedded broker, and `[mqtt.external]`: somebody else's.

use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::PathBuf;

use xl_bridge::mqtt::dialect::settings::Settings;

use super::Section;
use super::dialects;

/// How devices reach the hub.
#[derive(Debug, Clone, PartialEq)]
pub struct Mqtt {
    /// Whether the embedded broker runs.
    pub enabled: bool,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Most clients at once.
    pub max_clients: usize,
    /// Largest packet in bytes, of the embedded and the external broker.
    pub max_packet_bytes: u32,
    /// Most messages per second of one device, over all its connections; 0: no limit.
    pub max_messages_per_second: u32,
    /// Most bytes per second of one device, over all its connections; 0: no limit.
    pub max_bytes_per_second: u32,
    /// Where the embedded broker listens with TLS beside that.
    pub tls: Option<Tls>,
    /// A broker of somebody else's, whose devices are heard too.
    pub external: Option<External>,
}

/// The embedded broker's second address, where everything is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// PEM file of the certificate, with those that lead to its authority.
    pub certificate_file: PathBuf,
    /// PEM file of its key.
    pub key_file: PathBuf,
}

/// Somebody else's broker.
#[derive(Debug, Clone, PartialEq)]
pub struct External {
    /// `mqtt://host:1883` or `mqtts://host:8883`.
    pub url: String,
    /// Stable client id; the broker keeps our session under it.
    pub client_id: String,
    /// User name.
    pub username: Option<String>,
    /// File with the password.
    pub password_file: Option<PathBuf>,
    /// PEM file of the authorities trusted for `mqtts`.
    pub ca_file: Option<PathBuf>,
    /// Group of hubs that share the messages (`$share/{group}/…`); `None`: this hub takes all of them.
    pub share: Option<String>,
    /// Unacknowledged messages at once.
    pub receive_maximum: u16,
    /// How long the broker keeps our session while we are away, in seconds.
    pub session_expiry_s: u32,
    /// What is heard there beside the native scheme.
    pub dialects: Settings,
}

impl Mqtt {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let default = SocketAddr::from((Ipv4Addr::LOCALHOST, 1883));
        let mqtt = Self {
            enabled: section.flag("enabled", true),
            listen: section.parsed("listen", default, "address:port, such as 127.0.0.1:1883 or 0.0.0.0:1883"),
            max_clients: section.number("max_clients", 20_000, 1..=1_000_000),
            max_packet_bytes: section.number("max_packet_bytes", 4 * 1024 * 1024, 65_536..=16_777_216),
            max_messages_per_second: section.number("max_messages_per_second", 200, 0..=1_000_000),
            max_bytes_per_second: section.number("max_bytes_per_second", 8 * 1024 * 1024, 0..=1_073_741_824),
            tls: Tls::read(section.section("tls")),
            external: External::read(section.section("external")),
        };
        section.finish();
        mqtt
    }
}

impl Tls {
    fn read(mut section: Section<'_>) -> Option<Self> {
        let there = section.is_there();
        let listen = section.parsed("listen", SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8883)), "address:port");
        let (certificate, key) = (section.file("certificate_file"), section.secret_file("key_file"));
        for (name, file) in [("certificate_file", &certificate), ("key_file", &key)] {
            if there && file.is_none() {
                section.wrong(name, "is missing", "the path of a PEM file");
            }
        }
        section.finish();
        Some(Self { listen, certificate_file: certificate?, key_file: key? })
    }
}

impl External {
    fn read(mut section: Section<'_>) -> Option<Self> {
        let there = section.is_there();
        let external = Self {
            url: address(&mut section),
            client_id: section.parsed("client_id", "xueliang-hub".to_owned(), "1 to 64 characters"),
            username: section.optional("username", "a text"),
            password_file: section.secret_file("password_file"),
            ca_file: section.file("ca_file"),
            share: section.optional("share", "the name of a group of hubs"),
            receive_maximum: section.number("receive_maximum", 512, 1..=65_535),
            session_expiry_s: section.number("session_expiry_s", 86_400, 0..=604_800),
            dialects: dialects::read(section.section("dialects")),
        };
        if external.share.as_deref().is_some_and(|group| group.contains(['/', '+', '#'])) {
            section.wrong("share", "the name of a group holds a separator or wildcard", "no `/`, `+` or `#`");
        }
        section.finish();
        there.then_some(external)
    }
}

/// Reads `url`, the address of a broker; the same rule holds for what is forwarded to.
pub(super) fn address(section: &mut Section<'_>) -> String {
    let url: String = section.required("url", BROKER);
    let host = url.strip_prefix("mqtts://").or_else(|| url.strip_prefix("mqtt://"));
    if !url.is_empty() && host.is_none_or(|host| host.is_empty() || host.contains(['@', '/', ' '])) {
        section.wrong("url", "not the address of a broker", BROKER);
    }
    url
}

const BROKER: &str = "mqtt://host:1883 or mqtts://host:8883, user name and password in keys of their own";
