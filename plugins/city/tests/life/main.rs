//! Cases through the plugin's own functions, over the native test host with the real manifest.

#![expect(clippy::unwrap_used, reason = "the lint knows #[test] functions, not their helpers")]

mod cameras;
mod figures;
mod grid;
mod pages;
mod process;
mod reports;
mod town;
