//! The parts of a `plugin.toml` that the test host goes by; everything else is left to `xueliang plugin check`.

use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Manifest {
    pub(super) publish: Vec<String>,
    pub(super) collections: Vec<Collection>,
    pub(super) asks: Asks,
    pub(super) pages: Vec<PageEntry>,
    pub(super) kpis: Vec<KpiEntry>,
    pub(super) calls: Vec<CallEntry>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Collection {
    pub(super) name: String,
    #[serde(default)]
    pub(super) indexes: Vec<Index>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) pointer: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asks {
    pub(super) cameras: Option<toml::Value>,
    pub(super) http: Option<toml::Value>,
    pub(super) links: Option<toml::Value>,
    pub(super) cases: Option<toml::Value>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct PageEntry {
    pub(super) name: String,
    #[serde(default)]
    pub(super) public: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct KpiEntry {
    pub(super) id: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct CallEntry {
    pub(super) name: String,
    #[serde(default)]
    pub(super) writes: bool,
    #[serde(default)]
    pub(super) content: Vec<String>,
}
