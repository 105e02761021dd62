//! Who stands before the page, pressed the button or called.

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::viewer as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::viewer as host;

pub use crate::bindings::xueliang::hub::viewer::Person;

/// The person; `None` in [`crate::Plugin::handle`] and on a page that is opened by a public link.
pub fn person() -> Option<Person> {
    host::current()
}

impl Person {
    /// Whether he holds this role at the module's township, below or above it: `grid-member`, `enterprise` and the like.
    pub fn holds(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }
}
