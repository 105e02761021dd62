//! Why something about a case was not done, as an answer.

use axum::http::StatusCode;
use xl_model::case::CaseError;
use xl_model::case::error::code;

use crate::api::problem::Problem;
use crate::cases::CasesError;

/// The HTTP status of a refusal.
pub(crate) fn status(error: &CasesError) -> StatusCode {
    match error {
        CasesError::Case(CaseError::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        // Somebody else may: by his powers, or because it is no work of his own, or that of his unit.
        CasesError::Case(CaseError::Refused(refusal))
            if matches!(refusal.code, code::NOT_HIS | code::OWN_WORK | code::OTHER_UNIT) =>
        {
            StatusCode::FORBIDDEN
        }
        CasesError::Case(CaseError::Refused(_)) | CasesError::Overtaken => StatusCode::CONFLICT,
        CasesError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Why a person's wish about a case was not done.
pub(crate) enum NotDone {
    /// He may not, or nothing can be read.
    Problem(Problem),
    /// What the case says to it; a page shows it beside what was typed.
    Case(CasesError),
}

impl From<Problem> for NotDone {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<CasesError> for NotDone {
    fn from(error: CasesError) -> Self {
        Self::Case(error)
    }
}

impl From<NotDone> for Problem {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::Problem(problem) => problem,
            NotDone::Case(error) => error.into(),
        }
    }
}

impl From<CasesError> for Problem {
    fn from(error: CasesError) -> Self {
        let (status, code, detail) = (status(&error), error.code(), error.to_string());
        match error {
            CasesError::Store(error) => error.into(),
            CasesError::Case(CaseError::Invalid(faults)) => {
                let mut problem = Self::new(status, code).with_detail(detail);
                problem.fields.extend(faults.into_iter().map(|fault| (fault.field.to_owned(), fault.en)));
                problem
            }
            _ => Self::new(status, code).with_detail(detail),
        }
    }
}
