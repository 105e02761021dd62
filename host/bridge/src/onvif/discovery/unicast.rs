//! Probes to each address of ranges that a person named.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt;
use ipnet::IpNet;
use tokio::net::UdpSocket;
use tokio::time::Instant;
use tokio::time::timeout_at;

use super::ANSWER_BYTES_MOST;
use super::Findings;
use super::Gathered;
use super::PORT;
use super::probes;
use super::resolves;
use crate::onvif::fault::RANGE_REFUSED;
use crate::onvif::policy::AddressPolicy;

/// The most addresses of one search: a /16.
const ADDRESSES_MOST: u64 = 1 << 16;

/// The most addresses asked at once.
const POOL_MOST: usize = 4_000;

/// The most bytes taken from one address: a gateway may answer for some cameras, none for a county.
const BYTES_MOST: usize = 65_536;

/// How a unicast search is done.
#[derive(Debug, Clone)]
pub struct Unicast {
    /// The ranges, together at most a /16.
    pub ranges: Vec<IpNet>,
    /// What may be asked at all; an address that it refuses is left out.
    pub policy: AddressPolicy,
    /// The port, 3702 by the standard.
    pub port: u16,
    /// How many addresses are asked at once, at most 4,000; each holds a socket, so it must stay below the limit of open
    /// files. 256.
    pub pool: usize,
    /// How long one address may take. 2 s.
    pub each: Duration,
    /// How long all may take. 300 s.
    pub total: Duration,
}

impl Unicast {
    /// The standard search over these ranges.
    pub fn over(ranges: Vec<IpNet>, policy: AddressPolicy) -> Self {
        let (each, total) = (Duration::from_secs(2), Duration::from_secs(300));
        Self { ranges, policy, port: PORT, pool: 256, each, total }
    }
}

/// Why ranges are not searched. Code XL0434.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeFault {
    /// No range was named.
    #[error("no range of addresses is named")]
    None,
    /// More addresses than a search may ask.
    #[error("the ranges hold more than {ADDRESSES_MOST} addresses, which is the most (a /16)")]
    TooLarge,
}

impl RangeFault {
    /// Its code.
    pub fn code(&self) -> xl_model::fault::Code {
        RANGE_REFUSED
    }
}

/// Asks each address; those that the policy refuses get no datagram.
///
/// # Errors
/// [`RangeFault`] before anything is sent.
pub async fn unicast(search: &Unicast) -> Result<Findings, RangeFault> {
    let addresses = addresses(&search.ranges)?;
    let until = Instant::now() + search.total;
    let allowed = addresses.map(|ip| SocketAddr::new(ip, search.port)).filter(|to| search.policy.check(*to).is_ok());
    let asked = futures::stream::iter(allowed).map(|to| ask(to, search.each, until));
    let mut answers = asked.buffer_unordered(search.pool.clamp(1, POOL_MOST));
    let mut gathered = Gathered::default();
    while let Some(answered) = answers.next().await {
        match answered {
            Asked::Answers(datagrams) => {
                for (bytes, from) in datagrams {
                    gathered.take(&bytes, from);
                }
            }
            Asked::TooLate => {
                gathered.findings.is_cut = true;
                break;
            }
        }
    }
    Ok(gathered.finish())
}

/// The addresses of the ranges, each once in its range, network and broadcast addresses left out.
fn addresses(ranges: &[IpNet]) -> Result<impl Iterator<Item = IpAddr>, RangeFault> {
    if ranges.is_empty() {
        return Err(RangeFault::None);
    }
    let mut ranges = ranges.to_vec();
    ranges = IpNet::aggregate(&ranges);
    let size = |range: &IpNet| {
        let bits = u32::from(range.max_prefix_len() - range.prefix_len());
        1_u64.checked_shl(bits).unwrap_or(u64::MAX)
    };
    let all = ranges.iter().map(size).fold(0, u64::saturating_add);
    if all > ADDRESSES_MOST {
        return Err(RangeFault::TooLarge);
    }
    Ok(ranges.into_iter().flat_map(|range| range.hosts()))
}

enum Asked {
    Answers(Vec<(Vec<u8>, SocketAddr)>),
    TooLate,
}

/// Sends all probes to one address and takes what comes from it; a socket of its own takes nothing from others.
async fn ask(to: SocketAddr, each: Duration, until: Instant) -> Asked {
    if Instant::now() >= until {
        return Asked::TooLate;
    }
    let until = until.min(Instant::now() + each);
    let mut answers = Vec::new();
    let local = SocketAddr::new(if to.is_ipv4() { [0, 0, 0, 0].into() } else { IpAddr::from([0_u16; 8]) }, 0);
    let Ok(socket) = UdpSocket::bind(local).await else { return Asked::Answers(answers) };
    if socket.connect(to).await.is_err() {
        return Asked::Answers(answers);
    }
    for probe in probes() {
        let _ = socket.send(probe.as_bytes()).await; // Nobody there, or no way there: no answer either way.
    }
    let mut buffer = vec![0; ANSWER_BYTES_MOST];
    let mut resolved = false;
    let mut bytes_left = BYTES_MOST;
    while bytes_left > 0 {
        let Ok(Ok(length)) = timeout_at(until, socket.recv(&mut buffer)).await else { break };
        let bytes = buffer[..length].to_vec();
        bytes_left = bytes_left.saturating_sub(length.max(64)); // An empty datagram costs something as well.
        if !resolved {
            let mut one = Gathered::default();
            for reference in one.take(&bytes, to) {
                resolved = true;
                for resolve in resolves(&reference) {
                    let _ = socket.send(resolve.as_bytes()).await;
                }
            }
        }
        answers.push((bytes, to));
    }
    Asked::Answers(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(ranges: &[&str]) -> Result<usize, RangeFault> {
        let ranges: Vec<IpNet> = ranges.iter().map(|range| range.parse().unwrap()).collect();
        addresses(&ranges).map(Iterator::count)
    }

    #[test]
    fn ranges_are_bounded_by_a_16_and_overlaps_are_asked_once() {
        assert_eq!(hosts(&["10.0.0.0/24"]), Ok(254));
        assert_eq!(hosts(&["10.0.0.0/24", "10.0.0.0/25", "10.0.0.7/32"]), Ok(254));
        assert_eq!(hosts(&["10.0.0.0/16"]), Ok(65_534));
        assert_eq!(hosts(&["10.0.0.0/16", "10.2.0.0/30"]), Err(RangeFault::TooLarge));
        assert_eq!(hosts(&["0.0.0.0/0"]), Err(RangeFault::TooLarge));
        assert_eq!(hosts(&["fd00::/64"]), Err(RangeFault::TooLarge));
        assert_eq!(hosts(&["::/0"]), Err(RangeFault::TooLarge));
        assert_eq!(hosts(&[]), Err(RangeFault::None));
    }
}
