//! Passwords of cameras, secrets of second factors, requests of people and credentials of modules at rest: sealed with
//! XChaCha20-Poly1305 under keys that are not in the database.
//!
//! What is sealed is bound to its camera, account, request or name: under another one, or with another key, it does not open.
//! Layout: one byte of version, 8 bytes that name the key, 24 bytes of nonce, the ciphertext with its tag.

use chacha20poly1305::KeyInit;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::aead::Payload;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::Digest;
use sha2::Sha256;
use xl_model::camera::CameraKey;
use xl_store::cameras::Sealed;
use zeroize::Zeroizing;

use super::CameraError;

/// The first layout.
const VERSION: u8 = 1;

/// Where the nonce begins, behind version and name of the key.
const NONCE: usize = 1 + 8;

/// Where the ciphertext begins.
const TEXT: usize = NONCE + 24;

/// Longest password in characters; ONVIF devices take 16 to 32.
pub(super) const MAX_SECRET: usize = 128;

/// A password in memory: wiped when it is dropped, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a password; nothing when it is empty, longer than 128 characters, or holds a control character.
    pub fn new(text: String) -> Option<Self> {
        let text = Zeroizing::new(text);
        let fits = !text.is_empty() && text.chars().count() <= MAX_SECRET && !text.chars().any(char::is_control);
        fits.then_some(Self(text))
    }

    /// The password itself, for whoever signs in to the camera.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The key; wiped when it is dropped, never shown.
pub(crate) struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    /// Takes the key.
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// Seals a password for one camera.
    pub(super) fn seal(&self, camera: &CameraKey, secret: &Secret) -> Sealed {
        self.seal_for(&bound_to(camera), secret)
    }

    /// Seals a secret for what `owner` names: table, column and row.
    pub(crate) fn seal_for(&self, owner: &str, secret: &Secret) -> Sealed {
        self.seal_bytes(owner, secret.0.as_bytes())
    }

    /// Seals whatever bytes for what `owner` names.
    pub(crate) fn seal_bytes(&self, owner: &str, bytes: &[u8]) -> Sealed {
        let mut sealed = vec![VERSION];
        sealed.extend(self.name());
        let mut nonce = [0; 24];
        OsRng.try_fill_bytes(&mut nonce).expect("the system gives random bytes once it has started");
        sealed.extend(nonce);
        let payload = Payload { msg: bytes, aad: owner.as_bytes() };
        let text = self.cipher().encrypt(&nonce.into(), payload);
        sealed.extend(text.expect("what is sealed is far below the 256 GiB that one nonce can seal"));
        Sealed(sealed)
    }

    /// Opens what was sealed for this camera with this key.
    ///
    /// # Errors
    /// [`CameraError::Sealed`] for everything else.
    pub(super) fn open(&self, camera: &CameraKey, sealed: &Sealed) -> Result<Secret, CameraError> {
        let wrong = |reason| CameraError::Sealed { camera: camera.clone(), reason };
        self.open_for(&bound_to(camera), sealed).map_err(wrong)
    }

    /// Opens what was sealed for `owner` with this key.
    ///
    /// # Errors
    /// Why it does not open.
    pub(crate) fn open_for(&self, owner: &str, sealed: &Sealed) -> Result<Secret, &'static str> {
        let bytes = self.open_bytes(owner, sealed)?;
        std::str::from_utf8(&bytes).ok().map(str::to_owned).and_then(Secret::new).ok_or("they hold no password")
    }

    /// Opens whatever bytes were sealed for `owner` with this key; they are wiped when they are dropped.
    ///
    /// # Errors
    /// Why they do not open.
    pub(crate) fn open_bytes(&self, owner: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        let bytes = sealed.0.as_slice();
        if bytes.len() < TEXT || bytes[0] != VERSION {
            return Err("they are not in a form that this hub knows");
        }
        if bytes[1..NONCE] != self.name() {
            return Err("they were sealed with another key");
        }
        let nonce: [u8; 24] = bytes[NONCE..TEXT].try_into().map_err(|_| "their nonce is cut")?;
        let payload = Payload { msg: &bytes[TEXT..], aad: owner.as_bytes() };
        let text = self.cipher().decrypt(&nonce.into(), payload);
        text.map(Zeroizing::new).map_err(|_| "they were changed, or sealed under another name")
    }

    /// Whether this key sealed it, as far as its name tells.
    pub(crate) fn has_sealed(&self, sealed: &Sealed) -> bool {
        sealed.0.get(1..NONCE).is_some_and(|name| name == self.name())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }

    fn name(&self) -> [u8; 8] {
        let mut name = [0; 8];
        name.copy_from_slice(&Sha256::digest([b"xueliang camera key".as_slice(), self.0.as_slice()].concat())[..8]);
        name
    }
}

fn bound_to(camera: &CameraKey) -> String {
    format!("camera_credentials/sealed/{camera}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(id: &str) -> CameraKey {
        CameraKey { township: "371122102".parse().unwrap(), camera: id.parse().unwrap() }
    }

    fn refused(key: &SealKey, camera_: &CameraKey, sealed: &Sealed) -> &'static str {
        match key.open(camera_, sealed) {
            Err(CameraError::Sealed { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    }

    /// CAM-17.
    #[test]
    fn a_password_opens_for_its_camera_and_key_only() {
        let (key, other) = (SealKey::new([7; 32]), SealKey::new([8; 32]));
        let secret = Secret::new("канарейка-9".to_owned()).unwrap();
        let sealed = key.seal(&camera("gh-1"), &secret);
        assert_eq!(key.open(&camera("gh-1"), &sealed).unwrap(), secret);
        assert!(refused(&key, &camera("gh-2"), &sealed).contains("another name"));
        assert!(refused(&other, &camera("gh-1"), &sealed).contains("another key"));
        assert_ne!(key.seal(&camera("gh-1"), &secret), sealed, "each sealing has its own nonce");
        let plain = secret.reveal().as_bytes();
        assert!(!sealed.0.windows(plain.len()).any(|window| window == plain));
    }

    #[test]
    fn whatever_byte_is_changed_or_missing_it_does_not_open() {
        let key = SealKey::new([7; 32]);
        let sealed = key.seal(&camera("gh-1"), &Secret::new("x1".to_owned()).unwrap());
        for at in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[at] ^= 1;
            assert!(key.open(&camera("gh-1"), &changed).is_err(), "byte {at}");
            assert!(key.open(&camera("gh-1"), &Sealed(sealed.0[..at].to_vec())).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_password_is_never_shown_and_has_limits() {
        let secret = Secret::new("s3cret".to_owned()).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for text in ["", "a\nb", &"x".repeat(129)] {
            assert!(Secret::new(text.to_owned()).is_none(), "{text}");
        }
    }
}
