//! An ID token: read, verified against a key, and held against what was asked for (`OpenID` Connect Core 1.0 §3.1.3.7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;

use super::OpenIdError;
use super::key::Algorithm;
use super::key::Key;

/// By how much the clocks of hub and provider may differ, in seconds.
const LEEWAY_S: i64 = 60;

/// Longest token, in bytes.
const MAX_BYTES: usize = 32 * 1024;

/// A token as it was sent: nothing of it is believed yet.
pub(super) struct Token<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    claims: &'a str,
    algorithm: Algorithm,
    kid: Option<String>,
}

/// What a token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// Which claim is who somebody is.
    pub(super) claim: &'a str,
    pub(super) now_s: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Some(Vec<String>),
}

impl<'a> Token<'a> {
    /// Takes a compact token apart.
    ///
    /// # Errors
    /// [`OpenIdError::Token`] when it is none, or signed in no way that counts.
    pub(super) fn read(text: &'a str) -> Result<Self, OpenIdError> {
        if text.len() > MAX_BYTES {
            return Err(wrong("it is too long"));
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(wrong("it has not three parts"))?;
        let (header, claims) = signed.split_once('.').ok_or(wrong("it has not three parts"))?;
        let header: Header = part(header)?;
        // An extension that must be understood is not.
        if header.crit.is_some() {
            return Err(wrong("its header asks for what is not known here"));
        }
        let algorithm = Algorithm::named(&header.alg).ok_or(wrong("it is not signed by RS256, PS256 or ES256"))?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| wrong("its signature cannot be read"))?;
        Ok(Self { signed, signature, claims, algorithm, kid: header.kid })
    }

    /// How it is signed.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Which key it names.
    pub(super) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Who it vouches for, once the signature and everything that it must say hold.
    ///
    /// # Errors
    /// [`OpenIdError::Token`].
    pub(super) fn subject(&self, key: &Key, expected: &Expected<'_>) -> Result<String, OpenIdError> {
        if !key.verifies(self.algorithm, self.signed.as_bytes(), &self.signature) {
            return Err(wrong("its signature is not the provider's"));
        }
        let claims: Claims = part(self.claims)?;
        if claims.iss != expected.issuer {
            return Err(wrong("another issuer made it"));
        }
        // A further audience would have to be trusted too: none is.
        let is_ours = match &claims.aud {
            Audience::One(one) => one == expected.client_id,
            Audience::Some(some) => matches!(&some[..], [one] if one == expected.client_id),
        };
        if !is_ours || claims.azp.as_deref().is_some_and(|azp| azp != expected.client_id) {
            return Err(wrong("it is not for this hub alone"));
        }
        let (now_s, leeway_s) = (expected.now_s as f64, LEEWAY_S as f64);
        if claims.exp + leeway_s <= now_s {
            return Err(wrong("it has expired, or the clock of hub or provider is wrong"));
        }
        if claims.iat - leeway_s > now_s || claims.nbf.is_some_and(|nbf| nbf - leeway_s > now_s) {
            return Err(wrong("it is from the future: the clock of hub or provider is wrong"));
        }
        if claims.nonce.as_deref() != Some(expected.nonce) {
            return Err(wrong("it answers another sign-in"));
        }
        // `OpenID` Connect Core 1.0 §5.7: an address counts once the provider has seen that it is his.
        if expected.claim == "email" && claims.more.get("email_verified") != Some(&Value::Bool(true)) {
            return Err(wrong("its e-mail address is not verified"));
        }
        let is_subject = |text: &str| (1..=255).contains(&text.len()) && !text.chars().any(char::is_control);
        match claims.more.get(expected.claim) {
            Some(Value::String(subject)) if is_subject(subject) => Ok(subject.clone()),
            _ => Err(wrong("the configured claim is not a text of 1 to 255 bytes in it")),
        }
    }
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, OpenIdError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong("it cannot be read"))?;
    serde_json::from_slice(&bytes).map_err(|_| wrong("it lacks something, or says it in another form"))
}

/// What is wrong with a token.
pub(super) fn wrong(reason: &'static str) -> OpenIdError {
    OpenIdError::Token { reason }
}
