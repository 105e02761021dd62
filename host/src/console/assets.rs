//! The style sheet, the one script and the icon, built into the program; what changes has another address then.

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
const POSITION: &str = include_str!("../../templates/position.js");
const ICON: &str = include_str!("../../templates/icon.svg");

const FOR_EVER: &str = "public, max-age=31536000, immutable";

static STYLE_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/assets/style-{}.css", hex::encode(&sha2::Sha256::digest(STYLE)[..6])));

static POSITION_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/assets/position-{}.js", hex::encode(&sha2::Sha256::digest(POSITION)[..6])));

/// Address of the script that fills in where somebody stands.
pub(crate) fn position_path() -> &'static str {
    &POSITION_PATH
}

/// Address of the style sheet.
pub(crate) fn style_path() -> &'static str {
    &STYLE_PATH
}

/// Gives one of them.
pub(crate) async fn asset(Path(file): Path<String>) -> Result<Response, Problem> {
    if style_path().strip_prefix("/assets/") == Some(file.as_str()) {
        let kind = (header::CONTENT_TYPE, "text/css; charset=utf-8");
        Ok(([kind, (header::CACHE_CONTROL, FOR_EVER)], STYLE).into_response())
    } else if position_path().strip_prefix("/assets/") == Some(file.as_str()) {
        let kind = (header::CONTENT_TYPE, "text/javascript; charset=utf-8");
        Ok(([kind, (header::CACHE_CONTROL, FOR_EVER)], POSITION).into_response())
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
    fn the_script_writes_texts_only_and_sends_nothing() {
        for way in
            ["innerHTML", "eval", "fetch", "XMLHttpRequest", "sendBeacon", "WebSocket", "http", "import", "cookie"]
        {
            assert!(!POSITION.contains(way), "{way}");
        }
    }

    #[test]
    fn the_style_sheet_asks_nobody_else_for_anything() {
        for foreign in ["url(", "@import", "http"] {
            assert!(!STYLE.contains(foreign), "{foreign}");
        }
    }
}
