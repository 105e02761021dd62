//! What a sandbox may read, answered from the store, the register and the pictures.

use std::sync::Arc;

use async_trait::async_trait;
use xl_bridge::port::Inbox;
use xl_media::Luma;
use xl_media::PictureLimits;
use xl_model::camera::CameraKey;
use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::figures::Figures;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::day::Day;
use xl_model::id::CameraId;
use xl_model::id::CaseId;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::metrics::Change;
use xl_model::metrics::PictureMetrics;
use xl_model::picture::Cover;
use xl_model::picture::PictureOrigin;
use xl_model::picture::Provenance;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;
use xl_model::region::Region;
use xl_runtime::port::CameraInfo;
use xl_runtime::port::Cameras;
use xl_runtime::port::Cases;
use xl_runtime::port::Egress;
use xl_runtime::port::Look;
use xl_runtime::port::NoSnapshot;
use xl_runtime::port::PixelFormat;
use xl_runtime::port::PortError;
use xl_runtime::port::Ports;
use xl_runtime::port::Records;
use xl_runtime::port::Used;
use xl_runtime::port::View;
use xl_runtime::port::Viewing;
use xl_store::Store;
use xl_store::cases::CaseFilter;
use xl_store::cases::CaseScope;
use xl_store::modules::DayUsage;
use xl_store::uploads::Upload;

use crate::audit::Auditor;
use crate::audit::ModuleLook;
use crate::audit::Shown;
use crate::cameras;
use crate::cameras::Sight;
use crate::look;
use crate::look::Looks;
use crate::look::Seen;

/// What answers the ports.
pub(super) struct Behind {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) register: cameras::Cameras,
    pub(super) looks: Looks,
    pub(super) inbox: Inbox,
    pub(super) limits: PictureLimits,
    pub(super) auditor: Auditor,
    pub(super) egress: Arc<dyn Egress>,
    pub(super) rules: RulesOf,
}

/// Connects the ports to what answers them.
pub(super) fn connect(behind: Behind) -> Ports {
    let Behind { store, clock, register, looks, inbox, limits, auditor, egress, rules } = behind;
    let limits = limits.for_kept();
    Ports {
        records: Arc::new(StoredRecords { store: store.clone(), clock }),
        cases: Arc::new(StoredCases { store: store.clone(), rules }),
        cameras: Arc::new(RegisteredCameras { store, register, looks, inbox, limits, auditor }),
        egress,
    }
}

struct StoredRecords {
    store: Store,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl Records for StoredRecords {
    async fn get(&self, module: &ModuleKey, collection: &str, key: &str) -> Result<Option<String>, PortError> {
        self.store.record(module, collection, key).await.map_err(|error| failed(&error))
    }

    async fn find(&self, module: &ModuleKey, query: RecordQuery) -> Result<RecordPage, PortError> {
        self.store.find_records(module, query).await.map_err(|error| failed(&error))
    }

    async fn has_link(&self, module: &ModuleKey, code: &str) -> Result<bool, PortError> {
        let link = self.store.link(code).await.map_err(|error| failed(&error))?;
        Ok(link.is_some_and(|link| link.module == *module && !link.revoked))
    }

    async fn used(&self, module: &ModuleKey) -> Result<Used, PortError> {
        let today = Day::in_china(self.clock.now_ms());
        let used = self.store.module_used(module, today).await.map_err(|error| failed(&error))?;
        let DayUsage { used, stored_bytes } = used;
        Ok(Used { stored_bytes, published_today: used.published })
    }
}

/// What holds for the cases of a township, as it is now.
pub(super) type RulesOf = Arc<dyn Fn(&TownshipId) -> Arc<Rules> + Send + Sync>;

struct StoredCases {
    store: Store,
    rules: RulesOf,
}

#[async_trait]
impl Cases for StoredCases {
    async fn get(&self, module: &ModuleKey, id: &CaseId) -> Result<Option<Case>, PortError> {
        let case = self.store.case(id).await.map_err(|error| failed(&error))?;
        Ok(case.filter(|case| case.township == module.township && case.plugin.as_ref() == Some(&module.plugin)))
    }

    async fn by_key(&self, module: &ModuleKey, key: &str) -> Result<Option<Case>, PortError> {
        self.store.case_by_key(module, key).await.map_err(|error| failed(&error))
    }

    async fn find(&self, module: &ModuleKey, query: CaseQuery) -> Result<CasePage, PortError> {
        let (township, plugin) = (Some(module.township.clone()), Some(module.plugin.clone()));
        let filter = CaseFilter { township, plugin, within: None, query };
        self.store.find_cases(filter).await.map_err(|error| failed(&error))
    }

    async fn history(&self, module: &ModuleKey, id: &CaseId) -> Result<Option<Vec<Past>>, PortError> {
        match self.get(module, id).await? {
            Some(_) => self.store.case_history(id).await.map(Some).map_err(|error| failed(&error)),
            None => Ok(None),
        }
    }

    async fn figures(
        &self,
        module: &ModuleKey,
        from_ms: TimestampMs,
        to_ms: TimestampMs,
        by: Grouping,
    ) -> Result<Vec<(String, Figures)>, PortError> {
        let (township, plugin) = (Some(module.township.clone()), Some(module.plugin.clone()));
        let scope = CaseScope { township, plugin, within: None };
        self.store.case_figures(scope, from_ms, to_ms, by).await.map_err(|error| failed(&error))
    }

    async fn rules(&self, township: &TownshipId) -> Result<Arc<Rules>, PortError> {
        Ok((self.rules)(township))
    }

    async fn next_number(&self, township: &TownshipId, year: u16) -> Result<u32, PortError> {
        self.store.next_case_number(township, year).await.map_err(|error| failed(&error))
    }
}

struct RegisteredCameras {
    store: Store,
    register: cameras::Cameras,
    looks: Looks,
    inbox: Inbox,
    limits: PictureLimits,
    auditor: Auditor,
}

impl RegisteredCameras {
    /// What covers a picture; the masks of a camera that is registered no more are not known, so nothing is shown.
    fn cover(&self, picture: &Provenance) -> Result<Cover, PortError> {
        // What a person attached was not taken by a camera: there is nothing that somebody decided to cover.
        let Some(camera) = picture.camera() else { return Ok(Cover::default()) };
        let key = CameraKey { township: picture.township.clone(), camera: camera.clone() };
        let gone = || PortError(format!("camera `{key}` is registered no more, its masks are not known"));
        self.register.cover(&key).ok_or_else(gone)
    }

    /// What covers a picture in this view.
    fn cover_in(&self, picture: &Provenance, view: View) -> Result<Cover, PortError> {
        match view {
            View::Masked => self.cover(picture),
            View::Raw => Ok(Cover::default()),
        }
    }

    /// First the row, then the look.
    async fn look(&self, look: ModuleLook) -> Result<(), PortError> {
        self.auditor.module_looks(look).await.map_err(|error| failed(&error))
    }

    async fn bytes(&self, sha256: &Digest) -> Result<bytes::Bytes, PortError> {
        match self.store.picture(sha256).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(PortError(format!("picture `{sha256}` is past its retention"))),
            Err(error) => Err(failed(&error)),
        }
    }
}

#[async_trait]
impl Cameras for RegisteredCameras {
    async fn list(&self, township: &TownshipId) -> Result<Vec<CameraInfo>, PortError> {
        let cameras = self.register.list(Some(township));
        Ok(cameras
            .into_iter()
            .map(|row| CameraInfo {
                id: row.camera.key.camera,
                name: row.camera.name,
                place: row.camera.place,
                last_seen_ms: row.last_seen_ms,
            })
            .collect())
    }

    async fn latest(&self, township: &TownshipId, camera: &CameraId) -> Result<Option<Provenance>, PortError> {
        self.store.latest_picture(township, camera).await.map_err(|error| failed(&error))
    }

    async fn provenance(&self, module: &ModuleKey, sha256: &Digest) -> Result<Option<Provenance>, PortError> {
        let ModuleKey { township, plugin } = module;
        // A camera's picture stays one, with its masks, whoever attaches it to a form.
        let of_camera = self.store.provenance(township, sha256).await.map_err(|error| failed(&error))?;
        if of_camera.is_some() {
            return Ok(of_camera);
        }
        let upload = self.store.upload(township, sha256, Some(plugin)).await.map_err(|error| failed(&error))?;
        Ok(upload.map(Upload::provenance))
    }

    async fn snapshot(&self, look: Look) -> Result<Result<Provenance, NoSnapshot>, PortError> {
        let key = CameraKey { township: look.module.township.clone(), camera: look.camera };
        let camera =
            self.register.get(&key).ok_or_else(|| PortError(format!("camera `{key}` is registered no more")))?;
        if !camera.camera.purposes.contains(&look.purpose) {
            return Ok(Err(NoSnapshot::Purpose));
        }
        let (camera, purpose) = (key.clone(), look.purpose.clone());
        self.look(ModuleLook { module: look.module, camera, purpose, shown: Shown::Snapshot, is_refused: false })
            .await?;
        match self.looks.look(&key, look.max_age_ms.into()).await {
            Ok(Seen::Stored(found)) => Ok(Ok(found)),
            Ok(Seen::Fresh { bytes, .. }) => {
                let kept = look::keep(&self.store, &self.inbox, &key, &look.purpose, bytes).await;
                Ok(kept.map_err(|why| NoSnapshot::Unavailable(why.to_string())))
            }
            Err(why) => Ok(Err(NoSnapshot::Unavailable(why.to_string()))),
        }
    }

    async fn metrics(&self, picture: &Provenance) -> Result<PictureMetrics, PortError> {
        // Figures are no picture: they are measured in full size.
        let (masks, limits) = (self.cover(picture)?.masks, self.limits.clone());
        let jpeg = self.bytes(&picture.picture.sha256).await?;
        away(move || xl_media::metrics(&jpeg, &masks, &limits)).await
    }

    async fn change(
        &self,
        picture: &Provenance,
        reference: &Provenance,
        region: Option<Region>,
    ) -> Result<Change, PortError> {
        let (now, before) = (self.bytes(&picture.picture.sha256).await?, self.bytes(&reference.picture.sha256).await?);
        let (over_now, over_before) = (self.cover(picture)?.masks, self.cover(reference)?.masks);
        let limits = self.limits.clone();
        let decoded =
            move || Ok((Luma::decode(&now, &over_now, &limits)?, Luma::decode(&before, &over_before, &limits)?));
        let (now, before) = away(decoded).await?;
        let compared = tokio::task::spawn_blocking(move || xl_media::compare(&now, &before, region.as_ref())).await;
        compared.map_err(|lost| failed(&lost))?.map_err(|error| failed(&error))
    }

    async fn admit(&self, viewing: Viewing) -> Result<bool, PortError> {
        // The register is of looks at cameras; what somebody attached to this module's form was given to it.
        let PictureOrigin::Camera(camera) = viewing.picture.origin else { return Ok(true) };
        let camera = CameraKey { township: viewing.picture.township, camera };
        let shown = match viewing.view {
            None => Shown::Figures,
            Some(View::Masked) => Shown::Masked,
            Some(View::Raw) => Shown::Raw,
        };
        let sight = self.register.sight(&camera, &viewing.purposes);
        let purpose =
            sight.and_then(|Sight { purpose, raw_for, .. }| if shown == Shown::Raw { raw_for } else { Some(purpose) });
        let is_refused = purpose.is_none();
        // What was refused was asked for with what was granted.
        let purpose = purpose.or_else(|| viewing.purposes.first().cloned()).unwrap_or_default();
        self.look(ModuleLook { module: viewing.module, camera, purpose, shown, is_refused }).await?;
        Ok(!is_refused)
    }

    async fn pixels(
        &self,
        picture: &Provenance,
        view: View,
        width: u32,
        height: u32,
        format: PixelFormat,
    ) -> Result<Vec<u8>, PortError> {
        let format = match format {
            PixelFormat::Gray => xl_media::PixelFormat::Gray,
            PixelFormat::Rgb => xl_media::PixelFormat::Rgb,
        };
        let (cover, limits) = (self.cover_in(picture, view)?, self.limits.clone());
        let jpeg = self.bytes(&picture.picture.sha256).await?;
        away(move || xl_media::covered_pixels(&jpeg, width, height, format, &cover, &limits)).await
    }

    async fn jpeg(&self, picture: &Provenance, view: View, max_width: u32) -> Result<Vec<u8>, PortError> {
        let (cover, limits) = (self.cover_in(picture, view)?, self.limits.clone());
        let jpeg = self.bytes(&picture.picture.sha256).await?;
        away(move || xl_media::covered_jpeg(&jpeg, max_width, &cover, &limits)).await
    }
}

async fn away<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, xl_media::PictureError> + Send + 'static,
) -> Result<T, PortError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer.map_err(|error| failed(&error)),
        Err(lost) => Err(failed(&lost)),
    }
}

fn failed(error: &dyn std::error::Error) -> PortError {
    PortError(error.to_string())
}
