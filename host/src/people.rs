//! People: accounts, sessions, API keys, second factors; who a request comes from, asked of memory.
//!
//! Everything is read from the store once. Each change is written there first and then taken into memory, one after another,
//! so that what was withdrawn is gone for the very next question. What somebody may do is [`xl_model::people`]'s affair.

mod accounts;
mod error;
mod factor;
mod first;
mod fresh;
mod hasher;
mod keys;
mod linked;
mod lock;
mod moment;
mod open;
mod password;
mod renewal;
mod secret;
mod session;
mod sign_in;
#[cfg(test)]
mod tests;
mod totp;
mod units;
mod view;

pub use accounts::NewAccount;
pub use error::PeopleError;
pub use factor::Offered;
pub use first::FirstStart;
pub use fresh::FRESH_MS;
pub use keys::NewKey;
pub use linked::Entry;
pub use renewal::Renewal;
pub use renewal::ShownSession;
pub use session::IDLE_MS;
pub use session::SESSION_MS;
pub use session::SessionView;
pub use sign_in::Attempt;
pub use view::By;
pub use view::Signed;

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;

use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::people::Account;
use xl_store::people::Session;

use crate::cameras::SealKey;
use crate::places::Places;
use hasher::Hasher;
use moment::Moment;
use view::View;

/// Longest that failed sign-ins are remembered.
const FAILED_MS: TimestampMs = 24 * 3_600 * 1_000;

/// All people; clones share it.
#[derive(Clone)]
pub struct People(Arc<Shared>);

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    seal: SealKey,
    hasher: Hasher,
    view: RwLock<View>,
    /// One change at a time: each reads what the one before wrote.
    turn: tokio::sync::Mutex<()>,
}

impl People {
    /// Reads who there is; `key` seals the secrets of second factors. At the first start makes the first administrator.
    ///
    /// `places` says which codes the places of roles had before.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn open(
        store: Store,
        clock: Arc<dyn Clock>,
        places: Places,
        key: [u8; 32],
    ) -> Result<(Self, Option<FirstStart>), StoreError> {
        let now = Moment::now(&*clock);
        store.forget_people_before(now.wall_ms - SESSION_MS, now.wall_ms - FAILED_MS).await?;
        let mut people = store.people().await?;
        // Ended for good: later the wall's clock may say again that they are young.
        let ahead: Vec<Session> = people.sessions.extract_if(.., |session| open::is_ahead(session, now)).collect();
        for session in ahead {
            store.remove_session(&session.sha256).await?;
        }
        let view = View::new(people, places, now);
        let people = Self(Arc::new(Shared {
            store,
            clock,
            seal: SealKey::new(key),
            hasher: Hasher::new(),
            view: RwLock::new(view),
            turn: tokio::sync::Mutex::default(),
        }));
        let first = people.first_start().await?;
        Ok((people, first))
    }

    /// All accounts, by name.
    pub fn accounts(&self) -> Vec<Account> {
        self.read().accounts.values().cloned().collect()
    }

    /// An account.
    pub fn account(&self, name: &AccountName) -> Option<Account> {
        self.read().accounts.get(name).cloned()
    }

    /// How many passwords were hashed since the start, for tests that no clock decides.
    #[cfg(test)]
    pub(crate) fn hashed(&self) -> u64 {
        self.0.hasher.count()
    }

    /// The code that an app shows for a secret, now.
    #[cfg(test)]
    pub(crate) fn code(&self, secret: &str) -> String {
        totp::written(&totp::bytes(secret), self.now_ms().div_euclid(30_000))
    }

    fn now_ms(&self) -> TimestampMs {
        self.0.clock.now_ms()
    }

    fn now(&self) -> Moment {
        Moment::now(&*self.0.clock)
    }

    fn read(&self) -> RwLockReadGuard<'_, View> {
        // A holder that panicked left the view whole: each change is one insertion or removal after another.
        self.0.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut View) -> T) -> T {
        change(&mut self.0.view.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn known(&self, name: &AccountName) -> Result<Account, PeopleError> {
        self.account(name).ok_or_else(|| StoreError::NotFound { what: "account", id: name.to_string() }.into())
    }

    /// Writes an account, in the store first; with `ends` all its sessions end.
    async fn write(&self, account: Account, ends: bool) -> Result<(), PeopleError> {
        self.0.store.set_account(account.clone(), ends).await?;
        self.change(|view| {
            if ends {
                view.end_sessions(&account.name);
            }
            view.accounts.insert(account.name.clone(), account);
        });
        Ok(())
    }
}
