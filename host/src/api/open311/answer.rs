//! An answer in the form that the address asks for: XML, which the standard requires of everybody, or JSON.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;

use super::xml;
use super::xml::Element;
use crate::api::problem::Problem;

/// As the standard has it.
const XML: &str = "text/xml; charset=utf-8";

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `.json`, and errors of addresses that are neither.
    Json,
    /// `.xml`.
    Xml,
}

impl Form {
    /// What the end of an address asks for.
    pub(super) fn of(uri: &Uri) -> Self {
        if uri.path().ends_with(".xml") { Self::Xml } else { Self::Json }
    }

    /// A list: in XML the elements below `root`.
    pub(super) fn list<T: Element + Serialize>(self, status: StatusCode, root: &str, items: &[T]) -> Response {
        match self {
            Self::Json => (status, axum::Json(items)).into_response(),
            Self::Xml => (status, [(header::CONTENT_TYPE, XML)], xml::document(root, items)).into_response(),
        }
    }

    /// Something that stands alone.
    pub(super) fn one<T: Element + Serialize>(self, item: &T) -> Response {
        match self {
            Self::Json => axum::Json(item).into_response(),
            Self::Xml => ([(header::CONTENT_TYPE, XML)], xml::alone(item)).into_response(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Form {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.uri))
    }
}

/// The name of a file without its `.json` or `.xml`.
pub(super) fn named(file: &str) -> Result<&str, Problem> {
    let name = file.strip_suffix(".json").or_else(|| file.strip_suffix(".xml"));
    name.ok_or_else(|| Problem::not_there("format of", file.chars().take(64).collect::<String>()))
}
