//! The device register in memory: who may log in, which cameras exist, when they were last seen.
//!
//! Reads the register from the store once and changes both together. Knows nothing of connections: whoever disables a
//! device cuts them.

mod password;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use tracing::info;
use tracing::warn;
use xl_bridge::port::DeviceRegister;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::CameraId;
use xl_model::id::DeviceId;
use xl_model::id::TownshipId;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::register::Device;

/// A device clock that differs by more than this counts as wrong, in milliseconds.
const WRONG_CLOCK_MS: i64 = 5_000;

/// How often the times of last sight are written, in milliseconds. A crash forgets at most so much of them.
const WRITE_SEEN_EVERY_MS: i64 = 30_000;

/// The register; clones share it.
#[derive(Clone)]
pub struct Devices {
    store: Store,
    clock: Arc<dyn Clock>,
    entries: Arc<RwLock<HashMap<DeviceId, Entry>>>,
    written_ms: Arc<AtomicI64>,
}

struct Entry {
    device: Device,
    /// 0: never.
    seen_ms: AtomicI64,
    seen_unwritten: AtomicBool,
    skew_ms: AtomicI64,
}

/// A device as it is registered: the password is shown this once.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The device.
    pub device: Device,
    /// Its password, 43 characters of URL-safe base64.
    pub password: String,
}

impl Devices {
    /// Reads the register from the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(store: Store, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let entries = store.devices(None).await?.into_iter().map(|device| (device.id.clone(), Entry::new(device)));
        let entries = Arc::new(RwLock::new(entries.collect()));
        let written_ms = Arc::new(AtomicI64::new(clock.now_ms()));
        Ok(Self { store, clock, entries, written_ms })
    }

    /// Registers a device and its camera.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when it is registered already.
    pub async fn register(&self, id: DeviceId, name: String, place: String) -> Result<Registered, StoreError> {
        let password = password::generate();
        let device = Device {
            id: id.clone(),
            name,
            place,
            password_sha256: password::hash(password.as_bytes()),
            enabled: true,
            registered_ms: self.clock.now_ms(),
            last_seen_ms: None,
        };
        self.store.add_device(device.clone()).await?;
        self.change(|entries| {
            entries.insert(id, Entry::new(device.clone()));
        });
        info!(device = %device.id, "device `{}` is registered", device.id);
        Ok(Registered { device, password })
    }

    /// Lets a device connect or not; the caller cuts live connections.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn enable(&self, id: &DeviceId, enabled: bool) -> Result<(), StoreError> {
        self.store.enable_device(id, enabled).await?;
        self.change(|entries| {
            if let Some(entry) = entries.get_mut(id) {
                entry.device.enabled = enabled;
            }
        });
        info!(device = %id, enabled, "device `{id}` is {}", if enabled { "enabled" } else { "disabled" });
        Ok(())
    }

    /// Gives a device a new password.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn renew(&self, id: &DeviceId) -> Result<Registered, StoreError> {
        let password = password::generate();
        let hash = password::hash(password.as_bytes());
        self.store.set_device_password(id, &hash).await?;
        let mut renewed = None;
        self.change(|entries| {
            if let Some(entry) = entries.get_mut(id) {
                entry.device.password_sha256 = hash;
                renewed = Some(entry.current());
            }
        });
        let device = renewed.ok_or_else(|| StoreError::NotFound { what: "device", id: id.to_string() })?;
        info!(device = %id, "device `{id}` has a new password");
        Ok(Registered { device, password })
    }

    /// Whether this camera is registered in this township.
    pub fn knows(&self, township: &TownshipId, camera: &CameraId) -> bool {
        self.read().contains_key(&device_id(township, camera))
    }

    /// The place at which a camera is registered; `None` when it is not.
    pub fn place(&self, township: &TownshipId, camera: &CameraId) -> Option<String> {
        self.read().get(&device_id(township, camera)).map(|entry| entry.device.place.clone())
    }

    /// All devices, of one township or of all, by id, with their newest `last_seen_ms`.
    pub fn list(&self, township: Option<&TownshipId>) -> Vec<Device> {
        let entries = self.read();
        let wanted = entries.values().filter(|entry| township.is_none_or(|wanted| entry.device.id.township == *wanted));
        let mut devices: Vec<Device> = wanted.map(Entry::current).collect();
        devices.sort_by(|a, b| (&a.id.township, &a.id.camera).cmp(&(&b.id.township, &b.id.camera)));
        devices
    }

    /// Notes that something of this camera was accepted.
    pub fn seen(&self, township: &TownshipId, camera: &CameraId, at_ms: TimestampMs) {
        if let Some(entry) = self.read().get(&device_id(township, camera)) {
            entry.seen_ms.fetch_max(at_ms, Ordering::Relaxed);
            entry.seen_unwritten.store(true, Ordering::Relaxed);
        }
    }

    /// Notes by how much a camera's clock is ahead of ours; warns once when it becomes wrong and tells when it is right.
    pub fn note_skew(&self, township: &TownshipId, camera: &CameraId, skew_ms: i64) {
        let id = device_id(township, camera);
        let Some(before) = self.read().get(&id).map(|entry| entry.skew_ms.swap(skew_ms, Ordering::Relaxed)) else {
            return;
        };
        match (before.abs() > WRONG_CLOCK_MS, skew_ms.abs() > WRONG_CLOCK_MS) {
            (false, true) => warn!(device = %id, skew_ms, "the clock of camera `{id}` is wrong by {skew_ms} ms"),
            (true, false) => info!(device = %id, skew_ms, "the clock of camera `{id}` is right again"),
            _ => {}
        }
    }

    /// By how much a camera's clock was ahead of ours at its last message, in milliseconds.
    pub fn skew_ms(&self, township: &TownshipId, camera: &CameraId) -> Option<i64> {
        self.read().get(&device_id(township, camera)).map(|entry| entry.skew_ms.load(Ordering::Relaxed))
    }

    /// Writes the times of last sight when 30 s have passed since they were written, or `now`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write_seen(&self, now: bool) -> Result<(), StoreError> {
        let now_ms = self.clock.now_ms();
        if !now && (now_ms - self.written_ms.load(Ordering::Relaxed)).abs() < WRITE_SEEN_EVERY_MS {
            return Ok(());
        }
        self.written_ms.store(now_ms, Ordering::Relaxed);
        let seen: Vec<(DeviceId, TimestampMs)> = self
            .read()
            .iter()
            .filter(|(_, entry)| entry.seen_unwritten.swap(false, Ordering::Relaxed))
            .map(|(id, entry)| (id.clone(), entry.seen_ms.load(Ordering::Relaxed)))
            .collect();
        if seen.is_empty() { Ok(()) } else { self.store.seen(seen).await }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<DeviceId, Entry>> {
        // A holder that panicked left the map whole: each change is one insertion or assignment.
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<DeviceId, Entry>)) {
        change(&mut self.entries.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl DeviceRegister for Devices {
    fn login(&self, user: &str, password: &[u8]) -> Result<DeviceId, Refused> {
        let entries = self.read();
        let entry = user.parse::<DeviceId>().ok().and_then(|id| entries.get(&id));
        check_login(entry.map(|entry| &entry.device), password)
    }
}

/// Takes as long for an unknown device as for a wrong password, and says the same.
fn check_login(device: Option<&Device>, password: &[u8]) -> Result<DeviceId, Refused> {
    let right = password::is_right(password, device.map(|device| device.password_sha256.as_str()));
    match device {
        Some(device) if right && device.enabled => Ok(device.id.clone()),
        Some(_) if right => Err(Refused::new(code::DEVICE_DISABLED, "the device is disabled")),
        _ => Err(Refused::new(code::BAD_LOGIN, "user name or password is wrong")),
    }
}

fn device_id(township: &TownshipId, camera: &CameraId) -> DeviceId {
    DeviceId { township: township.clone(), camera: camera.clone() }
}

impl Entry {
    fn new(device: Device) -> Self {
        let seen_ms = AtomicI64::new(device.last_seen_ms.unwrap_or(0));
        Self { device, seen_ms, seen_unwritten: AtomicBool::new(false), skew_ms: AtomicI64::new(0) }
    }

    fn current(&self) -> Device {
        let seen_ms = self.seen_ms.load(Ordering::Relaxed);
        Device { last_seen_ms: (seen_ms != 0).then_some(seen_ms), ..self.device.clone() }
    }
}

#[cfg(test)]
mod tests;
