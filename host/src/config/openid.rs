//! `[openid]`: the provider of `OpenID` Connect whose identities people may sign in with.

use std::path::PathBuf;

use url::Url;

use super::Section;

/// A provider of `OpenID` Connect, where this hub is a confidential client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenId {
    /// The provider, as it calls itself: `https://id.example.cn`; what it is asked for lies below.
    pub issuer: String,
    /// The name that the provider gave this hub.
    pub client_id: String,
    /// File with the secret that goes with it.
    pub client_secret_file: PathBuf,
    /// What is asked of the provider; `openid` is always among it.
    pub scopes: Vec<String>,
    /// Which claim of the ID token is who somebody is.
    pub claim: String,
    /// What the button says.
    pub button: String,
}

impl OpenId {
    /// `is_built`: whether this program can do it at all.
    pub(super) fn read(mut section: Section<'_>, is_built: bool) -> Option<Self> {
        let there = section.is_there();
        if there && !is_built {
            section.wrong(
                "issuer",
                "this program was built without sign-in by OpenID Connect",
                "no section [openid], or a program built with the feature `openid`",
            );
        }
        let issuer: String = section.required("issuer", ISSUER);
        if !issuer.is_empty() && !is_issuer(&issuer) {
            section.wrong("issuer", format!("`{issuer}` is not the address of a provider"), ISSUER);
        }
        let client_id: String = section.required("client_id", "the name that the provider gave this hub");
        let client_secret_file = section.secret_file("client_secret_file");
        if there && client_secret_file.is_none() {
            section.wrong("client_secret_file", "is missing", "the path of a file with the secret of the client");
        }
        let scopes = section.list("scopes", vec!["openid".to_owned()], SCOPES);
        if !scopes.iter().any(|scope| scope == "openid") || !scopes.iter().all(|scope| is_scope(scope)) {
            section.wrong("scopes", "the scopes do not hold, or not only, what OpenID Connect asks for", SCOPES);
        }
        let claim = section.parsed("claim", "sub".to_owned(), "the name of a claim, such as sub");
        let button = section.parsed("button", BUTTON.to_owned(), "a text");
        if button.chars().count() > 60 {
            section.wrong("button", "the text does not fit a button", "at most 60 characters");
        }
        section.finish();
        there.then_some(Self { issuer, client_id, client_secret_file: client_secret_file?, scopes, claim, button })
    }
}

const ISSUER: &str = "https://host or https://host/path, as the provider calls itself; http:// only on this machine";
const SCOPES: &str = "a list with \"openid\", such as [\"openid\", \"profile\"]";
const BUTTON: &str = "统一身份认证登录 · Single sign-on";

/// RFC 6749 §3.3.
fn is_scope(scope: &str) -> bool {
    !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'))
}

/// Whether this is the address of a provider: TLS, unless it never leaves this machine.
pub(crate) fn is_issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    is_plain && url.password().is_none() && url.host_str().is_some() && is_safe(&url)
}

/// Whether nobody between here and there can read along.
pub(crate) fn is_safe(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", _) => true,
        ("http", Some(url::Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(url::Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Report;
    use super::*;

    fn mistakes(text: &str, is_built: bool) -> Vec<(String, String)> {
        let report = Report::default();
        let document = report.document(text);
        let mut root = Section::root(&document, text, &report);
        OpenId::read(root.section("openid"), is_built);
        let mistakes = report.into_result("hub.toml", ()).err().map_or_else(Vec::new, |mistakes| mistakes.list);
        mistakes.into_iter().map(|mistake| (mistake.key, mistake.problem)).collect()
    }

    const WHOLE: &str =
        "[openid]\nissuer = \"https://id.example.cn\"\nclient_id = \"hub\"\nclient_secret_file = \"s\"\n";

    #[test]
    fn a_program_that_was_built_without_it_refuses_the_section() {
        assert_eq!(mistakes(WHOLE, true), []);
        let said = mistakes(WHOLE, false);
        assert!(matches!(&said[..], [(key, problem)] if key == "openid.issuer" && problem.contains("built without")));
        assert_eq!(mistakes("", false), []);
    }

    #[test]
    fn a_provider_is_given_whole_and_reached_by_tls() {
        let missing: Vec<String> = mistakes("[openid]\n", true).into_iter().map(|(key, _)| key).collect();
        assert_eq!(missing, ["openid.issuer", "openid.client_id", "openid.client_secret_file"]);
        for (from, to, key) in [
            ("https://id", "http://id", "openid.issuer"),
            ("https://id", "https://li:word@id", "openid.issuer"),
            ("example.cn\"", "example.cn/?realm=1\"", "openid.issuer"),
            ("\"hub\"", "\"hub\"\nscopes = [\"profile\"]", "openid.scopes"),
            ("\"hub\"", "\"hub\"\nscopes = [\"openid\", \"a b\"]", "openid.scopes"),
            ("\"hub\"", &format!("\"hub\"\nbutton = \"{}\"", "登".repeat(61)), "openid.button"),
        ] {
            let said = mistakes(&WHOLE.replace(from, to), true);
            assert!(matches!(&said[..], [(at, _)] if at == key), "{to}: {said:?}");
        }
        for (issuer, good) in [
            ("https://id.example.cn/realms/county", true),
            ("http://127.0.0.1:3000", true),
            ("http://[::1]:3000", true),
            ("http://localhost:3000", false),
            ("ftp://id.example.cn", false),
            ("id.example.cn", false),
        ] {
            assert_eq!(is_issuer(issuer), good, "{issuer}");
        }
    }
}
