//! `cameras`: the cameras that the module was granted. Others do not exist for it.

use serde::Deserialize;
use serde::Serialize;
use wasmtime::component::Resource;
use xl_model::clock::TimestampMs;
use xl_model::grant::CameraSelector;
use xl_model::id::CameraId;
use xl_model::picture::PictureLevel;
use xl_model::picture::Provenance;

use crate::bindings::xueliang::hub::cameras as wit;
use crate::guest::Guest;
use crate::guest::answers::Known;
use crate::host::NOT_RECORDED;
use crate::host::pictures::Picture;
use crate::port::CameraInfo;
use crate::port::Look;
use crate::port::NoSnapshot;

/// Longest purpose that a look may name; the purposes of the register are words.
const MAX_PURPOSE_BYTES: usize = 64;

/// A camera as it is recorded for a replay.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    id: String,
    name: String,
    place: String,
    last_seen_ms: Option<TimestampMs>,
}

/// How asking for the newest picture ended, as it is recorded for a replay.
#[derive(Debug, Serialize, Deserialize)]
enum Latest {
    Picture(Provenance),
    NotFound,
    RateLimited,
}

/// How a look ended, as it is recorded for a replay.
#[derive(Debug, Serialize, Deserialize)]
enum Looked {
    Picture(Provenance),
    NotFound,
    RateLimited,
    Refused(NoSnapshot),
}

type Answer<T> = Result<T, wit::CamerasError>;

impl wit::Host for Guest {
    async fn list(&mut self) -> wasmtime::Result<Answer<Vec<wit::Camera>>> {
        self.enter()?;
        if self.context.grants.now().cameras == CameraSelector::None {
            return Ok(Err(wit::CamerasError::AccessDenied));
        }
        let question = "cameras.list".to_owned();
        let seen: Vec<Seen> = match self.answers.known_steady(&question) {
            Known::Recorded(seen) => seen,
            Known::Missing => return Ok(Err(wit::CamerasError::Other(NOT_RECORDED.to_owned()))),
            Known::Live => self.granted_cameras().await?.iter().map(seen).collect(),
        };
        self.answers.keep_steady(question, &seen)?;
        Ok(Ok(seen.into_iter().map(camera).collect()))
    }

    async fn get(&mut self, id: String) -> wasmtime::Result<Answer<wit::Camera>> {
        self.enter()?;
        if self.context.grants.now().cameras == CameraSelector::None {
            return Ok(Err(wit::CamerasError::AccessDenied));
        }
        if id.parse::<CameraId>().is_err() {
            return Ok(Err(wit::CamerasError::NotFound));
        }
        let question = format!("cameras.get {id}");
        let found: Option<Seen> = match self.answers.known_steady(&question) {
            Known::Recorded(found) => found,
            Known::Missing => return Ok(Err(wit::CamerasError::Other(NOT_RECORDED.to_owned()))),
            Known::Live => self.granted_camera(&id).await?.as_ref().map(seen),
        };
        self.answers.keep_steady(question, &found)?;
        Ok(found.map(camera).ok_or(wit::CamerasError::NotFound))
    }

    async fn latest_picture(&mut self, id: String) -> wasmtime::Result<Answer<Resource<Picture>>> {
        self.enter()?;
        let grants = self.context.grants.now();
        if grants.cameras == CameraSelector::None || grants.picture_level < PictureLevel::Metric {
            return Ok(Err(wit::CamerasError::AccessDenied));
        }
        if id.parse::<CameraId>().is_err() {
            return Ok(Err(wit::CamerasError::NotFound));
        }
        let question = format!("cameras.latest-picture {id}");
        let latest = match self.answers.known(&question) {
            Known::Recorded(latest) => latest,
            Known::Missing => return Ok(Err(wit::CamerasError::Other(NOT_RECORDED.to_owned()))),
            Known::Live => self.newest(&id).await?,
        };
        self.answers.keep(question, &latest)?;
        match latest {
            Latest::Picture(provenance) => self.hold(provenance).map(Ok),
            Latest::NotFound => Ok(Err(wit::CamerasError::NotFound)),
            Latest::RateLimited => Ok(Err(wit::CamerasError::RateLimited)),
        }
    }

    async fn snapshot(
        &mut self,
        id: String,
        purpose: String,
        max_age_ms: u32,
    ) -> wasmtime::Result<Answer<Resource<Picture>>> {
        self.enter()?;
        let grants = self.context.grants.now();
        if grants.cameras == CameraSelector::None || grants.picture_level < PictureLevel::Metric {
            return Ok(Err(wit::CamerasError::AccessDenied));
        }
        if id.parse::<CameraId>().is_err() {
            return Ok(Err(wit::CamerasError::NotFound));
        }
        if purpose.is_empty() || purpose.len() > MAX_PURPOSE_BYTES {
            let detail = format!("a purpose of 1 to {MAX_PURPOSE_BYTES} bytes is needed");
            return Ok(Err(wit::CamerasError::Other(detail)));
        }
        if !grants.purposes.contains(&purpose) {
            return Ok(Err(wit::CamerasError::AccessDenied));
        }
        let question = format!("cameras.snapshot {id} {max_age_ms} {purpose}");
        let looked = match self.answers.known(&question) {
            Known::Recorded(looked) => looked,
            Known::Missing => return Ok(Err(wit::CamerasError::Other(NOT_RECORDED.to_owned()))),
            Known::Live => self.look(&id, purpose, max_age_ms).await?,
        };
        self.answers.keep(question, &looked)?;
        match looked {
            Looked::Picture(provenance) => self.hold(provenance).map(Ok),
            Looked::NotFound => Ok(Err(wit::CamerasError::NotFound)),
            Looked::RateLimited => Ok(Err(wit::CamerasError::RateLimited)),
            Looked::Refused(NoSnapshot::Purpose) => Ok(Err(wit::CamerasError::AccessDenied)),
            Looked::Refused(NoSnapshot::Unavailable(why)) => Ok(Err(wit::CamerasError::Unavailable(why))),
        }
    }
}

impl Guest {
    async fn newest(&mut self, id: &str) -> wasmtime::Result<Latest> {
        if !self.take_picture() {
            return Ok(Latest::RateLimited);
        }
        let Some(camera) = self.granted_camera(id).await? else { return Ok(Latest::NotFound) };
        let port = self.context.ports.cameras.clone();
        let latest = self.ask("cameras.latest-picture", port.latest(&self.context.module.township, &camera.id)).await?;
        // Whatever the port says: a picture of another camera or township is none of this module.
        let latest =
            latest.filter(|found| found.camera() == Some(&camera.id) && found.township == self.context.module.township);
        Ok(latest.map_or(Latest::NotFound, Latest::Picture))
    }

    async fn look(&mut self, id: &str, purpose: String, max_age_ms: u32) -> wasmtime::Result<Looked> {
        if !self.take_picture() {
            return Ok(Looked::RateLimited);
        }
        let Some(camera) = self.granted_camera(id).await? else { return Ok(Looked::NotFound) };
        let module = self.context.module.clone();
        let port = self.context.ports.cameras.clone();
        let look = Look { module, camera: camera.id.clone(), purpose, max_age_ms };
        Ok(match self.ask("cameras.snapshot", port.snapshot(look)).await? {
            // Whatever the port says: a picture of another camera or township is none of this module.
            Ok(found) if found.camera() != Some(&camera.id) || found.township != self.context.module.township => {
                Looked::NotFound
            }
            Ok(found) => Looked::Picture(found),
            Err(refused) => Looked::Refused(refused),
        })
    }
}

fn seen(camera: &CameraInfo) -> Seen {
    Seen {
        id: camera.id.to_string(),
        name: camera.name.clone(),
        place: camera.place.clone(),
        last_seen_ms: camera.last_seen_ms,
    }
}

fn camera(seen: Seen) -> wit::Camera {
    wit::Camera { id: seen.id, name: seen.name, place: seen.place, last_seen_ms: seen.last_seen_ms }
}
