//! Probes and resolves, and their answers, in both versions of WS-Discovery.

use uuid::Uuid;

use crate::address;
use crate::device::Device;
use crate::fault::Fault;
use crate::service;
use crate::xml;
use crate::xml::escape;

/// One version of WS-Discovery: its own namespace and that of its WS-Addressing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    discovery: &'static str,
    addressing: &'static str,
    anonymous: &'static str,
}

/// April 2005, which ONVIF prescribes.
const OLD: Version = Version {
    discovery: "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    addressing: "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    anonymous: "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous",
};

/// OASIS 1.1 of 2009.
const NEW: Version = Version {
    discovery: "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01",
    addressing: "http://www.w3.org/2005/08/addressing",
    anonymous: "http://www.w3.org/2005/08/addressing/anonymous",
};

/// What somebody wants to know.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    version: Version,
    message_id: String,
    wanted: Wanted,
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// Who is of one of these types (without prefixes) and in all of these scopes.
    Matching { types: Vec<String>, scopes: Vec<String> },
    /// Where the one with this address is.
    Endpoint(String),
}

/// Reads a datagram; none when it asks for nothing.
pub(super) fn read(bytes: &[u8]) -> Option<Question> {
    let envelope = xml::read(bytes).ok()?;
    let asked = envelope.child("Body")?.children.first()?;
    let version = [OLD, NEW].into_iter().find(|version| version.discovery == asked.namespace)?;
    let message_id = envelope.text_at(&["Header", "MessageID"]).to_owned();
    let words = |name: &str| asked.text_at(&[name]).split_whitespace().map(str::to_owned).collect::<Vec<String>>();
    let wanted = match asked.name.as_str() {
        "Probe" => {
            let without_prefix = |name: String| name.rsplit(':').next().unwrap_or_default().to_owned();
            Wanted::Matching {
                types: words("Types").into_iter().map(without_prefix).collect(),
                scopes: words("Scopes"),
            }
        }
        "Resolve" => Wanted::Endpoint(asked.text_at(&["EndpointReference", "Address"]).to_owned()),
        _ => return None,
    };
    Some(Question { version, message_id, wanted })
}

/// What a camera answers, if it is meant.
pub(super) fn answer(device: &Device, question: &Question) -> Option<String> {
    if device.has(Fault::DiscoverySilent) || !is_meant(device, &question.wanted) {
        return None;
    }
    let resolves = matches!(question.wanted, Wanted::Endpoint(_));
    let version = match (device.has(Fault::DiscoveryOtherNamespace), question.version == OLD) {
        (true, true) | (false, false) => NEW,
        (true, false) | (false, true) => OLD,
    };
    let addresses = match device.has(Fault::DiscoveryNoXaddrs) && !resolves {
        true => String::new(),
        false => format!("<d:XAddrs>{}</d:XAddrs>", escape(&address::http(device, "/onvif/device_service"))),
    };
    let metadata = match device.has(Fault::DiscoveryNoMetadataVersion) {
        true => "",
        false => "<d:MetadataVersion>1</d:MetadataVersion>",
    };
    let kind = if resolves { "Resolve" } else { "Probe" };
    let scopes = service::scope_items(device).join(" ");
    let Version { discovery, addressing, anonymous } = version;
    Some(format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="{addressing}" xmlns:d="{discovery}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Header><a:MessageID>urn:uuid:{}</a:MessageID><a:RelatesTo>{}</a:RelatesTo><a:To>{anonymous}</a:To><a:Action>{discovery}/{kind}Matches</a:Action></s:Header><s:Body><d:{kind}Matches><d:{kind}Match><a:EndpointReference><a:Address>{}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>{}</d:Scopes>{addresses}{metadata}</d:{kind}Match></d:{kind}Matches></s:Body></s:Envelope>"#,
        Uuid::from_u128(rand::random()),
        escape(&question.message_id),
        device.endpoint(),
        escape(&scopes),
    ))
}

fn is_meant(device: &Device, wanted: &Wanted) -> bool {
    match wanted {
        Wanted::Endpoint(endpoint) => *endpoint == device.endpoint(),
        Wanted::Matching { types, scopes } => {
            let ours = |name: &String| ["NetworkVideoTransmitter", "Device"].contains(&name.as_str());
            if device.has(Fault::DiscoveryTypesFilter) && !types.is_empty() {
                return false;
            }
            let items = service::scope_items(device);
            // A scope matches what lies below it (RFC 3986 rule of WS-Discovery).
            let inside = |scope: &String| {
                let scope = scope.trim_end_matches('/');
                let below = |item: &String| {
                    item.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                items.iter().any(below)
            };
            types.iter().all(ours) && scopes.iter().all(inside)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(version: Version, inner: &str) -> Vec<u8> {
        format!(
            r#"<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Header><w:MessageID xmlns:w="{}">urn:uuid:1</w:MessageID></e:Header><e:Body><p:Probe xmlns:p="{}">{inner}</p:Probe></e:Body></e:Envelope>"#,
            version.addressing, version.discovery
        )
        .into_bytes()
    }

    #[test]
    fn a_probe_is_read_in_both_versions() {
        for version in [OLD, NEW] {
            let question = read(&probe(version, "<p:Types>x:NetworkVideoTransmitter</p:Types>")).unwrap();
            assert_eq!(question.version, version);
            assert_eq!(question.message_id, "urn:uuid:1");
            let types = vec!["NetworkVideoTransmitter".to_owned()];
            assert_eq!(question.wanted, Wanted::Matching { types, scopes: Vec::new() });
        }
    }

    #[test]
    fn what_is_no_question_is_not_answered() {
        for datagram in [&b""[..], b"\x00\x01", b"<a/>", b"<Envelope><Body><Probe/></Body></Envelope>"] {
            assert_eq!(read(datagram), None);
        }
    }
}
