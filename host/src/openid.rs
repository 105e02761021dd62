//! Sign-in by a provider of `OpenID` Connect: the authorization code flow with PKCE, as a confidential client.
//!
//! Says who the provider vouches for and nothing else. Which account that is, and whether it may sign in, is decided by
//! [`crate::people`] (a link to the right, never a `use`). Cryptography is ring's, as for TLS; the crates that do more bring
//! `rsa` (RUSTSEC-2023-0071) or read the clock themselves.

mod error;
mod fetch;
mod key;
mod provider;
mod table;
#[cfg(test)]
mod tests;
mod token;

pub use error::OpenIdError;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_store::people::Identified;

use crate::config;
use provider::Provider;
use table::Table;
use token::Expected;

/// Where the provider sends people back to, below the hub's public address.
pub const BACK: &str = "/sign-in/openid/back";

/// How long somebody may take at the provider, and then for the code of his second factor: each 10 minutes.
pub const PATIENCE_MS: TimestampMs = 10 * 60 * 1_000;

/// Sign-ins that are on their way at once, at most 2 KiB each; the one that ends first makes room.
const MOST_BEGUN: usize = 4_096;

/// Longest address to go on to, in bytes; who wanted to go to a longer one begins at the overview.
const MAX_NEXT_BYTES: usize = 1_024;

/// A provider; clones share it.
#[derive(Clone)]
pub struct OpenId(Arc<Shared>);

struct Shared {
    provider: Provider,
    claim: String,
    redirect_uri: String,
    scope: String,
    clock: Arc<dyn Clock>,
    /// By the state that goes through the provider.
    begun: Table<Begun>,
    /// By the value of the browser's cookie.
    vouched: Table<Vouched>,
}

/// A sign-in that is on its way through the provider.
struct Begun {
    nonce: String,
    verifier: String,
    /// SHA-256 of the cookie's value: it comes back in the browser that began, and in no other.
    browser: [u8; 32],
    next: String,
}

/// Where a sign-in goes on.
#[derive(Debug)]
pub struct Way {
    /// The address at the provider.
    pub address: String,
    /// The value of the browser's cookie, to be shown on the way back.
    pub browser: String,
}

/// Who the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// Who.
    pub identity: Identified,
    /// Where he wanted to go.
    pub next: String,
}

/// What somebody brings back from the provider (RFC 6749 §4.1.2, RFC 9207).
#[derive(Debug, Default, Clone, serde::Deserialize)]
pub struct Answer {
    /// The code, to be exchanged for an ID token.
    pub code: Option<String>,
    /// The state that he was sent with.
    pub state: Option<String>,
    /// Who answers.
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

impl OpenId {
    /// A provider as it is configured; nothing is fetched before somebody signs in.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(
        settings: &config::OpenId,
        client_secret: String,
        public_url: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, reqwest::Error> {
        let client_id = settings.client_id.clone();
        Ok(Self(Arc::new(Shared {
            provider: Provider::new(settings.issuer.clone(), client_id, client_secret, clock.clone())?,
            claim: settings.claim.clone(),
            redirect_uri: format!("{public_url}{BACK}"),
            scope: settings.scopes.join(" "),
            begun: Table::new(MOST_BEGUN, PATIENCE_MS),
            vouched: Table::new(MOST_BEGUN, PATIENCE_MS),
            clock,
        })))
    }

    /// Begins a sign-in that is to lead to `next`.
    ///
    /// # Errors
    /// When the provider cannot be asked for its description.
    pub async fn begin(&self, next: &str) -> Result<Way, OpenIdError> {
        let it = &self.0;
        let described = it.provider.described().await?;
        let (state, nonce, verifier, browser) = (random(), random(), random(), random());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let mut address = described.authorization_endpoint.clone();
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", it.provider.client_id())
            .append_pair("redirect_uri", &it.redirect_uri)
            .append_pair("scope", &it.scope)
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        let next = if next.len() > MAX_NEXT_BYTES { "/" } else { next };
        let begun = Begun { nonce, verifier, browser: sha256(&browser), next: next.to_owned() };
        it.begun.put(state, begun, it.clock.now_ms());
        Ok(Way { address: address.into(), browser })
    }

    /// Ends it: who the provider vouches for. `browser` is the value of the cookie. A state is taken once, whatever comes of it.
    ///
    /// # Errors
    /// Whatever is wrong with the answer, the provider or its token.
    pub async fn end(&self, browser: Option<&str>, answer: Answer) -> Result<Vouched, OpenIdError> {
        let it = &self.0;
        let begun = answer.state.and_then(|state| it.begun.take(&state, it.clock.now_ms()));
        let own = |begun: &Begun| browser.is_some_and(|value| sha256(value) == begun.browser);
        let begun = begun.filter(own).ok_or(OpenIdError::NoSuchSignIn)?;
        it.provider.check_answerer(answer.iss.as_deref()).await?;
        if let Some(error) = answer.error {
            return Err(OpenIdError::Declined { error: error::plain(&error) });
        }
        let code = answer.code.ok_or(OpenIdError::Misfit { what: "answer", reason: "it has no code".to_owned() })?;
        let token = it.provider.exchange(&code, &it.redirect_uri, &begun.verifier).await?;
        let token = token::Token::read(&token)?;
        let key = it.provider.key(&token).await?;
        let expected = Expected {
            issuer: it.provider.issuer(),
            client_id: it.provider.client_id(),
            nonce: &begun.nonce,
            claim: &it.claim,
            now_s: it.clock.now_ms().div_euclid(1_000),
        };
        let subject = token.subject(&key, &expected)?;
        let identity = Identified { issuer: it.provider.issuer().to_owned(), subject };
        Ok(Vouched { identity, next: begun.next })
    }

    /// Keeps who is vouched for until he has gone on, and while he looks for the code of his second factor; gives the value of
    /// the browser's new cookie.
    pub fn keep(&self, vouched: Vouched) -> String {
        let browser = random();
        self.0.vouched.put(browser.clone(), vouched, self.0.clock.now_ms());
        browser
    }

    /// Who was vouched for in this browser, while that is not too long ago.
    ///
    /// # Errors
    /// [`OpenIdError::NoSuchSignIn`].
    pub fn kept(&self, browser: Option<&str>) -> Result<Vouched, OpenIdError> {
        let kept = browser.and_then(|value| self.0.vouched.get(value, self.0.clock.now_ms()));
        kept.ok_or(OpenIdError::NoSuchSignIn)
    }

    /// Forgets him: he is signed in.
    pub fn forget(&self, browser: Option<&str>) {
        browser.map(|value| self.0.vouched.take(value, self.0.clock.now_ms()));
    }
}

/// 256 random bits as 43 characters, which RFC 7636 §4.1 takes as a verifier.
fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
