//! Tests over the whole system, in one binary: wasmtime is linked once.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]
#![expect(clippy::print_stdout, reason = "what a test did is said when it fails")]

mod children;
mod hands;
mod pictures;
mod programs;
mod stranger;
mod town;

mod approval;
mod attached;
mod audit;
mod backup;
mod cameras;
mod canaries;
mod cases;
mod city;
mod configuration;
mod connections;
mod devices;
mod documents;
mod edge;
mod external_broker;
mod grants;
mod hostile;
mod install;
mod kill;
mod layering;
mod looks;
mod modules;
mod onvif;
mod openid;
mod packages;
mod people;
mod poverty_relief;
mod produce_trace;
mod public_pages;
mod replay;
mod retention;
mod rows;
mod sanitation;
mod schedules;
mod status;
mod tenancy;
mod tour;
mod trust;
mod upgrade;
