//! API keys: for programs, with at most what their owner holds, for a time, shown once.

use tracing::info;
use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_model::people::held;
use xl_model::people::held::Held;
use xl_store::StoreError;
use xl_store::people::ApiKey;

use super::People;
use super::PeopleError;
use super::accounts::check_title;
use super::secret;

/// Most keys of one account.
const MOST_OF_ONE: usize = 32;

/// Longest life of a key, in days: a year and a day.
const MOST_DAYS: u32 = 366;

const DAY_MS: TimestampMs = 86_400_000;

/// A key to make.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is for; at most 100 characters.
    pub title: String,
    /// What it may have of its owner's roles.
    pub roles: Vec<Held>,
    /// How long it lives, 1 to 366 days.
    pub days: u32,
}

impl People {
    /// Makes a key, which is shown this once.
    ///
    /// # Errors
    /// [`PeopleError::Field`], [`PeopleError::Roles`], [`PeopleError::Beyond`], [`PeopleError::TooMany`].
    pub async fn add_key(&self, owner: &AccountName, new: NewKey) -> Result<(ApiKey, String), PeopleError> {
        check_title(&new.title)?;
        if !(1..=MOST_DAYS).contains(&new.days) {
            return Err(PeopleError::Field { field: "days", wrong: "1 to 366" });
        }
        if new.roles.is_empty() {
            return Err(PeopleError::Field { field: "roles", wrong: "at least one `{role}@{place}`" });
        }
        held::check(&new.roles)?;
        let _turn = self.0.turn.lock().await;
        let account = self.known(owner)?;
        let beyond = new.roles.iter().find(|role| !account.roles.iter().any(|own| own.includes(role)));
        if let Some(beyond) = beyond {
            return Err(PeopleError::Beyond(beyond.clone()));
        }
        if self.keys(owner).len() >= MOST_OF_ONE {
            return Err(PeopleError::TooMany { what: "keys of this account", most: MOST_OF_ONE });
        }
        let expires_ms = self.now_ms() + TimestampMs::from(new.days) * DAY_MS;
        self.keep_key(owner.clone(), secret::key(), new.title.trim().to_owned(), new.roles, Some(expires_ms)).await
    }

    /// Keeps a key by its hash; the caller holds the turn, or is alone.
    pub(super) async fn keep_key(
        &self,
        owner: AccountName,
        key: String,
        title: String,
        roles: Vec<Held>,
        expires_ms: Option<TimestampMs>,
    ) -> Result<(ApiKey, String), PeopleError> {
        let sha256 = secret::sha256_hex(key.as_bytes());
        let kept = self.keep_hash(owner, sha256, title, roles, expires_ms).await?;
        Ok((kept, key))
    }

    /// Keeps a key of which only the hash is known.
    pub(super) async fn keep_hash(
        &self,
        owner: AccountName,
        sha256: String,
        title: String,
        roles: Vec<Held>,
        expires_ms: Option<TimestampMs>,
    ) -> Result<ApiKey, StoreError> {
        let (id, created_ms) = (secret::id(), self.now_ms());
        let key = ApiKey { id, owner, title, sha256, roles, created_ms, expires_ms, used_ms: None };
        self.0.store.add_key(key.clone()).await?;
        self.change(|view| view.add_key(key.clone()));
        info!(account = %key.owner, key = key.id, "`{}` has a new API key", key.owner);
        Ok(key)
    }

    /// The keys of an account, newest first, those that have expired included.
    pub fn keys(&self, owner: &AccountName) -> Vec<ApiKey> {
        let view = self.read();
        let own = view.keys.values().filter(|key| key.it.owner == *owner);
        let used = |used_ms| Some(used_ms).filter(|used_ms| *used_ms != 0);
        let mut keys: Vec<ApiKey> = own.map(|key| ApiKey { used_ms: used(key.used_ms()), ..key.it.clone() }).collect();
        keys.sort_by(|a, b| (b.created_ms, &a.id).cmp(&(a.created_ms, &b.id)));
        keys
    }

    /// Whose key this is.
    pub fn owner_of(&self, id: &str) -> Option<AccountName> {
        self.read().keys.get(id).map(|key| key.it.owner.clone())
    }

    /// Ends a key and the sessions that were opened with it, at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_key(&self, id: &str) -> Result<(), PeopleError> {
        let _turn = self.0.turn.lock().await;
        self.0.store.remove_key(id).await?;
        self.change(|view| view.remove_key(id));
        info!(key = id, "API key `{id}` is revoked");
        Ok(())
    }
}
