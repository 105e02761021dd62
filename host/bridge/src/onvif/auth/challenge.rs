//! What a camera asks for in `WWW-Authenticate`, also when it is written badly.

/// The hash of an HTTP digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// MD5 (RFC 2617).
    Md5,
    /// SHA-256 (RFC 7616).
    Sha256,
}

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenge {
    /// HTTP basic.
    Basic,
    /// HTTP digest.
    Digest {
        /// The realm.
        realm: String,
        /// The nonce.
        nonce: String,
        /// The opaque value, sent back as it came.
        opaque: Option<String>,
        /// The hash.
        algorithm: Algorithm,
        /// Whether it is the `-sess` variant.
        session: bool,
        /// Whether it knows `qop=auth`; without, it is RFC 2069.
        qop: bool,
        /// The old nonce was only too old.
        stale: bool,
    },
}

/// The longest header read, in bytes.
const HEADER_BYTES_MOST: usize = 2048;

/// The challenges that we can answer, the best first: SHA-256, MD5, basic.
pub fn challenges<'a>(headers: impl IntoIterator<Item = &'a str>) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = headers.into_iter().take(8).flat_map(in_header).collect();
    found.sort_by_key(|challenge| match challenge {
        Challenge::Digest { algorithm: Algorithm::Sha256, .. } => 0,
        Challenge::Digest { algorithm: Algorithm::Md5, .. } => 1,
        Challenge::Basic => 2,
    });
    found
}

/// One header may hold several challenges: `Digest realm="a", nonce="b", Basic realm="c"`.
fn in_header(header: &str) -> Vec<Challenge> {
    if header.len() > HEADER_BYTES_MOST {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut scheme = String::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in split_outside_quotes(header) {
        let part = part.trim();
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        // `Digest realm` begins a new challenge, and so does a scheme alone.
        match name.trim().rsplit_once(char::is_whitespace) {
            Some((new, name)) => {
                found.extend(challenge(&scheme, &pairs));
                (scheme, pairs) = (new.trim().to_ascii_lowercase(), Vec::new());
                pairs.push((name.to_ascii_lowercase(), unquoted(value)));
            }
            None if !part.contains('=') => {
                found.extend(challenge(&scheme, &pairs));
                (scheme, pairs) = (part.to_ascii_lowercase(), Vec::new());
            }
            None => pairs.push((name.trim().to_ascii_lowercase(), unquoted(value))),
        }
    }
    found.extend(challenge(&scheme, &pairs));
    found
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .collect()
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    value.strip_prefix('"').map_or(value, |rest| rest.strip_suffix('"').unwrap_or(rest)).to_owned()
}

fn challenge(scheme: &str, pairs: &[(String, String)]) -> Option<Challenge> {
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    match scheme {
        "basic" => Some(Challenge::Basic),
        "digest" => {
            let name = value("algorithm").unwrap_or_default().to_ascii_uppercase();
            let (plain, session) = name.strip_suffix("-SESS").map_or((name.as_str(), false), |plain| (plain, true));
            let algorithm = match plain {
                "" | "MD5" => Algorithm::Md5,
                "SHA-256" | "SHA256" => Algorithm::Sha256,
                _ => return None,
            };
            let qop = value("qop").unwrap_or_default();
            Some(Challenge::Digest {
                realm: value("realm").unwrap_or_default(),
                nonce: value("nonce")?,
                opaque: value("opaque"),
                algorithm,
                session,
                qop: qop.split([',', ' ']).any(|word| word.eq_ignore_ascii_case("auth")),
                stale: value("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_goes_before_md5_before_basic_in_whatever_order_they_come() {
        let headers = [
            r#"Basic realm="cam", Digest realm="a, b", nonce="n1", qop="auth", stale=FALSE"#,
            r#"Digest realm="cam",nonce="n2",algorithm=SHA-256,qop="auth,auth-int",opaque="o""#,
            r#"Digest realm="cam",nonce="n3",algorithm=SHA-512-256"#,
        ];
        let found = challenges(headers);
        let (realm, opaque, session) = ("cam".to_owned(), Some("o".to_owned()), false);
        let sha = Challenge::Digest {
            realm,
            nonce: "n2".into(),
            opaque,
            algorithm: Algorithm::Sha256,
            session,
            qop: true,
            stale: false,
        };
        assert_eq!(found[0], sha);
        assert!(matches!(&found[1], Challenge::Digest { realm, algorithm: Algorithm::Md5, .. } if realm == "a, b"));
        assert_eq!(found[2..], [Challenge::Basic]);
    }

    #[test]
    fn what_is_no_challenge_is_none() {
        for header in ["", "Digest", "Digest realm=\"x\"", "Negotiate", ",,,=,\"", "Bearer realm=\"x\""] {
            assert_eq!(challenges([header]), [], "{header}");
        }
        assert_eq!(challenges(["Basic"]), [Challenge::Basic]);
        assert_eq!(challenges([format!("Digest nonce=\"{}\"", "n".repeat(4000)).as_str()]), []);
    }

    proptest::proptest! {
        #[test]
        fn no_header_makes_it_panic(header in ".{0,80}") {
            let _ = challenges([header.as_str()]);
        }
    }
}
