//! Why something could not be done to a module.

use xl_model::block::FormErrors;
use xl_model::fault::Code;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_runtime::RuntimeError;
use xl_store::StoreError;

use super::TrustError;

/// Why something could not be done to a module.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// There is no such module, plugin, page, or dead letter. Code XL0620.
    #[error("{what} `{id}` does not exist")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The plugin cannot be used. Code of the runtime's fault.
    #[error("plugin not usable")]
    Plugin(#[source] RuntimeError),
    /// Nobody whom this hub trusts vouches for the plugin. Code of the fault.
    #[error(transparent)]
    Untrusted(#[from] TrustError),
    /// The settings do not fit the plugin's schema. Code XL0621.
    #[error("the settings do not fit the plugin's schema: {}", .faults.join("; "))]
    Settings {
        /// One sentence a fault, with its JSON pointer.
        faults: Vec<String>,
    },
    /// The grants are wider than what the manifest asks for. Code XL0622.
    #[error("the grants go beyond what the plugin asks for: {detail}")]
    Grants {
        /// What goes beyond.
        detail: String,
    },
    /// It is not possible in the module's state. Code XL0623.
    #[error("not possible now: {detail}")]
    State {
        /// Why, and what to do first.
        detail: String,
    },
    /// The new version failed its self-test. Code XL0624.
    #[error("the self-test on recorded events failed: {detail}")]
    SelfTest {
        /// The first failure.
        detail: String,
    },
    /// An upgrade would lead to an earlier version. Code XL0631.
    #[error("the module runs version {runs}, which is later than {wanted}; only a rollback leads back")]
    Downgrade {
        /// The version that runs.
        runs: String,
        /// The version that was asked for.
        wanted: String,
    },
    /// No such upgrade waits for an approval. Code XL0632.
    #[error("of module `{module}` no upgrade to build {digest} waits for an approval")]
    NothingWaits {
        /// The module.
        module: ModuleKey,
        /// The build that was approved or refused.
        digest: Digest,
    },
    /// The form was refused; the person keeps what was typed. Code XL0625.
    #[error("the form was refused")]
    Form(FormErrors),
    /// The operation changes something and was asked for by `GET`. Code XL0634.
    #[error("the operation `{name}` changes something: call it by POST, PUT or DELETE")]
    Writes {
        /// The operation.
        name: String,
    },
    /// The operation takes no such body. Code XL0635.
    #[error("the operation `{name}` takes {}, not `{sent}`", .takes.join(", "))]
    Content {
        /// The operation.
        name: String,
        /// The media types that it takes.
        takes: Vec<String>,
        /// What was sent.
        sent: String,
    },
    /// The module failed. Code of the failure.
    #[error("the module failed: {detail}")]
    Failed {
        /// Its code.
        code: Code,
        /// The failure in words.
        detail: String,
    },
    /// The store failed or refused. Code of the store's fault.
    #[error("module not changed")]
    Store(#[source] StoreError),
}

impl ModuleError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound { .. } => Code(620),
            Self::Plugin(error) => error.code(),
            Self::Untrusted(error) => error.code(),
            Self::Settings { .. } => Code(621),
            Self::Grants { .. } => Code(622),
            Self::State { .. } => Code(623),
            Self::SelfTest { .. } => Code(624),
            Self::Downgrade { .. } => Code(631),
            Self::NothingWaits { .. } => Code(632),
            Self::Form(_) => Code(625),
            Self::Writes { .. } => Code(634),
            Self::Content { .. } => Code(635),
            Self::Failed { code, .. } => *code,
            Self::Store(error) => error.code(),
        }
    }

    /// A module that is not there.
    pub(super) fn no_module(key: &ModuleKey) -> Self {
        Self::NotFound { what: "module", id: key.to_string() }
    }

    /// The actor has gone: the hub is stopping.
    pub(super) fn stopping() -> Self {
        Self::State { detail: "the hub is stopping; try again when it is back".to_owned() }
    }
}
