//! `events`: the module's own events, taken into the run's effects.

use std::sync::Arc;

use xl_model::effect::Effect;
use xl_model::effect::Publication;
use xl_model::event::Event;
use xl_model::event::MAX_DATA_BYTES;
use xl_model::event::MAX_DEPTH;
use xl_model::event::MAX_PICTURES;
use xl_model::id::CameraId;
use xl_model::id::Kind;
use xl_model::picture::PictureLevel;
use xl_model::picture::PictureRef;

use crate::bindings::xueliang::hub::events as wit;
use crate::guest::Call;
use crate::guest::Guest;
use crate::guest::answers::Known;
use crate::host::READ_ONLY;
use crate::json;

/// Most bytes of a subject.
const MAX_SUBJECT_BYTES: usize = 256;

type Answer<T> = Result<T, wit::EventsError>;

impl wit::Host for Guest {
    async fn publish(&mut self, publication: wit::Publication) -> wasmtime::Result<Answer<()>> {
        self.enter()?;
        let bytes = publication.data.len()
            + publication.kind.len()
            + publication.subject.as_ref().map_or(0, String::len)
            + publication.pictures.iter().map(String::len).sum::<usize>();
        let (camera, wanted) = match self.wanted(publication) {
            Ok(wanted) => wanted,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(camera) = camera
            && !self.may_name(&camera).await?
        {
            return Ok(Err(invalid(format!("camera `{camera}` is not among the granted ones"))));
        }
        if let Err(full) = self.publish_one().await? {
            return Ok(Err(wit::EventsError::Other(full)));
        }
        self.want(Effect::Publish(wanted), bytes)?;
        Ok(Ok(()))
    }
}

impl Guest {
    /// Checks everything but whether a camera exists that neither event nor grant names: that one is returned.
    fn wanted(&self, publication: wit::Publication) -> Answer<(Option<CameraId>, Publication)> {
        if self.is_read_only() {
            return Err(wit::EventsError::Other(READ_ONLY.to_owned()));
        }
        let kind = self.announced(&publication.kind)?;
        if publication.data.len() > MAX_DATA_BYTES {
            return Err(wit::EventsError::TooLarge(MAX_DATA_BYTES as u32));
        }
        json::object(&publication.data).map_err(|detail| invalid(format!("data: {detail}")))?;
        if let Some(subject) = &publication.subject
            && (subject.len() > MAX_SUBJECT_BYTES || subject.contains(char::is_control))
        {
            return Err(invalid(format!(
                "subject is longer than {MAX_SUBJECT_BYTES} bytes or holds a control character"
            )));
        }
        let cause = self.cause(publication.cause)?;
        let depth = cause.map_or(0, |event| event.depth);
        if depth >= MAX_DEPTH {
            return Err(wit::EventsError::TooDeep(MAX_DEPTH));
        }
        let camera = publication.camera.as_deref().map(|name| self.allowed(name)).transpose()?;
        let pictures = self.visible(&publication.pictures, cause)?;
        let known = camera
            .as_ref()
            .is_none_or(|camera| self.events().iter().any(|event| event.camera.as_ref() == Some(camera)));
        let wanted = Publication {
            kind,
            camera: camera.clone(),
            subject: publication.subject,
            data: publication.data,
            pictures,
            cause: cause.map_or(0, |event| event.seq),
        };
        Ok((camera.filter(|_| !known), wanted))
    }

    fn announced(&self, name: &str) -> Answer<Kind> {
        let kind = self.manifest.publish.iter().find(|kind| kind.as_str() == name);
        kind.cloned().ok_or_else(|| wit::EventsError::Undeclared(name.chars().take(96).collect()))
    }

    /// The event that caused it: the one named, else the batch's newest; none for an action.
    fn cause(&self, seq: Option<u64>) -> Answer<Option<&Arc<Event>>> {
        match (&self.call, seq) {
            (Call::Batch(events), None) => Ok(events.last()),
            (Call::Batch(events), Some(seq)) => {
                let at = events.binary_search_by_key(&seq, |event| event.seq);
                at.map(|at| Some(&events[at])).map_err(|_| invalid(format!("event {seq} is not of this batch")))
            }
            (Call::Act | Call::View | Call::Answer { .. }, None) => Ok(None),
            (Call::Act | Call::View | Call::Answer { .. }, Some(_)) => {
                Err(invalid("the event of an action or a call has no number yet".to_owned()))
            }
        }
    }

    fn allowed(&self, name: &str) -> Answer<CameraId> {
        let grants = self.context.grants.now();
        let camera = name.parse::<CameraId>().ok().filter(|camera| grants.cameras.allows(camera));
        camera.ok_or_else(|| invalid("it names a camera that is not among the granted ones".to_owned()))
    }

    /// The pictures named, where the run could see them: those of the batch's events, and those it opened.
    fn visible(&self, names: &[String], cause: Option<&Arc<Event>>) -> Answer<Vec<PictureRef>> {
        if names.len() > MAX_PICTURES {
            return Err(invalid(format!("it names more than {MAX_PICTURES} pictures")));
        }
        let brought = self.context.grants.now().picture_level >= PictureLevel::Metric;
        let find = |name: &String| {
            let is_it = |picture: &&PictureRef| picture.sha256.as_str() == name;
            let events = cause.into_iter().chain(self.events()).filter(|_| brought);
            let found = events.flat_map(|event| &event.pictures).find(is_it);
            found.or_else(|| self.opened.values().find(is_it)).cloned()
        };
        let unseen = || invalid("it names a picture that the module did not see".to_owned());
        names.iter().map(|name| find(name).ok_or_else(unseen)).collect()
    }

    /// Whether the township has such a camera; asked only where no event of the batch proves it.
    async fn may_name(&mut self, camera: &CameraId) -> wasmtime::Result<bool> {
        let question = format!("cameras.has {camera}");
        let has = match self.answers.known_steady(&question) {
            Known::Recorded(has) => has,
            Known::Missing | Known::Live => self.granted_camera(camera.as_str()).await?.is_some(),
        };
        self.answers.keep_steady(question, &has)?;
        Ok(has)
    }
}

fn invalid(detail: String) -> wit::EventsError {
    wit::EventsError::Invalid(detail)
}
