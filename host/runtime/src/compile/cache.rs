//! Kept machine code: one file for each component and engine, with a MAC in front.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use hmac::Hmac;
use hmac::Mac;
use sha2::Sha256;
use tokio::fs;
use tokio::fs::DirBuilder;
use tokio::task::spawn_blocking;
use xl_model::id::Digest;

use super::CompileConfig;
use super::Precompiled;
use super::uncompiled;
use crate::RuntimeError;

/// First bytes of each file; the number rises when the form of the file changes.
const MAGIC: &[u8; 8] = b"XLCODE\x00\x01";

/// Bytes of the MAC, HMAC-SHA256.
const MAC_BYTES: usize = 32;

/// Where the machine code of one component for one engine is kept.
#[derive(Clone)]
pub(super) struct Entry {
    file: PathBuf,
    key: [u8; 32],
    digest: Digest,
    fingerprint: [u8; 32],
}

impl Entry {
    pub(super) fn new(config: &CompileConfig, fingerprint: &[u8; 32], digest: &Digest) -> Self {
        let file = config.folder.join(format!("{digest}-{}.code", hex::encode(&fingerprint[..8])));
        Self { file, key: config.key, digest: digest.clone(), fingerprint: *fingerprint }
    }

    /// What is kept, when it is there and ours.
    pub(super) async fn read(&self) -> Option<Precompiled> {
        let bytes = match fs::read(&self.file).await {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(file = %self.file.display(), %error, "precompiled plugin not read, compiling it again");
                return None;
            }
        };
        let entry = self.clone();
        let code = spawn_blocking(move || entry.opened(bytes)).await.ok().flatten();
        if code.is_none() {
            tracing::warn!(file = %self.file.display(), "precompiled plugin is not ours, compiling it again");
        }
        code.map(|bytes| self.precompiled(bytes))
    }

    /// Keeps fresh machine code.
    pub(super) async fn keep(&self, code: Vec<u8>) -> Result<Precompiled, RuntimeError> {
        let entry = self.clone();
        let sealed = spawn_blocking(move || entry.sealed(&code)).await;
        let sealed = sealed.map_err(|error| uncompiled(format!("machine code not sealed: {error}")))?;
        let unkept = |error: io::Error| uncompiled(format!("machine code not kept: {error}"));
        // Another process may write the same file: each its own, and the last rename wins with the same content.
        let fresh = self.file.with_extension(format!("fresh-{}", std::process::id()));
        fs::write(&fresh, &sealed).await.map_err(unkept)?;
        fs::rename(&fresh, &self.file).await.map_err(unkept)?;
        self.drop_older().await;
        Ok(self.precompiled(bytes::Bytes::from(sealed).slice(MAGIC.len() + MAC_BYTES..)))
    }

    /// Removes what an older hub kept of the same component: this engine cannot load it.
    async fn drop_older(&self) {
        let Some(mut entries) = self.siblings().await else { return };
        while let Ok(Some(entry)) = entries.next_entry().await {
            let path = entry.path();
            let ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(self.digest.as_str()));
            if ours && path != self.file && path.extension().is_some_and(|end| end == "code") {
                // Left behind, it costs space and nothing else.
                fs::remove_file(path).await.ok();
            }
        }
    }

    async fn siblings(&self) -> Option<fs::ReadDir> {
        fs::read_dir(self.file.parent()?).await.ok()
    }

    fn precompiled(&self, bytes: bytes::Bytes) -> Precompiled {
        Precompiled { bytes, digest: self.digest.clone(), fingerprint: self.fingerprint }
    }

    fn opened(&self, file: Vec<u8>) -> Option<bytes::Bytes> {
        let rest = file.strip_prefix(MAGIC)?;
        let (mac, code) = rest.split_at_checked(MAC_BYTES)?;
        self.mac(code).verify_slice(mac).ok()?;
        Some(bytes::Bytes::from(file).slice(MAGIC.len() + MAC_BYTES..))
    }

    fn sealed(&self, code: &[u8]) -> Vec<u8> {
        let mac = self.mac(code).finalize().into_bytes();
        [MAGIC.as_slice(), &mac, code].concat()
    }

    /// Over everything that must match: the engine, the component, the machine code.
    fn mac(&self, code: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.key).expect("a key of any length is taken");
        mac.update(MAGIC);
        mac.update(&self.fingerprint);
        mac.update(self.digest.as_str().as_bytes());
        mac.update(code);
        mac
    }
}

/// Makes a folder that only its owner reads, where it is not there.
pub(super) async fn prepare(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(folder).await
}
