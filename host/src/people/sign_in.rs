//! Signing in: a name, a password, a code. Whatever is wrong, the answer and the work are the same.

use std::net::IpAddr;

use tracing::info;
use tracing::warn;
use xl_model::id::AccountName;
use xl_store::people::Account;
use xl_store::people::Failures;
use zeroize::Zeroizing;

use super::People;
use super::PeopleError;
use super::secret;
use super::totp;
use super::view;

/// What somebody enters to sign in.
pub struct Attempt {
    /// The name as typed.
    pub name: String,
    /// The password as typed.
    pub password: Zeroizing<String>,
    /// The code of the second factor; empty where there is none.
    pub code: String,
    /// Where it comes from.
    pub address: IpAddr,
}

/// What was entered rightly.
enum Entered {
    /// A password of one's own; whether its hash is to be made anew.
    Own { is_weak: bool },
    /// The one-time first password.
    First,
}

impl People {
    /// Opens a session for who enters name, password and code; its value goes into the cookie.
    ///
    /// The one-time first password opens one that may only set what is missing, and is dead by that. `former` names the session
    /// that the browser had, see [`Self::session_name`]: it ends with the same write.
    ///
    /// # Errors
    /// [`PeopleError::BadSignIn`], [`PeopleError::Locked`], [`PeopleError::Busy`]: then nothing has ended.
    pub async fn sign_in_over(&self, attempt: Attempt, former: Option<String>) -> Result<String, PeopleError> {
        let Attempt { name, password, code, address } = attempt;
        let (name, address) = (name.trim().to_ascii_lowercase(), address.to_string());
        let name_sha256 = secret::sha256_hex(name.as_bytes());
        if let Some(retry_after_s) = self.read().locks.shut_for_s(&name_sha256, &address, self.now_ms()) {
            return Err(PeopleError::Locked { retry_after_s });
        }
        let known = name.parse::<AccountName>().ok().and_then(|name| self.account(&name));
        let known = known.filter(|account| account.enabled);
        let compared =
            self.0.hasher.compare(password.clone(), known.as_ref().and_then(|it| it.password_hash.clone())).await?;
        let entered = if compared.is_right {
            Some(Entered::Own { is_weak: compared.is_weak })
        } else {
            known.as_ref().filter(|account| self.is_first(account, &password)).map(|_| Entered::First)
        };
        let opened = match (known, entered) {
            (Some(account), Some(entered)) => self.enter(&account.name, entered, &password, &code, former).await?,
            _ => None,
        };
        let Some(value) = opened else {
            warn!(address, "a sign-in failed");
            let failures = self.change(|view| view.locks.fail(&name_sha256, &address, self.now_ms()));
            self.0.store.set_failures(failures).await?;
            return Err(PeopleError::BadSignIn);
        };
        if self.change(|view| view.locks.forget(&name_sha256, &address)) {
            self.0.store.set_failures(Failures { name_sha256, address, count: 0, last_ms: 0 }).await?;
        }
        Ok(value)
    }

    /// The same in a browser that has no session, for tests.
    #[cfg(test)]
    pub(crate) async fn sign_in(&self, attempt: Attempt) -> Result<String, PeopleError> {
        self.sign_in_over(attempt, None).await
    }

    /// Opens the session where the account is still as it was and the code, where one is asked for, was not used before.
    async fn enter(
        &self,
        name: &AccountName,
        entered: Entered,
        password: &Zeroizing<String>,
        code: &str,
        former: Option<String>,
    ) -> Result<Option<String>, PeopleError> {
        let rehashed = match entered {
            Entered::Own { is_weak: true } => Some(self.0.hasher.hash(password.clone()).await?),
            _ => None,
        };
        let _turn = self.0.turn.lock().await;
        let Some(mut account) = self.account(name).filter(|account| account.enabled) else { return Ok(None) };
        let mut changed = false;
        let has_factor = account.factor.as_ref().is_some_and(|factor| factor.proven);
        if let Some(factor) = account.factor.clone().filter(|factor| factor.proven) {
            let secret = self.factor_secret(name, &factor.sealed)?;
            let Some(step) = totp::step(&secret, code, self.now_ms(), factor.step) else { return Ok(None) };
            account.factor = Some(xl_store::people::Factor { step, ..factor });
            changed = true;
        }
        match entered {
            Entered::Own { .. } => {
                if let Some(hash) = rehashed {
                    account.password_hash = Some(hash);
                    changed = true;
                }
            }
            Entered::First => {
                if !self.is_first(&account, password) {
                    return Ok(None);
                }
                account.first = None;
                changed = true;
            }
        }
        if changed {
            self.write(account, false).await?;
        }
        info!(account = %name, "`{name}` signs in");
        let value = self.open_session(name.clone(), None, former).await?;
        if has_factor {
            self.shown(&view::session_of(&value));
        }
        Ok(Some(value))
    }

    fn is_first(&self, account: &Account, password: &str) -> bool {
        let sha256 = secret::sha256_hex(password.trim().as_bytes());
        let now_ms = self.now_ms();
        account.first.as_ref().is_some_and(|first| secret::same(&first.sha256, &sha256) && now_ms < first.until_ms)
    }
}
