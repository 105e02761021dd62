//! Exports: pictures that leave the hub for an office outside (视频图像调取).
//!
//! [`Exports`] takes what somebody asks for and what somebody else says to it; [`run`] makes the file of what was agreed to
//! ([`archive`]), deletes it when its time is over, and tells when nobody confirmed in time that it was destroyed outside. Who may ask
//! and agree is decided by the API; each giving out is a row of the call-up register first.

pub mod archive;
mod error;
mod make;
mod receipts;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use error::ExportError;
pub(crate) use error::word;
pub use make::run;
pub use receipts::OwedReceipt;
pub use receipts::RECEIPT_DAYS;
pub use receipts::receipt_due;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Notify;
use xl_media::PictureLimits;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::export::Decided;
use xl_model::export::Export;
use xl_model::export::NewExport;
use xl_model::export::Receipt;
use xl_model::export::STATED_CHARS;
use xl_model::export::Standing;
use xl_model::fault::FieldFault;
use xl_model::id::TownshipId;
use xl_store::Store;
use xl_store::StoreError;

use crate::audit::Auditor;
use crate::cameras::Cameras;
use crate::config;

const HOUR_MS: TimestampMs = 3_600_000;

/// The desk that gives pictures out; clones share it.
#[derive(Clone)]
pub struct Exports(Arc<Shared>);

struct Shared {
    store: Store,
    cameras: Cameras,
    auditor: Auditor,
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    limits: PictureLimits,
    rules: config::Exports,
    agreed: Notify,
}

impl Exports {
    /// Gives out pictures of `store`; the files lie in `folder` while they can be fetched.
    pub fn new(
        store: Store,
        cameras: Cameras,
        auditor: Auditor,
        clock: Arc<dyn Clock>,
        folder: PathBuf,
        limits: PictureLimits,
        rules: config::Exports,
    ) -> Self {
        Self(Arc::new(Shared { store, cameras, auditor, clock, folder, limits, rules, agreed: Notify::new() }))
    }

    /// Takes what somebody asks for. His unit is kept for the register of what is given out.
    ///
    /// # Errors
    /// [`ExportError::Fields`] names every field that is wrong, [`ExportError::TooMany`]; the store's.
    pub async fn ask(&self, mut new: NewExport, by: &Actor) -> Result<Export, ExportError> {
        // As long as they were checked to be: spaces would push what stands on each picture out of it.
        for stated in [&mut new.basis, &mut new.document, &mut new.recipient, &mut new.reason] {
            *stated = stated.trim().to_owned();
        }
        let mut faults = new.check().err().unwrap_or_default();
        if faults.is_empty() {
            faults.extend(self.unfit_camera(&new));
        }
        if faults.is_empty() {
            faults.extend(self.unfit_size(&new).await?);
        }
        if !faults.is_empty() {
            return Err(ExportError::Fields(faults));
        }
        let shared = &self.0;
        let now_ms = shared.clock.now_ms();
        let (lapses_ms, most) =
            (now_ms + TimestampMs::from(shared.rules.approve_within_hours) * HOUR_MS, shared.rules.most_a_day);
        let asked = shared.store.ask_export(new, by, now_ms, lapses_ms, most).await?;
        asked.ok_or_else(|| {
            metrics::counter!("xl_exports_refused_total").increment(1);
            let by = by.who.as_str();
            tracing::warn!(person = by, most, "`{by}` asks for more exports than one person may");
            ExportError::TooMany { most }
        })
    }

    /// Writes down what somebody else says.
    ///
    /// # Errors
    /// [`ExportError::Fields`] for a refusal without words, [`ExportError::NotWaiting`]; the store's.
    pub async fn decide(
        &self,
        township: &TownshipId,
        number: u64,
        agreed: bool,
        by: &str,
        words: &str,
    ) -> Result<Export, ExportError> {
        if !agreed {
            stated(words)?;
        }
        let (by, words) = (by.to_owned(), words.trim().to_owned());
        let decided = Decided { agreed, by, at_ms: self.0.clock.now_ms(), words };
        if !self.0.store.decide_export(township, number, decided).await? {
            return Err(ExportError::NotWaiting);
        }
        if agreed {
            self.0.agreed.notify_one();
        }
        self.one(township, number).await
    }

    /// The file, for whoever fetches it: registered before it is given.
    ///
    /// # Errors
    /// [`ExportError::NotNow`] when there is none, [`ExportError::File`]; the store's, the register's.
    pub async fn fetch(
        &self,
        actor: Actor,
        township: &TownshipId,
        number: u64,
    ) -> Result<(Export, tokio::fs::File), ExportError> {
        let export = self.one(township, number).await?;
        let now_ms = self.0.clock.now_ms();
        let standing = export.standing(now_ms);
        if standing != Standing::Ready {
            return Err(ExportError::NotNow { standing });
        }
        let failed = |source| ExportError::File { number, source };
        let file = tokio::fs::File::open(self.0.path(&export)).await.map_err(failed)?;
        let entry = Entry::new(now_ms, actor, "export.fetch", &format!("export {}", name(&export)))
            .in_township(Some(township.clone()));
        self.0.auditor.record(entry).await?;
        if !self.0.store.export_fetched(township, number, now_ms).await? {
            return Err(ExportError::NotNow { standing: Standing::Closed });
        }
        Ok((export, file))
    }

    /// Writes down that it was destroyed outside.
    ///
    /// # Errors
    /// [`ExportError::Fields`] without words, [`ExportError::NotNow`]; the store's.
    pub async fn confirm(
        &self,
        township: &TownshipId,
        number: u64,
        by: &str,
        words: &str,
    ) -> Result<Export, ExportError> {
        stated(words)?;
        let (by, words) = (by.to_owned(), words.trim().to_owned());
        let receipt = Receipt { by, at_ms: self.0.clock.now_ms(), words };
        if !self.0.store.export_receipt(township, number, receipt).await? {
            let standing = self.one(township, number).await?.standing(self.0.clock.now_ms());
            return Err(ExportError::NotNow { standing });
        }
        self.one(township, number).await
    }

    /// An export of a township.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotRead`].
    pub async fn one(&self, township: &TownshipId, number: u64) -> Result<Export, ExportError> {
        let found = self.0.store.export(township, number).await?;
        Ok(found.ok_or_else(|| StoreError::NotFound { what: "export", id: number.to_string() })?)
    }

    /// A camera that is not there, or does not serve the purpose.
    fn unfit_camera(&self, new: &NewExport) -> Option<FieldFault> {
        new.cameras.iter().find_map(|camera| {
            let key = CameraKey { township: new.township.clone(), camera: camera.clone() };
            let Some(row) = self.0.cameras.get(&key) else {
                return Some(FieldFault::new(
                    "cameras",
                    format!("`{camera}` is no camera of this township"),
                    format!("本乡镇没有摄像机“{camera}”"),
                ));
            };
            let allowed = row.camera.purposes;
            (!allowed.contains(&new.purpose)).then(|| {
                let list = allowed.join(", ");
                FieldFault::new(
                    "purpose",
                    format!("camera `{camera}` serves: {list}"),
                    format!("摄像机“{camera}”允许的用途：{list}"),
                )
            })
        })
    }

    /// Nothing to give out, or more than one file takes.
    async fn unfit_size(&self, new: &NewExport) -> Result<Option<FieldFault>, StoreError> {
        let most = self.0.rules.most_pictures;
        let count = self.0.pictures(new, most.saturating_add(1)).await?.len();
        Ok(match u32::try_from(count).unwrap_or(u32::MAX) {
            0 => Some(FieldFault::new("from", "no picture was taken in this time", "该时段内没有图片")),
            count if count > most => Some(FieldFault::new(
                "to",
                format!("more than {most} pictures; ask for a shorter time or fewer cameras"),
                format!("超过 {most} 张图片；请缩短时段或减少摄像机"),
            )),
            _ => None,
        })
    }
}

/// Township and number, as they stand on the pictures: `371122102-E18`.
pub fn name(export: &Export) -> String {
    format!("{}-E{}", export.new.township, export.number)
}

/// What has to be put in writing.
fn stated(words: &str) -> Result<(), ExportError> {
    let (least, most) = STATED_CHARS;
    let fits = (least..=most).contains(&words.trim().chars().count()) && !words.chars().any(char::is_control);
    if fits {
        return Ok(());
    }
    let fault = FieldFault::new("words", "4 to 200 characters on one line", "须填写一行，4 至 200 个字符");
    Err(ExportError::Fields(vec![fault]))
}
