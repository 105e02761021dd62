//! Makes the files of what was agreed to, and deletes those whose time is over.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use xl_media::PictureLimits;
use xl_model::audit::Actor;
use xl_model::audit::Entry as AuditEntry;
use xl_model::audit::LookedAt;
use xl_model::audit::text::Text;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::cloud_event::rfc3339;
use xl_model::export::Export;
use xl_model::export::Level;
use xl_model::export::NewExport;
use xl_model::export::Package;
use xl_model::picture::Provenance;
use xl_model::region::Masks;
use xl_store::StoreError;

use super::ExportError;
use super::Exports;
use super::HOUR_MS;
use super::Shared;
use super::archive::Entry;
use super::archive::LeftOut;
use super::archive::Manifest;
use super::archive::Writer;
use super::name;

/// How often it is looked whether a file's time is over.
const EVERY: Duration = Duration::from_secs(60);

/// Makes and ends exports until `stop`.
pub async fn run(exports: Exports, stop: CancellationToken) {
    let mut interval = tokio::time::interval(EVERY);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = exports.0.agreed.notified() => {}
            _ = interval.tick() => {}
        }
        // What is cut off here is made again, the same, at the next start.
        tokio::select! {
            () = stop.cancelled() => return,
            worked = exports.work() => {
                if let Err(failure) = worked {
                    tracing::error!(code = %failure.code(), "exports not made or ended: {failure}");
                }
            }
        }
    }
}

impl Exports {
    /// Tells what is overdue, makes what was agreed to, ends what is over. One that fails keeps no other waiting.
    pub(super) async fn work(&self) -> Result<(), ExportError> {
        let now_ms = self.0.clock.now_ms();
        // First: what is to be made may take long.
        let mut failed = self.tell_overdue(now_ms).await;
        for export in self.0.store.exports_in_work(now_ms).await? {
            let done = match export.package {
                None => self.0.make(&export).await,
                Some(_) => self.0.end(&export, now_ms).await,
            };
            failed = failed.and(done);
        }
        failed
    }
}

impl Shared {
    /// Where the file of an export lies.
    pub(super) fn path(&self, export: &Export) -> PathBuf {
        self.folder.join(format!("{}.tar", name(export)))
    }

    /// The pictures of a scope with their cameras, at most so many, in the order of the archive.
    pub(super) async fn pictures(
        &self,
        new: &NewExport,
        most: u32,
    ) -> Result<Vec<(CameraKey, Provenance)>, StoreError> {
        let mut found = Vec::new();
        for camera in &new.cameras {
            let left = most.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
            let key = CameraKey { township: new.township.clone(), camera: camera.clone() };
            let taken = self.store.pictures_between(&new.township, camera, new.from_ms, new.to_ms, left).await?;
            found.extend(taken.into_iter().map(|picture| (key.clone(), picture)));
        }
        Ok(found)
    }

    /// Writes the file under another name and renames it when it is whole: what was cut off cannot be fetched.
    pub(super) async fn make(&self, export: &Export) -> Result<(), ExportError> {
        let Some(decided) = &export.decided else { return Ok(()) };
        let pictures = self.pictures(&export.new, self.rules.most_pictures).await?;
        self.register(export, &decided.by, pictures.len()).await?;
        let failed = |source| ExportError::File { number: export.number, source };
        tokio::fs::create_dir_all(&self.folder).await.map_err(failed)?;
        let (path, part) = (self.path(export), self.path(export).with_extension("part"));
        let mut writer = Writer::create(&part).map_err(failed)?;
        let mut manifest = Manifest {
            export: name(export),
            scope: serde_json::to_value(&export.new).map_err(|error| failed(error.into()))?,
            asked_by: export.asked_by.clone(),
            approved_by: decided.by.clone(),
            approved: rfc3339(decided.at_ms),
            pictures: Vec::new(),
            left_out: Vec::new(),
        };
        for (key, picture) in pictures {
            let number = manifest.pictures.len() + manifest.left_out.len() + 1;
            let stamp = Stamp::new(&manifest, &export.new.document, number, &key, &picture);
            match self.cover(export.new.level, &key, &picture).await? {
                Err(reason) => manifest.left_out.push(stamp.left_out(reason)),
                Ok((jpeg, masks)) => {
                    let limits = self.limits.clone();
                    let stamped = move || (stamp.put(writer, &jpeg, &masks, &limits), stamp);
                    let (put, stamp) = tokio::task::spawn_blocking(stamped).await.map_err(|e| failed(e.into()))?;
                    let (again, added) = put.map_err(failed)?;
                    writer = again;
                    match added {
                        Ok(sha256) => manifest.pictures.push(stamp.entry(sha256)),
                        Err(reason) => manifest.left_out.push(stamp.left_out(reason)),
                    }
                }
            }
        }
        let count = manifest.pictures.len() as u64;
        let finish = move || {
            let written = writer.finish(&manifest)?;
            std::fs::rename(part, path)?;
            io::Result::Ok(written)
        };
        let written = tokio::task::spawn_blocking(finish).await.map_err(|e| failed(e.into()))?.map_err(failed)?;
        let until_ms = self.clock.now_ms() + TimestampMs::from(self.rules.keep_hours) * HOUR_MS;
        let (sha256, bytes) = (written.sha256, written.bytes);
        let package = Package { sha256, bytes, pictures: count, until_ms, fetched: 0, gone_ms: None };
        self.store.export_made(export, package).await?;
        tracing::info!(export = name(export), pictures = count, "an export is ready");
        Ok(())
    }

    /// One row of the call-up register for each camera, before anything of it is written: by who asked, with his unit then.
    async fn register(&self, export: &Export, approved_by: &str, pictures: usize) -> Result<(), ExportError> {
        let NewExport { township, cameras, from_ms, to_ms, level, purpose, basis, document, recipient, reason } =
            &export.new;
        let detail = format!(
            "{} to {}, {}, {pictures} pictures in all; {basis}; {document}; for {recipient}; approved by {approved_by}",
            rfc3339(*from_ms),
            rfc3339(*to_ms),
            level.word(),
        );
        let actor = Actor::new(&export.asked_by, &export.asked_unit);
        for camera in cameras {
            let look = LookedAt { camera: camera.clone(), purpose: Text::new(purpose), reason: Text::new(reason) };
            let object = format!("export {}", name(export));
            let entry = AuditEntry::new(self.clock.now_ms(), actor.clone(), "look.export", &object)
                .in_township(Some(township.clone()))
                .with_look(look)
                .with_detail(&detail);
            self.auditor.record(entry).await?;
        }
        Ok(())
    }

    /// The bytes of a picture and what covers them, or why it is left out.
    async fn cover(
        &self,
        level: Level,
        key: &CameraKey,
        picture: &Provenance,
    ) -> Result<Result<(bytes::Bytes, Masks), String>, StoreError> {
        let Some(jpeg) = self.store.picture(&picture.picture.sha256).await? else {
            return Ok(Err("it is past its retention".to_owned()));
        };
        Ok(match level {
            Level::Raw => Ok((jpeg, Masks::default())),
            Level::Masked => self
                .cameras
                .masks(key)
                .map(|masks| (jpeg, masks))
                .ok_or_else(|| "its camera is registered no more, so its masks are not known".to_owned()),
        })
    }

    /// Deletes the file, then writes that down: a file that is gone already is no fault.
    async fn end(&self, export: &Export, now_ms: TimestampMs) -> Result<(), ExportError> {
        match tokio::fs::remove_file(self.path(export)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ExportError::File { number: export.number, source: error });
            }
            _ => {}
        }
        let entry = AuditEntry::new(now_ms, Actor::hub(), "export.destroy", &format!("export {}", name(export)))
            .in_township(Some(export.new.township.clone()));
        self.auditor.record(entry).await?;
        Ok(self.store.export_gone(export, now_ms).await?)
    }
}

/// What is written onto one picture and about it.
struct Stamp {
    /// Number, who asked, and for which case: what stands over the picture as well.
    export: String,
    approved: String,
    file: String,
    camera: String,
    time: String,
    original_sha256: String,
}

impl Stamp {
    fn new(manifest: &Manifest, document: &str, number: usize, key: &CameraKey, picture: &Provenance) -> Self {
        Self {
            export: format!("{} {} {document}", manifest.export, manifest.asked_by),
            approved: format!("approved by {} {}", manifest.approved_by, manifest.approved),
            file: format!("pictures/{number:05}.jpg"),
            camera: key.camera.to_string(),
            time: rfc3339(picture.time_ms),
            original_sha256: picture.picture.sha256.to_string(),
        }
    }

    /// Adds the picture to the archive; a picture that cannot be decoded is left out, a disk that fails ends all.
    fn put(
        &self,
        mut writer: Writer,
        jpeg: &[u8],
        masks: &Masks,
        limits: &PictureLimits,
    ) -> io::Result<(Writer, Result<String, String>)> {
        let taken = format!("{} {}", self.camera, self.time);
        match xl_media::stamped_jpeg(jpeg, &[&self.export, &self.approved, &taken], masks, limits) {
            Ok(stamped) => {
                let sha256 = writer.add(&self.file, &stamped)?;
                Ok((writer, Ok(sha256)))
            }
            Err(error) => Ok((writer, Err(error.to_string()))),
        }
    }

    fn entry(self, sha256: String) -> Entry {
        let Self { file, camera, time, original_sha256, .. } = self;
        Entry { file, camera, time, original_sha256, sha256 }
    }

    fn left_out(self, reason: String) -> LeftOut {
        LeftOut { camera: self.camera, original_sha256: self.original_sha256, reason }
    }
}
