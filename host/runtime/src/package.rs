//! Packing and checking: a component with its manifest in a custom section.
//!
//! The manifest lies inside the bytes whose hash names the build: whoever compares, signs or compiles one of them, means
//! the other as well. Checking a large component takes seconds: not for the threads that serve requests.

use xl_model::manifest::Manifest;
use xl_model::manifest::SECTION;

use crate::RuntimeError;

mod ceilings;
mod component;
mod rules;
mod world;

pub use ceilings::ceilings;
pub use ceilings::within;

pub(crate) use rules::valid;
pub(crate) use world::covered;
pub(crate) use world::exported;

/// Most bytes of a packed plugin. A Python guest has 18 MB.
pub const MAX_PLUGIN_BYTES: usize = 64 * 1024 * 1024;

/// Most bytes of a manifest.
const MAX_MANIFEST_BYTES: usize = 512 * 1024;

/// Puts the manifest into the component's custom section, replacing one that is there.
///
/// # Errors
/// When `component` is not a component, or the manifest is wrong.
pub fn pack(component: &[u8], manifest: &Manifest) -> Result<Vec<u8>, RuntimeError> {
    valid(manifest)?;
    let text = serde_json::to_vec(manifest).map_err(|error| RuntimeError::Manifest { detail: error.to_string() })?;
    if text.len() > MAX_MANIFEST_BYTES {
        return Err(RuntimeError::Manifest { detail: format!("it is larger than {MAX_MANIFEST_BYTES} bytes") });
    }
    let mut packed = component::HEADER.to_vec();
    for section in component::sections(component)? {
        if section.name != Some(SECTION) {
            packed.extend_from_slice(section.whole);
        }
    }
    component::append(&mut packed, SECTION, &text);
    sized(&packed)?;
    Ok(packed)
}

/// Reads the manifest of a packed component.
///
/// # Errors
/// When there is none, more than one, or it is wrong.
pub fn manifest(packed: &[u8]) -> Result<Manifest, RuntimeError> {
    sized(packed)?;
    let sections = component::sections(packed)?;
    let mut texts = sections.iter().filter(|section| section.name == Some(SECTION)).map(|section| section.content);
    let (text, more) = (texts.next(), texts.next());
    let text = match (text, more) {
        (Some(text), None) if text.len() <= MAX_MANIFEST_BYTES => text,
        (Some(_), None) => return Err(unpacked("its manifest is too large")),
        (Some(_), Some(_)) => return Err(unpacked("it has more than one manifest")),
        (None, _) => return Err(unpacked("it has no manifest; pack it with `xueliang plugin pack`")),
    };
    let manifest =
        serde_json::from_slice(text).map_err(|error| RuntimeError::Manifest { detail: error.to_string() })?;
    valid(&manifest)?;
    Ok(manifest)
}

/// Compares the manifest with the component's real imports and exports, and validates the component.
///
/// # Errors
/// The first import that the manifest does not cover, with the lines to add; or what is wrong with the component.
pub fn check(packed: &[u8]) -> Result<Manifest, RuntimeError> {
    let manifest = manifest(packed)?;
    let names = component::names(packed)?;
    covered(&manifest, names.imports.iter().copied())?;
    exported(&manifest, names.exports.iter().copied())?;
    component::validate(packed)?;
    Ok(manifest)
}

fn sized(packed: &[u8]) -> Result<(), RuntimeError> {
    if packed.len() > MAX_PLUGIN_BYTES {
        return Err(unpacked(&format!("it is larger than {MAX_PLUGIN_BYTES} bytes")));
    }
    Ok(())
}

fn unpacked(detail: &str) -> RuntimeError {
    RuntimeError::NotAPlugin { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests;
