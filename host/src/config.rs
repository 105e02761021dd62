//! Configuration: one struct a section, everything checked before anything starts.
//!
//! Reads one TOML file in which every key is optional, and reports all its mistakes together. Does not open what it
//! names, except to see whether the files of secrets and certificates can be read, and those of secrets by nobody else. No key
//! names a command to run.

mod audit;
mod cases;
mod dialects;
mod events;
mod exports;
mod forward;
mod http;
mod hub;
mod log;
mod looks;
mod mistake;
mod modules;
mod mqtt;
mod onvif;
pub(crate) mod openid;
mod pictures;
mod places;
mod plugins;
mod retention;
mod rights;
mod section;
mod uplink;

pub use audit::Audit;
pub use cases::Cases;
pub(crate) use cases::MINE;
pub use events::Events;
pub use exports::Exports;
pub use forward::Forward;
pub use http::Http;
pub use hub::Hub;
pub use log::Log;
pub use log::LogFormat;
pub use looks::Looks;
pub use looks::Purpose;
pub use mistake::Mistake;
pub use mistake::Mistakes;
pub use modules::Modules;
pub use mqtt::External;
pub use mqtt::Mqtt;
pub use mqtt::Tls;
pub use onvif::Onvif;
pub use openid::OpenId;
pub use pictures::Pictures;
pub use places::Places;
pub use plugins::Plugins;
pub use plugins::Publisher;
pub use plugins::Unsigned;
pub use retention::Retention;
pub use rights::Requests;
pub use rights::Transparency;
pub use uplink::Uplink;

use std::io;
use std::path::Path;
use std::path::PathBuf;

use mistake::WRONG;
use mqtt::address;
use section::Report;
use section::Section;

/// The whole configuration; [`Config::default`] is what an empty file means.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The hub itself.
    pub hub: Hub,
    /// Where people and programs reach it.
    pub http: Http,
    /// The provider whose identities people may sign in with.
    pub openid: Option<OpenId>,
    /// How devices reach it.
    pub mqtt: Mqtt,
    /// Cameras that the hub signs in to.
    pub onvif: Onvif,
    /// Brokers that selected events are forwarded to.
    pub forward: Vec<Forward>,
    /// The hub above, which this one is a bridge of.
    pub uplink: Option<Uplink>,
    /// How long events are kept.
    pub retention: Retention,
    /// How the audit log is kept.
    pub audit: Audit,
    /// How looks are registered.
    pub looks: Looks,
    /// The places that the hub begins with.
    pub places: Places,
    /// What cases go by.
    pub cases: Cases,
    /// What everybody is told.
    pub transparency: Transparency,
    /// Requests of people about their information.
    pub requests: Requests,
    /// Pictures that are given out.
    pub exports: Exports,
    /// What is taken as a picture.
    pub pictures: Pictures,
    /// How many events one camera may send.
    pub events: Events,
    /// Whose plugins run here.
    pub plugins: Plugins,
    /// How modules run.
    pub modules: Modules,
    /// What is logged, and how.
    pub log: Log,
}

impl Default for Config {
    fn default() -> Self {
        read("", &Report::default())
    }
}

impl Config {
    /// Reads `file` (without one, the defaults hold) and puts `data` in place of the configured data folder.
    ///
    /// # Errors
    /// All mistakes of the file in one report.
    pub fn load(file: Option<&Path>, data: Option<PathBuf>) -> Result<Self, Mistakes> {
        let mut config = match file {
            None => Self::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| Mistakes {
                    code: mistake::UNREADABLE,
                    file: path.display().to_string(),
                    list: vec![Mistake {
                        line: 0,
                        key: String::new(),
                        problem: format!("the file cannot be read: {error}"),
                        allowed: "a readable TOML file in UTF-8".to_owned(),
                    }],
                })?;
                Self::parse(&path.display().to_string(), &text)?
            }
        };
        if let Some(data) = data {
            config.hub.data = data;
        }
        Ok(config)
    }

    /// Reads the text of a configuration file; `file` is its name in the report.
    ///
    /// # Errors
    /// All mistakes of the text in one report.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        let report = Report::with_files_checked();
        let config = read(text, &report);
        report.into_result(file, config)
    }
}

/// A secret from its file, without the line break at its end. Who may read that file is asked when the configuration is read.
///
/// # Errors
/// When the file cannot be read.
pub fn secret(file: &Path) -> io::Result<String> {
    Ok(std::fs::read_to_string(file)?.trim_end_matches(['\r', '\n']).to_owned())
}

fn read(text: &str, report: &Report) -> Config {
    let document = report.document(text);
    let mut root = Section::root(&document, text, report);
    let config = Config {
        hub: Hub::read(root.section("hub")),
        http: Http::read(root.section("http")),
        openid: OpenId::read(root.section("openid"), cfg!(feature = "openid")),
        mqtt: Mqtt::read(root.section("mqtt")),
        onvif: Onvif::read(root.section("onvif")),
        forward: root.sections("forward").into_iter().map(Forward::read).collect(),
        uplink: Uplink::read(root.section("uplink")),
        retention: Retention::read(root.section("retention")),
        audit: Audit::read(root.section("audit")),
        looks: Looks::read(root.section("looks")),
        places: Places::read(root.section("places")),
        cases: Cases::read(root.section("cases")),
        transparency: Transparency::read(root.section("transparency")),
        requests: Requests::read(root.section("requests")),
        exports: Exports::read(root.section("exports")),
        pictures: Pictures::read(root.section("pictures")),
        events: Events::read(root.section("events")),
        plugins: Plugins::read(root.section("plugins")),
        modules: Modules::read(root.section("modules")),
        log: Log::read(root.section("log")),
    };
    let needed = u64::try_from(config.pictures.max_bytes).unwrap_or(u64::MAX).saturating_add(PACKET_MARGIN_BYTES);
    if u64::from(config.mqtt.max_packet_bytes) < needed {
        root.wrong(
            "mqtt.max_packet_bytes",
            format!("{} bytes do not hold a picture of pictures.max_bytes", config.mqtt.max_packet_bytes),
            format!("at least {needed}"),
        );
    }
    let mut names: Vec<&str> = config.forward.iter().map(|forward| forward.name.as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        root.wrong("forward", format!("the name `{}` is given twice", twice[0]), "a name for each, used once");
    }
    root.finish();
    config
}

/// What an MQTT packet needs beside its picture: topic, properties, header.
const PACKET_MARGIN_BYTES: u64 = 64 * 1024;

#[cfg(test)]
mod tests;
