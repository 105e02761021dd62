//! The rules of the store, seen from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod cameras;
mod cases;
mod commit;
mod exports;
mod fixture;
mod held_versions;
mod holds;
mod indexes;
mod keeping;
mod keeping_records;
mod kpis;
mod lived;
mod log;
mod modules;
mod opening;
mod people;
mod pictures;
mod places;
mod records;
mod register;
mod retention;
mod search;
mod statements;
mod status;
mod upgrade;
mod uploads;
mod usage;
