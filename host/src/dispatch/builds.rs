//! Plugin builds: checked, compiled and kept when installed, loaded once while somebody uses them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::Weak;

use bytes::Bytes;
use sha2::Digest as _;
use sha2::Sha256;
use tracing::info;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;
use xl_model::manifest::Ceilings;
use xl_model::manifest::Manifest;
use xl_runtime::Engine;
use xl_runtime::Plugin;
use xl_runtime::RuntimeError;
use xl_runtime::compile;
use xl_runtime::compile::CompileConfig;
use xl_runtime::package;
use xl_store::Store;
use xl_store::modules::Plugin as Installed;

use super::ModuleError;
use super::approve;
use super::calendar;

/// All builds of this hub.
pub(super) struct Builds {
    store: Store,
    engine: Engine,
    compile: CompileConfig,
    ceilings: Ceilings,
    loaded: Mutex<HashMap<Digest, Weak<Plugin>>>,
}

impl Builds {
    /// None is loaded yet.
    pub(super) fn new(store: Store, engine: Engine, compile: CompileConfig, ceilings: Ceilings) -> Self {
        Self { store, engine, compile, ceilings, loaded: Mutex::default() }
    }

    /// Checks and compiles a packed plugin and keeps it.
    pub(super) async fn install(&self, packed: Bytes, now_ms: TimestampMs) -> Result<Installed, ModuleError> {
        let (digest, manifest) = self.check(packed.clone(), now_ms).await?;
        if let Some((installed, _)) = self.store.plugin(&digest).await.map_err(ModuleError::Store)? {
            return Ok(installed);
        }
        compile::precompiled(&self.engine, &self.compile, &digest, &packed).await.map_err(ModuleError::Plugin)?;
        let installed = Installed { digest, manifest, installed_ms: now_ms };
        self.store.install_plugin(installed.clone(), packed).await.map_err(ModuleError::Store)?;
        info!(
            plugin = %installed.manifest.id,
            version = installed.manifest.version,
            digest = %installed.digest,
            "plugin `{}` {} is installed",
            installed.manifest.id,
            installed.manifest.version
        );
        Ok(installed)
    }

    /// Checks and loads a packed plugin without keeping it: for a replay.
    pub(super) async fn try_out(&self, packed: Bytes, now_ms: TimestampMs) -> Result<Arc<Plugin>, ModuleError> {
        let (digest, manifest) = self.check(packed.clone(), now_ms).await?;
        self.load(&digest, manifest, &packed).await
    }

    /// An installed build, ready to run.
    pub(super) async fn get(&self, digest: &Digest) -> Result<Arc<Plugin>, ModuleError> {
        if let Some(plugin) = self.loaded().get(digest).and_then(Weak::upgrade) {
            return Ok(plugin);
        }
        let (installed, packed) = self
            .store
            .plugin(digest)
            .await
            .map_err(ModuleError::Store)?
            .ok_or_else(|| ModuleError::NotFound { what: "plugin build", id: digest.to_string() })?;
        let plugin = self.load(digest, installed.manifest, &packed).await?;
        let mut loaded = self.loaded();
        loaded.retain(|_, plugin| plugin.strong_count() > 0);
        loaded.insert(digest.clone(), Arc::downgrade(&plugin));
        Ok(plugin)
    }

    async fn load(&self, digest: &Digest, manifest: Manifest, packed: &[u8]) -> Result<Arc<Plugin>, ModuleError> {
        let code = compile::precompiled(&self.engine, &self.compile, digest, packed).await;
        let code = code.map_err(ModuleError::Plugin)?;
        let (engine, digest) = (self.engine.clone(), digest.clone());
        // Linking a large guest takes tens of milliseconds: not on an async thread.
        tokio::task::spawn_blocking(move || engine.load(digest, manifest, &code))
            .await
            .unwrap_or_else(|_| Err(RuntimeError::NotCompiled { detail: "loading it panicked".to_owned() }))
            .map_err(ModuleError::Plugin)
    }

    /// Its digest and manifest, when this hub would run it.
    async fn check(&self, packed: Bytes, now_ms: TimestampMs) -> Result<(Digest, Manifest), ModuleError> {
        let ceilings = self.ceilings.clone();
        // Reading a component of many megabytes: not on an async thread.
        tokio::task::spawn_blocking(move || {
            let manifest = package::check(&packed)?;
            within_this_hub(&manifest, &ceilings, now_ms).map_err(|detail| RuntimeError::Manifest { detail })?;
            let digest = hex::encode(Sha256::digest(&packed)).parse().expect("a SHA-256 in hex is a digest");
            Ok((digest, manifest))
        })
        .await
        .unwrap_or_else(|_| Err(RuntimeError::NotAPlugin { detail: "reading it panicked".to_owned() }))
        .map_err(ModuleError::Plugin)
    }

    fn loaded(&self) -> std::sync::MutexGuard<'_, HashMap<Digest, Weak<Plugin>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the package check cannot know: this hub's limits, the calendar, and whether the schema is one.
fn within_this_hub(manifest: &Manifest, ceilings: &Ceilings, now_ms: TimestampMs) -> Result<(), String> {
    approve::limits(&manifest.limits, ceilings)?;
    for schedule in &manifest.schedules {
        calendar::Calendar::read(schedule, now_ms).map_err(|error| error.to_string())?;
    }
    match &manifest.settings_schema {
        Some(schema) => jsonschema::validator_for(schema)
            .map(|_| ())
            .map_err(|error| format!("settings_schema is not a JSON Schema: {error}")),
        None => Ok(()),
    }
}
