//! A second factor that was shown just now: asked for before rights change, also within a session.

use tracing::warn;
use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_store::people::Factor;

use super::By;
use super::People;
use super::PeopleError;
use super::totp;

/// How long a code that was entered counts as fresh, in milliseconds: a few changes in a row.
pub const FRESH_MS: TimestampMs = 5 * 60 * 1_000;

/// Wrong codes after which a session ends: who has only somebody's cookie gets no more guesses.
const MOST_WRONG: u32 = 5;

impl People {
    /// Whether who shows this may now change accounts, roles and keys, as far as his roles allow it.
    ///
    /// A person with a second factor has to have entered a code within [`FRESH_MS`]; one without has none to enter. An API
    /// key, or a session that was opened with one, may not: what it made would outlive it. The key of the first start
    /// may, because it lies beside the database that says who may what.
    ///
    /// # Errors
    /// [`PeopleError::NotFresh`], [`PeopleError::KeyRaises`].
    pub fn is_fresh(&self, by: &By) -> Result<(), PeopleError> {
        let (now, view) = (self.now(), self.read());
        if let Some(key) = view.key_behind(by) {
            return if key.it.expires_ms.is_none() { Ok(()) } else { Err(PeopleError::KeyRaises) };
        }
        let By::Session(session) = by else { return Err(PeopleError::NotFresh) };
        let session = view.sessions.get(session.sha256()).ok_or(PeopleError::NotFresh)?;
        let account = view.accounts.get(&session.it.account).ok_or(PeopleError::NotFresh)?;
        let has_factor = account.factor.as_ref().is_some_and(|factor| factor.proven);
        if has_factor && !session.is_fresh(now) { Err(PeopleError::NotFresh) } else { Ok(()) }
    }

    /// Whether who shows this is a person who is there: as [`Self::is_fresh`], and no key, not that of the first start either.
    ///
    /// # Errors
    /// [`PeopleError::NotFresh`], [`PeopleError::KeyRaises`].
    pub fn is_there(&self, by: &By) -> Result<(), PeopleError> {
        if self.read().key_behind(by).is_some() { Err(PeopleError::KeyRaises) } else { self.is_fresh(by) }
    }

    /// Takes a code of the second factor within a session, which is fresh by that and has another id: `by` knows the new one,
    /// the old one is refused from now on.
    ///
    /// # Errors
    /// [`PeopleError::BadCode`] also without a second factor, and for a session that a key opened; the fifth wrong code
    /// ends the session. [`PeopleError::Store`]: then nothing counts as shown.
    pub async fn show_factor(&self, by: &By, code: &str) -> Result<(), PeopleError> {
        let _turn = self.0.turn.lock().await;
        let name = self.person_of(by).ok_or(PeopleError::BadCode)?;
        let mut account = self.known(&name)?;
        let factor = account.factor.clone().filter(|factor| factor.proven).ok_or(PeopleError::BadCode)?;
        let secret = self.factor_secret(&name, &factor.sealed)?;
        let Some(step) = totp::step(&secret, code, self.now_ms(), factor.step) else {
            if self.missed(by) >= MOST_WRONG {
                warn!(account = %name, "a session of `{name}` is ended after {MOST_WRONG} wrong codes");
                self.sign_out(by).await?;
            }
            return Err(PeopleError::BadCode);
        };
        account.factor = Some(Factor { step, ..factor });
        self.write(account, false).await?;
        self.renew_session(by).await
    }

    /// Takes a code that was typed beside something else; none where the field was left empty.
    ///
    /// # Errors
    /// As [`Self::show_factor`].
    pub async fn show_typed(&self, by: &By, code: &str) -> Result<(), PeopleError> {
        if code.is_empty() { Ok(()) } else { self.show_factor(by, code).await }
    }

    /// Notes that a second factor was shown with a session which was opened with that.
    pub(super) fn shown(&self, by: &By) {
        if let By::Session(session) = by
            && let Some(session) = self.read().sessions.get(session.sha256())
        {
            session.show(self.now());
        }
    }

    /// Counts a wrong code of a session: how many there were.
    fn missed(&self, by: &By) -> u32 {
        match by {
            By::Session(session) => self.read().sessions.get(session.sha256()).map_or(0, |session| session.miss()),
            By::Key(_) => 0,
        }
    }

    /// Whose session this is, where a person signed in.
    fn person_of(&self, by: &By) -> Option<AccountName> {
        let By::Session(session) = by else { return None };
        let (now, view) = (self.now(), self.read());
        let session = view.sessions.get(session.sha256())?;
        (session.it.key.is_none() && session.is_on(now)).then(|| session.it.account.clone())
    }
}
