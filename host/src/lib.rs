//! The hub: stages from observation to effect, the API, the pages, and the wiring.
//!
//! A file uses only files to its left:
//! `config < devices < ingest < effect < dispatch < forward < schedule < api < console < app < cli`.

pub mod config;
pub mod devices;
pub mod ingest;
pub mod effect;
pub mod dispatch;
pub mod forward;
pub mod schedule;
pub mod api;
pub mod console;
pub mod app;
pub mod cli;
