//! Who a request comes from: whose session or API key it shows.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;

use super::FromAbove;
use super::Identity;
#[cfg(test)]
use super::Unasked;
use crate::api::language::cookie;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::rate;
use crate::api::state::ApiState;
use crate::people::Signed;

impl FromRequestParts<ApiState> for Identity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let identity = Self::new(signed(parts, state).await?);
        #[cfg(test)]
        let identity = Self { is_unasked: parts.extensions.get::<Unasked>().is_some(), ..identity };
        Ok(Self { from_above: parts.extensions.get::<FromAbove>().cloned(), ..identity })
    }
}

async fn signed(parts: &Parts, state: &ApiState) -> Result<Signed, Problem> {
    let unknown = || Problem::new(StatusCode::UNAUTHORIZED, code::NO_IDENTITY);
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let key = value.to_str().ok().and_then(bearer).ok_or_else(unknown)?;
        let signed = state.people().with_key(key).await.ok_or_else(unknown)?;
        return if is_taken(parts, state, &signed) { Ok(signed) } else { Err(unknown()) };
    }
    let value = cookie(&parts.headers, state.cookie_name()).ok_or_else(unknown)?;
    let signed = state.people().with_session(value).await.ok_or_else(unknown)?.within(parts.extensions.get());
    if !is_taken(parts, state, &signed) {
        return Err(unknown());
    }
    // `shield` compares the origin where a browser names one; a session changes nothing without one.
    let says_where = parts.headers.contains_key(header::ORIGIN) || parts.headers.contains_key("sec-fetch-site");
    if !parts.method.is_safe() && !says_where {
        return Err(Problem::new(StatusCode::FORBIDDEN, code::FOREIGN_ORIGIN));
    }
    Ok(signed)
}

/// A key that is not taken from this address is none: whoever stole it learns nothing.
fn is_taken(parts: &Parts, state: &ApiState, signed: &Signed) -> bool {
    let from = rate::address(&parts.extensions, &parts.headers, state.trusted_proxies());
    state.people().is_taken_from(&signed.by, from)
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
            [("Bearer xlk_1", Some("xlk_1")), ("bearer  xlk_1", Some("xlk_1")), ("Basic xlk_1", None), ("xlk_1", None)]
        {
            assert_eq!(bearer(value), token, "{value}");
        }
    }
}
