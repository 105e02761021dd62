//! WS-Discovery: listens for probes, by multicast and by unicast, and answers for the cameras.
//!
//! What an answer says is in `message`; this file has the sockets. Each camera answers in a datagram of its own, as
//! real ones do.

mod message;

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Arc;

use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;
use tokio::net::UdpSocket;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::device::Device;
use crate::fleet::FleetError;

/// The group and port of WS-Discovery.
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);

/// The port of WS-Discovery.
pub const PORT: u16 = 3702;

/// The longest datagram that is read; real probes are below 2 KiB.
const MAX_DATAGRAM: usize = 16 * 1024;

/// Whether and where a fleet answers WS-Discovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discovery {
    /// Nowhere.
    Off,
    /// By unicast only: on each address of the fleet, at that port (0: a free one).
    Unicast {
        /// 3702 for others to find.
        port: u16,
    },
    /// By unicast at 3702, and by multicast on every interface that will have it.
    Everywhere,
}

/// Opens the sockets and answers from now on; returns the unicast addresses.
///
/// Multicast is tried and not insisted on: a machine may have no interface for it.
pub(crate) fn start(
    discovery: Discovery,
    devices: &[Device],
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> Result<Vec<SocketAddr>, FleetError> {
    let (port, by_multicast) = match discovery {
        Discovery::Off => return Ok(Vec::new()),
        Discovery::Unicast { port } => (port, false),
        Discovery::Everywhere => (PORT, true),
    };
    let mut addresses = Vec::new();
    let hosts: BTreeSet<IpAddr> = devices.iter().map(|device| device.address().ip()).collect();
    for host in hosts {
        let wanted = SocketAddr::new(host, port);
        let failed = |source| FleetError::Discovery { address: wanted, source };
        let socket = open(wanted).map_err(failed)?;
        addresses.push(socket.local_addr().map_err(failed)?);
        let of_host = devices.iter().filter(|device| device.address().ip() == host).cloned().collect();
        tasks.spawn(listen(socket, of_host, shutdown.clone()));
    }
    if by_multicast {
        let wanted = SocketAddr::new(GROUP.into(), PORT);
        let joined = open(wanted).and_then(|socket| join(&socket).map(|()| socket));
        let socket = joined.map_err(|source| FleetError::Discovery { address: wanted, source })?;
        tasks.spawn(listen(socket, devices.to_vec().into(), shutdown.clone()));
    }
    Ok(addresses)
}

/// A socket that others may have as well: every program that looks for cameras wants port 3702.
fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

/// Joins the group where the default route goes, and on the loopback; one of them is enough.
fn join(socket: &UdpSocket) -> io::Result<()> {
    let default = socket.join_multicast_v4(GROUP, Ipv4Addr::UNSPECIFIED);
    let loopback = socket.join_multicast_v4(GROUP, Ipv4Addr::LOCALHOST);
    default.or(loopback)
}

async fn listen(socket: UdpSocket, devices: Arc<[Device]>, shutdown: CancellationToken) {
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        let received = tokio::select! {
            () = shutdown.cancelled() => return,
            received = socket.recv_from(&mut buffer) => received,
        };
        // An error here is that of an earlier answer which nobody took.
        let Ok((length, from)) = received else { continue };
        let Some(question) = message::read(&buffer[..length]) else { continue };
        for device in devices.iter() {
            if let Some(answer) = message::answer(device, &question) {
                device.state().record.discoveries += 1;
                let _ = socket.send_to(answer.as_bytes(), from).await;
            }
        }
    }
}
