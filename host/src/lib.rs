//! The hub: stages from observation to effect, the API, the pages, and the wiring.
//!
//! A file uses only files to its left:
//! `config < devices < ingest < effect < dispatch < forward < schedule < api < console < app < cli`.

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod console;
pub mod devices;
pub mod dispatch;
pub mod effect;
pub mod forward;
pub mod ingest;
pub mod schedule;
