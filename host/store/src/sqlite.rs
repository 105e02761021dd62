//! SQLite: how connections are opened and checked, and how values become columns.

pub(crate) mod columns;
pub(crate) mod connect;
pub(crate) mod rows;
pub(crate) mod version;
