//! The hub: stages from observation to effect, the API, the pages, and the wiring.
//!
//! A file uses only files to its left:
//! `config < audit < sheet < tar < places < cameras < devices < ingest < status < onvif < look < effect < cases < dispatch < forward < uplink < schedule < sample < openid < people < rights < export < api < console < app < backup < cli`.

pub mod api;
pub mod app;
pub mod audit;
pub mod backup;
pub mod cameras;
pub mod cases;
pub mod cli;
pub mod config;
pub mod console;
pub mod devices;
pub mod dispatch;
pub mod effect;
pub mod export;
pub mod forward;
pub mod ingest;
pub mod look;
pub mod onvif;
#[cfg(feature = "openid")]
pub mod openid;
pub mod people;
pub mod places;
pub mod rights;
pub mod sample;
pub mod schedule;
mod sheet;
pub mod status;
mod tar;
pub mod uplink;
