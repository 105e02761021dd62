//! What happens to a batch after its harvest, through the plugin's own functions.

#![expect(clippy::unwrap_used, reason = "the lint knows #[test] functions, not their helpers")]

mod calls;
mod farm;
mod pages;
mod steps;
