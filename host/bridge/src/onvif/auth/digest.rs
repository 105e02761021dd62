//! HTTP digest and basic logins (RFC 7616, RFC 2617, RFC 2069, RFC 7617).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::Sha256;

use super::Algorithm;
use super::Challenge;
use super::Credentials;

/// A challenge that is answered again and again until the camera gives another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    challenge: Challenge,
    count: u32,
}

impl Login {
    /// For a challenge.
    pub fn new(challenge: Challenge) -> Self {
        Self { challenge, count: 0 }
    }

    /// Whether it is a digest, and so keeps the password.
    pub fn is_digest(&self) -> bool {
        matches!(self.challenge, Challenge::Digest { .. })
    }

    /// Whether it was never used: a refusal of it is a refusal of the secret, not of an old nonce.
    pub fn is_fresh(&self) -> bool {
        self.count == 0
    }

    /// The value of `Authorization` for one request.
    pub fn authorization(&mut self, who: &Credentials, method: &str, path: &str, cnonce: &str) -> String {
        self.count = self.count.saturating_add(1);
        let Challenge::Digest { realm, nonce, opaque, algorithm, session, qop, .. } = &self.challenge else {
            return basic(who);
        };
        let hash = |text: String| match algorithm {
            Algorithm::Md5 => hex::encode(<Md5 as md5::Digest>::digest(text)),
            Algorithm::Sha256 => hex::encode(<Sha256 as sha2::Digest>::digest(text)),
        };
        let nc = format!("{:08x}", self.count);
        let mut a1 = hash(format!("{}:{realm}:{}", who.username, who.password));
        if *session {
            a1 = hash(format!("{a1}:{nonce}:{cnonce}"));
        }
        let a2 = hash(format!("{method}:{path}"));
        let response = match qop {
            true => hash(format!("{a1}:{nonce}:{nc}:{cnonce}:auth:{a2}")),
            false => hash(format!("{a1}:{nonce}:{a2}")),
        };
        let name = match (algorithm, session) {
            (Algorithm::Md5, false) => "MD5",
            (Algorithm::Md5, true) => "MD5-sess",
            (Algorithm::Sha256, false) => "SHA-256",
            (Algorithm::Sha256, true) => "SHA-256-sess",
        };
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let mut out = format!(
            r#"Digest username="{}", realm="{realm}", nonce="{nonce}", uri="{path}", response="{response}", algorithm={name}"#,
            quoted(&who.username)
        );
        if *qop {
            out.push_str(&format!(r#", qop=auth, nc={nc}, cnonce="{cnonce}""#));
        } else if *session {
            out.push_str(&format!(r#", cnonce="{cnonce}""#));
        }
        if let Some(opaque) = opaque {
            out.push_str(&format!(r#", opaque="{opaque}""#));
        }
        out
    }
}

/// The value of `Authorization` for HTTP basic.
pub fn basic(who: &Credentials) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", who.username, who.password)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onvif::auth::challenges;

    fn mufasa(password: &str) -> Credentials {
        Credentials { username: "Mufasa".into(), password: password.into() }
    }

    /// The examples of RFC 7616, section 3.9.1.
    #[test]
    fn the_response_follows_rfc_7616_for_both_hashes() {
        let response = |algorithm: &str| {
            let header = format!(
                r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
            );
            let mut login = Login::new(challenges([header.as_str()]).remove(0));
            let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let value = login.authorization(&mufasa("Circle of Life"), "GET", "/dir/index.html", cnonce);
            value.split("response=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        assert_eq!(response("MD5"), "8ca523f5e9506fed4657c9700eebdbec");
        assert_eq!(response("SHA-256"), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
    }

    /// The example of RFC 2617, section 3.5, answered without `qop` as RFC 2069 does.
    #[test]
    fn an_old_challenge_without_qop_is_answered_in_its_own_form() {
        let header = r#"Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093""#;
        let mut login = Login::new(challenges([header]).remove(0));
        let value = login.authorization(&mufasa("Circle Of Life"), "GET", "/dir/index.html", "c");
        assert!(value.contains(r#"response="670fd8c2df070c60b045671b8b24ff02""#), "{value}");
        assert!(!value.contains("qop") && !value.contains("nc="));
    }

    #[test]
    fn each_use_counts_up_and_only_the_first_is_fresh() {
        let header = r#"Digest realm="r", nonce="n", qop="auth""#;
        let mut login = Login::new(challenges([header]).remove(0));
        assert!(login.is_fresh());
        assert!(login.authorization(&mufasa("x"), "GET", "/", "c").contains("nc=00000001"));
        assert!(login.authorization(&mufasa("x"), "GET", "/", "c").contains("nc=00000002"));
        assert!(!login.is_fresh());
    }
}
