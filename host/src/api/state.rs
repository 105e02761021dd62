//! What handlers work with. Each part is given out only against the authority that it needs.

mod health;
mod pace;
mod parts;
mod public;
mod shown;

pub use health::Health;
pub use parts::Parts;
pub use public::OpenLink;
pub use public::PUBLIC_WIDTH;

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::StatusCode;
use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use xl_bridge::port::Inbox;
use xl_bridge::waiting::SharedRoom;
use xl_media::PictureLimits;
use xl_model::camera::CameraKey;
use xl_model::case::Case;
use xl_model::case::matter::Matters;
use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_model::id::CameraId;
use xl_model::id::CaseId;
use xl_model::id::DeviceId;
use xl_model::id::Digest;
use xl_model::id::TownshipId;
use xl_model::picture::Cover;
use xl_model::status::TimestampUs;
use xl_store::Store;
use xl_store::StoreError;

use crate::api::authority::Authority;
use crate::api::form_token::FormTokens;
use crate::api::looks::Look;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::audit::Auditor;
use crate::cameras::Cameras;
use crate::cameras::Hand;
use crate::cases::Cases;
use crate::config;
use crate::config::Purpose;
use crate::devices::Devices;
use crate::dispatch::Modules;
use crate::export::Exports;
use crate::look::Looks;
use crate::onvif::Onvif;
#[cfg(feature = "openid")]
use crate::openid::OpenId;
use crate::people::People;
use crate::places::Places;
use crate::rights::Counter;
use crate::rights::Desk;
use crate::rights::Figures;
use crate::status::StatusSink;
use crate::status::Statuses;
use pace::Paces;

// Each feed is a connection and a read of at most 256 events; browsers and programs of one county.
const MOST_FEEDS: usize = 256;

// A decoded picture is up to 100 MB; so many at once.
const MOST_SHRINKS: usize = 4;

// A form with four photos is up to 33 MiB; so many are read at once.
const MOST_UPLOADS: usize = 8;

// Strangers' forms with photos are up to 16 MiB and wait for each other, not in front of whoever is signed in. The pace of one
// address lets 15 of them be on their way at most, however slowly it sends: it never holds all.
const MOST_STRANGERS_UPLOADS: usize = 16;

/// What handlers work with; clones share it.
#[derive(Clone)]
pub struct ApiState(Arc<Inner>);

struct Inner {
    parts: Parts,
    started_ms: TimestampMs,
    feeds: Arc<Semaphore>,
    shrinks: Semaphore,
    uploads: Arc<Semaphore>,
    strangers_uploads: Arc<Semaphore>,
    paces: Paces,
    form_tokens: FormTokens,
    shown: public::Shown,
    galleries: shown::Galleries,
    /// How often something was looked up or given out: a test compares numbers where a clock would be guessed at.
    #[cfg(test)]
    reads: std::sync::atomic::AtomicU64,
}

impl ApiState {
    /// Takes the parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            started_ms: parts.clock.now_ms(),
            feeds: Arc::new(Semaphore::new(MOST_FEEDS)),
            shrinks: Semaphore::new(MOST_SHRINKS),
            uploads: Arc::new(Semaphore::new(MOST_UPLOADS)),
            strangers_uploads: Arc::new(Semaphore::new(MOST_STRANGERS_UPLOADS)),
            paces: Paces::new(),
            form_tokens: FormTokens::new(),
            shown: public::Shown::default(),
            galleries: shown::Galleries::default(),
            #[cfg(test)]
            reads: std::sync::atomic::AtomicU64::default(),
            parts,
        }))
    }

    /// The store.
    pub fn store(&self, _: &Authority) -> &Store {
        self.read();
        &self.0.parts.store
    }

    /// The modules.
    pub fn modules(&self, _: &Authority) -> &Modules {
        self.read();
        &self.0.parts.modules
    }

    /// The register of cameras.
    pub fn cameras(&self, _: &Authority) -> &Cameras {
        self.read();
        &self.0.parts.cameras
    }

    /// Somebody who changes the register of cameras with this authority, and why; no reason: where none is needed.
    ///
    /// # Errors
    /// XL0901 for who has no account.
    pub fn hand(&self, authority: &Authority, reason: Option<&str>) -> Result<Hand, Problem> {
        let by = authority.account().ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, code::NOT_ALLOWED))?;
        Ok(Hand::new(by.clone(), authority.actor(), reason.unwrap_or_default(), self.auditor().clone()))
    }

    /// The places that cameras stand at.
    pub fn places(&self, _: &Authority) -> &Places {
        self.read();
        self.0.parts.cameras.places()
    }

    /// The logins of cameras.
    pub fn devices(&self, _: &Authority) -> &Devices {
        self.read();
        &self.0.parts.devices
    }

    /// Who is told of maintenance.
    pub fn witness(&self, _: &Authority) -> &StatusSink {
        &self.0.parts.witness
    }

    /// Where every camera stands.
    pub fn statuses(&self, _: &Authority) -> &Statuses {
        self.read();
        &self.0.parts.statuses
    }

    /// The cameras that are signed in to.
    pub fn onvif(&self, _: &Authority) -> &Onvif {
        self.read();
        &self.0.parts.onvif
    }

    /// Looks at cameras, for a look that is registered.
    pub(crate) fn looks(&self, _: &Look) -> &Looks {
        &self.0.parts.looks
    }

    /// Where observations go.
    pub fn inbox(&self, _: &Authority) -> &Inbox {
        self.read();
        &self.0.parts.inbox
    }

    /// Publishers whom nobody has adopted.
    pub fn waiting(&self, _: &Authority) -> &SharedRoom {
        self.read();
        &self.0.parts.waiting
    }

    /// The metrics as Prometheus reads them.
    pub fn metrics(&self, _: &Authority) -> String {
        self.0.parts.metrics.render()
    }

    /// Room for one more feed, while there is some.
    pub fn feed_permit(&self, _: &Authority) -> Option<tokio::sync::OwnedSemaphorePermit> {
        self.0.feeds.clone().try_acquire_owned().ok()
    }

    /// Cuts the connections of a device.
    pub async fn cut(&self, _: &Authority, device: &DeviceId) {
        if let Some(broker) = &self.0.parts.broker {
            broker.disconnect(device).await;
        }
    }

    /// Records acts and looks; needs no authority, because refusals are recorded too.
    pub fn auditor(&self) -> &Auditor {
        &self.0.parts.auditor
    }

    /// What cameras may be looked at for.
    pub fn purposes(&self) -> &[Purpose] {
        &self.0.parts.purposes
    }

    /// Who is who: signs people in and out. What it knows of others is given out by [`super::authority`] only.
    pub fn people(&self) -> &People {
        &self.0.parts.people
    }

    /// The provider whose identities people may sign in with, as it is configured.
    pub fn openid_settings(&self) -> Option<&config::OpenId> {
        self.0.parts.openid_settings.as_ref()
    }

    /// The provider whose identities people may sign in with.
    #[cfg(feature = "openid")]
    pub fn openid(&self) -> Option<&OpenId> {
        self.0.parts.openid.as_ref()
    }

    /// Where a camera is registered, for [`super::authority`], which is what gives everything else out.
    pub(super) fn place_of(&self, key: &CameraKey) -> Option<String> {
        self.read();
        self.0.parts.cameras.place(key)
    }

    /// Who wants another class for a camera, likewise.
    pub(super) fn class_wanted_by(&self, key: &CameraKey) -> Option<AccountName> {
        self.read();
        self.0.parts.cameras.class_wish(key).map(|wish| wish.by)
    }

    /// Which camera took a picture, likewise.
    pub(super) async fn camera_of(
        &self,
        township: &TownshipId,
        sha256: &Digest,
    ) -> Result<Option<CameraId>, StoreError> {
        self.read();
        Ok(self.0.parts.store.provenance(township, sha256).await?.and_then(|found| found.camera().cloned()))
    }

    /// The cases.
    pub fn cases(&self, _: &Authority) -> &Cases {
        self.read();
        &self.0.parts.cases
    }

    /// What cases can be about, which everybody may read.
    pub fn matters(&self) -> &Matters {
        self.0.parts.cases.matters()
    }

    /// A case, for [`super::authority`], which asks where it is.
    pub(super) async fn case(&self, id: &CaseId) -> Result<Option<Case>, StoreError> {
        self.read();
        self.0.parts.cases.one(id).await
    }

    /// Pictures that are given out.
    pub fn exports(&self, _: &Authority) -> &Exports {
        &self.0.parts.exports
    }

    /// Requests of people, for who handles them.
    pub fn desk(&self, _: &Authority) -> &Desk {
        &self.0.parts.desk
    }

    /// Requests of people, for whoever asks: takes one, and shows one to who has its secret.
    pub fn counter(&self) -> &Counter {
        &self.0.parts.counter
    }

    /// What everybody is told.
    pub fn figures(&self) -> &Figures {
        &self.0.parts.figures
    }

    /// What a picture that a person attaches may be.
    pub(super) fn upload_limits(&self) -> PictureLimits {
        self.0.parts.pictures.for_uploads()
    }

    /// Room to read one more form with pictures; nothing when the hub is stopping.
    pub(crate) async fn upload_permit(&self) -> Option<tokio::sync::OwnedSemaphorePermit> {
        self.0.uploads.clone().acquire_owned().await.ok()
    }

    /// Likewise for who has no account.
    pub(super) async fn strangers_upload_permit(&self) -> Option<tokio::sync::OwnedSemaphorePermit> {
        self.0.strangers_uploads.clone().acquire_owned().await.ok()
    }

    /// The time now.
    pub fn now_ms(&self) -> TimestampMs {
        self.0.parts.clock.now_ms()
    }

    /// The time now, in microseconds.
    pub fn now_us(&self) -> TimestampUs {
        self.now_ms().saturating_mul(1_000)
    }

    /// Address under which people reach this hub.
    pub fn public_url(&self) -> &str {
        &self.0.parts.public_url
    }

    /// Address under which devices reach the broker.
    pub fn mqtt_url(&self) -> &str {
        &self.0.parts.mqtt_url
    }

    /// Ends when the hub stops.
    pub fn shutdown(&self) -> &CancellationToken {
        &self.0.parts.shutdown
    }

    /// Proxies whose `X-Forwarded-For` is believed.
    pub fn trusted_proxies(&self) -> &[IpAddr] {
        &self.0.parts.trusted_proxies
    }

    /// Whether people reach this hub by TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// Name of the session's cookie; with TLS one that a browser binds to this host alone.
    pub fn cookie_name(&self) -> &'static str {
        if self.is_secure() { "__Host-xueliang" } else { "xueliang" }
    }

    fn read(&self) {
        #[cfg(test)]
        self.0.reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }

    /// How often something was looked up or given out so far.
    #[cfg(test)]
    pub(crate) fn reads(&self) -> u64 {
        self.0.reads.load(std::sync::atomic::Ordering::Relaxed)
    }

    async fn covered(&self, jpeg: Bytes, max_width: u32, cover: Cover) -> Result<Bytes, Problem> {
        let Ok(_permit) = self.0.shrinks.acquire().await else {
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::STOPPING));
        };
        let limits = self.0.parts.pictures.for_kept();
        let covered =
            tokio::task::spawn_blocking(move || xl_media::covered_jpeg(&jpeg, max_width, &cover, &limits)).await;
        let internal =
            |error: &dyn std::error::Error| Problem::fault(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, error);
        match covered {
            Ok(Ok(bytes)) => Ok(bytes.into()),
            Ok(Err(error)) => Err(internal(&error)),
            Err(error) => Err(internal(&error)),
        }
    }

    /// A picture of a township under what covers it for this look, at most `max_width` wide where that is given.
    ///
    /// # Errors
    /// When no event of the township brought it.
    pub(crate) async fn picture(
        &self,
        look: &Look,
        township: &TownshipId,
        sha256: &Digest,
        max_width: Option<u32>,
    ) -> Result<Bytes, Problem> {
        self.read_picture(township, sha256, max_width, look.cover()).await
    }

    async fn read_picture(
        &self,
        township: &TownshipId,
        sha256: &Digest,
        max_width: Option<u32>,
        cover: Option<&Cover>,
    ) -> Result<Bytes, Problem> {
        let missing = || Problem::not_there("picture", sha256);
        let store = &self.0.parts.store;
        let width = match store.provenance(township, sha256).await? {
            Some(provenance) => provenance.picture.width,
            None => store.upload(township, sha256, None).await?.ok_or_else(missing)?.picture.width,
        };
        let jpeg = store.picture(sha256).await?.ok_or_else(missing)?;
        match (cover, max_width.filter(|narrower| *narrower < width)) {
            (None, None) => Ok(jpeg),
            // Encoded again even at its own size: where and by what it was taken stays inside.
            (cover, narrower) => {
                self.covered(jpeg, narrower.unwrap_or(width), cover.cloned().unwrap_or_default()).await
            }
        }
    }
}
