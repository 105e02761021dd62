//! Many cameras in one process: where they listen, how they are started and stopped.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::Auth;
use crate::auth::DigestOffer;
use crate::device::Device;
use crate::discovery;
use crate::discovery::Discovery;
use crate::fault::Fault;
use crate::http;

/// More cameras in one process are refused: each needs a port and a listener.
pub const MAX_CAMERAS: usize = 5_000;

/// How a camera behaves as long as no fault says otherwise.
#[derive(Debug, Clone)]
pub struct Manner {
    /// Name of its one user.
    pub user: String,
    /// Password of that user.
    pub password: String,
    /// What it accepts as a login.
    pub auth: Auth,
    /// What HTTP digest offers.
    pub digest: DigestOffer,
    /// Error of the clock in seconds, negative when it is behind.
    pub skew_seconds: i64,
    /// Wrong tries until the account is locked, while [`Fault::LockOut`] is set.
    pub lock_after: u32,
    /// How late answers come while [`Fault::SlowCamera`] is set.
    pub slow: Duration,
    /// How long a poll may be idle while [`Fault::IdlePollClosed`] is set.
    pub idle: Duration,
    /// Pull points at the same time.
    pub max_pull_points: usize,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            user: "admin".to_owned(),
            password: "simulated".to_owned(),
            auth: Auth::Either,
            digest: DigestOffer::Both,
            skew_seconds: 0,
            lock_after: 5,
            slow: Duration::from_secs(5),
            idle: Duration::from_secs(1),
            max_pull_points: 4,
        }
    }
}

/// Where the cameras listen.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// All on one address, with ports counted up; from port 0 each gets a free one.
    Ports {
        /// The address of all.
        ip: IpAddr,
        /// The first one's port.
        first: u16,
    },
    /// All on one port, with addresses counted up; Linux has all of 127.0.0.0/8 on its loopback.
    Addresses {
        /// The first one's address.
        first: Ipv4Addr,
        /// The port of all; below 1024 it needs a privilege.
        port: u16,
    },
}

impl Place {
    fn of(self, index: usize) -> Option<SocketAddr> {
        match self {
            Self::Ports { ip, first: 0 } => Some(SocketAddr::new(ip, 0)),
            Self::Ports { ip, first } => Some(SocketAddr::new(ip, first.checked_add(u16::try_from(index).ok()?)?)),
            Self::Addresses { first, port } => {
                let ip = first.to_bits().checked_add(u32::try_from(index).ok()?)?;
                Some(SocketAddr::new(Ipv4Addr::from_bits(ip).into(), port))
            }
        }
    }
}

/// What a fleet is made of.
#[derive(Debug, Clone)]
pub struct FleetConfig {
    /// How many cameras, 1 to [`MAX_CAMERAS`].
    pub cameras: usize,
    /// Where they listen.
    pub place: Place,
    /// How they behave.
    pub manner: Manner,
    /// The faults that all show from the start.
    pub faults: Vec<Fault>,
    /// Whether and where they answer WS-Discovery.
    pub discovery: Discovery,
}

impl Default for FleetConfig {
    fn default() -> Self {
        Self {
            cameras: 1,
            place: Place::Ports { ip: Ipv4Addr::LOCALHOST.into(), first: 0 },
            manner: Manner::default(),
            faults: Vec::new(),
            discovery: Discovery::Off,
        }
    }
}

/// Why a fleet did not start.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// None, too many, or more than the place has room for.
    #[error("{cameras} cameras do not fit: from 1 to {MAX_CAMERAS}, and within the ports or addresses")]
    Room {
        /// How many were asked for.
        cameras: usize,
    },
    /// A camera could not listen.
    #[error("camera {number} cannot listen on {address}")]
    Listen {
        /// Which one, counted from 1.
        number: usize,
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Nobody could listen for probes.
    #[error("cannot listen for WS-Discovery on {address}")]
    Discovery {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// Cameras that run until the fleet is stopped or dropped.
#[derive(Debug)]
pub struct Fleet {
    devices: Vec<Device>,
    discovery: Vec<SocketAddr>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl Fleet {
    /// Starts all cameras; they answer when this returns.
    ///
    /// # Errors
    ///
    /// When there is no room for them, or an address is taken.
    pub async fn start(config: FleetConfig) -> Result<Self, FleetError> {
        let room = || FleetError::Room { cameras: config.cameras };
        if config.cameras == 0 || config.cameras > MAX_CAMERAS {
            return Err(room());
        }
        let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
        // Whatever fails below, what has been started ends with this.
        let guard = shutdown.clone().drop_guard();
        let manner = Arc::new(config.manner.clone());
        let mut devices = Vec::with_capacity(config.cameras);
        for index in 0..config.cameras {
            let (number, wanted) = (index + 1, config.place.of(index).ok_or_else(room)?);
            let not_listening = |source| FleetError::Listen { number, address: wanted, source };
            let listener = TcpListener::bind(wanted).await.map_err(not_listening)?;
            let address = listener.local_addr().map_err(not_listening)?;
            let device = Device::new(number, address, manner.clone(), &config.faults, tasks.clone(), shutdown.clone());
            tasks.spawn(http::serve(device.clone(), listener));
            devices.push(device);
        }
        let discovery = discovery::start(config.discovery, &devices, &tasks, &shutdown)?;
        guard.disarm();
        Ok(Self { devices, discovery, tasks, shutdown })
    }

    /// All cameras, in their order.
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// One camera, counted from 0; none when there are fewer.
    pub fn device(&self, index: usize) -> Option<&Device> {
        self.devices.get(index)
    }

    /// Where probes are answered: the unicast addresses.
    pub fn discovery(&self) -> &[SocketAddr] {
        &self.discovery
    }

    /// Ends all connections and waits until nothing runs.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}
