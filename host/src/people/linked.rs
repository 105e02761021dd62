//! Accounts that are linked to an identity at a provider of `OpenID` Connect: linked by an administrator, never by
//! themselves, and entered by who the provider says he is. That he said so is checked before, by `openid`.

use std::net::IpAddr;

use tracing::info;
use tracing::warn;
use xl_model::id::AccountName;
use xl_model::people::subject::Subject;
use xl_store::StoreError;
use xl_store::people::Account;
use xl_store::people::Factor;
use xl_store::people::Failures;
use xl_store::people::Identified;

use super::People;
use super::PeopleError;
use super::accounts::not_oneself;
use super::secret;
use super::totp;

/// Longest subject, in bytes (`OpenID` Connect Core 1.0 §2).
const SUBJECT_BYTES: usize = 255;

/// What comes of an identity.
#[derive(Debug, PartialEq, Eq)]
pub enum Entry {
    /// A session; its value goes into the cookie.
    Opened(String),
    /// The account has a second factor, and its code is still to be entered.
    NeedsCode,
}

impl People {
    /// Links an account to an identity, or with none takes that back; all its sessions end.
    ///
    /// # Errors
    /// [`PeopleError::OwnRequest`], [`PeopleError::Field`], [`PeopleError::IdentityTaken`], [`StoreError::NotFound`].
    pub async fn link(
        &self,
        giver: &Subject,
        name: &AccountName,
        identity: Option<Identified>,
    ) -> Result<Account, PeopleError> {
        not_oneself(giver, name)?;
        if let Some(Identified { subject, .. }) = &identity
            && (subject.is_empty() || subject.len() > SUBJECT_BYTES || subject.chars().any(char::is_control))
        {
            return Err(PeopleError::Field { field: "subject", wrong: "1 to 255 bytes, as the provider writes it" });
        }
        let _turn = self.0.turn.lock().await;
        let account = Account { openid: identity, ..self.known(name)? };
        let is_linked = account.openid.is_some();
        match self.write(account.clone(), true).await {
            Err(PeopleError::Store(StoreError::Exists { .. })) => return Err(PeopleError::IdentityTaken),
            written => written?,
        }
        info!(account = %name, is_linked, "`{name}` is {}", if is_linked { "linked" } else { "no longer linked" });
        Ok(account)
    }

    /// Opens a session for who the provider says somebody is. A second factor of the account is asked for all the same:
    /// how well the provider looked is not ours to know.
    ///
    /// Wrong codes count as wrong passwords do, by the account's name and the address. `former` names the session that the
    /// browser had, see [`Self::session_name`]: it ends with the same write.
    ///
    /// # Errors
    /// [`PeopleError::NotLinked`], also for an account that is disabled; [`PeopleError::BadCode`], [`PeopleError::Locked`].
    pub async fn enter_as(
        &self,
        identity: &Identified,
        code: Option<&str>,
        former: Option<String>,
        address: IpAddr,
    ) -> Result<Entry, PeopleError> {
        let _turn = self.0.turn.lock().await;
        let linked = |account: &&Account| account.enabled && account.openid.as_ref() == Some(identity);
        let found = self.read().accounts.values().find(linked).cloned();
        let mut account = found.ok_or(PeopleError::NotLinked)?;
        let name = account.name.clone();
        if let Some(factor) = account.factor.clone().filter(|factor| factor.proven) {
            let Some(code) = code else { return Ok(Entry::NeedsCode) };
            let (name_sha256, address) = (secret::sha256_hex(name.as_str().as_bytes()), address.to_string());
            let now_ms = self.now_ms();
            if let Some(retry_after_s) = self.read().locks.shut_for_s(&name_sha256, &address, now_ms) {
                return Err(PeopleError::Locked { retry_after_s });
            }
            let secret = self.factor_secret(&name, &factor.sealed)?;
            let Some(step) = totp::step(&secret, code, now_ms, factor.step) else {
                warn!(address, "a sign-in failed");
                let failures = self.change(|view| view.locks.fail(&name_sha256, &address, now_ms));
                self.0.store.set_failures(failures).await?;
                return Err(PeopleError::BadCode);
            };
            account.factor = Some(Factor { step, ..factor });
            self.write(account, false).await?;
            if self.change(|view| view.locks.forget(&name_sha256, &address)) {
                self.0.store.set_failures(Failures { name_sha256, address, count: 0, last_ms: 0 }).await?;
            }
        }
        info!(account = %name, "`{name}` signs in by its provider");
        Ok(Entry::Opened(self.open_session(name, None, former).await?))
    }
}
