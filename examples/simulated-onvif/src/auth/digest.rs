//! HTTP Digest as RFC 7616 has it, with MD5 and SHA-256; and HTTP Basic beside it.

use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use rand::Rng;
use sha2::Sha256;

use super::Attempt;
use super::Proof;
use super::Setting;
use crate::clock::Moment;

/// The realm of every camera of this program.
pub(super) const REALM: &str = "simulated ONVIF camera";

/// After that a nonce is stale and the client gets a new one.
const NONCE_LIFETIME: Duration = Duration::from_secs(300);

/// Nonces out at the same time; the oldest goes first, and is stale to who still uses it.
const NONCES: usize = 1_024;

/// Uses of one nonce; more, and it is stale.
const USES: usize = 4_096;

/// A hash that digest offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    fn login(self) -> &'static str {
        match self {
            Self::Md5 => "digest-md5",
            Self::Sha256 => "digest-sha256",
        }
    }

    pub(super) fn hash(self, text: &str) -> String {
        match self {
            Self::Md5 => hex::encode(<Md5 as md5::Digest>::digest(text)),
            Self::Sha256 => hex::encode(<Sha256 as sha2::Digest>::digest(text)),
        }
    }
}

/// A nonce was used a second time with the same count.
#[derive(Debug)]
pub(super) struct Replayed;

#[derive(Debug)]
struct Issued {
    nonce: String,
    at: Moment,
    counts: BTreeSet<u32>,
}

/// The nonces that are out.
#[derive(Debug, Default)]
pub(super) struct Digests(VecDeque<Issued>);

impl Digests {
    /// A header that asks for a login.
    pub(super) fn challenge(&mut self, algorithm: Algorithm, stale: bool, now: Moment) -> String {
        let nonce = hex::encode(rand::rng().random::<[u8; 16]>());
        if self.0.len() >= NONCES {
            self.0.pop_front();
        }
        self.0.push_back(Issued { nonce: nonce.clone(), at: now, counts: BTreeSet::new() });
        let stale = if stale { ", stale=true" } else { "" };
        format!(
            r#"Digest realm="{REALM}", qop="auth", nonce="{nonce}", opaque="5ccc069c403ebaf9", algorithm={}{stale}"#,
            algorithm.name()
        )
    }

    /// Judges the header of a request.
    pub(super) fn check(&mut self, attempt: &Attempt<'_>, setting: &Setting<'_>) -> Result<Proof, Replayed> {
        let Some(fields) = attempt.header.and_then(|header| strip_scheme(header, "Digest")) else {
            return Ok(Proof::Absent);
        };
        let fields = fields_of(fields);
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let algorithm = match field("algorithm").to_ascii_uppercase().as_str() {
            "" | "MD5" => Algorithm::Md5,
            "SHA-256" => Algorithm::Sha256,
            _ => return Ok(Proof::Bad),
        };
        let qop = match field("qop") {
            "" => String::new(),
            "auth" => format!(":{}:{}:auth", field("nc"), field("cnonce")),
            _ => return Ok(Proof::Bad),
        };
        let secret = algorithm.hash(&format!("{}:{REALM}:{}", setting.user, setting.password));
        let request = algorithm.hash(&format!("{}:{}", attempt.method, attempt.uri));
        let response = algorithm.hash(&format!("{secret}:{}{qop}:{request}", field("nonce")));
        let fits = setting.offer.algorithms().contains(&algorithm)
            && field("username") == setting.user
            && field("realm") == REALM
            && field("uri") == attempt.uri
            && field("response").eq_ignore_ascii_case(&response);
        if !fits {
            return Ok(Proof::Bad);
        }
        let known = self.0.iter_mut().find(|issued| issued.nonce == field("nonce"));
        let Some(issued) = known.filter(|issued| setting.now.since(issued.at) <= NONCE_LIFETIME) else {
            return Ok(Proof::Stale);
        };
        if issued.counts.len() >= USES {
            return Ok(Proof::Stale);
        }
        // Old clients send no count; each of their nonces is good once.
        let count = u32::from_str_radix(field("nc"), 16).unwrap_or(0);
        if !issued.counts.insert(count) {
            return Err(Replayed);
        }
        Ok(Proof::Good(algorithm.login()))
    }
}

fn strip_scheme<'a>(header: &'a str, scheme: &str) -> Option<&'a str> {
    let (found, rest) = header.trim().split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// The fields of a header; a comma inside quotes does not end one.
fn fields_of(text: &str) -> Vec<(String, String)> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for character in text.chars().chain([',']) {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                if let Some((key, value)) = field.split_once('=') {
                    fields.push((key.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
                field.clear();
            }
            other => field.push(other),
        }
    }
    fields
}

/// Whether a header is HTTP Basic.
pub(super) fn is_basic(header: &str) -> bool {
    strip_scheme(header, "Basic").is_some()
}

/// Judges HTTP Basic.
pub(super) fn basic(header: Option<&str>, setting: &Setting<'_>) -> Proof {
    let Some(coded) = header.and_then(|header| strip_scheme(header, "Basic")) else { return Proof::Absent };
    let wanted = format!("{}:{}", setting.user, setting.password);
    let fits = STANDARD.decode(coded.trim()).is_ok_and(|given| given == wanted.as_bytes());
    if fits { Proof::Good("basic") } else { Proof::Bad }
}
