//! `viewer`: who stands before the page, pressed the button or called.

use crate::bindings::xueliang::hub::viewer as wit;
use crate::guest::Guest;

impl wit::Host for Guest {
    fn current(&mut self) -> wasmtime::Result<Option<wit::Person>> {
        self.enter()?;
        Ok(self.viewer.as_ref().map(|viewer| wit::Person {
            account: viewer.account.to_string(),
            name: viewer.name.clone(),
            roles: viewer.roles.clone(),
        }))
    }
}
