//! A picture in whatever form a payload has it; the bytes decide, never a content type.
//!
//! Order: empty → magic bytes → `data:` → JSON → base64 → address → refused. Says nothing about what the bytes decode to.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde_json::Value;
use xl_model::fault::Refused;
use xl_model::fault::code;

use super::fault;
use crate::mqtt::encoded;
use crate::mqtt::json;

/// The largest picture, decoded, in bytes.
pub const PICTURE_BYTES_MOST: usize = 3 * 1024 * 1024;

/// The largest text that can hold such a picture: base64 with broken lines, and some JSON around it.
pub(super) const TEXT_BYTES_MOST: usize = PICTURE_BYTES_MOST / 3 * 4 + PICTURE_BYTES_MOST / 12 + 64 * 1024;

/// How the first bytes of JPEG and PNG look in base64.
const BASE64_HEADS: [&[u8]; 2] = [b"/9j/", b"iVBORw"];

/// The longest address of a picture, in bytes.
const URL_BYTES_MOST: usize = 2048;

/// What a payload holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: a sign of life, no picture.
    Nothing,
    /// A picture.
    Picture(Bytes),
    /// The address of one, where that is allowed.
    Url(String),
}

/// Finds the picture in a payload; `pointers` are tried in order when it is JSON.
///
/// # Errors
/// [`fault::UNKNOWN_PAYLOAD`], [`fault::BAD_BASE64`], [`fault::URL_NOT_ALLOWED`], [`code::PICTURE_TOO_LARGE`], and for
/// JSON [`code::BAD_JSON`] and [`code::DATA_TOO_LARGE`].
pub fn find(payload: &Bytes, pointers: &[String], allow_url: bool) -> Result<Found, Refused> {
    if payload.is_empty() {
        return Ok(Found::Nothing);
    }
    if is_picture(payload) {
        return sized(payload.len()).map(|()| Found::Picture(payload.clone()));
    }
    let text = payload.trim_ascii();
    match text.first() {
        Some(b'{' | b'[') => in_json(text, pointers, allow_url),
        Some(_) => in_text(text, allow_url),
        None => Ok(Found::Nothing), // White space only.
    }
}

/// Whether these bytes begin as a JPEG or PNG picture does.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff]) || bytes.starts_with(b"\x89PNG")
}

/// The picture in a text: a data URL, bare base64, or an address.
pub(super) fn in_text(text: &[u8], allow_url: bool) -> Result<Found, Refused> {
    if starts_with_ignoring_case(text, b"data:image/") {
        return data_url(text).map(Found::Picture);
    }
    if BASE64_HEADS.iter().any(|head| text.starts_with(head)) {
        return decoded(text).map(Found::Picture);
    }
    if starts_with_ignoring_case(text, b"http://") || starts_with_ignoring_case(text, b"https://") {
        return if allow_url { url(text).map(Found::Url) } else { Err(url_not_allowed()) };
    }
    Err(Refused::new(fault::UNKNOWN_PAYLOAD, "payload: neither JPEG, PNG, data URL, JSON nor base64"))
}

/// Refuses what is larger than the hub takes, before anything is allocated for it.
pub(super) fn sized(bytes: usize) -> Result<(), Refused> {
    if bytes > PICTURE_BYTES_MOST {
        let detail = format!("picture of {bytes} bytes: at most {PICTURE_BYTES_MOST}");
        return Err(Refused::new(code::PICTURE_TOO_LARGE, detail));
    }
    Ok(())
}

fn in_json(text: &[u8], pointers: &[String], allow_url: bool) -> Result<Found, Refused> {
    let json = json::foreign(text, TEXT_BYTES_MOST)?;
    let found = pointers.iter().find_map(|pointer| json.pointer(pointer).and_then(Value::as_str));
    let Some(found) = found else {
        return Err(Refused::new(
            fault::UNKNOWN_PAYLOAD,
            "payload: JSON without a picture where the mapping looks for one",
        ));
    };
    in_text(found.trim().as_bytes(), allow_url)
}

fn data_url(text: &[u8]) -> Result<Bytes, Refused> {
    let comma = text.iter().take(128).position(|b| *b == b',');
    let Some((head, body)) = comma.and_then(|at| text.split_at_checked(at)) else {
        return Err(Refused::new(fault::UNKNOWN_PAYLOAD, "payload: a data URL without its comma"));
    };
    if !head.to_ascii_lowercase().ends_with(b";base64") {
        return Err(Refused::new(fault::UNKNOWN_PAYLOAD, "payload: a data URL that is not base64"));
    }
    decoded(&body[1..])
}

fn decoded(text: &[u8]) -> Result<Bytes, Refused> {
    let characters = text.iter().filter(|b| !b.is_ascii_whitespace()).count();
    sized(characters.saturating_sub(2) / 4 * 3)?; // Two may be padding; exact once it is decoded.
    let bytes =
        encoded::broken_base64(text).map_err(|error| Refused::new(fault::BAD_BASE64, format!("picture: {error}")))?;
    sized(bytes.len())?;
    if !is_picture(&bytes) {
        return Err(Refused::new(fault::UNKNOWN_PAYLOAD, "payload: base64 of something that is neither JPEG nor PNG"));
    }
    Ok(bytes.into())
}

fn url(text: &[u8]) -> Result<String, Refused> {
    let wrong = |rule: &str| Refused::new(fault::URL_NOT_ALLOWED, format!("address of a picture: {rule}"));
    let text = std::str::from_utf8(text).map_err(|_| wrong("not UTF-8"))?;
    if text.len() > URL_BYTES_MOST {
        return Err(wrong("at most 2048 bytes"));
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(wrong("visible ASCII characters only"));
    }
    let host = text.split('/').nth(2).unwrap_or_default();
    if host.is_empty() || host.contains(['@', '\\']) {
        return Err(wrong("a host, without user and password"));
    }
    Ok(text.to_owned())
}

fn url_not_allowed() -> Refused {
    Refused::new(fault::URL_NOT_ALLOWED, "payload: the address of a picture, which this mapping does not allow")
}

fn starts_with_ignoring_case(text: &[u8], head: &[u8]) -> bool {
    text.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}
