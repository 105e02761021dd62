//! Names what bytes look like, for the message to whoever sent something that is not a JPEG.

/// What bytes that are not a JPEG look like, or `None` when they begin as a JPEG does.
pub(crate) fn not_jpeg(bytes: &[u8]) -> Option<&'static str> {
    // Text is recognised behind a byte order mark and white space; 64 bytes are more than any of it takes.
    let head = &bytes[..bytes.len().min(64)];
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let is_tag = |tag: &[u8]| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    let found = match bytes {
        [0xFF, 0xD8, ..] => return None,
        [] => "empty",
        [0x89, b'P', b'N', b'G', ..] => "a PNG picture",
        [b'G', b'I', b'F', b'8', ..] => "a GIF picture",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "a WebP picture",
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => "a TIFF picture",
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => "a BMP picture",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "a HEIF, AVIF or MP4 file",
        [b'%', b'P', b'D', b'F', ..] => "a PDF document",
        _ if is_tag(b"<!doctype html") || is_tag(b"<html") => "an HTML page",
        _ if is_tag(b"<?xml") || is_tag(b"<svg") => "XML or SVG text",
        _ if is_tag(b"data:image/") || is_tag(b"/9j/") => "a picture written as base64 text",
        _ if is_tag(b"{") || is_tag(b"[") => "JSON text",
        _ => "not a picture",
    };
    Some(found)
}
