//! Why a plugin could not be packed, checked, compiled or loaded.

/// Why a plugin could not be packed, checked, compiled or loaded.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The engine cannot be built. Code XL0501.
    #[error("the sandbox engine cannot be built: {detail}")]
    Engine {
        /// The reason.
        detail: String,
    },
    /// The file is not a packed plugin. Code XL0502.
    #[error("not a packed plugin: {detail}")]
    NotAPlugin {
        /// What is missing or wrong.
        detail: String,
    },
    /// The manifest is wrong. Code XL0503.
    #[error("the manifest is wrong: {detail}")]
    Manifest {
        /// Which key, and what is allowed.
        detail: String,
    },
    /// The component imports what the manifest does not ask for. Code XL0504.
    #[error("the component imports `{import}`, the manifest does not ask for it; add to plugin.toml:\n{remedy}")]
    NotAsked {
        /// The import.
        import: String,
        /// The lines to add.
        remedy: String,
    },
    /// The component imports what the hub does not offer. Code XL0505.
    #[error("the component imports `{import}`, which this hub does not offer")]
    Unknown {
        /// The import.
        import: String,
    },
    /// The component does not export what the world needs. Code XL0506.
    #[error("the component does not export `{export}`")]
    NoExport {
        /// The export.
        export: String,
    },
    /// Compiling failed, took too long or too much memory. Code XL0507.
    #[error("the component was not compiled: {detail}")]
    NotCompiled {
        /// The reason.
        detail: String,
    },
    /// The precompiled file was not made by this hub and engine. Code XL0508.
    #[error("the precompiled file is not ours: {detail}")]
    NotOurs {
        /// What did not match.
        detail: String,
    },
}

impl RuntimeError {
    /// The stable code of this fault.
    pub fn code(&self) -> xl_model::fault::Code {
        xl_model::fault::Code(match self {
            Self::Engine { .. } => 501,
            Self::NotAPlugin { .. } => 502,
            Self::Manifest { .. } => 503,
            Self::NotAsked { .. } => 504,
            Self::Unknown { .. } => 505,
            Self::NoExport { .. } => 506,
            Self::NotCompiled { .. } => 507,
            Self::NotOurs { .. } => 508,
        })
    }
}
