//! Lines for whoever runs or writes the module. Never names, telephone numbers or other personal data.

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::log as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::log as host;

pub use crate::bindings::xueliang::hub::log::Level;

/// Writes one line, at most 4 096 bytes; the rest is cut.
pub fn write(level: Level, message: &str) {
    host::write(level, message);
}

/// Writes a line for the author, with the arguments of `format!`.
#[macro_export]
macro_rules! debug {
    ($($argument:tt)*) => { $crate::log::write($crate::log::Level::Debug, &::std::format!($($argument)*)) };
}

/// Writes a line for the record, with the arguments of `format!`.
#[macro_export]
macro_rules! info {
    ($($argument:tt)*) => { $crate::log::write($crate::log::Level::Info, &::std::format!($($argument)*)) };
}

/// Writes a line about something odd that was coped with, with the arguments of `format!`.
#[macro_export]
macro_rules! warn {
    ($($argument:tt)*) => { $crate::log::write($crate::log::Level::Warn, &::std::format!($($argument)*)) };
}

/// Writes a line that somebody must act on, with the arguments of `format!`.
#[macro_export]
macro_rules! error {
    ($($argument:tt)*) => { $crate::log::write($crate::log::Level::Error, &::std::format!($($argument)*)) };
}
