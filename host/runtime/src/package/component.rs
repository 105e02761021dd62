//! A component's outermost sections: what they are called, what they import and export. Nothing inside is trusted.

use wasmparser::BinaryReader;
use wasmparser::Parser;
use wasmparser::Payload;
use wasmparser::Validator;
use wasmparser::WasmFeatures;

use super::unpacked;
use crate::RuntimeError;

/// Magic, version and layer of a component.
pub(super) const HEADER: &[u8; 8] = b"\0asm\x0d\0\x01\0";

/// One of the outermost sections.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// With its id and size.
    pub(super) whole: &'a [u8],
    /// The name of a custom section.
    pub(super) name: Option<&'a str>,
    /// What it holds, behind the name.
    pub(super) content: &'a [u8],
}

/// What a component imports and exports.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    pub(super) imports: Vec<&'a str>,
    pub(super) exports: Vec<&'a str>,
}

/// The outermost sections in order.
pub(super) fn sections(component: &[u8]) -> Result<Vec<Section<'_>>, RuntimeError> {
    let body = component.strip_prefix(HEADER).ok_or_else(|| unpacked("it is not a WebAssembly component"))?;
    let mut reader = BinaryReader::new(body, 0);
    let mut sections = Vec::new();
    while !reader.eof() {
        let start = reader.current_position();
        let (id, size) = (reader.read_u8().map_err(broken)?, reader.read_var_u32().map_err(broken)?);
        let mut content = reader.read_bytes(size as usize).map_err(broken)?;
        let whole = &body[start..reader.current_position()];
        let mut name = None;
        if id == 0 {
            let mut custom = BinaryReader::new(content, 0);
            name = Some(custom.read_string().map_err(broken)?);
            content = &content[custom.current_position()..];
        }
        sections.push(Section { whole, name, content });
    }
    Ok(sections)
}

/// Adds a custom section at the end.
pub(super) fn append(component: &mut Vec<u8>, name: &str, content: &[u8]) {
    let mut section = Vec::with_capacity(name.len() + content.len() + 5);
    push_size(&mut section, name.len());
    section.extend_from_slice(name.as_bytes());
    section.extend_from_slice(content);
    component.push(0);
    push_size(component, section.len());
    component.extend_from_slice(&section);
}

/// What the component imports and exports, itself and not its parts.
pub(super) fn names(component: &[u8]) -> Result<Names<'_>, RuntimeError> {
    let (mut names, mut depth) = (Names::default(), 0_usize);
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(broken)? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 1 => {
                for import in imports {
                    names.imports.push(import.map_err(broken)?.name.name);
                }
            }
            Payload::ComponentExportSection(exports) if depth == 1 => {
                for export in exports {
                    names.exports.push(export.map_err(broken)?.name.name);
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

/// Validates the component against the WebAssembly that this hub runs.
pub(super) fn validate(component: &[u8]) -> Result<(), RuntimeError> {
    Validator::new_with_features(features()).validate_all(component).map(drop).map_err(broken)
}

/// The proposals that the engine's configuration leaves on.
fn features() -> WasmFeatures {
    let off = WasmFeatures::THREADS
        | WasmFeatures::SHARED_EVERYTHING_THREADS
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::MEMORY64
        | WasmFeatures::EXCEPTIONS
        | WasmFeatures::LEGACY_EXCEPTIONS
        | WasmFeatures::FUNCTION_REFERENCES
        | WasmFeatures::GC
        | WasmFeatures::STACK_SWITCHING
        | WasmFeatures::CM_ASYNC;
    WasmFeatures::default() & !off
}

fn push_size(target: &mut Vec<u8>, size: usize) {
    // LEB128: seven bits a byte, the lowest first.
    let mut rest = size;
    while rest >= 0x80 {
        target.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    target.push(rest as u8);
}

fn broken(error: wasmparser::BinaryReaderError) -> RuntimeError {
    RuntimeError::NotAPlugin { detail: error.to_string() }
}
