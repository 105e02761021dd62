//! Probes to the group of WS-Discovery, on each interface that is named.

use std::io;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;
use tokio::net::UdpSocket;
use tokio::time::Instant;
use tokio::time::timeout_at;

use super::ANSWER_BYTES_MOST;
use super::Findings;
use super::Gathered;
use super::PORT;
use super::probes;
use super::resolves;

/// How a multicast search is done.
#[derive(Debug, Clone)]
pub struct Multicast {
    /// The addresses of the interfaces to search on; a machine's own, given by a person.
    pub interfaces: Vec<Ipv4Addr>,
    /// The group, 239.255.255.250:3702 by the standard.
    pub group: SocketAddr,
    /// How often the whole set of probes is sent: datagrams get lost. 3.
    pub rounds: u32,
    /// How long answers are waited for after each round. 2 s.
    pub wait: Duration,
}

impl Multicast {
    /// The standard search on these interfaces.
    pub fn on(interfaces: Vec<Ipv4Addr>) -> Self {
        let group = SocketAddr::from((Ipv4Addr::new(239, 255, 255, 250), PORT));
        Self { interfaces, group, rounds: 3, wait: Duration::from_secs(2) }
    }
}

/// Searches on all interfaces at once.
///
/// # Errors
/// When an interface cannot be used.
pub async fn multicast(search: &Multicast) -> io::Result<Findings> {
    let mut sockets = Vec::new();
    for interface in search.interfaces.iter().take(32) {
        sockets.push(socket(*interface)?);
    }
    let searches = sockets.iter().map(|socket| on_one(socket, search));
    let mut all = Gathered::default();
    for gathered in futures::future::join_all(searches).await {
        all.findings.unreadable += gathered.findings.unreadable;
        all.findings.dropped += gathered.findings.dropped;
        for (reference, candidate) in gathered.by_reference {
            match all.by_reference.get_mut(&reference) {
                Some(known) => known.merge(candidate),
                None => drop(all.by_reference.insert(reference, candidate)),
            }
        }
    }
    Ok(all.finish())
}

fn socket(interface: Ipv4Addr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_multicast_if_v4(&interface)?;
    socket.set_multicast_ttl_v4(1)?;
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::from((interface, 0)).into())?;
    UdpSocket::from_std(socket.into())
}

async fn on_one(socket: &UdpSocket, search: &Multicast) -> Gathered {
    let mut gathered = Gathered::default();
    for _ in 0..search.rounds.clamp(1, 10) {
        for probe in probes() {
            // An interface that cannot send finds nothing; the others do.
            let _ = socket.send_to(probe.as_bytes(), search.group).await;
            // Many cameras answering many probes at once would lose each other's datagrams.
            listen(socket, search.group, Instant::now() + jitter(), &mut gathered).await;
        }
        listen(socket, search.group, Instant::now() + search.wait, &mut gathered).await;
    }
    gathered
}

fn jitter() -> Duration {
    Duration::from_millis(rand::random_range(10..=100))
}

async fn listen(socket: &UdpSocket, group: SocketAddr, until: Instant, gathered: &mut Gathered) {
    let mut buffer = vec![0; ANSWER_BYTES_MOST];
    while let Ok(Ok((length, from))) = timeout_at(until, socket.recv_from(&mut buffer)).await {
        for reference in gathered.take(&buffer[..length], from) {
            for resolve in resolves(&reference) {
                let _ = socket.send_to(resolve.as_bytes(), group).await; // Without an answer it stays without address.
            }
        }
    }
}
