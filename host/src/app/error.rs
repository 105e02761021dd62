//! Why the hub did not start, or had to stop.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use xl_bridge::mqtt::broker::BrokerError;
use xl_bridge::mqtt::dialect::settings::SettingsError;
use xl_runtime::RuntimeError;
use xl_store::StoreError;

use crate::audit::NotRecorded;
use crate::cameras::CameraError;
use crate::dispatch::ModuleError;
use crate::places::PlaceError;

/// Why the hub did not start, or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The store cannot be opened, or failed for good.
    #[error("event log not usable")]
    Store(#[from] StoreError),
    /// That the hub starts cannot be recorded.
    #[error("audit log not usable")]
    Audit(#[from] NotRecorded),
    /// The sandbox engine cannot be built.
    #[error("plugins cannot be run")]
    Runtime(#[from] RuntimeError),
    /// The passwords of cameras cannot be opened or sealed.
    #[error("the key for passwords of cameras not usable")]
    Cameras(#[from] CameraError),
    /// The places that come with the hub are not entered.
    #[error("the places of the county not entered")]
    Places(#[from] PlaceError),
    /// A module in use cannot be loaded.
    #[error("modules not loaded")]
    Modules(#[from] ModuleError),
    /// The embedded broker did not start.
    #[error("devices cannot connect")]
    Broker(#[from] BrokerError),
    /// The dialects of the external broker cannot be read; the configuration is checked for it before.
    #[error("the external broker cannot be heard")]
    Dialects {
        /// The reason.
        source: SettingsError,
    },
    /// A file of the hub cannot be read or written. Code XL0104.
    #[error("file `{path}` not usable")]
    File {
        /// Which.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The address of the HTTP server cannot be bound. Code XL0105.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// This program does not know where it lies. Code XL0106.
    #[error("the path of this program is not known")]
    Program {
        /// The reason.
        source: io::Error,
    },
    /// The HTTP client of modules, or the one that asks a provider of `OpenID` Connect, cannot be built. Code XL0107.
    #[error("the way out over HTTP cannot be built")]
    Egress {
        /// The reason.
        source: reqwest::Error,
    },
    /// The metrics cannot be collected. Code XL0108.
    #[error("metrics cannot be collected: {detail}")]
    Metrics {
        /// The reason.
        detail: String,
    },
}
