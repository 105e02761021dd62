//! A JPEG without everything that is not its picture.
//!
//! EXIF tells where a camera hangs and whose it is, maker notes and comments carry anything, and bytes behind the end may be
//! a web page. So none of it is kept: the pixels stay bit for bit what they were.

use std::borrow::Cow;

use crate::PictureError;
use crate::walk::EOI;
use crate::walk::SOS;
use crate::walk::Walk;

/// The picture alone; borrowed where there is nothing to leave out.
///
/// Application data, comments and what follows the end go. Of application data only what a decoder needs stays: JFIF without
/// a thumbnail, Adobe's colour transform.
///
/// # Errors
/// [`PictureError::Broken`] for what [`crate::check()`] would refuse.
pub fn bare(jpeg: &[u8]) -> Result<Cow<'_, [u8]>, PictureError> {
    let mut walk = Walk::new(jpeg);
    let mut kept = Vec::new();
    let mut from = 0;
    loop {
        let at = walk.at();
        match walk.marker()? {
            marker @ (0xE0..=0xEF | 0xFE) => {
                if !is_needed(marker, walk.segment()?) {
                    kept.push(from..at);
                    from = walk.at();
                }
            }
            SOS => {
                walk.segment()?;
                walk.coded()?;
            }
            EOI => break,
            _ => drop(walk.segment()?),
        }
    }
    if kept.is_empty() && walk.at() == jpeg.len() {
        return Ok(Cow::Borrowed(jpeg));
    }
    kept.push(from..walk.at());
    Ok(Cow::Owned(kept.into_iter().map(|part| &jpeg[part]).collect::<Vec<_>>().concat()))
}

/// JFIF of 16 bytes has no thumbnail; Adobe's segment says how the colours are coded.
fn is_needed(marker: u8, segment: &[u8]) -> bool {
    match marker {
        0xE0 => segment.starts_with(b"JFIF\0") && segment.len() == 14,
        0xEE => segment.starts_with(b"Adobe") && segment.len() == 12,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PictureLimits;
    use crate::PixelFormat;
    use crate::tests::pixels;

    const LIMITS: PictureLimits = PictureLimits { max_bytes: 1 << 20, max_side: 1_000, max_pixels: 1 << 20 };

    fn jpeg() -> Vec<u8> {
        let mut bytes = Vec::new();
        let shades: Vec<u8> = (0..32 * 16).map(|i| (i % 251) as u8).collect();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
        encoder.encode(&shades, 32, 16, jpeg_encoder::ColorType::Luma).unwrap();
        bytes
    }

    /// The picture with a segment of this marker and text behind its start, and a trailer.
    fn with(marker: u8, text: &[u8], trailer: &[u8]) -> Vec<u8> {
        let jpeg = jpeg();
        let length = u16::try_from(text.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xFF, marker], &length, text, &jpeg[2..], trailer].concat()
    }

    #[test]
    fn a_picture_with_nothing_else_is_what_it_was() {
        let jpeg = jpeg();
        assert!(matches!(bare(&jpeg), Ok(Cow::Borrowed(same)) if same == jpeg));
    }

    /// CAM-12, CAM-13.
    #[test]
    fn places_comments_thumbnails_and_web_pages_go_and_the_pixels_stay() {
        for (marker, text, trailer) in [
            (0xE1, &b"Exif\0\0GPS 35.58N 118.83E"[..], &b""[..]),
            (0xE0, b"JFXX\0\x10thumbnail", b""),
            (0xFE, b"<script>alert(1)</script>", b""),
            (0xE5, b"maker's note", b"<html><script>alert(1)</script></html>"),
            (0xED, b"Photoshop", b"\0\0\0"),
        ] {
            let jpeg = with(marker, text, trailer);
            let kept = bare(&jpeg).unwrap();
            assert_eq!(kept.as_ref(), self::jpeg(), "{marker:x}");
            let before = pixels(&jpeg, 32, 16, PixelFormat::Gray, &LIMITS).unwrap();
            assert_eq!(pixels(&kept, 32, 16, PixelFormat::Gray, &LIMITS).unwrap(), before);
            assert!(matches!(bare(&kept), Ok(Cow::Borrowed(_))), "once is enough");
        }
    }

    #[test]
    fn how_colours_are_coded_stays() {
        let adobe = with(0xEE, b"Adobe\0\x64\0\0\0\0\x01", b"");
        assert!(matches!(bare(&adobe), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn what_ends_too_early_is_an_error() {
        let jpeg = jpeg();
        for cut in 2..jpeg.len() {
            assert!(bare(&jpeg[..cut]).is_err(), "{cut}");
        }
    }
}
