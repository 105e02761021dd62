//! WS-Security `UsernameToken`: `PasswordDigest` with nonce and time, and `PasswordText`.

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use chrono::NaiveDateTime;
use chrono::TimeDelta;
use chrono::Utc;
use sha1::Digest;
use sha1::Sha1;

use super::Proof;
use super::Setting;
use crate::xml::Element;

/// How far `Created` may be from the camera's own clock.
const WINDOW: TimeDelta = TimeDelta::seconds(60);

/// Nonces remembered; more in two minutes than any client sends to one camera.
const REMEMBERED: usize = 8_192;

/// A token with this nonce was here before.
#[derive(Debug)]
pub(super) struct Replayed;

/// The nonces of the tokens that were let in, with their times.
#[derive(Debug, Default)]
pub(super) struct Nonces(VecDeque<(String, String)>);

impl Nonces {
    /// Judges a token as `PasswordDigest`.
    pub(super) fn check(&mut self, token: Option<&Element>, setting: &Setting<'_>) -> Result<Proof, Replayed> {
        let Some(token) = token else { return Ok(Proof::Absent) };
        let (nonce, created) = (token.text_at(&["Nonce"]), token.text_at(&["Created"]));
        let fits = !is_text(token)
            && token.text_at(&["Username"]) == setting.user
            && is_near(created, setting)
            && STANDARD
                .decode(nonce)
                .is_ok_and(|nonce| token.text_at(&["Password"]) == password_digest(&nonce, created, setting.password));
        if !fits {
            return Ok(Proof::Bad);
        }
        // onvif-util makes its nonces anew from the time; so it is the pair that must not come again.
        let seen = (nonce.to_owned(), created.to_owned());
        if self.0.contains(&seen) {
            return Err(Replayed);
        }
        if self.0.len() >= REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(seen);
        Ok(Proof::Good("wsse"))
    }
}

/// Base64 of SHA-1 over nonce, time and password.
fn password_digest(nonce: &[u8], created: &str, password: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(nonce);
    hash.update(created);
    hash.update(password);
    STANDARD.encode(hash.finalize())
}

/// Whether the time of a token is within the window of the camera's clock.
fn is_near(created: &str, setting: &Setting<'_>) -> bool {
    let time: Option<DateTime<Utc>> = if setting.created_strict {
        // Hikvision: nothing but whole seconds and a `Z`.
        NaiveDateTime::parse_from_str(created, "%Y-%m-%dT%H:%M:%SZ").ok().map(|time| time.and_utc())
    } else {
        DateTime::parse_from_rfc3339(created).ok().map(|time| time.to_utc())
    };
    time.is_some_and(|time| time.signed_duration_since(setting.utc).abs() <= WINDOW)
}

/// Whether a token carries its password in clear text.
pub(super) fn is_text(token: &Element) -> bool {
    let kind = token.child("Password").and_then(|password| password.attribute("Type"));
    kind.is_none_or(|kind| kind.ends_with("#PasswordText"))
}

/// Judges a token as `PasswordText`.
pub(super) fn text(token: Option<&Element>, setting: &Setting<'_>) -> Proof {
    let Some(token) = token else { return Proof::Absent };
    let fits = is_text(token)
        && token.text_at(&["Username"]) == setting.user
        && token.text_at(&["Password"]) == setting.password;
    if fits { Proof::Good("text") } else { Proof::Bad }
}
