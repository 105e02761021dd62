//! What a public link is called where its code may not stand.

use std::fmt;

use sha2::Digest as _;
use sha2::Sha256;

use crate::hex::hex;

/// Names a public link in events, cases and the audit log: the first 16 hex digits of its code's SHA-256.
///
/// The code opens the page to whoever has it and may be the only key to what somebody reported, so the hub writes it into none of
/// them. Nobody finds a code of 128 random bits by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkId(String);

impl LinkId {
    /// The name of the link with this code.
    pub fn of(code: &str) -> Self {
        Self(hex(Sha256::digest(code.as_bytes()).get(..8).unwrap_or_default()))
    }

    /// 16 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `link:{id}`: who acted, where no person is known.
impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link:{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_named_by_a_hash_that_does_not_open_it() {
        let (one, other) = (LinkId::of("abcdefghijklmnopqrstuvwxyz"), LinkId::of("abcdefghijklmnopqrstuvwxya"));
        assert_eq!(one.to_string(), "link:71c480df93d6ae2f");
        assert_ne!(one, other);
    }
}
