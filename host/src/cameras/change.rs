//! Changes of the register: one after another, in the store first, then in memory.

use std::sync::Arc;

use bytes::Bytes;
use tracing::info;
use tracing::warn;
use xl_model::camera::Attachment;
use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::camera::Profile;
use xl_model::camera::check;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::CameraFault;
use xl_model::camera::fault::Wrong;
use xl_store::StoreError;
use xl_store::cameras::CameraFilter;
use xl_store::cameras::RegisteredCamera;
use xl_store::cameras::Sealed;
use xl_store::register::Device;

use super::CameraError;
use super::Cameras;
use super::Entry;
use super::Outcome;
use super::Secret;
use super::Yours;
use super::export;
use super::ground::Ground;
use super::import;

/// Most cameras of one bulk change: the whole county, in the 1 MiB that a request may have.
const MOST_CHANGED: usize = 20_000;

/// Cameras of one page of an export.
const EXPORT_PAGE: u32 = 1_000;

impl Cameras {
    /// Registers a camera.
    ///
    /// # Errors
    /// [`CameraError::Fields`], [`StoreError::Exists`].
    pub async fn add(&self, draft: &Draft) -> Result<RegisteredCamera, CameraError> {
        let camera = checked(draft)?;
        let _turn = self.0.turn.lock().await;
        if self.knows(&camera.key) {
            return Err(StoreError::Exists { what: "camera", id: camera.key.to_string() }.into());
        }
        self.grounded(&camera, None)?;
        info!(camera = %camera.key, "camera `{}` is registered", camera.key);
        self.write_one(camera).await
    }

    /// Registers a camera, or says anew everything about one that is registered.
    ///
    /// # Errors
    /// [`CameraError::Fields`].
    pub async fn put(&self, draft: &Draft) -> Result<RegisteredCamera, CameraError> {
        let mut camera = checked(draft)?;
        let _turn = self.0.turn.lock().await;
        let before = self.row(&camera.key);
        if let Some(before) = &before {
            import::keep_profiles(&before.camera, &mut camera);
        }
        self.grounded(&camera, before.as_ref().map(|row| &row.camera))?;
        info!(camera = %camera.key, "camera `{}` is registered anew", camera.key);
        self.write_one(camera).await
    }

    /// Changes some fields of a camera.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`CameraError::Fields`].
    pub async fn change(&self, key: &CameraKey, set: &[(Field, String)]) -> Result<RegisteredCamera, CameraError> {
        let _turn = self.0.turn.lock().await;
        let before = self.row(key).ok_or_else(|| missing(key))?;
        let camera = changed(&before.camera, set).map_err(|faults| wrong(key.to_string(), faults))?;
        self.grounded(&camera, Some(&before.camera))?;
        info!(camera = %key, "camera `{key}` is changed");
        self.write_one(camera).await
    }

    /// Changes the same fields of many cameras, all in one transaction or none; how many are different now.
    ///
    /// # Errors
    /// [`CameraError::Bulk`], [`StoreError::NotFound`], [`CameraError::Cameras`].
    pub async fn change_many(&self, keys: &[CameraKey], set: &[(Field, String)]) -> Result<u64, CameraError> {
        if keys.is_empty() || keys.len() > MOST_CHANGED || set.is_empty() {
            return Err(CameraError::Bulk { cameras: keys.len(), fields: set.len(), most: MOST_CHANGED });
        }
        let _turn = self.0.turn.lock().await;
        let (mut cameras, mut faults) = (Vec::new(), Vec::new());
        let places = self.0.places.all();
        let ground = Ground { places: &places, day: self.0.places.today() };
        for key in keys {
            let before = self.row(key).ok_or_else(|| missing(key))?;
            match changed(&before.camera, set) {
                Ok(camera) if camera == before.camera => {}
                Ok(camera) => match ground.refuses(&camera, Some(&before.camera)) {
                    Some(fault) => faults.push((key.clone(), fault)),
                    None => {
                        ground.warn(&camera, Some(&before.camera));
                        cameras.push(camera);
                    }
                },
                Err(wrong) => faults.extend(wrong.into_iter().map(|fault| (key.clone(), fault))),
            }
        }
        if !faults.is_empty() {
            return Err(CameraError::Cameras(faults));
        }
        let count = cameras.len() as u64;
        if count > 0 {
            self.write(cameras, Vec::new()).await?;
        }
        info!(cameras = count, "{count} cameras are changed");
        Ok(count)
    }

    /// Takes a table: all of it or, with one fault in it, nothing. A dry run only says what would happen. A line of a
    /// township that is not `yours` is a fault.
    ///
    /// # Errors
    /// [`CameraError::Table`], [`CameraError::Rows`] (never in a dry run).
    pub async fn import(&self, table: Bytes, dry_run: bool, yours: Yours) -> Result<Outcome, CameraError> {
        let _turn = self.0.turn.lock().await;
        let known: import::Known =
            self.read().iter().map(|(key, entry)| (key.clone(), Arc::clone(&entry.row))).collect();
        // A county's table is some 100 ms of reading and checking: not for a thread that others wait for.
        let (places, day) = (self.0.places.all(), self.0.places.today());
        let plan =
            tokio::task::spawn_blocking(move || import::plan(&table, &known, Ground { places: &places, day }, &yours))
                .await;
        let import::Plan { outcome, cameras, secrets } =
            plan.map_err(|lost| StoreError::Failed { detail: format!("the table was not compared: {lost}") })??;
        if dry_run {
            return Ok(outcome);
        }
        if !outcome.faults.is_empty() {
            return Err(CameraError::Rows(outcome));
        }
        let sealed = secrets.iter().map(|(key, secret)| (key.clone(), self.0.key.seal(key, secret))).collect();
        if !cameras.is_empty() {
            self.write(cameras, sealed).await?;
        }
        let Outcome { rows, added, changed, .. } = outcome;
        info!(rows, added, changed, "a table of {rows} cameras is taken: {added} are new, {changed} are changed");
        if !outcome.doubted.is_empty() {
            let places = outcome.doubted.len();
            warn!(places, "the table registers cameras at {places} codes that are no valid places today");
        }
        Ok(outcome)
    }

    /// Writes cameras as a table, see [`super::export_table`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn export(&self, filter: CameraFilter) -> Result<Vec<u8>, CameraError> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = self.find(&CameraFilter { after, limit: EXPORT_PAGE, ..filter.clone() }).await?;
            rows.extend(page.cameras.into_iter().map(|row| row.camera));
            after = page.next;
            if after.is_none() {
                return Ok(export::table(&rows));
            }
        }
    }

    /// Keeps a password for a camera that the hub signs in to, sealed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`CameraError::NoSignIn`].
    pub async fn set_secret(&self, key: &CameraKey, secret: &Secret) -> Result<(), CameraError> {
        let _turn = self.0.turn.lock().await;
        let row = self.row(key).ok_or_else(|| missing(key))?;
        if !matches!(row.camera.attachment, Attachment::Onvif { .. }) {
            return Err(CameraError::NoSignIn { camera: key.clone() });
        }
        let sealed = vec![(key.clone(), self.0.key.seal(key, secret))];
        self.write(vec![row.camera.clone()], sealed).await?;
        info!(camera = %key, "camera `{key}` has new credentials");
        Ok(())
    }

    /// Forgets the password of a camera.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn forget_secret(&self, key: &CameraKey) -> Result<(), CameraError> {
        let _turn = self.0.turn.lock().await;
        let row = self.row(key).ok_or_else(|| missing(key))?;
        self.0.store.remove_camera_credentials(key).await?;
        self.replace(RegisteredCamera { has_credentials: false, ..row.as_ref().clone() }, true);
        info!(camera = %key, "the credentials of camera `{key}` are forgotten");
        Ok(())
    }

    /// The password of a camera, for whoever signs in to it; nothing where none is kept.
    ///
    /// # Errors
    /// [`CameraError::Sealed`].
    pub async fn secret(&self, key: &CameraKey) -> Result<Option<Secret>, CameraError> {
        let sealed = self.0.store.camera_credentials(key).await?;
        sealed.map(|sealed| self.0.key.open(key, &sealed)).transpose()
    }

    /// Keeps the streams that a probe found.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_profiles(&self, key: &CameraKey, profiles: Vec<Profile>) -> Result<(), CameraError> {
        let _turn = self.0.turn.lock().await;
        let row = self.row(key).ok_or_else(|| missing(key))?;
        if row.camera.profiles != profiles {
            self.write_one(Camera { profiles, ..row.camera.clone() }).await?;
        }
        Ok(())
    }

    /// Takes a camera out of the register; its events and pictures stay. The login goes with it, so only
    /// [`crate::devices::Devices::remove`] calls this.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub(crate) async fn remove(&self, key: &CameraKey) -> Result<(), CameraError> {
        let _turn = self.0.turn.lock().await;
        self.0.store.remove_camera(key).await?;
        if let Some(row) = self.row(key) {
            self.note_publisher(key, Some(&row.camera.attachment), None);
        }
        self.update(|entries| {
            entries.remove(key);
        });
        info!(camera = %key, "camera `{key}` is removed; its events and pictures stay");
        Ok(())
    }

    /// Registers a login, and its camera from `draft` where that is not registered yet.
    ///
    /// # Errors
    /// [`CameraError::Fields`], [`StoreError::Exists`] when the login is there already.
    pub(crate) async fn add_device(&self, device: Device, draft: &Draft) -> Result<(), CameraError> {
        let key = CameraKey { township: device.id.township.clone(), camera: device.id.camera.clone() };
        let _turn = self.0.turn.lock().await;
        let at_ms = device.registered_ms;
        let camera = match self.row(&key) {
            // Who has a login publishes; how else it is attached stays.
            Some(row) if row.camera.attachment == Attachment::None => {
                Some(Camera { attachment: Attachment::Mqtt, ..row.camera.clone() })
            }
            Some(_) => None,
            None => {
                let camera = checked(draft)?;
                self.grounded(&camera, None)?;
                Some(camera)
            }
        };
        self.0.store.add_device(device, camera.clone()).await?;
        if let Some(camera) = camera {
            self.adopt(camera, false, at_ms);
        }
        Ok(())
    }

    async fn write_one(&self, camera: Camera) -> Result<RegisteredCamera, CameraError> {
        let key = camera.key.clone();
        self.write(vec![camera], Vec::new()).await?;
        Ok(self.get(&key).ok_or_else(|| missing(&key))?)
    }

    async fn write(&self, cameras: Vec<Camera>, sealed: Vec<(CameraKey, Sealed)>) -> Result<(), CameraError> {
        let at_ms = self.0.clock.now_ms();
        let with_secret: std::collections::HashSet<CameraKey> = sealed.iter().map(|(key, _)| key.clone()).collect();
        self.0.store.put_cameras(cameras.clone(), sealed, at_ms).await?;
        for camera in cameras {
            let sealed = with_secret.contains(&camera.key);
            self.adopt(camera, sealed, at_ms);
        }
        Ok(())
    }

    /// Refuses a place that has a successor and tells of any other that is not valid.
    fn grounded(&self, camera: &Camera, before: Option<&Camera>) -> Result<(), CameraError> {
        let places = self.0.places.all();
        let ground = Ground { places: &places, day: self.0.places.today() };
        if let Some(fault) = ground.refuses(camera, before) {
            return Err(wrong(camera.key.to_string(), vec![fault]));
        }
        ground.warn(camera, before);
        Ok(())
    }

    fn row(&self, key: &CameraKey) -> Option<Arc<RegisteredCamera>> {
        self.read().get(key).map(|entry| Arc::clone(&entry.row))
    }

    fn adopt(&self, camera: Camera, sealed: bool, at_ms: i64) {
        let before = self.row(&camera.key);
        let (registered_ms, had) = before.map_or((at_ms, false), |row| (row.registered_ms, row.has_credentials));
        let has_credentials = had || sealed;
        let row = RegisteredCamera { camera, registered_ms, changed_ms: at_ms, last_seen_ms: None, has_credentials };
        self.replace(row, sealed);
    }

    /// Puts a row in the place of the one before; `secret` says that its password is another one now.
    fn replace(&self, row: RegisteredCamera, secret: bool) {
        let before = self.row(&row.camera.key);
        let before = before.as_ref().map(|row| &row.camera.attachment);
        self.note_publisher(&row.camera.key, before, Some(&row.camera.attachment));
        self.update(|entries| match entries.get_mut(&row.camera.key) {
            Some(entry) => {
                entry.secrets += u64::from(secret);
                entry.row = Arc::new(row);
            }
            None => drop(entries.insert(row.camera.key.clone(), Entry::new(row))),
        });
    }
}

fn checked(draft: &Draft) -> Result<Camera, CameraError> {
    check::camera(draft).map_err(|faults| {
        // Only what is an id is said again.
        let key = import::draft_key(draft).map(|key| key.to_string());
        wrong(key.unwrap_or_default(), faults)
    })
}

fn wrong(camera: String, faults: Vec<CameraFault>) -> CameraError {
    CameraError::Fields { camera, faults }
}

fn missing(key: &CameraKey) -> StoreError {
    StoreError::NotFound { what: "camera", id: key.to_string() }
}

/// A camera with some fields said anew, in the order of the fields.
fn changed(before: &Camera, set: &[(Field, String)]) -> Result<Camera, Vec<CameraFault>> {
    let fixed = set.iter().filter(|(field, _)| field.is_key());
    let fixed: Vec<_> = fixed.map(|(field, _)| CameraFault { field: *field, wrong: Wrong::Fixed }).collect();
    if !fixed.is_empty() {
        return Err(fixed);
    }
    let mut ordered: Vec<&(Field, String)> = set.iter().collect();
    ordered.sort_by_key(|(field, _)| *field);
    let mut draft = Draft::from(before);
    for (field, text) in ordered {
        draft.set(*field, text);
    }
    let mut camera = check::camera(&draft)?;
    import::keep_profiles(before, &mut camera);
    Ok(camera)
}
