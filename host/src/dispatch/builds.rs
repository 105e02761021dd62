//! Plugin builds: vouched for, checked, compiled and kept when installed, loaded once while somebody uses them.

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
use xl_model::signature::Signature;
use xl_runtime::Engine;
use xl_runtime::Plugin;
use xl_runtime::RuntimeError;
use xl_runtime::compile;
use xl_runtime::compile::CompileConfig;
use xl_runtime::package;
use xl_store::Store;
use xl_store::modules::Plugin as Installed;

use super::ModuleError;
use super::Trust;
use super::approve;
use super::calendar;
use super::trust;

/// All builds of this hub.
pub(super) struct Builds {
    store: Store,
    engine: Engine,
    compile: CompileConfig,
    ceilings: Ceilings,
    trust: Trust,
    loaded: Mutex<HashMap<Digest, Weak<Plugin>>>,
}

impl Builds {
    /// None is loaded yet.
    pub(super) fn new(store: Store, engine: Engine, compile: CompileConfig, ceilings: Ceilings, trust: Trust) -> Self {
        Self { store, engine, compile, ceilings, trust, loaded: Mutex::default() }
    }

    /// Whose plugins run here.
    pub(super) fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Checks and compiles a packed plugin and keeps it, with who vouches for it.
    ///
    /// The same bytes with another signature get that one.
    pub(super) async fn install(
        &self,
        packed: Bytes,
        signature: Option<&str>,
        now_ms: TimestampMs,
    ) -> Result<Installed, ModuleError> {
        let (digest, manifest, signature) = self.check(packed.clone(), signature, now_ms).await?;
        let signature = signature.map(|signature| signature.to_string());
        if let Some((mut installed, _)) = self.store.plugin(&digest).await.map_err(ModuleError::Store)? {
            if let Some(signature) = signature.filter(|it| installed.signature.as_ref() != Some(it)) {
                let signed = self.store.sign_plugin(&digest, signature.clone(), now_ms).await;
                signed.map_err(ModuleError::Store)?;
                (installed.signature, installed.installed_ms) = (Some(signature), now_ms);
            }
            return Ok(installed);
        }
        compile::precompiled(&self.engine, &self.compile, &digest, &packed).await.map_err(ModuleError::Plugin)?;
        let installed = Installed { digest, manifest, installed_ms: now_ms, signature };
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
        let (digest, manifest, _) = self.check(packed.clone(), None, now_ms).await?;
        self.load(&digest, manifest, &packed).await
    }

    /// An installed build, ready to run: its bytes and who vouches for them are compared again.
    pub(super) async fn get(&self, digest: &Digest) -> Result<Arc<Plugin>, ModuleError> {
        if let Some(plugin) = self.in_use(digest) {
            return Ok(plugin);
        }
        let (installed, packed) = self
            .store
            .plugin(digest)
            .await
            .map_err(ModuleError::Store)?
            .ok_or_else(|| ModuleError::NotFound { what: "plugin build", id: digest.to_string() })?;
        // The store has compared the bytes with the digest.
        let signature = self.trust.admit(installed.signature.as_deref(), digest, installed.installed_ms)?;
        // What was signed is the manifest in the bytes, not the one in the database.
        let manifest = package::manifest(&packed).map_err(ModuleError::Plugin)?;
        trust::is_about(signature.as_ref(), &manifest)?;
        let plugin = self.load(digest, manifest, &packed).await?;
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

    /// Its digest, manifest and signature, when this hub would run it. Who vouches for it is asked before it is read.
    async fn check(
        &self,
        packed: Bytes,
        signature: Option<&str>,
        now_ms: TimestampMs,
    ) -> Result<(Digest, Manifest, Option<Signature>), ModuleError> {
        let bytes = packed.clone();
        // Hashing and reading a component of many megabytes: not on an async thread.
        let digest = tokio::task::spawn_blocking(move || hex::encode(Sha256::digest(&bytes)));
        let digest: Digest = digest.await.map_err(|_| unread())?.parse().expect("a SHA-256 in hex is a digest");
        let signature = self.trust.admit(signature, &digest, now_ms)?;
        let ceilings = self.ceilings.clone();
        let manifest = tokio::task::spawn_blocking(move || {
            let manifest = package::check(&packed)?;
            within_this_hub(&manifest, &ceilings, now_ms).map_err(|detail| RuntimeError::Manifest { detail })?;
            Ok(manifest)
        });
        let manifest = manifest.await.map_err(|_| unread())?.map_err(ModuleError::Plugin)?;
        trust::is_about(signature.as_ref(), &manifest)?;
        Ok((digest, manifest, signature))
    }

    /// A build that somebody uses.
    pub(super) fn in_use(&self, digest: &Digest) -> Option<Arc<Plugin>> {
        self.loaded().get(digest).and_then(Weak::upgrade)
    }

    fn loaded(&self) -> std::sync::MutexGuard<'_, HashMap<Digest, Weak<Plugin>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unread() -> ModuleError {
    ModuleError::Plugin(RuntimeError::NotAPlugin { detail: "reading it panicked".to_owned() })
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
