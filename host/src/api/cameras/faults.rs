//! How faults of cameras and of their maintenance become answers.

use axum::http::StatusCode;
use xl_model::camera::fault::Wrong;
use xl_model::status::maintenance::WindowError;

use crate::api::problem::MOST_FIELDS;
use crate::api::problem::Problem;
use crate::cameras::CameraError;

impl From<CameraError> for Problem {
    fn from(error: CameraError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code).with_detail(detail);
        match error {
            CameraError::Store(error) => return error.into(),
            CameraError::Sealed { .. } => return Self::fault(StatusCode::INTERNAL_SERVER_ERROR, code, &error),
            CameraError::NoSignIn { .. } => problem.status = StatusCode::CONFLICT,
            CameraError::SecondPerson(wishes) => {
                problem.status = StatusCode::CONFLICT;
                let named = wishes.into_iter().take(MOST_FIELDS);
                problem.fields.extend(named.map(|wish| (format!("{} class", wish.key), Wrong::SecondPerson.en())));
            }
            CameraError::NoClassWish { .. } => problem.status = StatusCode::CONFLICT,
            CameraError::NotRecorded(fault) => return fault.into(),
            CameraError::Bulk { .. } => {}
            CameraError::Table(table) => problem.detail = Some(table.to_string()),
            CameraError::Fields { faults, .. } => {
                problem
                    .fields
                    .extend(faults.into_iter().map(|fault| (fault.field.name().to_owned(), fault.wrong.en())));
            }
            CameraError::Cameras(faults) => {
                let named = faults.into_iter().take(MOST_FIELDS);
                problem
                    .fields
                    .extend(named.map(|(key, fault)| (format!("{key} {}", fault.field.name()), fault.wrong.en())));
            }
            CameraError::Rows(outcome) => {
                let named = outcome.faults.listed.into_iter().take(MOST_FIELDS);
                problem
                    .fields
                    .extend(named.map(|fault| (format!("line {:05} {}", fault.line, fault.column), fault.wrong.en())));
            }
        }
        problem
    }
}

impl From<WindowError> for Problem {
    fn from(error: WindowError) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code()).with_detail(error.to_string())
    }
}
