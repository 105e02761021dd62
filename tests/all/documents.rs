//! Documents, descriptions and settings are held to the code: what they name exists, what exists is described.

pub(crate) mod tree;

mod errors;
mod manifests;
mod paths;
mod promises;
mod readme;
mod wit;
