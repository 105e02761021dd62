//! What is known of the provider: its description (`OpenID` Connect Discovery 1.0) and its keys, kept for an hour; and the
//! exchange of a code for an ID token.

use std::sync::Arc;

use reqwest::StatusCode;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error as _;
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;

use super::OpenIdError;
use super::error::plain;
use super::fetch::Fetcher;
use super::fetch::json;
use super::key::Key;
use super::key::KeySet;
use super::token::Token;
use super::token::wrong;
use crate::config::openid::is_safe;

/// How long description and keys are believed without asking again.
const FRESH_MS: TimestampMs = 3_600 * 1_000;

/// How soon keys are asked for again when a token names one that is not among them: after a change of keys.
const NEW_KEYS_MS: TimestampMs = 10_000;

/// How long a failure stands for all who wait, so that a provider that is down holds up each of them once.
const FAILED_MS: TimestampMs = 5_000;

/// A provider that is asked.
pub(super) struct Provider {
    issuer: String,
    client_id: String,
    client_secret: String,
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    /// Held while the provider is asked: all who wait get the one answer.
    described: Mutex<Cached<Arc<Description>>>,
    keys: Mutex<Cached<Arc<KeySet>>>,
}

/// What was fetched last, or why not.
struct Cached<T>(Option<(TimestampMs, Result<T, OpenIdError>)>);

impl<T: Clone> Cached<T> {
    /// What it holds, while that is good enough.
    fn get(&self, now_ms: TimestampMs, good_ms: TimestampMs) -> Option<Result<T, OpenIdError>> {
        let (at_ms, held) = self.0.as_ref()?;
        let good_ms = if held.is_ok() { good_ms } else { FAILED_MS };
        (0..good_ms).contains(&(now_ms - at_ms)).then(|| held.clone())
    }

    fn put(&mut self, now_ms: TimestampMs, fetched: Result<T, OpenIdError>) -> Result<T, OpenIdError> {
        self.0 = Some((now_ms, fetched.clone()));
        fetched
    }
}

/// Where the provider is asked for what.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Description {
    issuer: String,
    #[serde(deserialize_with = "address")]
    pub(super) authorization_endpoint: Url,
    #[serde(deserialize_with = "address")]
    token_endpoint: Url,
    #[serde(deserialize_with = "address")]
    jwks_uri: Url,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

const DESCRIPTION: &str = "description";
const KEYS: &str = "keys";
const TOKENS: &str = "answer about the code";

impl Provider {
    pub(super) fn new(
        issuer: String,
        client_id: String,
        client_secret: String,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, reqwest::Error> {
        let fetcher = Fetcher::new()?;
        let (described, keys) = (Mutex::new(Cached(None)), Mutex::new(Cached(None)));
        Ok(Self { issuer, client_id, client_secret, fetcher, clock, described, keys })
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The provider's description.
    pub(super) async fn described(&self) -> Result<Arc<Description>, OpenIdError> {
        let mut cached = self.described.lock().await;
        if let Some(held) = cached.get(self.clock.now_ms(), FRESH_MS) {
            return held;
        }
        let fetched = self.fetch_description().await;
        cached.put(self.clock.now_ms(), fetched)
    }

    /// Whether who answers is who was asked (RFC 9207 §2.4).
    pub(super) async fn check_answerer(&self, iss: Option<&str>) -> Result<(), OpenIdError> {
        let says = self.described().await?.authorization_response_iss_parameter_supported;
        match iss {
            Some(iss) if iss == self.issuer => Ok(()),
            None if !says => Ok(()),
            _ => Err(OpenIdError::Misfit { what: "answer", reason: "another issuer answers".to_owned() }),
        }
    }

    /// Exchanges a code for an ID token, which is not verified by that.
    pub(super) async fn exchange(&self, code: &str, redirect_uri: &str, verifier: &str) -> Result<String, OpenIdError> {
        let described = self.described().await?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        // Discovery 1.0 §3: without a list, basic is what it takes.
        let methods = described.token_endpoint_auth_methods_supported.as_ref();
        let takes = |method: &str| methods.is_some_and(|methods| methods.iter().any(|it| it == method));
        let by_form = !takes("client_secret_basic") && takes("client_secret_post");
        // RFC 6749 §2.3.1: each half is encoded as in a form before it goes into the header.
        let (user, password) = (encoded(&self.client_id), encoded(&self.client_secret));
        let login = (!by_form).then_some((user.as_str(), password.as_str()));
        if by_form {
            form.extend([("client_id", self.client_id.as_str()), ("client_secret", self.client_secret.as_str())]);
        }
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let (status, body) = self.fetcher.post(TOKENS, &described.token_endpoint, form, login).await?;
        if status.is_server_error() {
            return Err(OpenIdError::Unreachable { what: TOKENS, reason: format!("status {}", status.as_u16()) });
        }
        if status != StatusCode::OK {
            let error = json::<Refusal>(TOKENS, &body).map(|refusal| plain(&refusal.error));
            let reason = error.unwrap_or_else(|_| format!("status {}", status.as_u16()));
            return Err(OpenIdError::Misfit { what: TOKENS, reason });
        }
        Ok(json::<Tokens>(TOKENS, &body)?.id_token)
    }

    /// The key that a token names; asks for the keys again when it is not among those known.
    pub(super) async fn key(&self, token: &Token<'_>) -> Result<Key, OpenIdError> {
        let jwks_uri = self.described().await?.jwks_uri.clone();
        let mut cached = self.keys.lock().await;
        for good_ms in [FRESH_MS, NEW_KEYS_MS] {
            let keys = match cached.get(self.clock.now_ms(), good_ms) {
                Some(held) => held?,
                None => {
                    let fetched = self.fetcher.get::<KeySet>(KEYS, &jwks_uri).await.map(Arc::new);
                    cached.put(self.clock.now_ms(), fetched)?
                }
            };
            if let Some(key) = keys.find(token.kid(), token.algorithm()) {
                return Ok(key.clone());
            }
        }
        Err(wrong("it names a key that the provider does not have"))
    }

    async fn fetch_description(&self) -> Result<Arc<Description>, OpenIdError> {
        let misfit = |reason: String| OpenIdError::Misfit { what: DESCRIPTION, reason };
        // Discovery 1.0 §4: behind the whole path of the issuer.
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let address = Url::parse(&address).map_err(|error| misfit(error.to_string()))?;
        let described: Description = self.fetcher.get(DESCRIPTION, &address).await?;
        if described.issuer != self.issuer {
            return Err(misfit(format!("it calls itself another name than `{}`", self.issuer)));
        }
        let Description { authorization_endpoint, token_endpoint, jwks_uri, .. } = &described;
        if ![authorization_endpoint, token_endpoint, jwks_uri].iter().all(|url| is_safe(url)) {
            return Err(misfit("it names an address without TLS".to_owned()));
        }
        Ok(Arc::new(described))
    }
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
