//! Calls of programs: what they ask, what they are answered.
//!
//! An operation is declared in the manifest, answered by [`crate::Plugin::answer`] and reached at
//! `/api/v1/modules/{township}/{plugin}/calls/{name}`:
//!
//! ```toml
//! [[calls]]
//! name = "orders"
//! title = { zh = "订单导入", en = "Import orders" }
//! writes = true                      # without it the operation is read only
//! content = ["application/json"]     # media types of a body; none: no body
//! ```

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::form::FormErrors;
use crate::locale::Locale;
use crate::locale::zh_en;

pub use crate::bindings::exports::xueliang::hub::calls::CallsError;
pub use crate::bindings::exports::xueliang::hub::calls::Request;
pub use crate::bindings::exports::xueliang::hub::calls::Response;

/// Most bytes of a body, each way.
pub const MAX_BODY: usize = 4 * 1024 * 1024;

impl Request {
    /// The caller's language.
    pub fn language(&self) -> Locale {
        Locale::of(&self.locale)
    }

    /// A value of the query; `None` where it is missing or empty.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let mut values: BTreeMap<String, String> = serde_json::from_str(&self.query).ok()?;
        values.remove(name).filter(|value| !value.is_empty())
    }

    /// The body as text.
    ///
    /// # Errors
    /// `Invalid`, in the caller's language, when it is no UTF-8.
    pub fn text(&self) -> Result<&str, CallsError> {
        std::str::from_utf8(&self.body).map_err(|error| {
            let said = zh_en(self.language(), "内容不是 UTF-8 文本，出错位置（字节）", "the body is no UTF-8, at byte");
            FormErrors::whole(format!("{said} {}", error.valid_up_to())).into()
        })
    }

    /// The body as `T`, read as JSON.
    ///
    /// # Errors
    /// `Invalid`, in the caller's language with line and column, when it has another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, CallsError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let said = zh_en(self.language(), "JSON 内容不符合要求", "the JSON body does not fit");
            FormErrors::whole(format!("{said}: {error}")).into()
        })
    }
}

impl Response {
    /// An answer of this status: 200 to 599; above 399 nothing of the call is kept.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, content_type: content_type.to_owned(), body: body.into() }
    }

    /// `value` as JSON, with status 200.
    ///
    /// # Errors
    /// `Other` when it does not become JSON.
    pub fn json<T: Serialize>(value: &T) -> Result<Self, CallsError> {
        let body = serde_json::to_vec(value).map_err(|error| CallsError::Other(error.to_string()))?;
        Ok(Self::new(200, "application/json", body))
    }

    /// Plain text in UTF-8, with status 200.
    pub fn text(text: &str) -> Self {
        Self::new(200, "text/plain", text)
    }

    /// Nothing to say: status 204.
    pub fn nothing() -> Self {
        Self::new(204, "", Vec::new())
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}
