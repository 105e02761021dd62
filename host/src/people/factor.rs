//! The second factor of an account: offered, proven by a first code, taken back.

use tracing::info;
use xl_model::id::AccountName;
use xl_store::people::Factor;

use super::People;
use super::PeopleError;
use super::totp;
use super::view::enrols;
use crate::cameras::Secret;

/// A second factor that is offered: what goes into an app.
#[derive(Clone)]
pub struct Offered {
    /// Base32, to be typed.
    pub secret: String,
    /// The same as an address that apps read.
    pub uri: String,
}

impl People {
    /// Makes a secret for a second factor; it counts once a code of it was entered. One that counts stays until then.
    ///
    /// # Errors
    /// [`PeopleError::OwnRequest`] when one counts already: an administrator gives a new beginning.
    pub async fn offer_factor(&self, name: &AccountName) -> Result<Offered, PeopleError> {
        let _turn = self.0.turn.lock().await;
        let mut account = self.known(name)?;
        if account.factor.as_ref().is_some_and(|factor| factor.proven) {
            return Err(PeopleError::OwnRequest);
        }
        let secret = totp::base32(&rand::random::<[u8; totp::SECRET_BYTES]>());
        let sealed = Secret::new(secret.clone()).map(|secret| self.0.seal.seal_for(&bound_to(name), &secret));
        let sealed = sealed.expect("32 letters are a secret").0;
        account.factor = Some(Factor { sealed, proven: false, step: 0 });
        self.write(account, false).await?;
        Ok(Offered { uri: totp::uri(name.as_str(), &secret), secret })
    }

    /// Proves that the app has the secret. All sessions end then: the next sign-in asks for a code.
    ///
    /// # Errors
    /// [`PeopleError::BadCode`].
    pub async fn prove_factor(&self, name: &AccountName, code: &str) -> Result<(), PeopleError> {
        let _turn = self.0.turn.lock().await;
        let mut account = self.known(name)?;
        let factor = account.factor.clone().filter(|factor| !factor.proven).ok_or(PeopleError::BadCode)?;
        let secret = self.factor_secret(name, &factor.sealed)?;
        let step = totp::step(&secret, code, self.now_ms(), factor.step).ok_or(PeopleError::BadCode)?;
        account.factor = Some(Factor { proven: true, step, ..factor });
        let ends = !enrols(&account);
        self.write(account, ends).await?;
        info!(account = %name, "`{name}` has a second factor");
        Ok(())
    }

    /// The secret of a second factor.
    pub(super) fn factor_secret(&self, name: &AccountName, sealed: &[u8]) -> Result<Vec<u8>, PeopleError> {
        let sealed = xl_store::cameras::Sealed(sealed.to_vec());
        match self.0.seal.open_for(&bound_to(name), &sealed) {
            Ok(secret) => Ok(totp::bytes(secret.reveal())),
            Err(reason) => Err(PeopleError::Sealed { account: name.to_string(), reason }),
        }
    }
}

fn bound_to(name: &AccountName) -> String {
    format!("accounts/factor_sealed/{name}")
}
