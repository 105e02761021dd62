//! WS-Security `UsernameToken`, as ONVIF uses it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Digest;
use sha1::Sha1;
use xl_model::clock::TimestampMs;

use crate::onvif::date;
use crate::onvif::xml;

const EXTENSION: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const UTILITY: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const PROFILE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
const ENCODING: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

/// A token for one message.
#[derive(Clone)]
pub struct Token {
    username: String,
    password: String,
    kind: &'static str,
    nonce: String,
    created: String,
}

impl Token {
    /// `PasswordDigest`: Base64(SHA-1(nonce + created + password)). `camera_ms` is the time on the camera's clock.
    pub fn digest(username: &str, password: &str, nonce: [u8; 16], camera_ms: TimestampMs) -> Self {
        let created = date::utc(camera_ms);
        let digest = Sha1::new().chain_update(nonce).chain_update(&created).chain_update(password).finalize();
        Self {
            username: username.to_owned(),
            password: STANDARD.encode(digest),
            kind: "PasswordDigest",
            nonce: STANDARD.encode(nonce),
            created,
        }
    }

    /// `PasswordText`: the password itself, only where an administrator allowed it for this camera.
    pub fn clear_text(username: &str, password: &str, nonce: [u8; 16], camera_ms: TimestampMs) -> Self {
        Self {
            username: username.to_owned(),
            password: password.to_owned(),
            kind: "PasswordText",
            nonce: STANDARD.encode(nonce),
            created: date::utc(camera_ms),
        }
    }

    pub(super) fn header(&self) -> String {
        format!(
            concat!(
                r#"<w:Security s:mustUnderstand="1" xmlns:w="{}"><w:UsernameToken><w:Username>{}</w:Username>"#,
                r#"<w:Password Type="{}#{}">{}</w:Password><w:Nonce EncodingType="{}">{}</w:Nonce>"#,
                r#"<u:Created xmlns:u="{}">{}</u:Created></w:UsernameToken></w:Security>"#
            ),
            EXTENSION,
            xml::escaped(&self.username),
            PROFILE,
            self.kind,
            xml::escaped(&self.password),
            ENCODING,
            self.nonce,
            UTILITY,
            self.created,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the ONVIF Application Programmer's Guide, section 6.1.1.3.
    #[test]
    fn the_digest_is_the_one_of_the_programmers_guide() {
        let nonce: [u8; 16] = STANDARD.decode("LKqI6G/AikKCQrN0zqZFlg==").unwrap().try_into().unwrap();
        let camera_ms = date::parse("2010-09-16T07:50:45Z").unwrap();
        let token = Token::digest("user", "userpassword", nonce, camera_ms);
        assert_eq!(
            (token.created.as_str(), token.password.as_str()),
            ("2010-09-16T07:50:45Z", "tuOSpGlFlIXsozq4HFNeeGeFLEI=")
        );
    }
}
