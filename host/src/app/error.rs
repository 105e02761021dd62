//! Why the hub did not start, or had to stop.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use xl_bridge::mqtt::broker::BrokerError;
use xl_bridge::mqtt::dialect::settings::SettingsError;
use xl_model::fault::Code;
use xl_runtime::RuntimeError;
use xl_store::StoreError;

use super::CredentialError;
use crate::audit::NotNoted;
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
    /// An act of a command cannot be noted for the audit log.
    #[error(transparent)]
    NotNoted(#[from] NotNoted),
    /// The sandbox engine cannot be built.
    #[error("plugins cannot be run")]
    Runtime(#[from] RuntimeError),
    /// The passwords of cameras cannot be opened or sealed.
    #[error("the key for passwords of cameras not usable")]
    Cameras(#[from] CameraError),
    /// A credential of modules cannot be set, listed, removed or sealed anew.
    #[error(transparent)]
    Credential(#[from] CredentialError),
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
    /// Others may read or write the file of a key. Code XL0318.
    #[error("key file `{path}` (mode {mode:04o}) is open to its group or to others: `chmod 600 {path}`")]
    Exposed {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
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

impl AppError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        match self {
            Self::Store(error) => error.code(),
            Self::Audit(error) => error.code(),
            Self::NotNoted(error) => error.code(),
            Self::Runtime(error) => error.code(),
            Self::Cameras(error) => error.code(),
            Self::Credential(error) => error.code(),
            Self::Places(error) => error.code(),
            Self::Modules(error) => error.code(),
            Self::Broker(BrokerError::NotBound { .. }) => Code(406),
            Self::Broker(BrokerError::Certificate { .. }) => Code(441),
            Self::Dialects { .. } => Code(101),
            Self::File { .. } => Code(104),
            Self::Exposed { .. } => Code(318),
            Self::Listen { .. } => Code(105),
            Self::Program { .. } => Code(106),
            Self::Egress { .. } => Code(107),
            Self::Metrics { .. } => Code(108),
        }
    }
}
