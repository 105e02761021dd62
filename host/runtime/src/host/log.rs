//! `log`: lines for whoever runs or writes the module.

use xl_model::effect::LogLevel;

use crate::bindings::xueliang::hub::log::Host;
use crate::bindings::xueliang::hub::log::Level;
use crate::guest::Guest;

impl Host for Guest {
    fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.enter()?;
        let level = match level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.journal.write(level, &message);
        Ok(())
    }
}
