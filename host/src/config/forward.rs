//! `[[forward]]`: brokers that selected events are forwarded to.

use std::path::PathBuf;

use xl_model::event::KindPattern;

use super::Section;
use super::address;

/// One receiver of events.
#[derive(Debug, Clone, PartialEq)]
pub struct Forward {
    /// Names the receiver; how far it has come is kept under it.
    pub name: String,
    /// `mqtt://host:1883` or `mqtts://host:8883`.
    pub url: String,
    /// Stable client id.
    pub client_id: String,
    /// User name.
    pub username: Option<String>,
    /// File with the password.
    pub password_file: Option<PathBuf>,
    /// PEM file of the authorities trusted for `mqtts`.
    pub ca_file: Option<PathBuf>,
    /// Which events it gets.
    pub kinds: Vec<KindPattern>,
}

impl Forward {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let name: String = section.required("name", NAME);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        // How far the hub above has come is kept under that name.
        if name.len() > 64 || !name.chars().all(plain) || name == "uplink" {
            section.wrong("name", format!("`{name}` is not a name"), NAME);
        }
        let forward = Self {
            url: address(&mut section),
            client_id: section.parsed("client_id", format!("xueliang-forward-{name}"), "1 to 64 characters"),
            username: section.optional("username", "a text"),
            password_file: section.secret_file("password_file"),
            ca_file: section.file("ca_file"),
            kinds: section.list(
                "kinds",
                vec!["trace.*".parse().expect("a valid pattern")],
                "kinds such as \"camera.picture\", prefixes such as \"camera.*\", or \"*\"",
            ),
            name,
        };
        section.finish();
        forward
    }
}

const NAME: &str = "1 to 64 of a-z, 0-9, `-`, `_`";
