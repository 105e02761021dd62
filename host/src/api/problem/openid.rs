//! What went wrong between the hub and a provider of `OpenID` Connect, as a problem.

use axum::http::StatusCode;

use super::Problem;
use crate::openid::OpenIdError;

impl From<OpenIdError> for Problem {
    fn from(error: OpenIdError) -> Self {
        let problem = |status| Self::new(status, error.code()).with_detail(error.to_string());
        match &error {
            OpenIdError::Unreachable { .. } => problem(StatusCode::SERVICE_UNAVAILABLE).with_retry_after(30),
            OpenIdError::Misfit { .. } => problem(StatusCode::BAD_GATEWAY),
            OpenIdError::NoSuchSignIn => problem(StatusCode::BAD_REQUEST),
            OpenIdError::Declined { .. } | OpenIdError::Token { .. } => problem(StatusCode::FORBIDDEN),
        }
    }
}
