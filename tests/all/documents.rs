//! Documents, descriptions and settings are held to the code: what they name exists, what exists is described.

pub(crate) mod resident_ids;
pub(crate) mod tree;

mod dependencies;
mod errors;
mod exceptions;
mod host_functions;
mod manifests;
mod paths;
mod pictures;
mod promises;
mod readme;
mod wit;
