//! The embedded broker, behind our trait: a device's PUBACK means "stored".
//!
//! Built from the parts of the crate `mqtt5` that serve one connection, named only here and below `broker/`. The listener
//! is ours, so that each connection has its own rights, its own end and a reason for it: `connection` answers what
//! mqtt5 asks, `live` knows who is connected, `rights` decides who may say what where.
//!
//! What a device publishes is handed over and acknowledged after the verdict; nothing of it is routed or kept here.
//! Sessions end with their connection: a device that resends is recognised by its message ids, not by its session.

mod connection;
mod live;
mod rights;
mod settings;
#[cfg(test)]
mod tests;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mqtt5::broker::ResourceMonitor;
use mqtt5::broker::client_handler::ClientHandler;
use mqtt5::broker::router::MessageRouter;
use mqtt5::broker::sys_topics::BrokerStats;
use mqtt5::broker::transport::BrokerTransport;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::broadcast;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::info;
use tracing::warn;
use xl_model::fault::Code;
use xl_model::fault::Refused;
use xl_model::id::DeviceId;

use crate::mqtt::dialect::Dialects;
use crate::mqtt::dialect::settings::Settings;
use crate::mqtt::intake::Intake;
use crate::mqtt::refuser::Refuser;
use crate::port::DeviceRegister;
use crate::port::Enrolments;
use crate::port::Ports;
use connection::Connection;
use live::Knock;
use live::Live;

/// The bytes are no MQTT that the broker takes. Code XL0407.
pub const NOT_MQTT: Code = Code(407);

/// The device, its address or the broker has too many connections. Code XL0408.
pub const TOO_MANY_CONNECTIONS: Code = Code(408);

/// How long a new connection may take to log in (ASVS: a slow CONNECT is closed).
const LOGIN_LIMIT: Duration = Duration::from_secs(5);

/// How long connections get to end by themselves when the broker stops.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(3);

/// How often the routes of ended connections are swept out.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// How long to wait when no connection can be accepted (no file descriptors left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How often it is looked for what has ended without a word: well below the shortest such time, 30 s.
const PASS_EVERY: Duration = Duration::from_secs(1);

/// The name under which it says what was seen.
const SOURCE: &str = "mqtt";

/// Messages handed over and waiting for their verdict at once, over all connections; the others wait before that.
const WAITING_MOST: usize = 1024;

/// Every limit of the embedded broker; no default of the library stays in force.
#[derive(Debug, Clone)]
pub struct BrokerConfig {
    /// Where it listens. Loopback unless configured.
    pub listen: SocketAddr,
    /// Where it listens with TLS beside that, and with which certificate.
    pub tls: Option<TlsListen>,
    /// Folder for its own small state. Sessions live in memory, so nothing is written there at present.
    pub folder: PathBuf,
    /// Most clients at once.
    pub max_clients: usize,
    /// Largest packet in bytes. 4 MiB by default.
    pub max_packet_bytes: u32,
    /// Most messages per second of one device, over all its connections; a faster one is slowed down, not refused. 0: no limit.
    pub max_messages_per_second: u32,
    /// Most bytes per second of one device, over all its connections; a faster one is slowed down, not refused. 0: no limit.
    pub max_bytes_per_second: u32,
}

/// A second address, where everything is encrypted.
#[derive(Debug, Clone)]
pub struct TlsListen {
    /// Where it listens.
    pub listen: SocketAddr,
    /// PEM file of the certificate, with those that lead to its authority.
    pub certificate_file: PathBuf,
    /// PEM file of its key, PKCS #8, PKCS #1 or SEC 1.
    pub key_file: PathBuf,
}

/// Why the broker did not start.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// The address cannot be bound. Code XL0406.
    #[error("embedded broker cannot listen on `{listen}`: {detail}")]
    NotBound {
        /// The address.
        listen: SocketAddr,
        /// The reason.
        detail: String,
    },
    /// The certificate or its key cannot be used. Code XL0441.
    #[error("certificate `{file}` not usable: {detail}")]
    Certificate {
        /// The file.
        file: PathBuf,
        /// The reason.
        detail: String,
    },
}

/// A running broker.
#[async_trait::async_trait]
pub trait EmbeddedBroker: Send + Sync {
    /// Where it listens; the real port when 0 was asked for.
    fn address(&self) -> SocketAddr;

    /// Where it listens with TLS, if it does.
    fn tls_address(&self) -> Option<SocketAddr>;

    /// Cuts the connections of a device whose right to connect is gone.
    async fn disconnect(&self, device: &DeviceId);

    /// Stops: takes no more, closes all connections. Unacknowledged messages come again.
    async fn shutdown(&self);
}

/// Starts the broker.
///
/// # Errors
/// When the address cannot be bound.
pub async fn start(
    config: BrokerConfig,
    devices: Arc<dyn DeviceRegister>,
    ports: Ports,
) -> Result<Arc<dyn EmbeddedBroker>, BrokerError> {
    start_with(config, devices, ports, LOGIN_LIMIT).await
}

async fn start_with(
    config: BrokerConfig,
    devices: Arc<dyn DeviceRegister>,
    ports: Ports,
    login_limit: Duration,
) -> Result<Arc<dyn EmbeddedBroker>, BrokerError> {
    let (listener, address) = bind(config.listen).await?;
    let encrypted = match &config.tls {
        Some(tls) => Some((bind(tls.listen).await?, tls::acceptor(tls)?)),
        None => None,
    };
    if !address.ip().is_loopback() {
        warn!(%address, "this address of the embedded broker has no TLS: whoever listens on that network reads along");
    }
    let refuser = Arc::new(Refuser::new(ports.refusals.clone(), ports.clock.clone()));
    // Without settings they read what a device says below its own prefix, and nothing else.
    let dialects = Dialects::new(Settings::default()).expect("the default settings keep the rules");
    let shared = Arc::new(Shared {
        enrolments: ports.enrolments.clone(),
        intake: Intake::new(ports, dialects, SOURCE),
        refuser,
        devices,
        live: Live::new(config.max_messages_per_second, config.max_bytes_per_second),
        router: Arc::new(settings::router(&config)),
        stats: Arc::new(BrokerStats::new()),
        monitor: Arc::new(ResourceMonitor::new(settings::resources(&config))),
        places: Arc::new(Semaphore::new(config.max_clients.min(Semaphore::MAX_PERMITS))),
        waiting: Semaphore::new(WAITING_MOST),
        stop: CancellationToken::new(),
        abandon: CancellationToken::new(),
        tasks: TaskTracker::new(),
        login_limit,
        config,
    });
    shared.tasks.spawn(accept(shared.clone(), listener, None));
    shared.tasks.spawn(pass(shared.clone()));
    info!(%address, "the embedded broker takes connections");
    let tls_address = encrypted.map(|((listener, address), acceptor)| {
        shared.tasks.spawn(accept(shared.clone(), listener, Some(acceptor)));
        info!(%address, "the embedded broker takes connections with TLS");
        address
    });
    Ok(Arc::new(Running { address, tls_address, shared }))
}

async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), BrokerError> {
    let not_bound = |error: std::io::Error| BrokerError::NotBound { listen, detail: error.to_string() };
    let listener = TcpListener::bind(listen).await.map_err(not_bound)?;
    let address = listener.local_addr().map_err(not_bound)?;
    Ok((listener, address))
}

/// What all connections share.
struct Shared {
    config: BrokerConfig,
    intake: Intake,
    enrolments: Arc<dyn Enrolments>,
    refuser: Arc<Refuser>,
    devices: Arc<dyn DeviceRegister>,
    live: Live,
    router: Arc<MessageRouter>,
    stats: Arc<BrokerStats>,
    monitor: Arc<ResourceMonitor>,
    /// One permit for each client.
    places: Arc<Semaphore>,
    /// One permit for each message that waits for its verdict.
    waiting: Semaphore,
    /// Cancelled: end in good order.
    stop: CancellationToken,
    /// Cancelled: end where you stand.
    abandon: CancellationToken,
    tasks: TaskTracker,
    login_limit: Duration,
}

struct Running {
    address: SocketAddr,
    tls_address: Option<SocketAddr>,
    shared: Arc<Shared>,
}

#[async_trait::async_trait]
impl EmbeddedBroker for Running {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn tls_address(&self) -> Option<SocketAddr> {
        self.tls_address
    }

    async fn disconnect(&self, device: &DeviceId) {
        self.shared.live.cut(device);
    }

    async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        if tokio::time::timeout(SHUTDOWN_LIMIT, self.shared.tasks.wait()).await.is_err() {
            self.shared.abandon.cancel();
            self.shared.tasks.wait().await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        self.shared.abandon.cancel();
    }
}

async fn accept(shared: Arc<Shared>, listener: TcpListener, tls: Option<TlsAcceptor>) {
    let mut sweep = tokio::time::interval(SWEEP_EVERY);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => break,
            _ = sweep.tick() => shared.router.sweep_sessions().await,
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => admit(&shared, stream, address, tls.clone()),
                Err(error) => {
                    warn!(%error, "a connection cannot be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
}

/// Lets the time pass for what was heard.
async fn pass(shared: Arc<Shared>) {
    let mut ticks = tokio::time::interval(PASS_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => break,
            () = async {
                ticks.tick().await;
                shared.intake.pass().await;
            } => {}
        }
    }
}

/// Gives a new connection its task, if there is room.
fn admit(shared: &Arc<Shared>, stream: TcpStream, address: SocketAddr, tls: Option<TlsAcceptor>) {
    let place = shared.places.clone().try_acquire_owned();
    let (Ok(place), Some(knock)) = (place, shared.live.knock(address.ip())) else {
        let detail = "no room for a further connection; it was closed before its first byte";
        let refused = Refused::new(TOO_MANY_CONNECTIONS, detail);
        shared.refuser.refuse(&address.ip().to_string(), "connect", refused, &[]);
        return;
    };
    if let Err(error) = stream.set_nodelay(true) {
        warn!(%error, "acknowledgements of this connection may be late");
    }
    shared.tasks.spawn(serve(shared.clone(), stream, address, tls, place, knock));
}

/// One connection from its first byte to its last.
async fn serve(
    shared: Arc<Shared>,
    stream: TcpStream,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    _place: OwnedSemaphorePermit,
    knock: Knock,
) {
    // Before its turn: a handshake that stalls takes no place from those who log in.
    let transport = match tls {
        None => BrokerTransport::tcp(stream),
        Some(acceptor) => match tls::shake(acceptor, stream, shared.login_limit).await {
            Ok(transport) => transport,
            Err(refused) => return shared.refuser.refuse(&address.ip().to_string(), "connect", refused, &[]),
        },
    };
    let knock = tokio::select! {
        knock = knock.turn() => knock,
        () = shared.stop.cancelled() => return,
        () = tokio::time::sleep(shared.login_limit) => {
            let detail = "too many connections of this address, or of all, have not logged in";
            let refused = Refused::new(TOO_MANY_CONNECTIONS, detail);
            return shared.refuser.refuse(&address.ip().to_string(), "connect", refused, &[]);
        }
    };
    let connection = Arc::new(Connection::new(shared.clone(), address, knock));
    let (end, ended) = broadcast::channel(1);
    let handler = ClientHandler::new(
        transport,
        address,
        Arc::new(settings::of(&shared.config, Some(connection.clone()))),
        shared.router.clone(),
        connection.clone(),
        None, // Sessions are not kept: see the head of this file.
        shared.stats.clone(),
        shared.monitor.clone(),
        ended,
    );
    let run = handler.run();
    let slow = connection.not_logged_in_after(shared.login_limit);
    tokio::pin!(run, slow);
    let mut told = false;
    let outcome = loop {
        tokio::select! {
            outcome = &mut run => break outcome,
            () = &mut slow => break Ok(()),
            () = shared.abandon.cancelled() => break Ok(()),
            () = connection.cut(), if !told => {
                told = true;
                let _ = end.send(()); // Nobody listens any more: the connection ends anyway.
            }
        }
    };
    connection.ended(outcome);
}
