//! How faults of people become answers.

use axum::http::StatusCode;

use crate::api::problem::Problem;
use crate::people::PeopleError;

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        let status = match &error {
            PeopleError::Beyond(_)
            | PeopleError::OwnRequest
            | PeopleError::NotFresh
            | PeopleError::KeyRaises
            | PeopleError::NotLinked => StatusCode::FORBIDDEN,
            PeopleError::Locked { .. } => StatusCode::TOO_MANY_REQUESTS,
            PeopleError::TooMany { .. } | PeopleError::IdentityTaken => StatusCode::CONFLICT,
            PeopleError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            PeopleError::Sealed { .. } => {
                return Self::fault(StatusCode::INTERNAL_SERVER_ERROR, error.code(), &error);
            }
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let problem = Self::new(status, error.code()).with_detail(error.to_string());
        match error {
            PeopleError::Store(error) => error.into(),
            PeopleError::Field { field, wrong } => Self::field(field, wrong),
            PeopleError::Locked { retry_after_s } => problem.with_retry_after(retry_after_s),
            PeopleError::Busy => problem.with_retry_after(5),
            _ => problem,
        }
    }
}
