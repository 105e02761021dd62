//! Reads `ProbeMatches` and `ResolveMatches` of either namespace. Pure; every text in them is hostile.

use std::net::SocketAddr;

use super::Candidate;
use crate::onvif::address::URL_BYTES_MOST;
use crate::onvif::soap::printable;
use crate::onvif::xml;
use crate::onvif::xml::XmlFault;
use crate::onvif::xml::local;

/// The most addresses and types kept of one device.
pub(super) const ADDRESSES_MOST: usize = 8;
pub(super) const TYPES_MOST: usize = 8;
/// The most devices in one answer; a recorder answers once for all its channels.
const MATCHES_MOST: usize = 16;
/// The longest reference, name, hardware or type kept, in characters.
const TEXT_CHARS_MOST: usize = 128;

/// The candidates of one answer. A missing `MetadataVersion`, missing types and missing addresses are taken.
///
/// # Errors
/// [`XmlFault`] for what is no XML or exceeds a bound. XML that holds no match has no candidates.
pub fn read(bytes: &[u8], from: SocketAddr) -> Result<Vec<Candidate>, XmlFault> {
    let root = xml::read(bytes)?;
    let Some(body) = root.child("Body") else { return Ok(Vec::new()) };
    let matches = body.children.iter().flat_map(|list| &list.children);
    let matches = matches.filter(|node| matches!(node.name(), "ProbeMatch" | "ResolveMatch")).take(MATCHES_MOST);
    Ok(matches.filter_map(|node| candidate(node, from)).collect())
}

fn candidate(node: &xml::Node, from: SocketAddr) -> Option<Candidate> {
    let reference = printable(node.text_at(&["EndpointReference", "Address"])?, TEXT_CHARS_MOST);
    if reference.is_empty() {
        return None;
    }
    let words = |name| node.text_at(&[name]).unwrap_or_default().split_whitespace();
    let addresses =
        words("XAddrs").filter(|word| word.len() <= URL_BYTES_MOST).map(|word| printable(word, URL_BYTES_MOST));
    let types = words("Types").map(|word| printable(local(word), TEXT_CHARS_MOST));
    let scope = |kind: &str| {
        let mut found = words("Scopes").take(64).filter_map(|scope| scope.strip_prefix("onvif://www.onvif.org/"));
        let value = found.find_map(|scope| scope.strip_prefix(kind))?;
        Some(printable(&decoded(value), TEXT_CHARS_MOST)).filter(|text| !text.is_empty())
    };
    Some(Candidate {
        reference,
        from,
        addresses: addresses.take(ADDRESSES_MOST).collect(),
        types: types.take(TYPES_MOST).collect(),
        name: scope("name/"),
        hardware: scope("hardware/"),
    })
}

/// Percent-decodes what a scope says; a `%` that begins no byte stays.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = byte.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from() -> SocketAddr {
        "192.168.1.64:3702".parse().unwrap()
    }

    fn candidates(file: &str) -> Vec<Candidate> {
        let path = format!("{}/testdata/{file}", env!("CARGO_MANIFEST_DIR"));
        read(&std::fs::read(path).unwrap(), from()).unwrap()
    }

    #[test]
    fn answers_of_both_namespaces_are_read() {
        let old = &candidates("onvif_probe_match_2005.xml")[0];
        assert_eq!(old.reference, "urn:uuid:cf2ea7d4-1b3c-4a77-9a40-112233445566");
        assert_eq!(
            old.addresses,
            ["http://192.168.1.64/onvif/device_service", "http://[fd00::64]/onvif/device_service"]
        );
        assert_eq!(old.types, ["NetworkVideoTransmitter", "Device"]);
        assert_eq!((old.name.as_deref(), old.hardware.as_deref()), (Some("大棚 1"), Some("DS-2CD2T45")));
        let new = &candidates("onvif_resolve_match_2009.xml")[0];
        assert_eq!((new.addresses.len(), new.types.len()), (1, 0), "no types and no MetadataVersion");
    }

    /// CAM-18.
    #[test]
    fn names_are_cut_and_stripped_and_stay_text() {
        let name = format!("%1b[31m<script>%E2%80%AE{}", "A".repeat(50_000));
        let text = format!(
            "<E><Body><M><ProbeMatch><EndpointReference><Address>u</Address></EndpointReference>\
             <Scopes>onvif://www.onvif.org/name/{}</Scopes></ProbeMatch></M></Body></E>",
            xml::escaped(&name)
        );
        let found = read(text.as_bytes(), from()).unwrap();
        let name = found[0].name.as_deref().unwrap();
        assert!(name.starts_with("[31m<script>AAA") && name.chars().count() == TEXT_CHARS_MOST, "{name}");
    }

    #[test]
    fn a_match_without_reference_is_none() {
        assert_eq!(read(b"<E><Body><M><ProbeMatch/></M></Body></E>", from()), Ok(vec![]));
        assert_eq!(read(b"<E><Body/></E>", from()), Ok(vec![]));
        assert!(read(b"\0\0", from()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_scope_makes_it_panic(text in ".{0,40}") {
            let _ = decoded(&text);
        }
    }
}
