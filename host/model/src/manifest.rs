//! The manifest: what a plugin says about itself, in `plugin.toml`, packed into the component.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::event::KindPattern;
use crate::id::Kind;
use crate::id::PluginId;
use crate::picture::PictureLevel;

/// Name of the component's custom section that holds the manifest as JSON.
pub const SECTION: &str = "xueliang:manifest";

/// A text in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What a plugin says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The plugin's id, the same in every version.
    pub id: PluginId,
    /// Semantic version of this build, `1.2.3`.
    pub version: String,
    /// Version of `xueliang:hub` it was built for, `0.1.0`.
    pub hub: String,
    /// Its name.
    pub name: Text,
    /// One sentence: what it does for whom.
    pub description: Text,
    /// The kinds of events it wants to handle.
    #[serde(default)]
    pub subscribe: Vec<KindPattern>,
    /// The kinds of events it publishes. Needed for the import `events`.
    #[serde(default)]
    pub publish: Vec<Kind>,
    /// When it wants to be woken.
    #[serde(default)]
    pub schedules: Vec<Schedule>,
    /// How often it wants to see its cameras. Needs `asks.cameras`.
    #[serde(default)]
    pub samples: Vec<Sampling>,
    /// JSON Schema of its settings; `plugin pack` puts the file's content here.
    #[serde(default)]
    pub settings_schema: Option<serde_json::Value>,
    /// The collections of its records. Needed for the import `records`.
    #[serde(default)]
    pub collections: Vec<Collection>,
    /// What it asks for, with a reason each.
    #[serde(default)]
    pub asks: Asks,
    /// Limits it asks for, at most the hub's own.
    #[serde(default)]
    pub limits: Limits,
    /// Its pages.
    #[serde(default)]
    pub pages: Vec<PageEntry>,
    /// The key figures that it reports. Needed for the import `kpis`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kpis: Vec<KpiEntry>,
    /// Its operations for programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallEntry>,
}

/// One cron entry: becomes a `schedule.due` event at each due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Name inside the plugin; `data.schedule` of the event.
    pub name: String,
    /// Five-field cron text.
    pub cron: String,
    /// IANA zone the cron text is read in.
    #[serde(default = "shanghai")]
    pub zone: String,
    /// What to do about due times that passed while the hub was down.
    #[serde(default)]
    pub missed: Missed,
}

fn shanghai() -> String {
    "Asia/Shanghai".to_owned()
}

/// What becomes of due times that were missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missed {
    /// Only the newest of them becomes an event.
    #[default]
    Once,
    /// Each of them becomes an event, the oldest first, at most 1,000.
    All,
    /// None of them.
    Skip,
}

/// A look at each granted camera every so often: what was seen arrives as `camera.sampled` events.
///
/// The host makes one plan a camera out of the wishes of all modules and fetches each picture once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// Name inside the plugin; stands in the event.
    pub name: String,
    /// How often, in seconds, [`Sampling::SHORTEST_S`] to [`Sampling::LONGEST_S`].
    pub every_s: u32,
    /// JSON pointer into the settings to a number that overrides `every_s` where there is one.
    #[serde(default)]
    pub every_setting: Option<String>,
    /// What for: a purpose of the register. Cameras that do not serve it are left out.
    pub purpose: String,
    /// JSON pointer into the settings to an object of regions by camera id; where there is one, only the cameras in it
    /// are looked at, and the change inside each region is measured.
    #[serde(default)]
    pub regions_setting: Option<String>,
}

impl Sampling {
    /// The shortest time between two looks, in seconds: a camera that is asked more often has no time for people.
    pub const SHORTEST_S: u32 = 10;
    /// The longest time between two looks, in seconds: a day.
    pub const LONGEST_S: u32 = 86_400;
}

/// A collection of records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Its name, a-z, 0-9, `-`, `_`.
    pub name: String,
    /// What can be queried beside the key.
    #[serde(default)]
    pub indexes: Vec<Index>,
    /// So many days after it was written last the host removes a record, 1 to [`Collection::LONGEST_DAYS`]; nothing: the
    /// module itself deletes what it needs no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u32>,
    /// No rule of a hub removes a record earlier, in days: what a law asks of such records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_days_least: Option<u32>,
}

impl Collection {
    /// The longest that a manifest may say how long records are kept: a hundred years, in days.
    pub const LONGEST_DAYS: u32 = 36_500;
}

/// A declared index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Its name in queries.
    pub name: String,
    /// JSON pointer to the value inside the document; a string or an integer there.
    pub pointer: String,
}

/// What a plugin asks for; a capability without an entry here cannot be imported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asks {
    /// To know cameras and see their pictures. Needed for the imports `cameras` and `pictures`.
    pub cameras: Option<CameraAsk>,
    /// To fetch over HTTP. Needed for the import `http`.
    pub http: Option<HttpAsk>,
    /// To open pages to the public. Needed for the import `links`.
    pub links: Option<LinkAsk>,
    /// To open cases that people work on. Needed for the import `cases`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<CaseAsk>,
}

/// Asks for cameras.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraAsk {
    /// The highest picture level it can use.
    pub level: PictureLevel,
    /// Why, in words an admin understands.
    pub reason: Text,
}

/// Asks for HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpAsk {
    /// The hosts it wants, as suggestions for the admin.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Why.
    pub reason: Text,
}

/// Asks for public links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkAsk {
    /// Why.
    pub reason: Text,
}

/// Asks for cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseAsk {
    /// Why.
    pub reason: Text,
}

/// Limits of one run, or of all runs in a time, each enforced by the runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Events per batch. Higher: less overhead per event, more repeated when one fails.
    pub batch_events: u32,
    /// CPU time of one run, in milliseconds.
    pub cpu_ms: u64,
    /// Wall time of one run with its host calls, in milliseconds.
    pub wall_ms: u64,
    /// All memories together, in MiB.
    pub memory_mib: u32,
    /// All tables together, in elements.
    pub table_elements: u32,
    /// Handles (pictures, streams) held at once.
    pub handles: u32,
    /// Effects of one run.
    pub effects: u32,
    /// Bytes of all effects of one run.
    pub effect_bytes: u32,
    /// Host calls of one run.
    pub host_calls: u32,
    /// Log lines of one run; the rest is dropped and counted.
    pub log_lines: u32,
    /// Pictures opened per minute.
    pub pictures_per_minute: u32,
    /// HTTP fetches per minute.
    pub fetches_per_minute: u32,
    /// All records together, in MiB: names of collections, keys and documents.
    pub records_mib: u32,
    /// Events published on a day in China.
    pub events_per_day: u32,
}

impl Limits {
    /// Each limit by its name in manifests.
    pub fn named(&self) -> [(&'static str, u64); 14] {
        [
            ("batch_events", self.batch_events.into()),
            ("cpu_ms", self.cpu_ms),
            ("wall_ms", self.wall_ms),
            ("memory_mib", self.memory_mib.into()),
            ("table_elements", self.table_elements.into()),
            ("handles", self.handles.into()),
            ("effects", self.effects.into()),
            ("effect_bytes", self.effect_bytes.into()),
            ("host_calls", self.host_calls.into()),
            ("log_lines", self.log_lines.into()),
            ("pictures_per_minute", self.pictures_per_minute.into()),
            ("fetches_per_minute", self.fetches_per_minute.into()),
            ("records_mib", self.records_mib.into()),
            ("events_per_day", self.events_per_day.into()),
        ]
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_events: 64,
            cpu_ms: 500,
            wall_ms: 10_000,
            memory_mib: 64,
            table_elements: 10_000,
            handles: 256,
            effects: 1_024,
            effect_bytes: 4 * 1024 * 1024,
            host_calls: 20_000,
            log_lines: 200,
            pictures_per_minute: 600,
            fetches_per_minute: 60,
            records_mib: 1_024,
            events_per_day: 1_000_000,
        }
    }
}

/// A page of the plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageEntry {
    /// Its name in addresses.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Whether it stands in the module's menu.
    #[serde(default)]
    pub menu: bool,
    /// Whether a public link may open it.
    #[serde(default)]
    pub public: bool,
}

/// A key figure that the plugin reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KpiEntry {
    /// Its id inside the plugin.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// How a reader shows it.
    #[serde(rename = "as")]
    pub shown: KpiShown,
    /// Of the way of counting, from 1 on: figures of another version are never added to these.
    pub version: u32,
}

/// How a key figure is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KpiShown {
    /// Numerator out of denominator, in percent with two decimals.
    Percent,
    /// The numerator.
    Count,
    /// Numerator by denominator.
    Ratio,
    /// Numerator by denominator, in minutes.
    Minutes,
    /// Numerator by denominator, in days.
    Days,
}

impl KpiShown {
    /// Its word in manifests and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Count => "count",
            Self::Ratio => "ratio",
            Self::Minutes => "minutes",
            Self::Days => "days",
        }
    }
}

/// An operation of the plugin for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallEntry {
    /// Its name in addresses.
    pub name: String,
    /// What it is for.
    pub title: Text,
    /// Whether it changes anything; else it is read only.
    #[serde(default)]
    pub writes: bool,
    /// Media types of a body, lower case and without parameters; none: it takes no body.
    #[serde(default)]
    pub content: Vec<String>,
}

/// What the hub allows any plugin at most, by limit name; configured by the operator.
pub type Ceilings = BTreeMap<String, u64>;
