//! Passwords: which are taken, the one-time first one, and a change of one's own.

use tracing::info;
use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_store::people::FirstPassword;
use zeroize::Zeroizing;

use super::People;
use super::PeopleError;
use super::secret;
use super::view::enrols;

/// How long a one-time first password lives, in milliseconds.
pub(super) const FIRST_MS: TimestampMs = 30 * 60 * 1_000;

impl People {
    /// Gives an account a one-time first password, which is shown this once; the old password and all sessions end.
    ///
    /// # Errors
    /// [`PeopleError::Store`].
    pub async fn renew_password(&self, name: &AccountName) -> Result<String, PeopleError> {
        let _turn = self.0.turn.lock().await;
        let mut account = self.known(name)?;
        let (password, first) = first(self.now_ms());
        account.first = Some(first);
        account.password_hash = None;
        // Whoever lost the one lost the other often enough, and an administrator has seen him.
        account.factor = None;
        self.write(account, true).await?;
        info!(account = %name, "`{name}` has a one-time password");
        Ok(password)
    }

    /// Changes one's own password; all sessions of the account end, unless it still lacks its second factor.
    ///
    /// # Errors
    /// [`PeopleError::WeakPassword`]; [`PeopleError::BadSignIn`] when `current` is not the password that it has.
    pub async fn change_password(
        &self,
        name: &AccountName,
        current: Zeroizing<String>,
        new: Zeroizing<String>,
    ) -> Result<(), PeopleError> {
        if !is_strong(name, &new) {
            return Err(PeopleError::WeakPassword);
        }
        let before = self.known(name)?.password_hash;
        if before.is_some() && !self.0.hasher.compare(current, before.clone()).await?.is_right {
            return Err(PeopleError::BadSignIn);
        }
        let hash = self.0.hasher.hash(new).await?;
        let _turn = self.0.turn.lock().await;
        let mut account = self.known(name)?;
        // Changed by somebody else meanwhile: what was compared is not what it has.
        if account.password_hash != before {
            return Err(PeopleError::BadSignIn);
        }
        account.password_hash = Some(hash);
        let ends = !enrols(&account);
        self.write(account, ends).await?;
        info!(account = %name, "`{name}` has a new password");
        Ok(())
    }
}

/// A new one-time first password, and what is kept of it.
pub(super) fn first(now_ms: TimestampMs) -> (String, FirstPassword) {
    let password = secret::first_password();
    let sha256 = secret::sha256_hex(password.as_bytes());
    (password, FirstPassword { sha256, until_ms: now_ms + FIRST_MS })
}

/// Long enough, and nothing that everybody would try first (NIST SP 800-63B §5.1.1: length, no rules of composition).
fn is_strong(name: &AccountName, password: &str) -> bool {
    let mut characters = password.chars();
    let first = characters.next();
    (12..=128).contains(&password.chars().count())
        && !password.chars().any(char::is_control)
        && !characters.all(|character| Some(character) == first)
        && !password.to_ascii_lowercase().contains(name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_not_what_everybody_tries() {
        let name = "admin".parse().unwrap();
        for (password, strong) in [
            ("gate and 7 geese", true),
            ("浮来山下有一株银杏三千年", true),
            ("short", false),
            ("elevenchars", false),
            ("aaaaaaaaaaaaaa", false),
            ("Admin12345678", false),
            ("with\ttab inside", false),
            (&"ab".repeat(65), false),
        ] {
            assert_eq!(is_strong(&name, password), strong, "{password}");
        }
    }
}
