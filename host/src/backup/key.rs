//! What locks a backup and what opens it: a public key and its secret one, or a passphrase (age-encryption.org/v1).

use std::path::Path;

use age::secrecy::ExposeSecret;
use age::secrecy::SecretString;

use super::BackupError;

/// Shortest passphrase in characters: six words, or as many letters as nobody tries through.
const LEAST_PASSPHRASE: usize = 16;

/// What locks a backup.
pub enum Lock {
    /// These public keys: each secret one opens it.
    Recipients(Vec<age::x25519::Recipient>),
    /// A passphrase.
    Passphrase(SecretString),
}

/// What opens a backup.
pub enum Unlock {
    /// These secret keys: one of them fits.
    Identities(Vec<age::x25519::Identity>),
    /// A passphrase.
    Passphrase(SecretString),
}

impl Lock {
    /// Locks to public keys, `age1…` each.
    ///
    /// # Errors
    /// [`BackupError::Key`].
    pub fn recipients(texts: &[String]) -> Result<Self, BackupError> {
        let wrong = || BackupError::Key { what: "the recipient", rule: "a public key such as age1… of `age-keygen`" };
        let recipients = texts.iter().map(|text| text.trim().parse().map_err(|_| wrong()));
        let recipients = recipients.collect::<Result<Vec<_>, _>>()?;
        if recipients.is_empty() { Err(wrong()) } else { Ok(Self::Recipients(recipients)) }
    }

    /// Locks with the passphrase in a file.
    ///
    /// # Errors
    /// [`BackupError::Key`] when it is short, [`BackupError::NotRead`].
    pub fn passphrase(file: &Path) -> Result<Self, BackupError> {
        passphrase(file).map(Self::Passphrase)
    }
}

impl Unlock {
    /// Opens with the secret keys in a file, as `age-keygen` writes it.
    ///
    /// # Errors
    /// [`BackupError::Key`], [`BackupError::NotRead`].
    pub fn identities(file: &Path) -> Result<Self, BackupError> {
        let wrong =
            || BackupError::Key { what: "the identity", rule: "a file with AGE-SECRET-KEY-1… of `age-keygen`" };
        let text = read(file)?;
        let lines = text.expose_secret().lines().map(str::trim);
        let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = keys.map(|line| line.parse().map_err(|_| wrong())).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(wrong()) } else { Ok(Self::Identities(keys)) }
    }

    /// Opens with the passphrase in a file.
    ///
    /// # Errors
    /// [`BackupError::Key`] when it is short, [`BackupError::NotRead`].
    pub fn passphrase(file: &Path) -> Result<Self, BackupError> {
        passphrase(file).map(Self::Passphrase)
    }
}

/// A new secret key as a file holds it, and the public one that backups are locked to.
pub fn new_key() -> (SecretString, String) {
    let identity = age::x25519::Identity::generate();
    (identity.to_string(), identity.to_public().to_string())
}

fn passphrase(file: &Path) -> Result<SecretString, BackupError> {
    let text = read(file)?;
    let line = text.expose_secret().trim_end_matches(['\r', '\n']);
    if line.chars().count() < LEAST_PASSPHRASE || line.chars().any(char::is_control) {
        return Err(BackupError::Key { what: "the passphrase", rule: "one line of at least 16 characters" });
    }
    Ok(SecretString::from(line.to_owned()))
}

fn read(file: &Path) -> Result<SecretString, BackupError> {
    let text = std::fs::read_to_string(file);
    text.map(SecretString::from).map_err(|source| BackupError::NotRead { path: file.to_owned(), source })
}
