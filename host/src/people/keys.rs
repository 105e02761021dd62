//! API keys: for programs, with at most what their owner holds, for a time, shown once.

use std::net::IpAddr;

use ipnet::IpNet;
use tracing::info;
use tracing::warn;
use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_model::people::held;
use xl_model::people::held::Held;
use xl_store::StoreError;
use xl_store::people::ApiKey;

use super::By;
use super::People;
use super::PeopleError;
use super::accounts::check_title;
use super::secret;

/// Most keys of one account.
const MOST_OF_ONE: usize = 32;

/// Longest life of a key, in days: a year and a day.
const MOST_DAYS: u32 = 366;

/// Most ranges of addresses of one key.
const MOST_RANGES: usize = 16;

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
    /// The ranges of addresses that it is taken from, such as `10.20.0.0/16`; none: from everywhere.
    pub addresses: Vec<String>,
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
        if new.addresses.len() > MOST_RANGES || new.addresses.iter().any(|range| range.parse::<IpNet>().is_err()) {
            return Err(PeopleError::Field { field: "addresses", wrong: "at most 16 ranges such as 10.20.0.0/16" });
        }
        let _turn = self.0.turn.lock().await;
        let account = self.known(owner)?;
        let beyond = new.roles.iter().find(|role| !account.roles.iter().any(|own| own.includes(role)));
        if let Some(beyond) = beyond {
            return Err(PeopleError::Beyond(beyond.clone()));
        }
        if self.keys(owner).len() >= MOST_OF_ONE {
            return Err(PeopleError::TooMany { what: "keys of this account", most: MOST_OF_ONE });
        }
        let expires_ms = Some(self.now_ms() + TimestampMs::from(new.days) * DAY_MS);
        let key = secret::key();
        let kept = ApiKey {
            title: new.title.trim().to_owned(),
            addresses: new.addresses,
            expires_ms,
            ..self.key_of_hash(owner.clone(), secret::sha256_hex(key.as_bytes()), new.roles)
        };
        Ok((self.keep(kept).await?, key))
    }

    /// A key of which only the hash is known, without an end.
    pub(super) fn key_of_hash(&self, owner: AccountName, sha256: String, roles: Vec<Held>) -> ApiKey {
        ApiKey {
            id: secret::id(),
            owner,
            title: String::new(),
            sha256,
            roles,
            addresses: Vec::new(),
            created_ms: self.now_ms(),
            expires_ms: None,
            used_ms: None,
        }
    }

    /// Keeps a key; the caller holds the turn, or is alone.
    pub(super) async fn keep(&self, key: ApiKey) -> Result<ApiKey, StoreError> {
        self.0.store.add_key(key.clone()).await?;
        self.change(|view| view.add_key(key.clone()));
        info!(account = %key.owner, key = key.id, "`{}` has a new API key", key.owner);
        Ok(key)
    }

    /// Whether what somebody shows is taken from his address: a key may be bound to some, and with it the sessions that it opened.
    pub fn is_taken_from(&self, by: &By, address: IpAddr) -> bool {
        let view = self.read();
        let Some(key) = view.key_behind(by).filter(|key| !key.it.addresses.is_empty()) else { return true };
        let is_taken = |range: &String| range.parse::<IpNet>().is_ok_and(|range| range.contains(&address));
        let taken = key.it.addresses.iter().any(is_taken);
        if !taken {
            warn!(key = key.it.id, %address, "API key `{}` is not taken from {address}", key.it.id);
        }
        taken
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
