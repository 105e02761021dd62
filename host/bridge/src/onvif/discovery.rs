//! Finding cameras: WS-Discovery by multicast on each interface, and by unicast over ranges of addresses.
//!
//! Only started by a person, within the site's ranges. What answers is a candidate and nothing more: it enrols nothing,
//! and its names are hostile text. The unicast way is the one that works across VLANs, NAT and containers.

mod answer;
mod multicast;
mod unicast;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use rand::seq::SliceRandom;

use super::camera::random_uuid;

pub use answer::read;
pub use multicast::Multicast;
pub use multicast::multicast;
pub use unicast::RangeFault;
pub use unicast::Unicast;
pub use unicast::unicast;

/// The port of WS-Discovery.
pub const PORT: u16 = 3702;

/// The most candidates of one search; further ones are counted and dropped.
pub const CANDIDATES_MOST: usize = 5_000;

/// The longest answer read, in bytes; real ones are below 4 KiB.
const ANSWER_BYTES_MOST: usize = 16_384;

/// Something that answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its endpoint reference: the same through all its addresses, and after a restart.
    pub reference: String,
    /// Where it answered from.
    pub from: SocketAddr,
    /// Its addresses as it told them, at most eight; to be read by the rules of addresses before use.
    pub addresses: Vec<String>,
    /// Its types, such as `NetworkVideoTransmitter`, without prefix.
    pub types: Vec<String>,
    /// Its name, from its scopes.
    pub name: Option<String>,
    /// Its hardware, from its scopes.
    pub hardware: Option<String>,
}

/// What a search brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// One for each endpoint reference, in the order of references.
    pub candidates: Vec<Candidate>,
    /// Answers that could not be read.
    pub unreadable: u64,
    /// Candidates beyond the most that are kept.
    pub dropped: u64,
    /// Whether the time ended the search before all addresses were asked.
    pub is_cut: bool,
}

/// Candidates by reference while they come in.
#[derive(Debug, Default)]
struct Gathered {
    by_reference: BTreeMap<String, Candidate>,
    findings: Findings,
}

impl Gathered {
    /// Takes one datagram; returns the references that told no address and want to be resolved.
    fn take(&mut self, bytes: &[u8], from: SocketAddr) -> Vec<String> {
        let Ok(found) = read(bytes, from) else {
            self.findings.unreadable += 1;
            return Vec::new();
        };
        let mut unresolved = Vec::new();
        for candidate in found {
            if let Some(known) = self.by_reference.get_mut(&candidate.reference) {
                known.merge(candidate);
            } else if self.by_reference.len() == CANDIDATES_MOST {
                self.findings.dropped += 1;
            } else {
                if candidate.addresses.is_empty() {
                    unresolved.push(candidate.reference.clone());
                }
                self.by_reference.insert(candidate.reference.clone(), candidate);
            }
        }
        unresolved
    }

    fn finish(self) -> Findings {
        Findings { candidates: self.by_reference.into_values().collect(), ..self.findings }
    }
}

impl Candidate {
    /// Adds what another answer of the same device tells.
    fn merge(&mut self, other: Self) {
        for address in other.addresses {
            if self.addresses.len() < answer::ADDRESSES_MOST && !self.addresses.contains(&address) {
                self.addresses.push(address);
            }
        }
        for kind in other.types {
            if self.types.len() < answer::TYPES_MOST && !self.types.contains(&kind) {
                self.types.push(kind);
            }
        }
        self.name = self.name.take().or(other.name);
        self.hardware = self.hardware.take().or(other.hardware);
    }
}

/// The two namespaces of WS-Discovery, each with its addressing: 2005/04 is what ONVIF names, 2009/01 the later standard.
const NAMESPACES: [(&str, &str, &str); 2] = [
    (
        "http://schemas.xmlsoap.org/ws/2005/04/discovery",
        "http://schemas.xmlsoap.org/ws/2004/08/addressing",
        "urn:schemas-xmlsoap-org:ws:2005:04:discovery",
    ),
    (
        "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01",
        "http://www.w3.org/2005/08/addressing",
        "urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01",
    ),
];

/// What is probed for: cameras, devices, and anything, since some answer only one of these.
const TYPES: [&str; 3] = ["dn:NetworkVideoTransmitter", "tds:Device", ""];

/// The probes of one round, each once, in a random order.
fn probes() -> Vec<String> {
    let mut probes: Vec<String> =
        NAMESPACES.iter().flat_map(|namespace| TYPES.iter().map(|types| probe(*namespace, types))).collect();
    probes.shuffle(&mut rand::rng());
    probes
}

fn probe(namespace: (&str, &str, &str), types: &str) -> String {
    let types = match types {
        "" => String::new(),
        types => format!("<d:Types>{types}</d:Types>"),
    };
    message(namespace, "Probe", &format!("<d:Probe>{types}</d:Probe>"))
}

/// Asks a device by its reference for its addresses.
fn resolves(reference: &str) -> Vec<String> {
    let reference = super::xml::escaped(reference);
    let body =
        format!("<d:Resolve><a:EndpointReference><a:Address>{reference}</a:Address></a:EndpointReference></d:Resolve>");
    NAMESPACES.iter().map(|namespace| message(*namespace, "Resolve", &body)).collect()
}

fn message((discovery, addressing, to): (&str, &str, &str), action: &str, body: &str) -> String {
    format!(
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" "#,
            r#"xmlns:a="{addressing}" xmlns:d="{discovery}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" "#,
            r#"xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Header><a:Action>{discovery}/{action}</a:Action>"#,
            r#"<a:MessageID>urn:uuid:{id}</a:MessageID><a:To>{to}</a:To></s:Header><s:Body>{body}</s:Body></s:Envelope>"#
        ),
        addressing = addressing,
        discovery = discovery,
        action = action,
        id = random_uuid(),
        to = to,
        body = body,
    )
}

#[cfg(test)]
mod tests {
    use super::super::peak::growth_kib;
    use super::*;

    fn answer(reference: &str, addresses: &str) -> String {
        format!(
            "<E><Body><ProbeMatches><ProbeMatch><EndpointReference><Address>{reference}</Address></EndpointReference>\
             <XAddrs>{addresses}</XAddrs></ProbeMatch></ProbeMatches></Body></E>"
        )
    }

    fn from() -> SocketAddr {
        "192.0.2.7:3702".parse().unwrap()
    }

    #[test]
    fn a_device_that_answers_many_times_is_one_candidate_with_all_its_addresses() {
        let mut gathered = Gathered::default();
        assert_eq!(gathered.take(answer("urn:uuid:1", "").as_bytes(), from()), ["urn:uuid:1"]);
        assert!(gathered.take(answer("urn:uuid:1", "http://192.0.2.7/a").as_bytes(), from()).is_empty());
        gathered.take(answer("urn:uuid:1", "http://192.0.2.7/a http://10.0.0.7/a").as_bytes(), from());
        gathered.take(b"garbage", from());
        let findings = gathered.finish();
        assert_eq!(findings.candidates.len(), 1);
        assert_eq!(findings.candidates[0].addresses, ["http://192.0.2.7/a", "http://10.0.0.7/a"]);
        assert_eq!(findings.unreadable, 1);
    }

    /// CAM-6.
    #[test]
    fn ten_thousand_answers_are_bounded() {
        let long = "x".repeat(3_000);
        let (findings, grown_kib) = growth_kib(|| {
            let mut gathered = Gathered::default();
            for number in 0..10_000 {
                gathered.take(answer(&format!("urn:uuid:{number}"), &format!("http://{long}")).as_bytes(), from());
            }
            gathered.finish()
        });
        assert_eq!((findings.candidates.len(), findings.dropped), (CANDIDATES_MOST, 5_000));
        assert!(grown_kib <= 16 << 10, "{grown_kib} KiB");
    }

    #[test]
    fn a_round_asks_in_both_namespaces_with_and_without_types() {
        let probes = probes();
        assert_eq!(probes.len(), 6);
        let asking = |words: [&str; 2]| probes.iter().filter(|probe| words.iter().all(|w| probe.contains(w))).count();
        assert_eq!(asking(["2005/04/discovery/Probe", "<d:Types>dn:NetworkVideoTransmitter</d:Types>"]), 1);
        assert_eq!(asking(["2009/01/Probe", "<d:Types>tds:Device</d:Types>"]), 1);
        assert_eq!(asking(["/Probe", "<d:Probe></d:Probe>"]), 2);
    }
}
