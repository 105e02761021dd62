//! A plugin build, linked and ready: everything that a run does not have to do again.

use std::fmt;
use std::sync::Arc;

use wasmtime::component::InstancePre;
use xl_model::id::Digest;
use xl_model::manifest::Manifest;

use crate::Engine;
use crate::RuntimeError;
use crate::bindings::exports::xueliang::hub::calls;
use crate::bindings::exports::xueliang::hub::handler;
use crate::bindings::exports::xueliang::hub::pages;
use crate::compile::Precompiled;
use crate::guest::Guest;
use crate::package;
use crate::trust;

/// A plugin build, linked and ready.
pub struct Plugin {
    pub(crate) engine: Engine,
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) pre: InstancePre<Guest>,
    pub(crate) handler: handler::GuestIndices,
    pub(crate) pages: Option<pages::GuestIndices>,
    pub(crate) calls: Option<calls::GuestIndices>,
    digest: Digest,
}

impl Plugin {
    /// Its manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of its packed component.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Whether it shows pages: it exports them, and its manifest names some.
    pub fn has_pages(&self) -> bool {
        self.pages.is_some()
    }

    pub(crate) fn load(
        engine: &Engine,
        digest: Digest,
        manifest: Manifest,
        precompiled: &Precompiled,
    ) -> Result<Self, RuntimeError> {
        package::valid(&manifest)?;
        fits(engine, &manifest)?;
        if precompiled.digest() != &digest || precompiled.fingerprint() != engine.fingerprint() {
            return Err(RuntimeError::NotOurs {
                detail: "it was made from another component or by another engine".into(),
            });
        }
        let unfit = |error: wasmtime::Error| RuntimeError::NotAPlugin { detail: format!("{error:#}") };
        let component = trust::component(engine.wasm(), precompiled).map_err(unfit)?;
        let world = component.component_type();
        package::covered(&manifest, world.imports(engine.wasm()).map(|(name, _)| name))?;
        package::exported(&manifest, world.exports(engine.wasm()).map(|(name, _)| name))?;
        let pre = engine.linker().instantiate_pre(&component).map_err(unfit)?;
        let handler = handler::GuestIndices::new(&pre).map_err(unfit)?;
        let pages = match manifest.pages.is_empty() {
            true => None,
            false => Some(pages::GuestIndices::new(&pre).map_err(unfit)?),
        };
        let calls = match manifest.calls.is_empty() {
            true => None,
            false => Some(calls::GuestIndices::new(&pre).map_err(unfit)?),
        };
        Ok(Self { engine: engine.clone(), manifest: Arc::new(manifest), pre, handler, pages, calls, digest })
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("id", &self.manifest.id).field("digest", &self.digest).finish_non_exhaustive()
    }
}

fn fits(engine: &Engine, manifest: &Manifest) -> Result<(), RuntimeError> {
    let (asked, most) = (manifest.limits.memory_mib, engine.config().max_memory_mib);
    if asked > most {
        return Err(RuntimeError::Manifest {
            detail: format!("limits.memory_mib is {asked}, this hub gives at most {most}"),
        });
    }
    Ok(())
}
