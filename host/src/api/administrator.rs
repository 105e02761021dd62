//! The authority of a signed-in administrator, as a value.
//!
//! [`super::state::ApiState`] gives store, modules and devices only to who shows one, and only a request with the token
//! or a session makes one: a handler that forgets to ask does not compile.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;

use crate::api::admin::Session;
use crate::api::language::cookie;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

/// Somebody who may do everything.
#[derive(Debug, Clone)]
pub struct Administrator {
    session: Option<Session>,
}

impl Administrator {
    /// The session of the console; nothing for a program with the token.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Whether the authority still holds: asked again by whatever runs for long.
    pub fn still(&self, state: &ApiState) -> bool {
        self.session.as_ref().is_none_or(|session| state.admin().lasts(session, state.now_ms()))
    }
}

impl FromRequestParts<ApiState> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let unknown = || Problem::new(StatusCode::UNAUTHORIZED, code::NO_IDENTITY);
        if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok().and_then(bearer).ok_or_else(unknown)?;
            return if state.admin().holds(token) { Ok(Self { session: None }) } else { Err(unknown()) };
        }
        let value = cookie(&parts.headers, state.cookie_name()).ok_or_else(unknown)?;
        let session = state.admin().session(value, state.now_ms()).ok_or_else(unknown)?;
        // `shield` compares the origin where a browser names one; a session changes nothing without one.
        let says_where = parts.headers.contains_key(header::ORIGIN) || parts.headers.contains_key("sec-fetch-site");
        if !parts.method.is_safe() && !says_where {
            return Err(Problem::new(StatusCode::FORBIDDEN, code::FOREIGN_ORIGIN));
        }
        Ok(Self { session: Some(session) })
    }
}

// RFC 9110 §11.1: the scheme is case-insensitive.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bearer_token_is_read() {
        for (value, token) in
            [("Bearer xla_1", Some("xla_1")), ("bearer  xla_1", Some("xla_1")), ("Basic xla_1", None), ("xla_1", None)]
        {
            assert_eq!(bearer(value), token, "{value}");
        }
    }
}
