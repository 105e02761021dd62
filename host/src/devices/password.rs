//! Device passwords: 32 random bytes, so that one fast hash is enough to keep them.

use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::Digest;
use sha2::Sha256;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A new password: 32 random bytes as 43 characters of URL-safe base64 (RFC 4648 section 5, no padding).
pub(super) fn generate() -> String {
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes).expect("the system gives random bytes once it has started");
    base64url(&bytes)
}

/// What is stored of a password.
pub(super) fn hash(password: &[u8]) -> String {
    hex::encode(Sha256::digest(password))
}

/// Whether `password` is the one whose hash is `stored`; never for `None`, which takes as long.
pub(super) fn is_right(password: &[u8], stored: Option<&str>) -> bool {
    let given = hash(password);
    // The hash of no password anybody has; compared so that an unknown device takes as long.
    let nobody = "0".repeat(64);
    let equal = same(given.as_bytes(), stored.unwrap_or(&nobody).as_bytes());
    equal && stored.is_some()
}

/// Compares without stopping at the first difference.
fn same(a: &[u8], b: &[u8]) -> bool {
    let differing = a.iter().zip(b).fold(0, |differing, (a, b)| differing | std::hint::black_box(a ^ b));
    a.len() == b.len() && differing == 0
}

fn base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(group >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_43_characters_and_never_the_same() {
        let (first, second) = (generate(), generate());
        assert_eq!(first.len(), 43);
        assert_ne!(first, second);
        assert!(is_right(first.as_bytes(), Some(&hash(first.as_bytes()))));
        assert!(!is_right(second.as_bytes(), Some(&hash(first.as_bytes()))));
    }

    #[test]
    fn base64url_is_that_of_rfc_4648() {
        for (bytes, text) in
            [(&b"f"[..], "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"), (b"foobar", "Zm9vYmFy"), (&[0xfb, 0xff], "-_8")]
        {
            assert_eq!(base64url(bytes), text);
        }
    }

    #[test]
    fn no_stored_hash_is_never_right() {
        for password in [&b""[..], b"0", "0".repeat(64).as_bytes()] {
            assert!(!is_right(password, None));
        }
    }
}
