//! The logins of cameras and bridges in memory: who may connect to the broker.
//!
//! Reads the logins from the store once and changes both together; each but a bridge's belongs to a camera of [`crate::cameras`],
//! and what concerns the camera is asked there. Knows nothing of connections: whoever disables a device cuts them.

mod password;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;

use tracing::info;
use xl_bridge::port::DeviceRegister;
use xl_bridge::port::Principal;
use xl_model::camera::CameraKey;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
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

use crate::cameras::CameraError;
use crate::cameras::Cameras;

/// The register; clones share it.
#[derive(Clone)]
pub struct Devices {
    store: Store,
    cameras: Cameras,
    clock: Arc<dyn Clock>,
    entries: Arc<RwLock<HashMap<DeviceId, Device>>>,
    /// One change at a time, so that memory and store never disagree about who may log in.
    turn: Arc<tokio::sync::Mutex<()>>,
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
    /// Reads the logins from the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(store: Store, cameras: Cameras, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let entries = store.devices(None).await?.into_iter().map(|device| (device.id.clone(), device));
        let entries = Arc::new(RwLock::new(entries.collect()));
        Ok(Self { store, cameras, clock, entries, turn: Arc::default() })
    }

    /// Registers a login, and its camera as `new` says where that is not registered yet.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the login is registered already, [`CameraError::Fields`].
    pub async fn register(&self, id: DeviceId, new: Draft) -> Result<Registered, CameraError> {
        let Registered { device, password } = self.generate(id.clone(), false);
        let mut draft = new;
        draft.set(Field::Township, id.township.as_str());
        draft.set(Field::Camera, id.camera.as_str());
        draft.set(Field::Attachment, "mqtt");
        let _turn = self.turn.lock().await;
        self.cameras.add_device(device.clone(), &draft).await?;
        self.change(|entries| {
            entries.insert(id, device.clone());
        });
        info!(device = %device.id, "device `{}` is registered", device.id);
        Ok(Registered { device, password })
    }

    /// Registers a login that speaks for the cameras attached through it, and is none itself.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when a login or a camera has this id.
    pub async fn register_bridge(&self, id: DeviceId) -> Result<Registered, CameraError> {
        let registered = self.generate(id.clone(), true);
        let _turn = self.turn.lock().await;
        if self.knows(&id.township, &id.camera) {
            return Err(StoreError::Exists { what: "camera", id: id.to_string() }.into());
        }
        self.store.add_device(registered.device.clone(), None).await?;
        self.change(|entries| {
            entries.insert(id, registered.device.clone());
        });
        info!(device = %registered.device.id, "bridge `{}` is registered", registered.device.id);
        Ok(registered)
    }

    fn generate(&self, id: DeviceId, bridge: bool) -> Registered {
        let password = password::generate();
        let password_sha256 = password::hash(password.as_bytes());
        let device = Device { id, password_sha256, bridge, enabled: true, registered_ms: self.clock.now_ms() };
        Registered { device, password }
    }

    /// Takes a camera out of the register together with its login; the caller cuts live connections.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove(&self, camera: &CameraKey) -> Result<(), CameraError> {
        let _turn = self.turn.lock().await;
        self.cameras.remove(camera).await?;
        self.change(|entries| {
            entries.remove(&device_id(&camera.township, &camera.camera));
        });
        Ok(())
    }

    /// Lets a device connect or not; the caller cuts live connections.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn enable(&self, id: &DeviceId, enabled: bool) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        self.store.enable_device(id, enabled).await?;
        self.change(|entries| {
            if let Some(device) = entries.get_mut(id) {
                device.enabled = enabled;
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
        let _turn = self.turn.lock().await;
        self.store.set_device_password(id, &hash).await?;
        let mut renewed = None;
        self.change(|entries| {
            if let Some(device) = entries.get_mut(id) {
                device.password_sha256 = hash;
                renewed = Some(device.clone());
            }
        });
        let device = renewed.ok_or_else(|| StoreError::NotFound { what: "device", id: id.to_string() })?;
        info!(device = %id, "device `{id}` has a new password");
        Ok(Registered { device, password })
    }

    /// Whether this camera is registered in this township.
    pub fn knows(&self, township: &TownshipId, camera: &CameraId) -> bool {
        self.cameras.knows(&key(township, camera))
    }

    /// The place at which a camera is registered; `None` when it is not.
    pub fn place(&self, township: &TownshipId, camera: &CameraId) -> Option<String> {
        self.cameras.place(&key(township, camera))
    }

    /// All logins, of one township or of all, by id.
    pub fn list(&self, township: Option<&TownshipId>) -> Vec<Device> {
        let entries = self.read();
        let wanted = entries.values().filter(|device| township.is_none_or(|wanted| device.id.township == *wanted));
        let mut devices: Vec<Device> = wanted.cloned().collect();
        devices.sort_by(|a, b| (&a.id.township, &a.id.camera).cmp(&(&b.id.township, &b.id.camera)));
        devices
    }

    /// The login of a camera, if it has one.
    pub fn of(&self, camera: &CameraKey) -> Option<Device> {
        self.read().get(&device_id(&camera.township, &camera.camera)).cloned()
    }

    /// Notes that something of this camera was accepted.
    pub fn seen(&self, township: &TownshipId, camera: &CameraId, at_ms: TimestampMs) {
        self.cameras.seen(&key(township, camera), at_ms);
    }

    /// Notes by how much a camera's clock is ahead of ours, see [`Cameras::note_skew`].
    pub fn note_skew(&self, township: &TownshipId, camera: &CameraId, skew_ms: i64) {
        self.cameras.note_skew(&key(township, camera), skew_ms);
    }

    /// By how much a camera's clock was ahead of ours at its last message, in milliseconds.
    pub fn skew_ms(&self, township: &TownshipId, camera: &CameraId) -> Option<i64> {
        self.cameras.skew_ms(&key(township, camera))
    }

    /// Writes the times of last sight, see [`Cameras::write_seen`].
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write_seen(&self, now: bool) -> Result<(), StoreError> {
        self.cameras.write_seen(now).await
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<DeviceId, Device>> {
        // A holder that panicked left the map whole: each change is one insertion or assignment.
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<DeviceId, Device>)) {
        change(&mut self.entries.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl DeviceRegister for Devices {
    fn login(&self, user: &str, password: &[u8]) -> Result<Principal, Refused> {
        let entries = self.read();
        let entry = user.parse::<DeviceId>().ok().and_then(|id| entries.get(&id));
        check_login(entry, password)
    }
}

/// Takes as long for an unknown device as for a wrong password, and says the same.
fn check_login(device: Option<&Device>, password: &[u8]) -> Result<Principal, Refused> {
    let right = password::is_right(password, device.map(|device| device.password_sha256.as_str()));
    match device {
        Some(device) if right && device.enabled => Ok(Principal { id: device.id.clone(), is_bridge: device.bridge }),
        Some(_) if right => Err(Refused::new(code::DEVICE_DISABLED, "the device is disabled")),
        _ => Err(Refused::new(code::BAD_LOGIN, "user name or password is wrong")),
    }
}

fn device_id(township: &TownshipId, camera: &CameraId) -> DeviceId {
    DeviceId { township: township.clone(), camera: camera.clone() }
}

fn key(township: &TownshipId, camera: &CameraId) -> CameraKey {
    CameraKey { township: township.clone(), camera: camera.clone() }
}

#[cfg(test)]
mod tests;
