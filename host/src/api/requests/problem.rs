//! Why something about a request was not done, as an answer.

use axum::http::StatusCode;

use crate::api::problem::Problem;
use crate::rights::RightsError;

/// The HTTP status of a refusal.
pub(crate) fn status(error: &RightsError) -> StatusCode {
    match error {
        RightsError::Fields(_) | RightsError::NotWritten { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        RightsError::Full | RightsError::NotRecorded(_) => StatusCode::SERVICE_UNAVAILABLE,
        RightsError::NoSuch | RightsError::Off => StatusCode::NOT_FOUND,
        RightsError::WrongStep { .. } | RightsError::Extended => StatusCode::CONFLICT,
        RightsError::Erased => StatusCode::GONE,
        RightsError::Sealed { .. } | RightsError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<RightsError> for Problem {
    fn from(error: RightsError) -> Self {
        let (status, code, detail) = (status(&error), error.code(), error.to_string());
        match error {
            RightsError::Store(error) => error.into(),
            RightsError::NotRecorded(error) => error.into(),
            RightsError::Sealed { .. } => Self::fault(status, code, &error),
            RightsError::Fields(faults) => {
                let named = faults.into_iter().map(|fault| (fault.field.to_owned(), fault.wrong));
                let mut problem = Self::new(status, code).with_detail(detail);
                problem.fields.extend(named);
                problem
            }
            _ => Self::new(status, code).with_detail(detail),
        }
    }
}
