//! Whose plugins run here: signatures against the publishers that the configuration pins. Pure.
//!
//! Asked before anything of a package is read, and again whenever a build is loaded: what is not vouched for any more does
//! not run after the next start.

use xl_model::clock::TimestampMs;
use xl_model::day::Day;
use xl_model::fault::Code;
use xl_model::id::Digest;
use xl_model::manifest::Manifest;
use xl_model::signature::Signature;
use xl_store::modules::Plugin;

use crate::config::Plugins;
use crate::config::Publisher;
use crate::config::Unsigned;

/// Why a plugin is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Nobody signed it, and this hub runs only what is signed. Code XL0626.
    #[error("the plugin is not signed; give its `.sig` file, or set plugins.unsigned = \"allow\" for development")]
    Unsigned,
    /// Who signed it is not pinned. Code XL0627.
    #[error("the plugin is signed with the key {key}, which no [[plugins.publisher]] of this hub has")]
    UnknownPublisher {
        /// The public key.
        key: String,
    },
    /// The signature is not one of these bytes. Code XL0628.
    #[error("the signature does not fit the plugin: {detail}")]
    Wrong {
        /// What differs.
        detail: String,
    },
    /// It is no signature. Code XL0629.
    #[error("this is no signature of a plugin: {detail}")]
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
    /// The publisher's time was over when it was installed. Code XL0630.
    #[error("the key of publisher `{name}` was valid until {until}; nothing by it is installed after that")]
    Expired {
        /// Whose.
        name: String,
        /// Its last day.
        until: Day,
    },
}

impl TrustError {
    /// The stable code.
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Unsigned => 626,
            Self::UnknownPublisher { .. } => 627,
            Self::Wrong { .. } => 628,
            Self::Malformed { .. } => 629,
            Self::Expired { .. } => 630,
        })
    }
}

/// How an installed build stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A pinned publisher vouches for it.
    Signed {
        /// What the county calls the publisher.
        publisher: String,
        /// By this key.
        key: String,
    },
    /// Nobody does, and it runs because the configuration says development.
    Unsigned,
    /// It does not run.
    Refused(TrustError),
}

impl Standing {
    /// Who vouches for it.
    pub fn publisher(&self) -> Option<&str> {
        match self {
            Self::Signed { publisher, .. } => Some(publisher),
            Self::Unsigned | Self::Refused(_) => None,
        }
    }
}

/// Whose plugins run here.
pub(super) struct Trust(Plugins);

impl Trust {
    /// What the configuration says.
    pub(super) fn new(plugins: Plugins) -> Self {
        Self(plugins)
    }

    /// Whether bytes with this hash may be read as a plugin that is installed at `at_ms`; gives their signature.
    ///
    /// # Errors
    /// See [`TrustError`].
    pub(super) fn admit(
        &self,
        signature: Option<&str>,
        digest: &Digest,
        at_ms: TimestampMs,
    ) -> Result<Option<Signature>, TrustError> {
        let Some(text) = signature else {
            return match self.0.unsigned {
                Unsigned::Allow => Ok(None),
                Unsigned::Refuse => Err(TrustError::Unsigned),
            };
        };
        let signature: Signature =
            text.parse().map_err(|fault| TrustError::Malformed { detail: format!("{fault}") })?;
        let publisher = self.publisher(&signature)?;
        if !signature.holds() {
            let detail = "its key did not sign what it says".to_owned();
            return Err(TrustError::Wrong { detail });
        }
        if signature.statement.digest != *digest {
            let detail = format!("it is for the bytes {}, these are {digest}", signature.statement.digest);
            return Err(TrustError::Wrong { detail });
        }
        match publisher.until {
            Some(until) if Day::in_china(at_ms) > until => {
                Err(TrustError::Expired { name: publisher.name.clone(), until })
            }
            _ => Ok(Some(signature)),
        }
    }

    /// How an installed build stands, by its row; its bytes are compared when it is loaded.
    pub(super) fn standing(&self, plugin: &Plugin) -> Standing {
        let judged = self.admit(plugin.signature.as_deref(), &plugin.digest, plugin.installed_ms);
        match judged.and_then(|signature| is_about(signature.as_ref(), &plugin.manifest).map(|()| signature)) {
            Ok(None) => Standing::Unsigned,
            Ok(Some(signature)) => Standing::Signed {
                publisher: self.publisher(&signature).map_or_else(|_| String::new(), |it| it.name.clone()),
                key: signature.key.to_string(),
            },
            Err(fault) => Standing::Refused(fault),
        }
    }

    fn publisher(&self, signature: &Signature) -> Result<&Publisher, TrustError> {
        let unknown = || TrustError::UnknownPublisher { key: signature.key.to_string() };
        self.0.publishers.iter().find(|publisher| publisher.key == signature.key).ok_or_else(unknown)
    }
}

/// Whether a signature names the plugin and version that the manifest does.
///
/// # Errors
/// [`TrustError::Wrong`].
pub(super) fn is_about(signature: Option<&Signature>, manifest: &Manifest) -> Result<(), TrustError> {
    let Some(signature) = signature else { return Ok(()) };
    let (signed, is) = (&signature.statement, (&manifest.id, &manifest.version));
    if (&signed.plugin, &signed.version) == is {
        return Ok(());
    }
    let detail = format!("it is for {} {}, this is {} {}", signed.plugin, signed.version, is.0, is.1);
    Err(TrustError::Wrong { detail })
}

#[cfg(test)]
mod tests {
    use xl_model::signature::PublisherSecret;
    use xl_model::signature::Statement;

    use super::*;

    const DAY_MS: TimestampMs = 86_400_000;

    fn digest(letter: &str) -> Digest {
        letter.repeat(64).parse().unwrap()
    }

    fn line(secret: u8, version: &str, letter: &str) -> String {
        let (plugin, version) = ("trace".parse().unwrap(), version.to_owned());
        PublisherSecret::new(&[secret; 32]).sign(Statement { plugin, version, digest: digest(letter) }).to_string()
    }

    fn manifest(id: &str, version: &str) -> Manifest {
        let text = serde_json::json!({"zh": "名", "en": "name"});
        let all = serde_json::json!({"id": id, "version": version, "hub": "0.1.0", "name": text, "description": text});
        serde_json::from_value(all).unwrap()
    }

    fn trust(unsigned: Unsigned) -> Trust {
        let publisher = |name: &str, secret: u8, until: Option<&str>| Publisher {
            name: name.to_owned(),
            key: PublisherSecret::new(&[secret; 32]).public(),
            until: until.map(|day| day.parse().unwrap()),
        };
        let publishers = vec![publisher("日照农业", 1, None), publisher("old", 2, Some("1970-01-02"))];
        Trust::new(Plugins { unsigned, publishers })
    }

    /// MOD-9: unsigned, tampered, wrong key, expired key, revoked (a key that is not pinned any more).
    #[test]
    fn only_what_a_pinned_publisher_vouches_for_is_admitted() {
        let trust = trust(Unsigned::Refuse);
        for (signature, at_ms, code) in [
            (None, 0, Some(626)),
            (Some(line(1, "1.0.0", "a")), 0, None),
            (Some(line(3, "1.0.0", "a")), 0, Some(627)),
            (Some(line(1, "1.0.0", "b")), 0, Some(628)),
            (Some(line(1, "1.0.0", "b").replace(&"b".repeat(64), &"a".repeat(64))), 0, Some(628)),
            (Some(line(1, "1.0.0", "a").replace("1.0.0", "1.0.1")), 0, Some(628)),
            (Some(String::new()), 0, Some(629)),
            (Some(line(2, "1.0.0", "a")), DAY_MS, None),
            (Some(line(2, "1.0.0", "a")), 2 * DAY_MS, Some(630)),
        ] {
            let judged = trust.admit(signature.as_deref(), &digest("a"), at_ms);
            assert_eq!(judged.err().map(|fault| fault.code().0), code, "{signature:?} at {at_ms}");
        }
    }

    #[test]
    fn development_takes_what_is_unsigned_and_still_no_wrong_signature() {
        let trust = trust(Unsigned::Allow);
        assert_eq!(trust.admit(None, &digest("a"), 0), Ok(None));
        for (line, code) in [(line(3, "1.0.0", "a"), 627), (line(1, "1.0.0", "b"), 628)] {
            assert_eq!(trust.admit(Some(&line), &digest("a"), 0).unwrap_err().code(), Code(code));
        }
    }

    #[test]
    fn a_signature_of_another_plugin_or_version_is_none_of_this_one() {
        let signature: Signature = line(1, "1.0.0", "a").parse().unwrap();
        for (id, version, holds) in [("trace", "1.0.0", true), ("street", "1.0.0", false), ("trace", "1.0.1", false)] {
            assert_eq!(is_about(Some(&signature), &manifest(id, version)).is_ok(), holds, "{id} {version}");
        }
        assert_eq!(is_about(None, &manifest("trace", "1.0.0")), Ok(()));
    }

    #[test]
    fn a_build_shows_who_vouches_for_it_or_why_it_does_not_run() {
        let plugin = |signature: Option<String>| Plugin {
            digest: digest("a"),
            manifest: manifest("trace", "1.0.0"),
            installed_ms: 0,
            signature,
        };
        let trust = trust(Unsigned::Refuse);
        let signed = trust.standing(&plugin(Some(line(1, "1.0.0", "a"))));
        assert_eq!(signed.publisher(), Some("日照农业"));
        assert_eq!(trust.standing(&plugin(None)), Standing::Refused(TrustError::Unsigned));
        let other = trust.standing(&plugin(Some(line(1, "1.0.1", "a"))));
        assert!(matches!(other, Standing::Refused(TrustError::Wrong { .. })), "{other:?}");
        assert_eq!(super::tests::trust(Unsigned::Allow).standing(&plugin(None)), Standing::Unsigned);
    }
}
