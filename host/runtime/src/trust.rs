//! The one place where machine code becomes a component.

use wasmtime::component::Component;

use crate::compile::Precompiled;

/// Loads machine code that [`crate::compile`] made or authenticated.
#[expect(unsafe_code, reason = "wasmtime trusts the bytes; a `Precompiled` is made only after its MAC was verified")]
pub(crate) fn component(engine: &wasmtime::Engine, precompiled: &Precompiled) -> wasmtime::Result<Component> {
    // SAFETY: `Precompiled` has no public constructor: its bytes were made by this process, or by its own child and then
    // authenticated with a key from outside their folder.
    unsafe { Component::deserialize(engine, precompiled.bytes()) }
}
