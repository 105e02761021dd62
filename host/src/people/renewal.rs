//! A session that becomes another one: when a code of the second factor is shown with it, it may do more than before, so
//! whoever knew its cookie before is left behind (OWASP ASVS 5.0, 7.2.4).
//!
//! The new value reaches the answer of the request that brought the code and no other, by its [`Renewal`]. What else runs with
//! the old one, in another window or as a feed, has ended with it.

use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::By;
use super::People;
use super::PeopleError;
use super::Signed;
use super::secret;

/// Where a request finds the new value of its session, once a code was shown with it; clones share it.
///
/// Empty at the start of each request, filled at most once by [`People::show_factor`].
#[derive(Clone, Default)]
pub struct Renewal(Arc<OnceLock<Renewed>>);

struct Renewed {
    sha256: Box<str>,
    value: Zeroizing<String>,
}

impl Renewal {
    /// The new value, for the cookie; nothing: the session is the one that was shown.
    pub fn value(&self) -> Option<&str> {
        self.0.get().map(|renewed| renewed.value.as_str())
    }
}

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renewal(…)")
    }
}

/// Which session somebody showed, and what it became within the same request.
#[derive(Debug, Clone)]
pub struct ShownSession {
    sha256: Arc<str>,
    renewal: Renewal,
}

impl ShownSession {
    /// The session of this SHA-256 of a cookie's value, hex.
    pub(super) fn new(sha256: String) -> Self {
        Self { sha256: sha256.into(), renewal: Renewal::default() }
    }

    /// By which SHA-256 it is known now, hex.
    pub(super) fn sha256(&self) -> &str {
        self.renewal.0.get().map_or(&*self.sha256, |renewed| &*renewed.sha256)
    }
}

impl Signed {
    /// The same as a part of one request: what becomes of the session within it is found by `renewal`.
    #[must_use]
    pub fn within(mut self, renewal: Option<&Renewal>) -> Self {
        if let (By::Session(session), Some(renewal)) = (&mut self.by, renewal) {
            session.renewal = renewal.clone();
        }
        self
    }
}

impl People {
    /// Gives a session another value and notes that a second factor was shown with it; the caller holds the turn.
    ///
    /// It was opened and used when the old one was, so it lasts no longer. The store comes first: while that refuses the new
    /// hash, the session stays what it was, and nothing counts as shown.
    ///
    /// # Errors
    /// [`PeopleError::Store`]; [`PeopleError::BadCode`] when the session was ended meanwhile, or its row was: it is over then.
    pub(super) async fn renew_session(&self, by: &By) -> Result<(), PeopleError> {
        let By::Session(session) = by else { return Err(PeopleError::BadCode) };
        let value = Zeroizing::new(secret::session());
        let (old, new) = (session.sha256().to_owned(), secret::sha256_hex(value.as_bytes()));
        let is_kept = self.0.store.renew_session(&old, &new).await?;
        let now = self.now();
        if !is_kept || !self.change(|view| view.renew_session(&old, &new, now)) {
            // Another window signed out while this was written, or the row was gone before. Nobody has the new value, and what
            // has no row would take no code any more and be lost with a restart.
            self.change(|view| view.sessions.remove(&old).map_or((), drop));
            self.0.store.remove_session(&new).await?;
            return Err(PeopleError::BadCode);
        }
        // A request brings one code: a second one would lose what it has just got, and be signed out.
        let _ = session.renewal.0.set(Renewed { sha256: new.into(), value });
        Ok(())
    }
}
