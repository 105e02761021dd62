//! `[hub]`: where the data lives and how the hub is called from outside.

use std::path::PathBuf;

use super::Section;

/// The hub itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Hub {
    /// Folder of the database, pictures, keys and compiled plugins.
    pub data: PathBuf,
    /// How people outside reach the hub, without a slash at the end; goes into QR codes.
    pub public_url: String,
}

impl Hub {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let data = section.parsed("data", PathBuf::from("data"), "the path of a folder");
        let url = section.parsed("public_url", "http://127.0.0.1:8642".to_owned(), ADDRESS);
        let public_url = url.trim_end_matches('/').to_owned();
        let host = public_url.strip_prefix("https://").or_else(|| public_url.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace)) {
            section.wrong("public_url", format!("`{url}` is not an address"), ADDRESS);
        }
        section.finish();
        Self { data, public_url }
    }
}

const ADDRESS: &str = "http://host:port or https://host";
