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
use xl_model::camera::class_wish;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::CameraFault;
use xl_model::camera::fault::Wrong;
use xl_store::StoreError;
use xl_store::cameras::RegisteredCamera;
use xl_store::cameras::Sealed;
use xl_store::register::Device;

use super::CameraError;
use super::Cameras;
use super::Entry;
use super::Hand;
use super::Outcome;
use super::Yours;
use super::ground::Ground;
use super::import;
use super::rules::Rules;

/// Most cameras of one bulk change: the whole county, in the 1 MiB that a request may have.
const MOST_CHANGED: usize = 20_000;

impl Cameras {
    /// Registers a camera.
    ///
    /// # Errors
    /// [`CameraError::Fields`], [`StoreError::Exists`].
    pub async fn add(&self, draft: &Draft) -> Result<RegisteredCamera, CameraError> {
        let _turn = self.0.turn.lock().await;
        let camera = self.checked(draft, None)?;
        if self.knows(&camera.key) {
            return Err(StoreError::Exists { what: "camera", id: camera.key.to_string() }.into());
        }
        self.admitted(&camera, None)?;
        info!(camera = %camera.key, "camera `{}` is registered", camera.key);
        self.write_one(camera).await
    }

    /// Registers a camera, or says anew everything about one that is registered.
    ///
    /// # Errors
    /// [`CameraError::Fields`], [`CameraError::SecondPerson`].
    pub async fn put(&self, draft: &Draft, hand: &Hand) -> Result<RegisteredCamera, CameraError> {
        let _turn = self.0.turn.lock().await;
        let row = import::draft_key(draft).and_then(|key| self.row(&key));
        let before = row.as_ref().map(|row| &row.camera);
        let mut camera = self.checked(draft, before)?;
        if let Some(before) = before {
            self.with_rules(|rules| rules.carry(before, &mut camera));
        }
        self.admitted(&camera, before)?;
        self.classed([before.map(|before| (before, &camera))].into_iter().flatten(), hand).await?;
        info!(camera = %camera.key, "camera `{}` is registered anew", camera.key);
        self.write_one(camera).await
    }

    /// Changes some fields of a camera.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`CameraError::Fields`], [`CameraError::SecondPerson`].
    pub async fn change(
        &self,
        key: &CameraKey,
        set: &[(Field, String)],
        hand: &Hand,
    ) -> Result<RegisteredCamera, CameraError> {
        let _turn = self.0.turn.lock().await;
        let before = self.row(key).ok_or_else(|| missing(key))?;
        let camera = self
            .with_rules(|rules| changed(&before.camera, set, rules))
            .map_err(|faults| wrong(key.to_string(), faults))?;
        self.admitted(&camera, Some(&before.camera))?;
        self.classed([(&before.camera, &camera)], hand).await?;
        info!(camera = %key, "camera `{key}` is changed");
        self.write_one(camera).await
    }

    /// Changes the same fields of many cameras, all in one transaction or none; how many are different now.
    ///
    /// # Errors
    /// [`CameraError::Bulk`], [`StoreError::NotFound`], [`CameraError::Cameras`], [`CameraError::SecondPerson`].
    pub async fn change_many(
        &self,
        keys: &[CameraKey],
        set: &[(Field, String)],
        hand: &Hand,
    ) -> Result<u64, CameraError> {
        if keys.is_empty() || keys.len() > MOST_CHANGED || set.is_empty() {
            return Err(CameraError::Bulk { cameras: keys.len(), fields: set.len(), most: MOST_CHANGED });
        }
        let _turn = self.0.turn.lock().await;
        let (mut befores, mut cameras, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for key in keys {
            befores.push(self.row(key).ok_or_else(|| missing(key))?);
        }
        self.with_rules(|rules| {
            befores.retain(|before| match changed(&before.camera, set, rules) {
                Ok(camera) if camera == before.camera => false,
                Ok(camera) => {
                    let refused = rules.refuses(&camera, Some(&before.camera));
                    rules.ground.warn(&camera, Some(&before.camera));
                    faults.extend(refused.into_iter().map(|fault| (camera.key.clone(), fault)));
                    cameras.push(camera);
                    true
                }
                Err(wrong) => {
                    faults.extend(wrong.into_iter().map(|fault| (before.camera.key.clone(), fault)));
                    false
                }
            });
        });
        if !faults.is_empty() {
            return Err(CameraError::Cameras(faults));
        }
        self.classed(befores.iter().map(|before| &before.camera).zip(&cameras), hand).await?;
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
    /// [`CameraError::Table`]; never in a dry run: [`CameraError::Rows`], [`CameraError::SecondPerson`].
    pub async fn import(&self, table: Bytes, dry_run: bool, yours: Yours, hand: &Hand) -> Result<Outcome, CameraError> {
        let _turn = self.0.turn.lock().await;
        let known: import::Known =
            self.read().iter().map(|(key, entry)| (key.clone(), Arc::clone(&entry.row))).collect();
        // A county's table is some 100 ms of reading and checking: not for a thread that others wait for.
        let (places, day, removed) = (self.0.places.all(), self.0.places.today(), self.removed_classes());
        let plan = tokio::task::spawn_blocking(move || {
            let rules = Rules { ground: Ground { places: &places, day }, removed: &removed };
            import::plan(&table, &known, rules, &yours)
        });
        let import::Plan { mut outcome, cameras, secrets, classes } = plan
            .await
            .map_err(|lost| StoreError::Failed { detail: format!("the table was not compared: {lost}") })??;
        let second = self.second(classes, hand);
        outcome.second_person = (second.wished.len() + second.faults.len()) as u64;
        if dry_run {
            return Ok(outcome);
        }
        if !outcome.faults.is_empty() {
            return Err(CameraError::Rows(outcome));
        }
        self.decide(second, hand).await?;
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
        self.0.store.remove_camera(key, self.0.clock.now_ms()).await?;
        if let Some(row) = self.row(key) {
            let said = row.camera.class_confirmed.then_some(row.camera.class);
            self.classes(|classes| classes.note_removed(key, said));
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
                let camera = Camera { attachment: Attachment::Mqtt, ..row.camera.clone() };
                self.admitted(&camera, Some(&row.camera))?;
                Some(camera)
            }
            Some(_) => None,
            None => {
                let camera = self.checked(draft, None)?;
                self.admitted(&camera, None)?;
                Some(camera)
            }
        };
        self.0.store.add_device(device, camera.clone()).await?;
        if let Some(camera) = camera {
            self.adopt(camera, false, at_ms);
        }
        Ok(())
    }

    pub(super) async fn write_one(&self, camera: Camera) -> Result<RegisteredCamera, CameraError> {
        let key = camera.key.clone();
        self.write(vec![camera], Vec::new()).await?;
        Ok(self.get(&key).ok_or_else(|| missing(&key))?)
    }

    pub(super) async fn write(
        &self,
        cameras: Vec<Camera>,
        sealed: Vec<(CameraKey, Sealed)>,
    ) -> Result<(), CameraError> {
        let at_ms = self.0.clock.now_ms();
        let with_secret: std::collections::HashSet<CameraKey> = sealed.iter().map(|(key, _)| key.clone()).collect();
        self.0.store.put_cameras(cameras.clone(), sealed, at_ms).await?;
        for camera in cameras {
            let sealed = with_secret.contains(&camera.key);
            self.adopt(camera, sealed, at_ms);
        }
        Ok(())
    }

    /// A camera as a draft says it; what it does not say of a class that a person has said stays.
    fn checked(&self, draft: &Draft, before: Option<&Camera>) -> Result<Camera, CameraError> {
        let mut draft = draft.clone();
        let key = import::draft_key(&draft);
        if let Some(key) = &key {
            self.with_rules(|rules| rules.keep_class(&mut draft, key, before));
        }
        // Only what is an id is said again.
        check::camera(&draft).map_err(|faults| wrong(key.map(|key| key.to_string()).unwrap_or_default(), faults))
    }

    /// Refuses what the rules forbid, and tells of a place that is not valid.
    pub(super) fn admitted(&self, camera: &Camera, before: Option<&Camera>) -> Result<(), CameraError> {
        self.with_rules(|rules| {
            let faults = rules.refuses(camera, before);
            if !faults.is_empty() {
                return Err(wrong(camera.key.to_string(), faults));
            }
            rules.ground.warn(camera, before);
            Ok(())
        })
    }

    /// Asks for a second person where a class becomes another one.
    async fn classed(
        &self,
        changes: impl IntoIterator<Item = (&Camera, &Camera)>,
        hand: &Hand,
    ) -> Result<(), CameraError> {
        let changes = changes.into_iter().filter_map(|(before, after)| {
            let (from, to) = class_wish::changes(before, after)?;
            Some((after.key.clone(), from, to))
        });
        let second = self.second(changes, hand);
        self.decide(second, hand).await
    }

    pub(super) fn with_rules<T>(&self, look: impl FnOnce(Rules<'_>) -> T) -> T {
        let (places, removed) = (self.0.places.all(), self.removed_classes());
        look(Rules { ground: Ground { places: &places, day: self.0.places.today() }, removed: &removed })
    }

    pub(super) fn row(&self, key: &CameraKey) -> Option<Arc<RegisteredCamera>> {
        self.read().get(key).map(|entry| Arc::clone(&entry.row))
    }

    fn adopt(&self, camera: Camera, sealed: bool, at_ms: i64) {
        self.classes(|classes| classes.note_written(&camera.key, camera.class));
        let before = self.row(&camera.key);
        let (registered_ms, had) = before.map_or((at_ms, false), |row| (row.registered_ms, row.has_credentials));
        let has_credentials = had || sealed;
        let row = RegisteredCamera { camera, registered_ms, changed_ms: at_ms, last_seen_ms: None, has_credentials };
        self.replace(row, sealed);
    }

    /// Puts a row in the place of the one before; `secret` says that its password is another one now.
    pub(super) fn replace(&self, row: RegisteredCamera, secret: bool) {
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

pub(super) fn wrong(camera: String, faults: Vec<CameraFault>) -> CameraError {
    CameraError::Fields { camera, faults }
}

pub(super) fn missing(key: &CameraKey) -> StoreError {
    StoreError::NotFound { what: "camera", id: key.to_string() }
}

/// A camera with some fields said anew, in the order of the fields.
fn changed(before: &Camera, set: &[(Field, String)], rules: Rules<'_>) -> Result<Camera, Vec<CameraFault>> {
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
    rules.keep_class(&mut draft, &before.key, Some(before));
    let mut camera = check::camera(&draft)?;
    rules.carry(before, &mut camera);
    Ok(camera)
}
