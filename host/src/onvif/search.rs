//! Searches for cameras, one at a time, because a person asked for one.

use std::net::Ipv4Addr;

use ipnet::IpNet;
use tracing::info;
use xl_bridge::onvif::discovery;
use xl_bridge::onvif::discovery::Findings;
use xl_bridge::onvif::discovery::Multicast;
use xl_bridge::onvif::discovery::PORT;
use xl_bridge::onvif::discovery::Unicast;
use xl_bridge::onvif::policy::AddressPolicy;

use super::Onvif;
use super::OnvifError;

/// Ports that one search asks.
const PORTS_MOST: usize = 4;

/// Where to search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// By multicast on these interfaces of the hub's machine; 0.0.0.0 is the one of its default route.
    pub interfaces: Vec<Ipv4Addr>,
    /// By unicast, each address of these ranges.
    pub ranges: Vec<IpNet>,
    /// The ports asked by unicast; none: 3702.
    pub ports: Vec<u16>,
}

impl Onvif {
    /// Searches; what answers is a candidate and is enrolled by a person or not at all.
    ///
    /// # Errors
    /// [`OnvifError::Disabled`], [`OnvifError::Busy`], [`OnvifError::Range`], [`OnvifError::Interface`].
    pub async fn search(&self, search: &Search) -> Result<Findings, OnvifError> {
        if !self.0.enabled {
            return Err(OnvifError::Disabled);
        }
        let Search { interfaces, ranges, ports } = search;
        if interfaces.is_empty() && ranges.is_empty() {
            return Err(OnvifError::Range("neither multicast nor a range of addresses is asked for".to_owned()));
        }
        if ports.len() > PORTS_MOST || ports.contains(&0) {
            return Err(OnvifError::Range(format!("at most {PORTS_MOST} ports, none of them 0")));
        }
        if let Some(range) = ranges.iter().find(|range| !self.may_search(range)) {
            return Err(OnvifError::Range(format!("{range} is in no network of `onvif.networks`")));
        }
        let _turn = self.0.searching.try_acquire().map_err(|_| OnvifError::Busy("one search is made"))?;
        let shown: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        info!(multicast = !interfaces.is_empty(), ranges = %shown.join(" "), "cameras are searched for");
        let mut found = Findings::default();
        if !interfaces.is_empty() {
            let by_multicast = discovery::multicast(&Multicast::on(interfaces.clone())).await;
            join(&mut found, by_multicast.map_err(OnvifError::Interface)?);
        }
        for port in if ports.is_empty() { &[PORT] } else { ports.as_slice() } {
            if ranges.is_empty() {
                break;
            }
            let policy = AddressPolicy { loopback: self.0.enroller.allow_loopback, ..self.0.enroller.policy.clone() };
            let unicast = Unicast { port: *port, ..Unicast::over(ranges.clone(), policy) };
            join(&mut found, discovery::unicast(&unicast).await?);
        }
        info!(candidates = found.candidates.len(), "{} candidates answered the search", found.candidates.len());
        Ok(found)
    }
}

/// Adds what another way found; who answered both ways is one candidate.
fn join(all: &mut Findings, more: Findings) {
    let Findings { candidates, unreadable, dropped, is_cut } = more;
    for candidate in candidates {
        if !all.candidates.iter().any(|known| known.reference == candidate.reference) {
            all.candidates.push(candidate);
        }
    }
    all.unreadable += unreadable;
    all.dropped += dropped;
    all.is_cut |= is_cut;
}
