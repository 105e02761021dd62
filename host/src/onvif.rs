//! The way to cameras that are attached by ONVIF: one supervised task for each, begun and ended as the register says.
//!
//! What the tasks tell becomes evidence, observations and streams in the register ([`run`]); a person or a module gets
//! pictures, movements, probes and searches here. Whether somebody may look or move is decided by who calls. The client
//! itself is [`xl_bridge::onvif`].

mod attached;
mod enrolment;
mod error;
mod fleet;
mod offer;
mod probe;
mod search;
mod telling;
#[cfg(test)]
mod tests;

pub use attached::Condition;
pub use error::OnvifError;
pub use offer::Offer;
pub use probe::Probed;
pub use search::Search;

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::time::Duration;

use bytes::Bytes;
use ipnet::IpNet;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::info;
use xl_bridge::onvif::camera::Velocity;
use xl_bridge::onvif::gate::Resolve;
use xl_bridge::onvif::gate::SystemResolver;
use xl_bridge::onvif::policy::AddressPolicy;
use xl_bridge::onvif::supervisor;
use xl_bridge::port::Inbox;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::status::evidence::Witness;

use crate::cameras::Cameras;
use crate::config;
use attached::Attached;
use enrolment::Enroller;
use fleet::Fleet;
use offer::Offers;
use telling::Telling;

/// Reports that wait: a few of each camera of a township. When the log is behind, cameras are pulled later.
const REPORTS: usize = 1_024;

/// How often states are closed whose cameras never said that they ended.
const EXPIRE_EVERY: Duration = Duration::from_secs(1);

/// Probes at the same time: persons who are adding cameras.
const PROBES: usize = 4;

/// The cameras that are signed in to; clones share them.
#[derive(Clone)]
pub struct Onvif(Arc<Shared>);

struct Shared {
    enabled: bool,
    cameras: Cameras,
    clock: Arc<dyn Clock>,
    enroller: Enroller,
    supervision: supervisor::Settings,
    attached: RwLock<HashMap<CameraKey, Arc<Attached>>>,
    probed: RwLock<HashMap<CameraKey, Arc<Probed>>>,
    probing: Semaphore,
    searching: Semaphore,
    offers: Offers,
}

impl Onvif {
    /// Nobody is asked before [`run`]; the hub's `own` addresses are never called.
    pub fn new(settings: &config::Onvif, own: Vec<SocketAddr>, cameras: Cameras, clock: Arc<dyn Clock>) -> Self {
        let resolver: Arc<dyn Resolve> = Arc::new(SystemResolver);
        let supervision = supervisor::Settings {
            interval: settings.interval,
            delay_first: settings.retry,
            breaker_delay: settings.retry_rare,
            clock_every: settings.clock,
            ..supervisor::Settings::default()
        };
        let own = own.into_iter().flat_map(own_addresses).collect();
        let policy = AddressPolicy { networks: settings.networks.clone(), own, loopback: false };
        Self(Arc::new(Shared {
            enabled: settings.enabled,
            enroller: Enroller { policy, allow_loopback: settings.allow_loopback, resolver },
            supervision,
            attached: RwLock::default(),
            probed: RwLock::default(),
            probing: Semaphore::new(PROBES),
            searching: Semaphore::new(1),
            offers: Offers::default(),
            cameras,
            clock,
        }))
    }

    /// How a camera was found last; nothing for one that no task is kept for.
    pub fn condition(&self, key: &CameraKey) -> Option<Condition> {
        self.attached(key).map(|attached| attached.condition())
    }

    /// What the last probe of a camera told.
    pub fn probed(&self, key: &CameraKey) -> Option<Arc<Probed>> {
        self.0.probed.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// A fresh picture as JPEG, of the first profile that gives one; nothing where no task is kept for the camera.
    pub async fn snapshot(&self, key: &CameraKey) -> Option<Result<Bytes, String>> {
        let attached = self.attached(key)?;
        Some(attached.snapshot().await.map_err(|refused| refused.to_string()))
    }

    /// Moves a camera for `time`, at most 10 s, and stops it whatever happens meanwhile.
    ///
    /// # Errors
    /// [`OnvifError::NotAttached`], [`OnvifError::NotReady`], [`OnvifError::Camera`].
    pub async fn move_for(&self, key: &CameraKey, velocity: Velocity, time: Duration) -> Result<(), OnvifError> {
        let attached = self.attached(key).ok_or_else(|| self.not_attached(key))?;
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        info!(camera = %key, ms, "camera `{key}` is moved for {ms} ms");
        attached.move_for(velocity, time).await
    }

    /// Why nothing is asked of a camera.
    fn not_attached(&self, key: &CameraKey) -> OnvifError {
        if self.0.enabled { OnvifError::NotAttached { camera: key.clone() } } else { OnvifError::Disabled }
    }

    fn attached(&self, key: &CameraKey) -> Option<Arc<Attached>> {
        self.all().get(key).cloned()
    }

    fn all(&self) -> RwLockReadGuard<'_, HashMap<CameraKey, Arc<Attached>>> {
        // A holder that panicked left the map whole: each change is one insertion or removal.
        self.0.attached.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<CameraKey, Arc<Attached>>)) {
        change(&mut self.0.attached.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether all addresses of a range may be searched.
    fn may_search(&self, range: &IpNet) -> bool {
        let Enroller { policy, allow_loopback, .. } = &self.0.enroller;
        let loopback = *allow_loopback && range.network().is_loopback() && range.broadcast().is_loopback();
        loopback || policy.networks.iter().any(|network| network.contains(range))
    }
}

/// Where a listener is met on this machine. Port 0 would stand for all ports; such a listener gets another one anyway.
fn own_addresses(listen: SocketAddr) -> Vec<SocketAddr> {
    match (listen.port(), listen.ip().is_unspecified()) {
        (0, _) => Vec::new(),
        (port, true) => vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()],
        (_, false) => vec![listen],
    }
}

/// Keeps the tasks and takes what they tell, until `stop`.
pub async fn run(onvif: Onvif, witness: Arc<dyn Witness>, inbox: Inbox, stop: CancellationToken) {
    if !onvif.0.enabled {
        return stop.cancelled().await;
    }
    let (reports, mut told) = mpsc::channel(REPORTS);
    let mut changes = onvif.0.cameras.changed();
    let mut telling = Telling::new(onvif.clone(), witness, inbox);
    let mut fleet = Fleet::new(onvif, reports);
    let mut ticks = tokio::time::interval(EXPIRE_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    fleet.adjust().await;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            changed = changes.changed() => match changed {
                Ok(()) => for gone in fleet.adjust().await {
                    telling.forget(&gone);
                },
                Err(_) => break,
            },
            lost = fleet.lost() => {
                error!(code = %error::TASK_LOST, "the task of a camera broke off and begins anew: {lost}");
                fleet.adjust().await;
            }
            _ = ticks.tick() => telling.expire().await,
            told = told.recv() => match told {
                Some(told) => telling.take(told).await,
                None => break,
            },
        }
    }
    // Nobody takes reports any more: a task that waits for room would not see its end.
    drop(told);
    fleet.stop().await;
}
