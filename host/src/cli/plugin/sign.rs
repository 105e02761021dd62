//! Publishers' keys, and signatures beside packages. Needs no hub and no network.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use anyhow::bail;
use rand::TryRngCore as _;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::id::Digest;
use xl_model::signature::PublisherKey;
use xl_model::signature::PublisherSecret;
use xl_model::signature::Signature;
use xl_model::signature::Statement;

use crate::app::write_private;

/// Makes a key in a file for its owner only; gives the public one.
pub(super) fn make_key(file: &Path) -> anyhow::Result<PublisherKey> {
    // A key that is written over is lost, and with it every hub that pinned it.
    if file.exists() {
        bail!("文件已存在，不覆盖 · `{}` is there already", file.display());
    }
    let mut bytes = [0; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).context("no randomness")?;
    let secret = PublisherSecret::new(&bytes);
    let text = format!("# public key: {}\n{}\n", secret.public(), secret.reveal());
    write_private(file, text.as_bytes()).with_context(|| format!("写不了文件 · `{}` not written", file.display()))?;
    Ok(secret.public())
}

/// Signs a package; the signature goes beside it unless `out` says elsewhere.
pub(super) fn sign(package: &Path, key: &Path, out: Option<PathBuf>) -> anyhow::Result<(Signature, PathBuf)> {
    let text =
        fs::read_to_string(key).with_context(|| format!("读不到密钥 · key not read from `{}`", key.display()))?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    let secret: PublisherSecret =
        line.parse().with_context(|| format!("不是密钥文件 · `{}` is no key file", key.display()))?;
    let packed = super::read(package)?;
    let manifest = xl_runtime::package::check(&packed)?;
    let digest: Digest = hex::encode(Sha256::digest(&packed)).parse().context("a SHA-256 in hex is a digest")?;
    let signature = secret.sign(Statement { plugin: manifest.id, version: manifest.version, digest });
    let out = out.unwrap_or_else(|| beside(package));
    fs::write(&out, format!("{signature}\n"))
        .with_context(|| format!("写不了文件 · `{}` not written", out.display()))?;
    Ok((signature, out))
}

/// The signature of a package: from the file that is named, else from the one beside it, where there is one.
pub(super) fn of(package: &Path, named: Option<&Path>) -> anyhow::Result<Option<String>> {
    let file = match named {
        Some(file) => file.to_owned(),
        None if beside(package).exists() => beside(package),
        None => return Ok(None),
    };
    let text = fs::read_to_string(&file)
        .with_context(|| format!("读不到签名 · signature not read from `{}`", file.display()))?;
    // Read here first: a file that is no signature is told before megabytes are sent.
    let signature: Signature =
        text.parse().with_context(|| format!("XL0629 不是插件签名 · `{}` is no signature", file.display()))?;
    Ok(Some(signature.to_string()))
}

/// `produce-trace.wasm.sig` beside `produce-trace.wasm`.
fn beside(package: &Path) -> PathBuf {
    let mut name = OsString::from(package);
    name.push(".sig");
    name.into()
}
