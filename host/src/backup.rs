//! Backups: everything that a data folder holds, in one encrypted file; and a folder made of one again.
//!
//! A backup is a tar inside an age file: the database as it was at one moment, every picture and plugin that it names, the
//! keys, the credentials of modules, the configuration, and last a manifest with the hash of each. Taken beside a running
//! hub. Not in it: compiled plugins, which are made anew, the admin's token and the sessions, which end.

mod error;
mod key;
mod manifest;
mod restore;
mod take;
#[cfg(test)]
mod tests;

pub use error::BackupError;
pub use key::Lock;
pub use key::Unlock;
pub use key::new_key;
pub use restore::Restored;
pub use restore::restore;
pub use take::Source;
pub use take::Taken;
pub use take::take;
