//! Absolute URIs as RFC 3986 has them: `URI = scheme ":" hier-part [ "?" query ] [ "#" fragment ]`.
//!
//! A scheme with nothing behind it (`example:`) names nothing and is not taken, though the grammar allows it: validators
//! of JSON Schema refuse it too.

use std::net::Ipv6Addr;

/// Whether `text` is a URI with a scheme.
pub fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    is_scheme(scheme)
        && !hierarchy.is_empty()
        && is_hierarchy(hierarchy)
        && is_made_of(query, "/?:@")
        && is_made_of(fragment, "/?:@")
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// `hier-part`: with an authority, or a path alone.
fn is_hierarchy(hierarchy: &str) -> bool {
    match hierarchy.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            is_authority(authority) && is_made_of(path, "/:@")
        }
        None => is_made_of(hierarchy, "/:@"),
    }
}

fn is_authority(authority: &str) -> bool {
    let (user, address) = authority.split_once('@').unwrap_or(("", authority));
    let (host, port) = match address.strip_prefix('[') {
        Some(literal) => {
            let Some((literal, port)) = literal.split_once(']') else { return false };
            if !is_literal(literal) || !(port.is_empty() || port.starts_with(':')) {
                return false;
            }
            ("", port.strip_prefix(':').unwrap_or(""))
        }
        None => address.split_once(':').unwrap_or((address, "")),
    };
    is_made_of(user, ":") && is_made_of(host, "") && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// `IPv6address` or `IPvFuture`, between square brackets.
fn is_literal(literal: &str) -> bool {
    match literal.strip_prefix(['v', 'V']) {
        Some(future) => future.split_once('.').is_some_and(|(version, address)| {
            let hex = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit());
            hex && !address.is_empty() && !address.contains('%') && is_made_of(address, ":")
        }),
        None => literal.parse::<Ipv6Addr>().is_ok(),
    }
}

/// Whether it holds only `unreserved`, `sub-delims`, percent-encoded bytes and what is in `also`.
fn is_made_of(text: &str, also: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let plain =
            byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte) || also.as_bytes().contains(&byte);
        let encoded = byte == b'%' && (0..2).all(|_| bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit()));
        if !plain && !encoded {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_uris_of_every_kind_are_taken() {
        for uri in [
            "https://example.org/01/09521234543213/10/A?17=260101#x",
            "urn:epc:id:sgtin:4012345.011111.9876",
            "ni:///sha-256;abc?ver=CBV2.0",
            "example:myField",
            "HTTP://user:pw@[2001:db8::7]:8080/a%20b/",
            "http://[v1.a:b]/",
            "urn:uuid:",
            "geo:35.5,118.8",
        ] {
            assert!(is_uri(uri), "{uri}");
        }
    }

    #[test]
    fn what_is_relative_or_holds_a_forbidden_sign_is_none() {
        for text in [
            "",
            "example:",
            "inspecting",
            "/01/09521234543213",
            "://x",
            "1a:b",
            "a b:c",
            "http://a b",
            "http://a/\u{e9}",
            "urn:x:%2",
            "urn:x:%zz",
            "http://[::g]/",
            "http://[::1]x/",
            "http://a:8x/",
            "a:b#c#d",
            "http://a@b@c/",
            "x:[a]",
            "x:a\"b",
        ] {
            assert!(!is_uri(text), "{text}");
        }
    }
}
