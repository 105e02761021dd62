//! Who publishes for which camera: the index of attachments that are mapped.
//!
//! A camera is registered as the one of `frigate:yard`; a name without a dialect stands for that publisher of any. One that
//! is attached through a bridge has `bridge:{bridge}`, as many others may have.

use std::collections::HashMap;

use xl_bridge::mqtt::dialect::Dialect;
use xl_bridge::port::Enrolments;
use xl_model::camera::Attachment;
use xl_model::camera::CameraKey;
use xl_model::id::CameraId;

use super::Cameras;

/// Cameras by the publisher that they are registered with.
#[derive(Debug, Default)]
pub(super) struct Publishers(HashMap<String, CameraKey>);

impl Publishers {
    /// Notes how a camera is attached now; of two with one publisher the one that was changed last counts.
    pub(super) fn note(&mut self, camera: &CameraKey, before: Option<&Attachment>, now: Option<&Attachment>) {
        if let Some(Attachment::Mapped { publisher }) = before
            && self.0.get(publisher) == Some(camera)
        {
            self.0.remove(publisher);
        }
        if let Some(Attachment::Mapped { publisher }) = now {
            self.0.insert(publisher.clone(), camera.clone());
        }
    }

    fn camera(&self, dialect: Dialect, publisher: &str) -> Option<&CameraKey> {
        self.0.get(&dialect.publisher(publisher)).or_else(|| self.0.get(publisher))
    }
}

impl Enrolments for Cameras {
    fn knows(&self, camera: &CameraKey) -> bool {
        Cameras::knows(self, camera)
    }

    fn camera(&self, dialect: Dialect, publisher: &str) -> Option<CameraKey> {
        self.publishers().camera(dialect, publisher).cloned()
    }

    fn bridge(&self, camera: &CameraKey) -> Option<CameraId> {
        self.get(camera)?.camera.attachment.bridge()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(publisher: &str) -> Attachment {
        Attachment::Mapped { publisher: publisher.to_owned() }
    }

    #[test]
    fn a_publisher_of_one_dialect_does_not_pass_for_that_of_another() {
        let mut publishers = Publishers::default();
        let (yard, any) = ("371122102/yard".parse().unwrap(), "371122102/any".parse().unwrap());
        publishers.note(&yard, None, Some(&mapped("frigate:yard")));
        publishers.note(&any, None, Some(&mapped("E4:30:22")));
        assert_eq!(publishers.camera(Dialect::Frigate, "yard"), Some(&yard));
        assert_eq!(publishers.camera(Dialect::Axis, "yard"), None);
        assert_eq!(publishers.camera(Dialect::OnvifEj, "E4:30:22"), Some(&any));
    }

    #[test]
    fn a_camera_that_is_attached_otherwise_has_no_publisher_any_more() {
        let mut publishers = Publishers::default();
        let camera = "371122102/yard".parse().unwrap();
        publishers.note(&camera, None, Some(&mapped("frigate:yard")));
        publishers.note(&camera, Some(&mapped("frigate:yard")), Some(&mapped("frigate:gate")));
        assert_eq!(publishers.camera(Dialect::Frigate, "yard"), None);
        publishers.note(&camera, Some(&mapped("frigate:gate")), None);
        assert_eq!(publishers.camera(Dialect::Frigate, "gate"), None);
    }
}
