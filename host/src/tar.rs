//! The little of tar that backups and exports need: plain files, one after another (POSIX.1-1988, ustar; sizes above 8 GiB as GNU tar
//! writes them). Any tar reads what is written here.

use std::io;
use std::io::Read;
use std::io::Write;

/// Everything stands in blocks of this many bytes.
const BLOCK: usize = 512;

/// Longest name of a file.
const MAX_NAME: usize = 100;

/// Where the parts of a header stand: offset and length.
const NAME: (usize, usize) = (0, MAX_NAME);
const MODE: (usize, usize) = (100, 8);
const OWNER: (usize, usize) = (108, 8);
const GROUP: (usize, usize) = (116, 8);
const SIZE: (usize, usize) = (124, 12);
const MODIFIED: (usize, usize) = (136, 12);
const CHECKSUM: (usize, usize) = (148, 8);
const KIND: usize = 156;
const MAGIC: (usize, usize) = (257, 8);

/// Writes the header of a file; `bytes` of content and [`pad`] follow.
///
/// # Errors
/// A name that does not fit, or a failed write.
pub(crate) fn write_header(out: &mut impl Write, name: &str, bytes: u64) -> io::Result<()> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("the name `{name}` is longer than 100 bytes")));
    }
    let mut block = [0; BLOCK];
    put(&mut block, NAME, name.as_bytes());
    put(&mut block, MODE, b"0000600\0");
    put(&mut block, OWNER, b"0000000\0");
    put(&mut block, GROUP, b"0000000\0");
    put(&mut block, MODIFIED, b"00000000000\0");
    put(&mut block, MAGIC, b"ustar\x0000");
    block[KIND] = b'0';
    if bytes < 1 << 33 {
        put(&mut block, SIZE, format!("{bytes:011o}\0").as_bytes());
    } else {
        block[SIZE.0] = 0x80;
        block[SIZE.0 + 4..SIZE.0 + SIZE.1].copy_from_slice(&bytes.to_be_bytes());
    }
    let sum = checksum(&block);
    put(&mut block, CHECKSUM, format!("{sum:06o}\0 ").as_bytes());
    out.write_all(&block)
}

/// Fills the last block of a file.
///
/// # Errors
/// A failed write.
pub(crate) fn pad(out: &mut impl Write, bytes: u64) -> io::Result<()> {
    out.write_all(&[0; BLOCK][..padding(bytes)])
}

/// Ends the archive.
///
/// # Errors
/// A failed write.
pub(crate) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

/// Reads the header of the next file: its name and how many bytes follow; nothing at the end.
///
/// # Errors
/// A failed read, or what no backup holds.
pub(crate) fn read_header(input: &mut impl Read) -> io::Result<Option<(String, u64)>> {
    let mut block = [0; BLOCK];
    input.read_exact(&mut block)?;
    if block.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("an entry's {what} cannot be read"));
    let text = |(from, length): (usize, usize)| {
        let part = &block[from..from + length];
        std::str::from_utf8(&part[..part.iter().position(|byte| *byte == 0).unwrap_or(length)]).ok()
    };
    let octal = |part| text(part).and_then(|text| u64::from_str_radix(text.trim(), 8).ok());
    if octal(CHECKSUM) != Some(checksum(&block)) {
        return Err(wrong("checksum"));
    }
    if block[KIND] != b'0' {
        return Err(wrong("kind"));
    }
    let bytes = if block[SIZE.0] == 0x80 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&block[SIZE.0 + 4..SIZE.0 + SIZE.1]);
        Some(u64::from_be_bytes(bytes))
    } else {
        octal(SIZE)
    };
    let name = text(NAME).filter(|name| !name.is_empty()).ok_or_else(|| wrong("name"))?;
    Ok(Some((name.to_owned(), bytes.ok_or_else(|| wrong("size"))?)))
}

/// Reads what fills the last block of a file.
///
/// # Errors
/// A failed read.
pub(crate) fn skip_padding(input: &mut impl Read, bytes: u64) -> io::Result<()> {
    input.read_exact(&mut [0; BLOCK][..padding(bytes)])
}

fn padding(bytes: u64) -> usize {
    // Below a block.
    (BLOCK - (bytes % BLOCK as u64) as usize) % BLOCK
}

fn put(block: &mut [u8; BLOCK], (from, length): (usize, usize), bytes: &[u8]) {
    let length = length.min(bytes.len());
    block[from..from + length].copy_from_slice(&bytes[..length]);
}

/// The sum of a header's bytes, those of the sum itself counted as spaces.
fn checksum(block: &[u8; BLOCK]) -> u64 {
    let counted = block.iter().enumerate().map(|(at, byte)| {
        if (CHECKSUM.0..CHECKSUM.0 + CHECKSUM.1).contains(&at) { u64::from(b' ') } else { u64::from(*byte) }
    });
    counted.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_whatever_the_size() {
        for bytes in [0, 1, 511, 512, 8_589_934_591, 8_589_934_592, u64::MAX] {
            let mut out = Vec::new();
            write_header(&mut out, "pictures/ab/abc", bytes).unwrap();
            assert_eq!(out.len(), BLOCK);
            assert_eq!(read_header(&mut out.as_slice()).unwrap(), Some(("pictures/ab/abc".to_owned(), bytes)));
        }
        assert_eq!(read_header(&mut [0; BLOCK].as_slice()).unwrap(), None);
    }

    #[test]
    fn a_file_fills_whole_blocks() {
        for (bytes, length) in [(0, 0), (1, 511), (512, 0), (513, 511)] {
            let mut out = Vec::new();
            pad(&mut out, bytes).unwrap();
            assert_eq!(out.len(), length);
            assert!(skip_padding(&mut out.as_slice(), bytes).is_ok());
        }
    }

    #[test]
    fn a_name_too_long_and_a_header_that_is_none_are_refused() {
        for name in ["", &"a".repeat(101)] {
            assert!(write_header(&mut Vec::new(), name, 1).is_err(), "{name}");
        }
        let mut whole = Vec::new();
        write_header(&mut whole, "a", 1).unwrap();
        for at in [0, SIZE.0, CHECKSUM.0, KIND] {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            assert!(read_header(&mut flipped.as_slice()).is_err(), "{at}");
        }
        let mut link = whole.clone();
        link[KIND] = b'2';
        let mut block: [u8; BLOCK] = link.as_slice().try_into().unwrap();
        let sum = checksum(&block);
        put(&mut block, CHECKSUM, format!("{sum:06o}\0 ").as_bytes());
        assert!(read_header(&mut block.as_slice()).unwrap_err().to_string().contains("kind"));
        assert!(read_header(&mut &whole[..100]).is_err());
    }
}
