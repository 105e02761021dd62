//! Walks the markers of a JPEG without decoding it (ITU-T T.81, annex B).
//!
//! Runs on every received picture before it is stored, so it allocates nothing for a good one and looks at each byte
//! once. What it lets through has all its segments inside the file, one frame within the limits, scans with as much
//! data as that frame needs at the least, and its end. Whether the coded bits make sense is found when it is decoded.

use crate::Header;
use crate::PictureError;
use crate::PictureLimits;
use crate::broken;
use crate::frame::Frame;
use crate::kind;
use crate::walk::DNL;
use crate::walk::EOI;
use crate::walk::SOI;
use crate::walk::SOS;
use crate::walk::Walk;

/// Scans of one picture. Progressive encoders write about 10; each costs a pass over all pixels.
const MAX_SCANS: usize = 32;

/// Bytes ignored behind the end of the picture: padding to a block of flash, a vendor's trailer.
const MAX_TRAILING_BYTES: usize = 64 * 1024;

/// Checks a JPEG without decoding it: magic, every marker up to the end-of-image, size of the frame.
///
/// A truncated file is found here because its end-of-image marker is missing. Baseline and progressive pictures with
/// Huffman coding are taken: what cameras send.
///
/// # Errors
/// See [`PictureError`].
pub fn check(jpeg: &[u8], limits: &PictureLimits) -> Result<Header, PictureError> {
    Ok(frame(jpeg, limits)?.header)
}

/// The same, with all that the frame says.
pub(crate) fn frame(jpeg: &[u8], limits: &PictureLimits) -> Result<Frame, PictureError> {
    if jpeg.len() > limits.max_bytes {
        let detail = format!("{} bytes, {} are taken", jpeg.len(), limits.max_bytes);
        return Err(PictureError::TooLarge { detail });
    }
    if let Some(found) = kind::not_jpeg(jpeg) {
        return Err(PictureError::NotJpeg { found });
    }
    let mut walk = Walk::new(jpeg);
    let mut frame: Option<Frame> = None;
    let mut scans = 0;
    let mut coded_bytes = 0;
    loop {
        match walk.marker()? {
            marker @ 0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let segment = walk.segment()?;
                if frame.replace(Frame::read(marker, segment, limits)?).is_some() {
                    return Err(broken("it has two frames"));
                }
            }
            SOS => {
                let segment = walk.segment()?;
                frame.as_ref().ok_or_else(|| broken("a scan before the frame"))?.admit_scan(segment)?;
                scans += 1;
                if scans > MAX_SCANS {
                    return Err(broken(format!("it has more than {MAX_SCANS} scans")));
                }
                coded_bytes += walk.coded()?;
            }
            EOI => break,
            SOI => return Err(broken("a second start inside the picture")),
            DNL => return Err(broken("it gives its height after its pixels, which is not taken")),
            // Standing alone, without a segment: restarts outside a scan, and TEM.
            0xD0..=0xD7 | 0x01 => return Err(broken("a marker where none may stand")),
            // Tables, restart interval, application data, comments.
            _ => drop(walk.segment()?),
        }
    }
    let frame = frame.ok_or_else(|| broken("it ends before its frame"))?;
    if scans == 0 {
        return Err(broken("it ends before its pixels"));
    }
    frame.admit_coded(coded_bytes)?;
    let trailing = jpeg.len() - walk.at();
    if trailing > MAX_TRAILING_BYTES {
        return Err(broken(format!("{trailing} bytes follow its end, {MAX_TRAILING_BYTES} are ignored")));
    }
    Ok(frame)
}
