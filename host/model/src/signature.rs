//! Signatures of plugins: who vouches for which bytes, as a line that lies in a file beside the package.
//!
//! What is signed names plugin, version and the SHA-256 of the packed component, in which the manifest lies. Pure: whoever
//! reads files and pins keys is elsewhere.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use ed25519_dalek::SigningKey;
use ed25519_dalek::VerifyingKey;

use crate::hex::hex;
use crate::hex::unhex;
use crate::id::Digest;
use crate::id::PluginId;

/// What the line and the signed text begin with; another form gets another number, and no other text that is signed in this
/// house begins so.
const FORM: &str = "xueliang-plugin-signature-1";

/// Longest line, in bytes: form, id, version and three numbers in hex.
const MOST_BYTES: usize = 1024;

/// Longest version of a statement, in bytes.
const MOST_VERSION_BYTES: usize = 128;

/// What is vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The plugin.
    pub plugin: PluginId,
    /// The version that its manifest says.
    pub version: String,
    /// SHA-256 of the packed component.
    pub digest: Digest,
}

impl Statement {
    /// The text that is signed: the fields in this order, a line each.
    fn text(&self) -> String {
        let Self { plugin, version, digest } = self;
        format!("{FORM}\n{plugin}\n{version}\n{digest}\n")
    }
}

/// A publisher's public key, by which it is also called: 64 hex digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublisherKey(VerifyingKey);

/// The text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hex digits of an Ed25519 key")]
pub struct NoKey;

impl fmt::Display for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0.as_bytes()))
    }
}

impl FromStr for PublisherKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let bytes = unhex::<32>(text).ok_or(NoKey)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NoKey)?;
        // Under a weak key everybody's signature holds.
        if key.is_weak() { Err(NoKey) } else { Ok(Self(key)) }
    }
}

/// A publisher's secret key.
pub struct PublisherSecret(SigningKey);

impl fmt::Debug for PublisherSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublisherSecret(…)")
    }
}

impl FromStr for PublisherSecret {
    type Err = NoKey;

    /// Reads 64 hex digits.
    fn from_str(text: &str) -> Result<Self, NoKey> {
        unhex::<32>(text).map(|bytes| Self::new(&bytes)).ok_or(NoKey)
    }
}

impl PublisherSecret {
    /// A key from its 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// The key that hubs pin.
    pub fn public(&self) -> PublisherKey {
        PublisherKey(self.0.verifying_key())
    }

    /// Its secret bytes as 64 hex digits, for the file that keeps it.
    pub fn reveal(&self) -> String {
        hex(self.0.as_bytes())
    }

    /// Vouches for a package.
    pub fn sign(&self, statement: Statement) -> Signature {
        let signature = self.0.sign(statement.text().as_bytes()).to_bytes();
        Signature { statement, key: self.public(), signature }
    }
}

/// A statement with the key and the signature of whoever vouches for it; nothing of it is believed before [`Signature::holds`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// What is vouched for.
    pub statement: Statement,
    /// By whom.
    pub key: PublisherKey,
    signature: [u8; 64],
}

impl Signature {
    /// Whether the key signed exactly this statement.
    pub fn holds(&self) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature);
        self.key.0.verify_strict(self.statement.text().as_bytes(), &signature).is_ok()
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Statement { plugin, version, digest } = &self.statement;
        let signature = hex(&self.signature);
        write!(f, "{FORM} plugin={plugin} version={version} sha256={digest} key={} signature={signature}", self.key)
    }
}

/// The text is no signature of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

impl FromStr for Signature {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = |detail: &str| Malformed(detail.to_owned());
        if text.len() > MOST_BYTES {
            return Err(Malformed(format!("it is longer than {MOST_BYTES} bytes")));
        }
        let mut words = text.trim_end_matches(['\r', '\n']).split(' ');
        if words.next() != Some(FORM) {
            return Err(Malformed(format!("it does not begin with `{FORM}`")));
        }
        let mut next = |name: &str| {
            let value = words.next().and_then(|word| word.strip_prefix(name)?.strip_prefix('='));
            value.ok_or_else(|| Malformed(format!("`{name}=…` is missing or stands elsewhere")))
        };
        let plugin = next("plugin")?.parse().map_err(|_| malformed("`plugin` is no plugin id"))?;
        let version = next("version")?.to_owned();
        if version.is_empty() || version.len() > MOST_VERSION_BYTES || version.chars().any(char::is_control) {
            return Err(malformed("`version` is no version"));
        }
        let digest = next("sha256")?.parse().map_err(|_| malformed("`sha256` is not 64 hex digits"))?;
        let key = next("key")?.parse().map_err(|_| malformed("`key` is not 64 hex digits of an Ed25519 key"))?;
        let signature =
            unhex::<64>(next("signature")?).ok_or_else(|| malformed("`signature` is not 128 hex digits"))?;
        if words.next().is_some() {
            return Err(malformed("something stands behind the signature"));
        }
        Ok(Self { statement: Statement { plugin, version, digest }, key, signature })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature() -> Signature {
        let statement = Statement {
            plugin: "produce-trace".parse().unwrap(),
            version: "1.2.3".to_owned(),
            digest: "a".repeat(64).parse().unwrap(),
        };
        PublisherSecret::new(&[7; 32]).sign(statement)
    }

    #[test]
    fn a_signature_reads_back_as_written_and_holds() {
        let line = signature().to_string();
        assert_eq!(line.parse(), Ok(signature()));
        assert_eq!(format!("{line}\r\n").parse(), Ok(signature()));
        assert!(signature().holds());
        let secret = PublisherSecret::new(&[7; 32]);
        assert_eq!(secret.reveal().parse::<PublisherSecret>().unwrap().public(), secret.public());
        assert_eq!(secret.public().to_string().parse(), Ok(secret.public()));
        assert!(!format!("{secret:?}").contains("07"), "a secret is not shown");
    }

    #[test]
    fn every_changed_word_ends_it() {
        let line = signature().to_string();
        let other = PublisherSecret::new(&[8; 32]).public().to_string();
        for (from, to) in [
            ("plugin=produce-trace", "plugin=produce-trade"),
            ("version=1.2.3", "version=1.2.4"),
            ("sha256=a", "sha256=b"),
            (&format!("key={}", signature().key), &format!("key={other}")),
        ] {
            let changed = line.replace(from, to);
            assert_ne!(changed, line, "{from}");
            assert!(!changed.parse::<Signature>().unwrap().holds(), "{from}");
        }
    }

    #[test]
    fn what_is_no_signature_is_told_by_its_word() {
        let line = signature().to_string();
        let key = format!("key={}", signature().key);
        for (text, told) in [
            (String::new(), "begin"),
            (line.replace(FORM, "xueliang-audit-checkpoint-1"), "begin"),
            (line.replace("plugin=produce-trace", "plugin=../x"), "`plugin`"),
            (line.replace(" version=1.2.3", ""), "`version="),
            (line.replace("version=1.2.3", "version="), "`version`"),
            (line.replace("sha256=aa", "sha256=zz"), "`sha256`"),
            (line.replace(&key, &format!("key={}", "0".repeat(64))), "`key`"),
            (format!("{line}0"), "`signature`"),
            (format!("{line} more"), "behind"),
            (format!("{line}{}", "x".repeat(2_000)), "longer"),
        ] {
            let fault = text.parse::<Signature>().unwrap_err().to_string();
            assert!(fault.contains(told), "{text}: {fault}");
        }
    }
}
