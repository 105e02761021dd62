//! Sessions of the console: how long they last, who has which, and their end.

use std::cmp::Reverse;

use tracing::warn;
use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_model::people::subject::Subject;
use xl_store::StoreError;
use xl_store::people::Session;

use super::By;
use super::People;
use super::PeopleError;
use super::Signed;
use super::moment::Moment;
use super::open::Open;
use super::secret;
use super::view;
use super::view::View;

/// How long a session lasts at most, in milliseconds: a working day.
pub const SESSION_MS: TimestampMs = 12 * 3_600 * 1_000;

/// How long a session lasts that nobody uses, in milliseconds.
pub const IDLE_MS: TimestampMs = 30 * 60 * 1_000;

/// Desks and phones of one person; the session that was opened first makes room.
const MOST_OF_ONE: usize = 16;

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The first 16 hex digits of its hash: enough to end it, too little to be it.
    pub id: String,
    /// When it was opened.
    pub opened_ms: TimestampMs,
    /// When it was last used.
    pub seen_ms: TimestampMs,
    /// The API key that it was opened with.
    pub key: Option<String>,
}

impl People {
    /// Who has this API key, while it holds.
    pub async fn with_key(&self, key: &str) -> Option<Signed> {
        self.signed(view::key_of(key)).await
    }

    /// Who has the session of this cookie's value, while it lasts; it is used by that.
    pub async fn with_session(&self, value: &str) -> Option<Signed> {
        self.signed(view::session_of(value)).await
    }

    async fn signed(&self, by: By) -> Option<Signed> {
        let now = self.now();
        let (signed, due_ms) = self.read().signed(by, now)?;
        if let Some(used_ms) = due_ms {
            self.write_use(&signed.by, used_ms).await;
        }
        Some(signed)
    }

    /// What somebody may now who was let in before: asked again by whatever runs for long. It uses no session.
    pub fn still(&self, by: &By) -> Option<Subject> {
        self.read().subject(by, self.now())
    }

    /// Opens a session for who has this API key; its value goes into the cookie. It ends with the key.
    ///
    /// `former` names the session that the browser had, see [`Self::session_name`]: it ends with the same write.
    ///
    /// # Errors
    /// [`PeopleError::BadSignIn`] when there is no such key; [`PeopleError::Store`]: then nothing has ended.
    pub async fn open_with_key_over(&self, key: &str, former: Option<String>) -> Result<String, PeopleError> {
        let By::Key(sha256) = view::key_of(key) else { return Err(PeopleError::BadSignIn) };
        // Nobody removes the key while its session is written.
        let _turn = self.0.turn.lock().await;
        let now_ms = self.now_ms();
        let found = self.read().key(&sha256, now_ms).map(|key| (key.it.owner.clone(), key.it.id.clone()));
        let (owner, id) = found.ok_or(PeopleError::BadSignIn)?;
        Ok(self.open_session(owner, Some(id), former).await?)
    }

    /// The same in a browser that has no session, for tests.
    #[cfg(test)]
    pub(crate) async fn open_with_key(&self, key: &str) -> Result<String, PeopleError> {
        self.open_with_key_over(key, None).await
    }

    /// Opens a session in place of the one that the browser had, where it had one; the caller holds the turn.
    pub(super) async fn open_session(
        &self,
        account: AccountName,
        key: Option<String>,
        former: Option<String>,
    ) -> Result<String, StoreError> {
        let (value, now) = (secret::session(), self.now());
        let ended = ended(&self.read(), &account, former, now);
        let sha256 = secret::sha256_hex(value.as_bytes());
        let session = Session { sha256, account, key, opened_ms: now.wall_ms, seen_ms: now.wall_ms };
        self.0.store.add_session(session.clone(), ended.clone()).await?;
        self.change(|view| {
            for sha256 in &ended {
                view.sessions.remove(sha256);
            }
            view.add_session(session, now);
        });
        Ok(value)
    }

    /// Ends the session, everywhere and at once; an API key that was shown instead stays.
    ///
    /// # Errors
    /// When the store cannot be written; the session has ended all the same, until the hub's next start.
    pub async fn sign_out(&self, by: &By) -> Result<(), StoreError> {
        let By::Session(session) = by else { return Ok(()) };
        self.end(session.sha256()).await
    }

    /// How the session of a cookie's value is named where the value itself must not be kept: its SHA-256, hex.
    pub fn session_name(value: &str) -> String {
        secret::sha256_hex(value.as_bytes())
    }

    async fn end(&self, sha256: &str) -> Result<(), StoreError> {
        self.change(|view| view.sessions.remove(sha256).map_or((), drop));
        self.0.store.remove_session(sha256).await
    }

    /// The sessions of an account, newest first.
    pub fn sessions(&self, account: &AccountName) -> Vec<SessionView> {
        let (view, now) = (self.read(), self.now());
        let own = view.sessions.values().filter(|session| session.it.account == *account && session.is_on(now));
        let mut sessions: Vec<SessionView> = own.map(shown).collect();
        sessions.sort_by(|a, b| (b.opened_ms, &b.id).cmp(&(a.opened_ms, &a.id)));
        sessions
    }

    /// Ends a session of an account by what it is shown as.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for a session of somebody else.
    pub async fn end_session(&self, account: &AccountName, id: &str) -> Result<(), PeopleError> {
        let now = self.now();
        let own = |session: &&Open| session.it.account == *account && session.is_on(now);
        let found = {
            let view = self.read();
            let mut own = view.sessions.values().filter(own);
            own.find(|session| shown(session).id == id).map(|session| session.it.sha256.clone())
        };
        let found = found.ok_or_else(|| StoreError::NotFound { what: "session", id: id.to_owned() })?;
        Ok(self.end(&found).await?)
    }

    /// Which session this is, as it is shown.
    pub fn session_id(by: &By) -> Option<&str> {
        match by {
            By::Session(session) => session.sha256().get(..SHOWN),
            By::Key(_) => None,
        }
    }

    async fn write_use(&self, by: &By, used_ms: TimestampMs) {
        let written = match by {
            By::Session(session) => self.0.store.touch_session(session.sha256(), used_ms).await,
            By::Key(sha256) => {
                let id = self.read().key(sha256, used_ms).map(|key| key.it.id.clone());
                match id {
                    Some(id) => self.0.store.touch_key(&id, used_ms).await,
                    None => Ok(()),
                }
            }
        };
        if let Err(error) = written {
            warn!(code = %error.code(), "the use of a session or key is not written");
        }
    }
}

/// Digits of the hash that are shown.
const SHOWN: usize = 16;

fn shown(session: &Open) -> SessionView {
    SessionView {
        id: session.it.sha256.chars().take(SHOWN).collect(),
        opened_ms: session.it.opened_ms,
        seen_ms: session.seen_ms(),
        key: session.it.key.clone(),
    }
}

/// What ends with a new session of an account: the one that its browser had, whoever's that was, those of the account that are
/// over, and its oldest beyond what there may be with one more.
fn ended(view: &View, account: &AccountName, former: Option<String>, now: Moment) -> Vec<String> {
    let own = view.sessions.values().filter(|session| session.it.account == *account);
    // What ends anyway makes room: no other browser has to.
    let own = own.filter(|session| former.as_ref() != Some(&session.it.sha256));
    let (mut on, over): (Vec<_>, Vec<_>) = own.partition(|session| session.is_on(now));
    on.sort_by_key(|session| Reverse(session.age_ms(now)));
    let most = on.len().saturating_sub(MOST_OF_ONE - 1);
    on.into_iter().take(most).chain(over).map(|session| session.it.sha256.clone()).chain(former).collect()
}
