//! What somebody states when he looks: in the query, or in headers where a query would be written down by others.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::Deserialize;
use xl_model::id::PluginId;

use crate::api::state::ApiState;

/// Why somebody looks.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Stated {
    /// One of the camera's purposes; or as the header `x-purpose`.
    #[param(example = "flood")]
    pub(crate) purpose: Option<String>,
    /// In one's own words, 4 to 200 characters; or as the header `x-reason`, percent-encoded UTF-8.
    #[param(example = "查看水位")]
    pub(crate) reason: Option<String>,
    /// The module whose page showed the picture within the last 12 hours, in place of both; then no more of it is seen than the
    /// module is shown.
    #[param(value_type = Option<String>)]
    pub(crate) module: Option<PluginId>,
}

impl FromRequestParts<ApiState> for Stated {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Infallible> {
        // What cannot be read states nothing, and the answer says what to add.
        let stated = Query::<Self>::try_from_uri(&parts.uri).map(|Query(stated)| stated).unwrap_or_default();
        Ok(Self {
            purpose: stated.purpose.or_else(|| header(&parts.headers, "x-purpose")),
            reason: stated.reason.or_else(|| header(&parts.headers, "x-reason")),
            module: stated.module,
        })
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    decoded(headers.get(name)?.to_str().ok()?)
}

/// Percent-encoded UTF-8 as text (RFC 3986 §2.1).
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_percent_encoded_utf_8() {
        assert_eq!(decoded("%E6%B0%B4 level%21"), Some("水 level!".to_owned()));
        assert_eq!(decoded("flood"), Some("flood".to_owned()));
        for text in ["%", "%4", "%zz", "%ff", "%\u{e9}x"] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }
}
