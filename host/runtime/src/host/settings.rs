//! `settings`: what an admin set for the module.

use crate::bindings::xueliang::hub::settings::Host;
use crate::guest::Guest;

impl Host for Guest {
    fn get(&mut self) -> wasmtime::Result<String> {
        self.enter()?;
        Ok(self.context.settings.as_ref().to_owned())
    }

    fn township(&mut self) -> wasmtime::Result<String> {
        self.enter()?;
        Ok(self.context.module.township.to_string())
    }
}
