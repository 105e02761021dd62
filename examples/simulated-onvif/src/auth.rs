//! Who may call: the manners of login of real cameras, and the lock after wrong tries.
//!
//! A request brings a WSSE token (`wsse`), an HTTP header (`digest`, or Basic), both or nothing; the manner of the
//! camera, or a fault that overrides it, says which of them counts.

mod digest;
mod wsse;

use std::str::FromStr;
use std::time::Duration;

use chrono::DateTime;
use chrono::Utc;

use crate::clock::Moment;
use crate::fault::Fault;
use crate::xml::Element;

pub(crate) use self::digest::Algorithm;
use self::digest::Digests;
use self::wsse::Nonces;

/// How long a locked account stays locked; VIGI cameras say half an hour.
const LOCKED_FOR: Duration = Duration::from_secs(30 * 60);

/// What a camera accepts as a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Everybody may do everything.
    None,
    /// A WSSE `UsernameToken` with `PasswordDigest`.
    Wsse,
    /// HTTP Digest, RFC 7616.
    Digest,
    /// One of the two, as most cameras.
    Either,
    /// Both in the same request.
    Both,
    /// A password in clear text: `PasswordText` or HTTP Basic.
    Text,
}

impl Auth {
    const NAMES: [(&str, Auth); 6] = [
        ("none", Auth::None),
        ("wsse", Auth::Wsse),
        ("digest", Auth::Digest),
        ("either", Auth::Either),
        ("both", Auth::Both),
        ("text", Auth::Text),
    ];
}

impl FromStr for Auth {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, auth)| *auth);
        found.ok_or_else(|| "one of none, wsse, digest, either, both, text".to_owned())
    }
}

/// Which algorithms HTTP digest offers, the preferred one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestOffer {
    /// SHA-256 and MD5, as RFC 7616 wants it and newer Hikvision cameras do.
    Both,
    /// MD5 only.
    Md5,
    /// SHA-256 only.
    Sha256,
}

impl FromStr for DigestOffer {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "both" => Ok(Self::Both),
            "md5" => Ok(Self::Md5),
            "sha-256" => Ok(Self::Sha256),
            _ => Err("one of both, md5, sha-256".to_owned()),
        }
    }
}

impl DigestOffer {
    pub(crate) fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Both => &[Algorithm::Sha256, Algorithm::Md5],
            Self::Md5 => &[Algorithm::Md5],
            Self::Sha256 => &[Algorithm::Sha256],
        }
    }
}

/// What a request brings as its login.
pub(crate) struct Attempt<'a> {
    pub(crate) method: &'a str,
    /// Path and query, as HTTP digest signs them.
    pub(crate) uri: &'a str,
    /// The header `Authorization`.
    pub(crate) header: Option<&'a str>,
    /// The WSSE token; never there for a picture.
    pub(crate) token: Option<&'a Element>,
}

/// What a camera knows at that moment.
pub(crate) struct Setting<'a> {
    pub(crate) auth: Auth,
    pub(crate) offer: DigestOffer,
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
    /// Wrong tries until the lock; none: it never locks.
    pub(crate) lock_after: Option<u32>,
    /// Whether only whole seconds with `Z` are taken as `Created`.
    pub(crate) created_strict: bool,
    /// The camera's own time.
    pub(crate) utc: DateTime<Utc>,
    pub(crate) now: Moment,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// May come in; the name says how it proved itself.
    Allowed(&'static str),
    /// Brought nothing that counts here.
    Anonymous,
    /// Brought something wrong.
    Wrong,
    /// The password was right and the nonce is too old: HTTP digest calls it stale.
    Stale,
    /// Somebody was wrong too often.
    Locked,
}

/// What is seen in one login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Absent,
    Good(&'static str),
    Bad,
    Stale,
}

/// What a camera remembers of logins.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    wrong_tries: u32,
    locked_until: Option<Moment>,
    nonces: Nonces,
    digests: Digests,
    /// Requests with a password in clear text.
    pub(crate) clear_text: u64,
    /// Requests that repeated a nonce.
    pub(crate) replays: u64,
}

impl Guard {
    /// Counts passwords in clear text, also where nobody asks for a login.
    pub(crate) fn notice(&mut self, attempt: &Attempt<'_>) {
        if attempt.token.is_some_and(wsse::is_text) || attempt.header.is_some_and(digest::is_basic) {
            self.clear_text += 1;
        }
    }

    /// Judges one request.
    pub(crate) fn judge(&mut self, setting: &Setting<'_>, attempt: &Attempt<'_>) -> Verdict {
        if setting.auth == Auth::None {
            return Verdict::Allowed("none");
        }
        if self.locked_until.is_some_and(|until| setting.now < until) {
            return Verdict::Locked;
        }
        let verdict = self.verdict(setting, attempt);
        match verdict {
            Verdict::Wrong => {
                self.wrong_tries += 1;
                if setting.lock_after.is_some_and(|limit| self.wrong_tries >= limit) {
                    self.locked_until = Some(setting.now.after(LOCKED_FOR));
                    self.wrong_tries = 0;
                }
            }
            Verdict::Allowed(_) => self.wrong_tries = 0,
            Verdict::Anonymous | Verdict::Stale | Verdict::Locked => {}
        }
        verdict
    }

    fn verdict(&mut self, setting: &Setting<'_>, attempt: &Attempt<'_>) -> Verdict {
        if setting.auth == Auth::Text {
            let text = wsse::text(attempt.token, setting);
            let basic = digest::basic(attempt.header, setting);
            return either(text, basic);
        }
        let wsse = match self.nonces.check(attempt.token, setting) {
            Ok(proof) => proof,
            Err(wsse::Replayed) => {
                self.replays += 1;
                Proof::Bad
            }
        };
        let http = match self.digests.check(attempt, setting) {
            Ok(proof) => proof,
            Err(digest::Replayed) => {
                self.replays += 1;
                Proof::Bad
            }
        };
        match setting.auth {
            Auth::Wsse => either(wsse, Proof::Absent),
            Auth::Digest => either(Proof::Absent, http),
            Auth::Both => match (wsse, http) {
                (Proof::Good(_), Proof::Good(how)) => Verdict::Allowed(how),
                (Proof::Bad, _) | (_, Proof::Bad) => Verdict::Wrong,
                (_, Proof::Stale) => Verdict::Stale,
                _ => Verdict::Anonymous,
            },
            Auth::None | Auth::Either | Auth::Text => either(wsse, http),
        }
    }

    /// The headers that ask for a login over HTTP.
    pub(crate) fn challenges(&mut self, auth: Auth, offer: DigestOffer, stale: bool, now: Moment) -> Vec<String> {
        match auth {
            Auth::None | Auth::Wsse => Vec::new(),
            Auth::Text => vec![format!(r#"Basic realm="{}""#, digest::REALM)],
            Auth::Digest | Auth::Either | Auth::Both => {
                offer.algorithms().iter().map(|algorithm| self.digests.challenge(*algorithm, stale, now)).collect()
            }
        }
    }

    /// Forgets all but what was counted.
    pub(crate) fn restart(&mut self) {
        *self = Self { clear_text: self.clear_text, replays: self.replays, ..Self::default() };
    }

    /// Forgets wrong tries and the lock.
    pub(crate) fn unlock(&mut self) {
        self.wrong_tries = 0;
        self.locked_until = None;
    }
}

fn either(one: Proof, other: Proof) -> Verdict {
    match (one, other) {
        (Proof::Good(how), _) | (_, Proof::Good(how)) => Verdict::Allowed(how),
        (Proof::Bad, _) | (_, Proof::Bad) => Verdict::Wrong,
        (Proof::Stale, _) | (_, Proof::Stale) => Verdict::Stale,
        (Proof::Absent, Proof::Absent) => Verdict::Anonymous,
    }
}

/// The manner that counts while these faults are set.
pub(crate) fn in_force(auth: Auth, has: impl Fn(Fault) -> bool) -> Auth {
    if has(Fault::TextOnly) {
        Auth::Text
    } else if has(Fault::WsseOnly) {
        Auth::Wsse
    } else if has(Fault::DigestOnly) {
        Auth::Digest
    } else {
        auth
    }
}

#[cfg(test)]
mod tests;
