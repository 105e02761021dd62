//! The style sheet and the icon, built into the program; a changed style sheet has another address.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use sha2::Digest as _;

use crate::api::problem::Problem;
use crate::api::problem::code;

const STYLE: &str = include_str!("../../templates/style.css");
const ICON: &str = include_str!("../../templates/icon.svg");

static STYLE_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/assets/style-{}.css", hex::encode(&sha2::Sha256::digest(STYLE)[..6])));

/// Address of the style sheet.
pub(crate) fn style_path() -> &'static str {
    &STYLE_PATH
}

/// Gives one of them.
pub(crate) async fn asset(Path(file): Path<String>) -> Result<Response, Problem> {
    if style_path().strip_prefix("/assets/") == Some(file.as_str()) {
        let cache = "public, max-age=31536000, immutable";
        Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, cache)], STYLE).into_response())
    } else if file == "icon.svg" {
        let cache = "public, max-age=86400";
        Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, cache)], ICON).into_response())
    } else {
        Err(Problem::new(StatusCode::NOT_FOUND, code::NO_SUCH_ADDRESS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_asks_nobody_else_for_anything() {
        for foreign in ["url(", "@import", "http"] {
            assert!(!STYLE.contains(foreign), "{foreign}");
        }
    }
}
