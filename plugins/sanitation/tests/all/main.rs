//! The plugin through its own functions, over the native test host with the real manifest.

#![expect(clippy::unwrap_used, reason = "the lint knows #[test] functions, not their helpers")]

mod calls;
mod people;
mod review;
mod town;
mod work;
