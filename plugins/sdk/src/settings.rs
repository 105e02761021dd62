//! What an admin set for this module.

use serde::de::DeserializeOwned;

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::settings as host;
use crate::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::settings as host;

/// The settings as `T`; give `T` `#[serde(default)]`, since an admin may have set nothing.
///
/// # Errors
/// [`Error::Settings`] when the JSON has another shape than `T`.
pub fn get<T: DeserializeOwned>() -> Result<T, Error> {
    serde_json::from_str(&host::get()).map_err(Error::Settings)
}

/// The township that enabled the module, nine digits.
pub fn township() -> String {
    host::township()
}
