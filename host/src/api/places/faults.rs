//! How faults of places become answers.

use axum::http::StatusCode;

use crate::api::problem::MOST_FIELDS;
use crate::api::problem::Problem;
use crate::places::PlaceError;

impl From<PlaceError> for Problem {
    fn from(error: PlaceError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code).with_detail(detail);
        match error {
            PlaceError::Store(error) => return error.into(),
            PlaceError::Table(table) => problem.detail = Some(table.to_string()),
            PlaceError::Rows(outcome) => {
                let named = outcome.faults.listed.into_iter().take(MOST_FIELDS);
                problem
                    .fields
                    .extend(named.map(|fault| (format!("line {:05} {}", fault.line, fault.column), fault.wrong.en())));
            }
        }
        problem
    }
}
