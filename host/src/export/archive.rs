//! The file that is given out: a tar of pictures, a manifest of their hashes, and the manifest's own hash.
//!
//! The same pictures make the same bytes, so that a making that was cut off and repeated cannot be told from one that was not.

use std::fs::File;
use std::io;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::fault::Code;

use crate::tar;

/// Name of the manifest in the archive.
const MANIFEST: &str = "manifest.json";

/// Name of the file that holds the manifest's hash, as `sha256sum -c` reads it.
const MANIFEST_SHA256: &str = "manifest.sha256";

/// Most bytes of one file in an archive that is verified: a picture with its strip.
const MAX_ENTRY_BYTES: u64 = 256 * 1024 * 1024;

/// A file is not what a hub gave out.
pub const ALTERED: Code = Code(1056);

/// What the archive says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Township and number: `371122102-E18`.
    pub export: String,
    /// The scope as it was approved: cameras, time, level, purpose, basis, document, recipient, reason.
    pub scope: serde_json::Value,
    /// Who asked.
    pub asked_by: String,
    /// Who agreed.
    pub approved_by: String,
    /// When, RFC 3339 UTC.
    pub approved: String,
    /// The pictures, in the order of the archive.
    pub pictures: Vec<Entry>,
    /// Pictures of the scope that are not in it, with the reason.
    pub left_out: Vec<LeftOut>,
}

/// A picture of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the archive.
    pub file: String,
    /// Which camera took it.
    pub camera: String,
    /// When, RFC 3339 UTC.
    pub time: String,
    /// SHA-256 of the picture as the hub keeps it.
    pub original_sha256: String,
    /// SHA-256 of the file, with masks and words.
    pub sha256: String,
}

/// A picture that is not in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which camera took it.
    pub camera: String,
    /// SHA-256 of the picture as the hub kept it.
    pub original_sha256: String,
    /// Why.
    pub reason: String,
}

/// An archive that is being written.
pub(super) struct Writer {
    out: Hashed<BufWriter<File>>,
}

/// Length and hash of what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) sha256: String,
    pub(super) bytes: u64,
}

impl Writer {
    /// Begins a file, in place of what lies there.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { out: Hashed::new(BufWriter::new(File::create(path)?)) })
    }

    /// Adds a file and says its hash.
    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> io::Result<String> {
        put(&mut self.out, name, content)?;
        Ok(hex::encode(Sha256::digest(content)))
    }

    /// Adds the manifest, ends the archive and brings it onto the disk.
    pub(super) fn finish(mut self, manifest: &Manifest) -> io::Result<Written> {
        let text = serde_json::to_vec_pretty(manifest)?;
        let sha256 = self.add(MANIFEST, &text)?;
        self.add(MANIFEST_SHA256, format!("{sha256}  {MANIFEST}\n").as_bytes())?;
        tar::end(&mut self.out)?;
        self.out.flush()?;
        self.out.inner.get_ref().sync_all()?;
        Ok(Written { sha256: hex::encode(self.out.hasher.finalize()), bytes: self.out.bytes })
    }
}

/// What a whole archive says, with the hash of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its manifest.
    pub manifest: Manifest,
    /// SHA-256 of the file: compare it with what the hub wrote down.
    pub sha256: String,
}

/// Reads an archive and compares each byte with what its manifest says.
///
/// # Errors
/// Where it is not what was given out, in words.
pub fn verify(mut input: impl Read) -> Result<Verified, String> {
    let mut found = Hashed::new(io::sink());
    let mut again = Hashed::new(io::sink());
    let mut files: Vec<(String, String)> = Vec::new();
    let (mut manifest, mut manifest_sha256) = (None, None);
    let mut input = Tee { input: &mut input, copy: &mut found };
    let broken = |error: io::Error| format!("the archive cannot be read: {error}");
    while let Some((name, bytes)) = tar::read_header(&mut input).map_err(broken)? {
        if bytes > MAX_ENTRY_BYTES {
            return Err(format!("`{name}` is larger than any picture"));
        }
        let mut content = vec![0; usize::try_from(bytes).map_err(|_| format!("`{name}` is too large"))?];
        input.read_exact(&mut content).map_err(broken)?;
        tar::skip_padding(&mut input, bytes).map_err(broken)?;
        put(&mut again, &name, &content).map_err(broken)?;
        match name.as_str() {
            MANIFEST => manifest = Some(content),
            MANIFEST_SHA256 => manifest_sha256 = Some(content),
            _ => files.push((name, hex::encode(Sha256::digest(&content)))),
        }
    }
    // The second of the two blocks that end it, and whatever hangs behind.
    io::copy(&mut input, &mut io::sink()).map_err(broken)?;
    tar::end(&mut again).map_err(broken)?;
    let text = manifest.ok_or("there is no manifest in it")?;
    let expected = format!("{}  {MANIFEST}\n", hex::encode(Sha256::digest(&text)));
    if manifest_sha256.is_none_or(|written| written != expected.as_bytes()) {
        return Err("the manifest was changed".to_owned());
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| format!("the manifest: {error}"))?;
    let named = manifest.pictures.iter().map(|entry| (&entry.file, &entry.sha256));
    if !named.eq(files.iter().map(|(name, sha256)| (name, sha256))) {
        return Err("its pictures are not those of the manifest".to_owned());
    }
    if again.hasher.finalize() != found.hasher.clone().finalize() {
        return Err("bytes between its files were changed".to_owned());
    }
    Ok(Verified { manifest, sha256: hex::encode(found.hasher.finalize()) })
}

fn put(out: &mut impl Write, name: &str, content: &[u8]) -> io::Result<()> {
    let bytes = content.len() as u64;
    tar::write_header(out, name, bytes)?;
    out.write_all(content)?;
    tar::pad(out, bytes)
}

/// Counts and hashes what passes.
struct Hashed<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W> Hashed<W> {
    fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Hands on what is read to a copy as well.
struct Tee<'a, R, W> {
    input: &'a mut R,
    copy: &'a mut W,
}

impl<R: Read, W: Write> Read for Tee<'_, R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.copy.write_all(&buffer[..read])?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(folder: &Path, words: &str) -> (Vec<u8>, Written) {
        let path = folder.join("e.tar");
        let mut writer = Writer::create(&path).unwrap();
        let names = ["pictures/gate-1/1.jpg", "pictures/gate-1/2.jpg"];
        let pictures = names.iter().map(|name| Entry {
            file: (*name).to_owned(),
            camera: "gate-1".to_owned(),
            time: "2026-11-26T02:00:00Z".to_owned(),
            original_sha256: "00".repeat(32),
            sha256: writer.add(name, format!("{words} {name}").as_bytes()).unwrap(),
        });
        let manifest = Manifest {
            export: "371122102-E1".to_owned(),
            scope: serde_json::json!({"reason": words}),
            asked_by: "li".to_owned(),
            approved_by: "wang".to_owned(),
            approved: "2026-11-26T01:00:00Z".to_owned(),
            pictures: pictures.collect(),
            left_out: Vec::new(),
        };
        let written = writer.finish(&manifest).unwrap();
        (std::fs::read(&path).unwrap(), written)
    }

    /// EXP-2, EXP-5.
    #[test]
    fn an_archive_is_the_same_each_time_and_one_flipped_byte_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let (bytes, written) = archive(folder.path(), "a reason");
        assert_eq!((bytes.len() as u64, archive(folder.path(), "a reason").1), (written.bytes, written.clone()));
        let verified = verify(bytes.as_slice()).unwrap();
        assert_eq!((verified.sha256, verified.manifest.pictures.len()), (written.sha256, 2));
        let mut accepted = Vec::new();
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x20;
            if verify(flipped.as_slice()).is_ok() {
                accepted.push(at);
            }
        }
        assert_eq!(accepted, [] as [usize; 0]);
        for cut in [0, 511, 512, bytes.len() - 1] {
            assert!(verify(&bytes[..cut]).is_err(), "{cut}");
        }
        let longer = [bytes.as_slice(), b"x"].concat();
        assert!(verify(longer.as_slice()).is_err());
    }
}
