//! `pictures`: pictures by handle. The guest sees only the pixels it asks for, the bytes stay with the host.

use serde::Deserialize;
use serde::Serialize;
use wasmtime::component::Resource;
use xl_model::grant::CameraSelector;
use xl_model::id::Digest;
use xl_model::id::PluginId;
use xl_model::metrics::Change;
use xl_model::metrics::PictureMetrics;
use xl_model::picture::PictureLevel;
use xl_model::picture::PictureOrigin;
use xl_model::picture::Provenance;
use xl_model::region::Point;
use xl_model::region::Region;

use crate::bindings::xueliang::hub::pictures as wit;
use crate::guest::Guest;
use crate::guest::answers::Known;
use crate::host::NOT_RECORDED;
use crate::port::PixelFormat;
use crate::port::View;
use crate::port::Viewing;

/// Most pixels of one answer.
const MAX_PIXELS: u32 = 1_048_576;

/// Most times that one opened picture is decoded, for pixels or figures: what a run may make the host compute is bounded by pictures opened.
const MAX_RENDERINGS: u32 = 8;

/// A picture that a guest holds.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings name it in public traits")]
pub struct Picture {
    provenance: Provenance,
    renderings: u32,
}

/// How opening ended, as it is recorded for a replay.
#[derive(Debug, Serialize, Deserialize)]
enum Opened {
    Picture(Provenance),
    NotFound,
    RateLimited,
}

type Answer<T> = Result<T, wit::PicturesError>;

impl wit::Host for Guest {
    async fn open(&mut self, sha256: String) -> wasmtime::Result<Answer<Resource<Picture>>> {
        self.enter()?;
        if self.context.grants.now().picture_level < PictureLevel::Metric {
            return Ok(Err(wit::PicturesError::AccessDenied));
        }
        let Ok(digest) = sha256.parse::<Digest>() else { return Ok(Err(wit::PicturesError::NotFound)) };
        let question = format!("pictures.open {digest}");
        let opened = match self.answers.known(&question) {
            Known::Recorded(opened) => opened,
            Known::Missing => return Ok(Err(wit::PicturesError::Other(NOT_RECORDED.to_owned()))),
            Known::Live => self.provenance(&digest).await?,
        };
        self.answers.keep(question, &opened)?;
        match opened {
            Opened::Picture(provenance) => self.hold(provenance).map(Ok),
            Opened::NotFound => Ok(Err(wit::PicturesError::NotFound)),
            Opened::RateLimited => Ok(Err(wit::PicturesError::RateLimited)),
        }
    }
}

impl wit::HostPicture for Guest {
    async fn info(&mut self, handle: Resource<Picture>) -> wasmtime::Result<wit::Info> {
        self.enter()?;
        let provenance = &self.table().get(&handle)?.provenance;
        let Provenance { picture, time_ms, .. } = provenance;
        Ok(wit::Info {
            sha256: picture.sha256.to_string(),
            camera: provenance.camera().map(ToString::to_string).unwrap_or_default(),
            time_ms: *time_ms,
            width: picture.width,
            height: picture.height,
            bytes: picture.bytes,
        })
    }

    async fn metrics(&mut self, handle: Resource<Picture>) -> wasmtime::Result<Answer<wit::Metrics>> {
        self.enter()?;
        let picture = match self.decoded(&handle)? {
            Ok(picture) => picture,
            Err(error) => return Ok(Err(error)),
        };
        if !self.admitted(&picture, None).await? {
            return Ok(Err(wit::PicturesError::AccessDenied));
        }
        let port = self.context.ports.cameras.clone();
        let figures = self.ask("pictures.metrics", port.metrics(&picture)).await?;
        let PictureMetrics { brightness, contrast, sharpness, seen_share } = figures;
        Ok(Ok(wit::Metrics { brightness, contrast, sharpness, seen_share }))
    }

    async fn change(
        &mut self,
        handle: Resource<Picture>,
        reference: Resource<Picture>,
        region: Option<Vec<wit::Point>>,
    ) -> wasmtime::Result<Answer<wit::Change>> {
        self.enter()?;
        let corners = region.map(|corners| corners.iter().map(|corner| Point { x: corner.x, y: corner.y }).collect());
        let region = match corners.map(Region::new).transpose() {
            Ok(region) => region,
            Err(wrong) => return Ok(Err(wit::PicturesError::Other(wrong.to_string()))),
        };
        let (picture, reference) = match (self.decoded(&handle)?, self.decoded(&reference)?) {
            (Ok(picture), Ok(reference)) => (picture, reference),
            (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
        };
        for shown in [&picture, &reference] {
            if !self.admitted(shown, None).await? {
                return Ok(Err(wit::PicturesError::AccessDenied));
            }
        }
        let port = self.context.ports.cameras.clone();
        let change = self.ask("pictures.change", port.change(&picture, &reference, region)).await?;
        let Change { share, shift_x, shift_y, agreement, difference: _, contrast_kept, sharpness_kept } = change;
        Ok(Ok(wit::Change { share, shift_x, shift_y, agreement, contrast_kept, sharpness_kept }))
    }

    async fn pixels(
        &mut self,
        handle: Resource<Picture>,
        width: u32,
        height: u32,
        format: wit::PixelFormat,
    ) -> wasmtime::Result<Answer<Vec<u8>>> {
        self.enter()?;
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 || pixels > MAX_PIXELS.into() {
            return Ok(Err(wit::PicturesError::TooLarge(MAX_PIXELS)));
        }
        let (picture, view) = match self.rendered(&handle)? {
            Ok(rendered) => rendered,
            Err(error) => return Ok(Err(error)),
        };
        if !self.admitted(&picture, Some(view)).await? {
            return Ok(Err(wit::PicturesError::AccessDenied));
        }
        let format = match format {
            wit::PixelFormat::Gray => PixelFormat::Gray,
            wit::PixelFormat::Rgb => PixelFormat::Rgb,
        };
        let port = self.context.ports.cameras.clone();
        self.ask("pictures.pixels", port.pixels(&picture, view, width, height, format)).await.map(Ok)
    }

    async fn jpeg(&mut self, handle: Resource<Picture>, max_width: u32) -> wasmtime::Result<Answer<Vec<u8>>> {
        self.enter()?;
        if max_width == 0 {
            return Ok(Err(wit::PicturesError::TooLarge(MAX_PIXELS)));
        }
        let (picture, view) = match self.rendered(&handle)? {
            Ok(rendered) => rendered,
            Err(error) => return Ok(Err(error)),
        };
        if !self.admitted(&picture, Some(view)).await? {
            return Ok(Err(wit::PicturesError::AccessDenied));
        }
        let port = self.context.ports.cameras.clone();
        self.ask("pictures.jpeg", port.jpeg(&picture, view, max_width)).await.map(Ok)
    }

    async fn drop(&mut self, handle: Resource<Picture>) -> wasmtime::Result<()> {
        self.table().delete(handle)?;
        Ok(())
    }
}

impl Guest {
    /// Gives the guest a handle to a picture that it may know of.
    pub(super) fn hold(&mut self, provenance: Provenance) -> wasmtime::Result<Resource<Picture>> {
        let picture = provenance.picture.clone();
        let handle = self.table().push(Picture { provenance, renderings: 0 })?;
        self.opened.insert(picture.sha256.clone(), picture);
        self.pictures += 1;
        Ok(handle)
    }

    async fn provenance(&self, digest: &Digest) -> wasmtime::Result<Opened> {
        if !self.take_picture() {
            return Ok(Opened::RateLimited);
        }
        let (port, module) = (self.context.ports.cameras.clone(), &self.context.module);
        let found = self.ask("pictures.open", port.provenance(module, digest)).await?;
        let grants = self.context.grants.now();
        // Whatever the port says: a picture of another camera, township or module's page is none of this module.
        let granted = |found: &Provenance| {
            found.township == module.township
                && found.picture.sha256 == *digest
                && is_of(&found.origin, &module.plugin, &grants.cameras)
        };
        Ok(found.filter(granted).map_or(Opened::NotFound, Opened::Picture))
    }

    /// Counts a decoding of the picture and says what of it may be shown, where the level reaches so far.
    fn rendered(&mut self, handle: &Resource<Picture>) -> wasmtime::Result<Answer<(Provenance, View)>> {
        let view = match self.context.grants.now().picture_level {
            PictureLevel::None | PictureLevel::Metric => return Ok(Err(wit::PicturesError::AccessDenied)),
            PictureLevel::Masked => View::Masked,
            PictureLevel::Raw => View::Raw,
        };
        Ok(self.decoded(handle)?.map(|picture| (picture, view)))
    }

    /// Whether the host lets the module be shown so much of a picture.
    async fn admitted(&self, picture: &Provenance, view: Option<View>) -> wasmtime::Result<bool> {
        let (module, purposes) = (self.context.module.clone(), self.context.grants.now().purposes.clone());
        let viewing = Viewing { module, purposes, picture: picture.clone(), view };
        let port = self.context.ports.cameras.clone();
        self.ask("pictures.admit", port.admit(viewing)).await
    }

    /// Counts a decoding of the picture, which may have been opened before its camera was withdrawn.
    fn decoded(&mut self, handle: &Resource<Picture>) -> wasmtime::Result<Answer<Provenance>> {
        let (grants, plugin) = (self.context.grants.now(), self.context.module.plugin.clone());
        let picture = self.table().get_mut(handle)?;
        let is_granted = is_of(&picture.provenance.origin, &plugin, &grants.cameras);
        if grants.picture_level < PictureLevel::Metric || !is_granted {
            return Ok(Err(wit::PicturesError::AccessDenied));
        }
        if picture.renderings >= MAX_RENDERINGS {
            let detail = format!("one opened picture is decoded at most {MAX_RENDERINGS} times");
            return Ok(Err(wit::PicturesError::Other(detail)));
        }
        picture.renderings += 1;
        Ok(Ok(picture.provenance.clone()))
    }
}

/// Whether a module may open it: a picture of a camera that it was granted, or one that was attached on its own pages.
pub(super) fn is_of(origin: &PictureOrigin, plugin: &PluginId, granted: &CameraSelector) -> bool {
    match origin {
        PictureOrigin::Camera(camera) => granted.allows(camera),
        PictureOrigin::Page(of) => of == plugin,
    }
}
