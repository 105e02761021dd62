//! From marker to marker through a JPEG (ITU-T T.81, annex B).

use crate::PictureError;
use crate::broken;

/// Start of the image.
pub(crate) const SOI: u8 = 0xD8;
/// End of the image.
pub(crate) const EOI: u8 = 0xD9;
/// Start of a scan.
pub(crate) const SOS: u8 = 0xDA;
/// Number of lines, behind the first scan.
pub(crate) const DNL: u8 = 0xDC;

/// A place in the file, always at most its length.
pub(crate) struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    /// Behind the start of the image.
    pub(crate) fn new(jpeg: &'a [u8]) -> Self {
        Self { bytes: jpeg, at: 2 }
    }

    /// How far it has come.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The next marker's code; the place moves behind it.
    pub(crate) fn marker(&mut self) -> Result<u8, PictureError> {
        if self.next()? != 0xFF {
            return Err(broken(format!("no marker at byte {}", self.at - 1)));
        }
        loop {
            match self.next()? {
                0xFF => {} // Fill bytes may stand before any marker (B.1.1.2).
                0x00 => return Err(broken(format!("no marker at byte {}", self.at - 1))),
                marker => return Ok(marker),
            }
        }
    }

    /// The segment that begins here, without its length; the place moves behind it.
    pub(crate) fn segment(&mut self) -> Result<&'a [u8], PictureError> {
        let start = self.at;
        let length = usize::from(u16::from_be_bytes([self.next()?, self.next()?]));
        if length < 2 {
            return Err(broken(format!("a segment of {length} bytes at byte {start}")));
        }
        self.at = start + length;
        self.bytes.get(start + 2..start + length).ok_or_else(cut)
    }

    /// Passes the coded data of a scan up to the marker that ends it; gives its length without restarts.
    pub(crate) fn coded(&mut self) -> Result<usize, PictureError> {
        let start = self.at;
        let mut not_data = 0;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let found = memchr::memchr(0xFF, rest).ok_or_else(cut)?;
            match rest.get(found + 1).ok_or_else(cut)? {
                0x00 => {
                    not_data += 1;
                    self.at += found + 2;
                }
                0xD0..=0xD7 => {
                    not_data += 2;
                    self.at += found + 2;
                }
                0xFF => {
                    not_data += 1;
                    self.at += found + 1;
                }
                _ => {
                    self.at += found;
                    return Ok(self.at - start - not_data);
                }
            }
        }
    }

    fn next(&mut self) -> Result<u8, PictureError> {
        let byte = *self.bytes.get(self.at).ok_or_else(cut)?;
        self.at += 1;
        Ok(byte)
    }
}

fn cut() -> PictureError {
    broken("it ends before its end-of-image marker")
}
