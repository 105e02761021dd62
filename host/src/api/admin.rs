//! The administrator's token and the sessions that were opened with it.
//!
//! The store holds hashes only: SHA-256 of the token, SHA-256 of each session. Both are 256 random bits, so a fast hash
//! is enough and guessing is hopeless.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use sha2::Digest as _;
use xl_model::clock::TimestampMs;
use xl_store::Store;
use xl_store::StoreError;

/// How long a session lasts, in milliseconds: a working day.
pub const SESSION_MS: TimestampMs = 12 * 3_600 * 1_000;

// Desks and phones of one county's administrators; the one that would end first makes room.
const MOST_SESSIONS: usize = 64;

const TOKEN_FACT: &str = "admin_token_sha256";
const SESSIONS_FACT: &str = "admin_sessions";

/// Who may do everything: one token, and the sessions of the console. Clones share it.
#[derive(Clone)]
pub struct Admin(Arc<Inner>);

struct Inner {
    store: Store,
    token_sha256: String,
    sessions: RwLock<Sessions>,
}

impl Admin {
    /// Reads who may do everything; at the first start makes the token and returns it, this once.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn open(store: &Store) -> Result<(Self, Option<String>), StoreError> {
        let (token_sha256, token) = match store.fact(TOKEN_FACT).await? {
            Some(sha256) => (sha256, None),
            None => {
                let token = new_token();
                let sha256 = sha256_hex(token.as_bytes());
                store.set_fact(TOKEN_FACT, &sha256).await?;
                (sha256, Some(token))
            }
        };
        let kept = store.fact(SESSIONS_FACT).await?.unwrap_or_default();
        // Sessions that cannot be read are sessions that ended.
        let sessions = RwLock::new(Sessions(serde_json::from_str(&kept).unwrap_or_default()));
        Ok((Self(Arc::new(Inner { store: store.clone(), token_sha256, sessions })), token))
    }

    /// Makes a new token for one that was lost; the old one and all sessions end at the hub's next start.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn renew(store: &Store) -> Result<String, StoreError> {
        let token = new_token();
        store.set_fact(SESSIONS_FACT, "{}").await?;
        store.set_fact(TOKEN_FACT, &sha256_hex(token.as_bytes())).await?;
        Ok(token)
    }

    /// Whether this is the token.
    pub fn holds(&self, token: &str) -> bool {
        same(&sha256_hex(token.as_bytes()), &self.0.token_sha256)
    }

    /// Opens a session for who has the token; its value goes into the cookie.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn sign_in(&self, token: &str, now_ms: TimestampMs) -> Result<Option<String>, StoreError> {
        if !self.holds(token) {
            return Ok(None);
        }
        let value = random_text();
        self.change(|sessions| sessions.open(&value, now_ms)).await?;
        Ok(Some(value))
    }

    /// The session of a cookie's value, while it lasts.
    pub fn session(&self, value: &str, now_ms: TimestampMs) -> Option<Session> {
        let session = Session(sha256_hex(value.as_bytes()));
        self.lasts(&session, now_ms).then_some(session)
    }

    /// Whether a session still lasts: asked again by whatever runs for long.
    pub fn lasts(&self, session: &Session, now_ms: TimestampMs) -> bool {
        self.0.sessions.read().unwrap_or_else(PoisonError::into_inner).lasts(session, now_ms)
    }

    /// Ends a session, everywhere and at once.
    ///
    /// # Errors
    /// When the store cannot be written; the session has ended all the same, until the hub's next start.
    pub async fn sign_out(&self, session: &Session) -> Result<(), StoreError> {
        self.change(|sessions| sessions.0.remove(&session.0).map_or((), drop)).await
    }

    async fn change(&self, change: impl FnOnce(&mut Sessions)) -> Result<(), StoreError> {
        let kept = {
            let mut sessions = self.0.sessions.write().unwrap_or_else(PoisonError::into_inner);
            change(&mut sessions);
            serde_json::to_string(&sessions.0).unwrap_or_default()
        };
        self.0.store.set_fact(SESSIONS_FACT, &kept).await
    }
}

/// A session, by the SHA-256 of its cookie's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session(String);

/// The end of each session, by its hash.
#[derive(Debug, Default)]
struct Sessions(BTreeMap<String, TimestampMs>);

impl Sessions {
    fn open(&mut self, value: &str, now_ms: TimestampMs) {
        self.0.retain(|_, end_ms| *end_ms > now_ms);
        while self.0.len() >= MOST_SESSIONS {
            let Some(first) = self.0.iter().min_by_key(|(_, end_ms)| **end_ms).map(|(hash, _)| hash.clone()) else {
                break;
            };
            self.0.remove(&first);
        }
        self.0.insert(sha256_hex(value.as_bytes()), now_ms + SESSION_MS);
    }

    // A clock that was set back far lengthens no session: none ends later than a whole session from now.
    fn lasts(&self, session: &Session, now_ms: TimestampMs) -> bool {
        self.0.get(&session.0).is_some_and(|end_ms| (now_ms..=now_ms + SESSION_MS).contains(end_ms) && *end_ms > now_ms)
    }
}

/// `xla_` and 256 random bits.
fn new_token() -> String {
    format!("xla_{}", random_text())
}

/// 256 random bits as 43 characters of URL-safe base64.
fn random_text() -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bytes: [u8; 32] = rand::random();
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let group =
                chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            (0..=chunk.len()).map(move |n| char::from(ALPHABET[(group >> (18 - 6 * n) & 63) as usize]))
        })
        .collect()
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(sha2::Sha256::digest(bytes))
}

// Takes the same time wherever they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(value: &str) -> Session {
        Session(sha256_hex(value.as_bytes()))
    }

    #[test]
    fn a_token_is_xla_and_43_url_safe_characters_and_never_the_same() {
        let token = new_token();
        let (prefix, rest) = token.split_at(4);
        assert_eq!((prefix, rest.len()), ("xla_", 43));
        assert!(rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')), "{token}");
        assert_ne!(token, new_token());
    }

    #[test]
    fn a_session_ends_after_twelve_hours() {
        let mut sessions = Sessions::default();
        sessions.open("v", 1_000);
        for (now_ms, lasts) in [(1_000, true), (SESSION_MS, true), (1_000 + SESSION_MS, false), (999, false)] {
            assert_eq!(sessions.lasts(&session("v"), now_ms), lasts, "{now_ms}");
        }
        assert!(!sessions.lasts(&session("w"), 1_000));
    }

    #[test]
    fn sessions_are_bounded_and_the_oldest_makes_room() {
        let mut sessions = Sessions::default();
        for n in 0..i64::try_from(MOST_SESSIONS).unwrap() + 1 {
            sessions.open(&n.to_string(), n);
        }
        assert_eq!(sessions.0.len(), MOST_SESSIONS);
        assert!(!sessions.lasts(&session("0"), 100));
        assert!(sessions.lasts(&session("1"), 100));
    }

    #[test]
    fn only_hashes_of_sessions_are_kept() {
        let mut sessions = Sessions::default();
        sessions.open("the-cookie-value", 0);
        assert!(!serde_json::to_string(&sessions.0).unwrap().contains("the-cookie-value"));
    }

    #[test]
    fn texts_are_the_same_only_when_equal() {
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abd"));
        assert!(!same("abc", "ab"));
    }
}
