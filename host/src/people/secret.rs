//! Secrets that the hub makes itself, and their hashes. They are random enough for a fast hash.

use sha2::Digest as _;

/// A new API key: `xlk_` and 256 random bits.
pub(super) fn key() -> String {
    format!("xlk_{}", base64url(&rand::random::<[u8; 32]>()))
}

/// A new value of a session's cookie: 256 random bits as 43 characters.
pub(super) fn session() -> String {
    base64url(&rand::random::<[u8; 32]>())
}

/// A new one-time first password: 128 random bits as 22 characters.
pub(super) fn first_password() -> String {
    base64url(&rand::random::<[u8; 16]>())
}

/// A new id of a key for people: 64 random bits, hex.
pub(super) fn id() -> String {
    hex::encode(rand::random::<[u8; 8]>())
}

/// What is kept of a secret.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(sha2::Sha256::digest(bytes))
}

/// Whether two texts are the same; takes the same time wherever they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// RFC 4648 section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for n in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(group >> (18 - 6 * n) & 63) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ID-1, its second half: the first secret has at least 128 bits.
    #[test]
    fn secrets_are_long_enough_url_safe_and_never_the_same() {
        for (make, length) in [(key as fn() -> String, 47), (session, 43), (first_password, 22)] {
            let secret = make();
            assert_eq!(secret.len(), length);
            assert!(secret.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')), "{secret}");
            assert_ne!(secret, make());
        }
        assert!(key().starts_with("xlk_"));
        assert_eq!(base64url(b"fooba"), "Zm9vYmE");
    }

    #[test]
    fn texts_are_the_same_only_when_equal() {
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abd"));
        assert!(!same("abc", "ab"));
    }
}
