//! The first start: the first administrator, with a one-time password for a person and a key for programs.

use std::sync::Arc;

use tracing::info;
use xl_model::clock::Clock;
use xl_model::id::AccountName;
use xl_model::people::held::Held;
use xl_model::people::reach::Reach;
use xl_model::people::role::Role;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::people::Account;
use xl_store::people::ApiKey;

use super::People;
use super::password;
use super::secret;
use crate::places::Places;

/// What hubs without accounts kept of their one token.
const TOKEN_FACT: &str = "admin_token_sha256";

/// The first account.
const FIRST: &str = "admin";

/// What the key of the first start is for.
const KEY_TITLE: &str = "admin-token";

/// What the first start made; both are shown this once.
#[derive(Clone)]
pub struct FirstStart {
    /// Whom to sign in as.
    pub account: AccountName,
    /// With this, within 30 minutes, once.
    pub password: String,
    /// The key of that account; nothing where the token of before goes on being it.
    pub key: Option<String>,
}

impl People {
    /// Makes the first administrator where there is nobody.
    ///
    /// Its first key has all that the account may and does not expire: it stands in a file of the data folder, beside
    /// everything that it opens, and the command line needs it.
    pub(super) async fn first_start(&self) -> Result<Option<FirstStart>, StoreError> {
        if !self.read().accounts.is_empty() {
            return Ok(None);
        }
        let name: AccountName = FIRST.parse().expect("five letters are a name");
        let roles = vec![Held { role: Role::CountyAdmin, reach: Reach::whole_hub() }];
        let (password, first) = password::first(self.now_ms());
        let account = Account {
            name: name.clone(),
            title: "县级管理员 · county admin".to_owned(),
            reach: Reach::whole_hub(),
            roles: roles.clone(),
            units: Vec::new(),
            enabled: true,
            password_hash: None,
            first: Some(first),
            factor: None,
            openid: None,
            created_ms: self.now_ms(),
        };
        let kept = self.0.store.fact(TOKEN_FACT).await?;
        self.0.store.add_account(account.clone()).await?;
        self.change(|view| view.accounts.insert(name.clone(), account));
        let key = match &kept {
            Some(_) => None,
            None => Some(secret::key()),
        };
        let sha256 = kept.or_else(|| key.as_ref().map(|key| secret::sha256_hex(key.as_bytes()))).unwrap_or_default();
        let key_of_hub = self.key_of_hash(name.clone(), sha256, roles);
        self.keep(ApiKey { title: KEY_TITLE.to_owned(), ..key_of_hub }).await?;
        info!(account = %name, "the first administrator `{name}` is made");
        Ok(Some(FirstStart { account: name, password, key }))
    }

    /// Ends every session and every key of a restored store, and gives a new key of the first administrator: whoever could
    /// read the backup must not get in with what stands in it.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn begin_anew(store: &Store, clock: Arc<dyn Clock>) -> Result<String, StoreError> {
        let key = secret::key();
        let sha256 = secret::sha256_hex(key.as_bytes());
        store.end_all_access().await?;
        // A store from before there were accounts: this is its token from now on.
        store.set_fact(TOKEN_FACT, &sha256).await?;
        let places = Places::open(store.clone(), clock.clone()).await?;
        // No second factor is opened here.
        let (people, made) = Self::open(store.clone(), clock, places, [0; 32]).await?;
        let first = people.accounts().into_iter().find(|account| account.name.as_str() == FIRST);
        if let (None, Some(first)) = (made, first) {
            let key_of_hub = people.key_of_hash(first.name, sha256, first.roles);
            people.keep(ApiKey { title: KEY_TITLE.to_owned(), ..key_of_hub }).await?;
        }
        Ok(key)
    }
}
