//! Who has an account, API keys, sessions, failed sign-ins. Of every secret only a hash or a seal comes here.
//!
//! Read as a whole at the start; after that a writer's affair. Who may change what is decided elsewhere.

mod read;
mod sessions;

use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_model::people::held::Held;
use xl_model::people::member::Member;
use xl_model::people::reach::Reach;

use crate::Store;
use crate::StoreError;
use crate::modules::found;

/// An account with everything that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What the person signs in with.
    pub name: AccountName,
    /// The person's name and office, for people.
    pub title: String,
    /// Where the account belongs.
    pub reach: Reach,
    /// What the person holds.
    pub roles: Vec<Held>,
    /// The responsible units that the person belongs to; none: acts for every unit of his places.
    pub units: Vec<Member>,
    /// Whether the person may sign in.
    pub enabled: bool,
    /// Argon2id as a PHC string; nothing: no password of one's own yet.
    pub password_hash: Option<String>,
    /// The one-time first password; nothing: used, or never given.
    pub first: Option<FirstPassword>,
    /// The second factor; nothing: none.
    pub factor: Option<Factor>,
    /// Who the person is at a provider of `OpenID` Connect; nothing: not linked. One identity belongs to one account.
    pub openid: Option<Identified>,
    /// When it was made.
    pub created_ms: TimestampMs,
}

/// A one-time first password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstPassword {
    /// SHA-256, hex; it has 128 random bits, so a fast hash is enough.
    pub sha256: String,
    /// When it dies.
    pub until_ms: TimestampMs,
}

/// A second factor (RFC 6238).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// Its secret, sealed.
    pub sealed: Vec<u8>,
    /// Whether a code of it was entered once: only then it counts.
    pub proven: bool,
    /// The newest step whose code was used.
    pub step: i64,
}

/// Who somebody is at a provider of `OpenID` Connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The provider, as it calls itself: an address.
    pub issuer: String,
    /// What the provider calls the person; at most 255 bytes, the same for ever.
    pub subject: String,
}

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Random, for people.
    pub id: String,
    /// Whose.
    pub owner: AccountName,
    /// What it is for.
    pub title: String,
    /// SHA-256 of the key, hex; it has 256 random bits, so a fast hash is enough.
    pub sha256: String,
    /// What it may have of its owner's roles.
    pub roles: Vec<Held>,
    /// The ranges of addresses that it is taken from, such as `10.20.0.0/16`; none: from everywhere.
    pub addresses: Vec<String>,
    /// When it was made.
    pub created_ms: TimestampMs,
    /// When it ends; nothing: never.
    pub expires_ms: Option<TimestampMs>,
    /// When it was last used, to a minute.
    pub used_ms: Option<TimestampMs>,
}

/// A session of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's value, hex.
    pub sha256: String,
    /// Whose.
    pub account: AccountName,
    /// The API key that it was opened with; nothing: a password, or a provider.
    pub key: Option<String>,
    /// When it was opened.
    pub opened_ms: TimestampMs,
    /// When it was last used, to a minute.
    pub seen_ms: TimestampMs,
}

/// Sign-ins that failed in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failures {
    /// SHA-256 of the name as typed, hex.
    pub name_sha256: String,
    /// Where it was tried from.
    pub address: String,
    /// How many.
    pub count: u32,
    /// The last of them.
    pub last_ms: TimestampMs,
}

/// Everything about people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// All accounts, by name.
    pub accounts: Vec<Account>,
    /// All API keys, by id.
    pub keys: Vec<ApiKey>,
    /// All sessions that were not ended.
    pub sessions: Vec<Session>,
    /// Failed sign-ins that were not forgotten.
    pub failures: Vec<Failures>,
}

impl Store {
    /// Adds an account.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Failed`].
    pub async fn add_account(&self, account: Account) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let added = sqlx::query(
                    "INSERT INTO accounts (name, title, reach, roles, units, enabled, password_hash, first_sha256, \
                     first_until_ms, factor_sealed, factor_proven, factor_step, openid_issuer, openid_subject, created_ms) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
                )
                .bind(account.name.as_str())
                .bind(&account.title)
                .bind(account.reach.to_string())
                .bind(written(&account.roles))
                .bind(belonging(&account.units))
                .bind(account.enabled)
                .bind(account.password_hash.as_deref())
                .bind(account.first.as_ref().map(|first| first.sha256.as_str()))
                .bind(account.first.as_ref().map(|first| first.until_ms))
                .bind(account.factor.as_ref().map(|factor| factor.sealed.as_slice()))
                .bind(account.factor.as_ref().is_some_and(|factor| factor.proven))
                .bind(account.factor.as_ref().map_or(0, |factor| factor.step))
                .bind(account.openid.as_ref().map(|openid| openid.issuer.as_str()))
                .bind(account.openid.as_ref().map(|openid| openid.subject.as_str()))
                .bind(account.created_ms)
                .execute(connection)
                .await?;
                match added.rows_affected() {
                    0 => Err(StoreError::Exists { what: "account", id: account.name.to_string() }.into()),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    /// Writes everything of an account anew but its name; with `ends` all its sessions end with it, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`]; [`StoreError::Exists`] for an identity of another account.
    pub async fn set_account(&self, account: Account, ends: bool) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if let Some(Identified { issuer, subject }) = &account.openid {
                    let taken = sqlx::query(
                        "SELECT 1 FROM accounts WHERE openid_issuer = ? AND openid_subject = ? AND name <> ?",
                    )
                    .bind(issuer)
                    .bind(subject)
                    .bind(account.name.as_str())
                    .fetch_optional(&mut *connection)
                    .await?;
                    if taken.is_some() {
                        return Err(StoreError::Exists { what: "identity", id: subject.clone() }.into());
                    }
                }
                let changed = sqlx::query(
                    "UPDATE accounts SET title = ?, reach = ?, roles = ?, units = ?, enabled = ?, password_hash = ?, \
                     first_sha256 = ?, first_until_ms = ?, factor_sealed = ?, factor_proven = ?, factor_step = ?, \
                     openid_issuer = ?, openid_subject = ? WHERE name = ?",
                )
                .bind(&account.title)
                .bind(account.reach.to_string())
                .bind(written(&account.roles))
                .bind(belonging(&account.units))
                .bind(account.enabled)
                .bind(account.password_hash.as_deref())
                .bind(account.first.as_ref().map(|first| first.sha256.as_str()))
                .bind(account.first.as_ref().map(|first| first.until_ms))
                .bind(account.factor.as_ref().map(|factor| factor.sealed.as_slice()))
                .bind(account.factor.as_ref().is_some_and(|factor| factor.proven))
                .bind(account.factor.as_ref().map_or(0, |factor| factor.step))
                .bind(account.openid.as_ref().map(|openid| openid.issuer.as_str()))
                .bind(account.openid.as_ref().map(|openid| openid.subject.as_str()))
                .bind(account.name.as_str())
                .execute(&mut *connection)
                .await?;
                found(changed.rows_affected() > 0, "account", account.name.to_string())?;
                if ends {
                    sqlx::query("DELETE FROM sessions WHERE account = ?")
                        .bind(account.name.as_str())
                        .execute(connection)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Adds an API key.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn add_key(&self, key: ApiKey) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO api_keys (id, owner, title, sha256, roles, addresses, created_ms, expires_ms, used_ms) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(&key.id)
                .bind(key.owner.as_str())
                .bind(&key.title)
                .bind(&key.sha256)
                .bind(written(&key.roles))
                .bind(serde_json::Value::from(key.addresses).to_string())
                .bind(key.created_ms)
                .bind(key.expires_ms)
                .bind(key.used_ms)
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Removes an API key, and the sessions that were opened with it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn remove_key(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.change(move |connection| {
            Box::pin(async move {
                let gone = sqlx::query("DELETE FROM api_keys WHERE id = ?").bind(&id).execute(connection).await?;
                found(gone.rows_affected() > 0, "API key", id)
            })
        })
        .await
    }

    /// Ends every session and every API key.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn end_all_access(&self) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM sessions").execute(&mut *connection).await?;
                sqlx::query("DELETE FROM api_keys").execute(connection).await?;
                Ok(())
            })
        })
        .await
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn touch_session(&self, sha256: &str, seen_ms: TimestampMs) -> Result<(), StoreError> {
        self.touch("UPDATE sessions SET seen_ms = ? WHERE sha256 = ?", sha256, seen_ms).await
    }

    /// Notes that an API key was used.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn touch_key(&self, id: &str, used_ms: TimestampMs) -> Result<(), StoreError> {
        self.touch("UPDATE api_keys SET used_ms = ? WHERE id = ?", id, used_ms).await
    }

    async fn touch(&self, update: &'static str, what: &str, at_ms: TimestampMs) -> Result<(), StoreError> {
        let what = what.to_owned();
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query(update).bind(at_ms).bind(what).execute(connection).await?;
                Ok(())
            })
        })
        .await
    }

    /// Keeps how often a sign-in failed; none forgets it.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn set_failures(&self, failures: Failures) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let query = if failures.count == 0 {
                    sqlx::query("DELETE FROM failed_sign_ins WHERE name_sha256 = ? AND address = ?")
                        .bind(&failures.name_sha256)
                        .bind(&failures.address)
                } else {
                    sqlx::query(
                        "INSERT OR REPLACE INTO failed_sign_ins (name_sha256, address, failures, last_ms) \
                         VALUES (?, ?, ?, ?)",
                    )
                    .bind(&failures.name_sha256)
                    .bind(&failures.address)
                    .bind(failures.count)
                    .bind(failures.last_ms)
                };
                query.execute(connection).await?;
                Ok(())
            })
        })
        .await
    }
}

/// Roles as their column holds them.
fn written(roles: &[Held]) -> String {
    serde_json::to_string(roles).expect("roles are words and digits")
}

/// Units as their column holds them.
fn belonging(units: &[Member]) -> String {
    serde_json::to_string(units).expect("units are words and digits")
}
