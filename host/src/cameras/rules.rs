//! What is not registered though each field is right: compared with the register, the places and the law.

use std::collections::HashMap;

use xl_model::camera::Attachment;
use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::camera::duty;
use xl_model::camera::fault::CameraFault;
use xl_model::camera::fault::Wrong;
use xl_model::camera::live;

use super::ground::Ground;

/// Everything that a camera is compared with.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    /// Where cameras stand.
    pub(super) ground: Ground<'a>,
    /// The classes that a person had said of cameras that were removed.
    pub(super) removed: &'a HashMap<CameraKey, LegalClass>,
}

impl Rules<'_> {
    /// Everything that keeps a camera from being registered like this.
    pub(super) fn refuses(self, camera: &Camera, before: Option<&Camera>) -> Vec<CameraFault> {
        let faults = [
            self.ground.refuses(camera, before),
            live::refuses(camera, before),
            taken_back(camera, before),
            self.said_before(camera, before),
        ];
        faults.into_iter().flatten().collect()
    }

    /// A class that a person has said stays where nothing is said of it; so it does for a camera that was removed.
    pub(super) fn keep_class(self, draft: &mut Draft, key: &CameraKey, before: Option<&Camera>) {
        let said = match before {
            Some(before) => before.class_confirmed.then_some(before.class),
            None => self.removed.get(key).copied(),
        };
        if let Some(class) = said.filter(|_| draft.get(Field::Class).is_empty()) {
            draft.set(Field::Class, class.word());
        }
    }

    /// Takes over what nobody enters: streams that a probe found, while the camera is attached as it was, and since when its
    /// filing is owed.
    pub(super) fn carry(self, before: &Camera, after: &mut Camera) {
        let same = match (&before.attachment, &after.attachment) {
            (Attachment::Onvif { host, port, .. }, Attachment::Onvif { host: h, port: p, .. }) => {
                host == h && port == p
            }
            (before, after) => before == after,
        };
        if same {
            after.profiles.clone_from(&before.profiles);
        }
        after.filing.owed_since = duty::owed_since(before, after, self.ground.is_moved(before, after), self.ground.day);
    }

    fn said_before(self, camera: &Camera, before: Option<&Camera>) -> Option<CameraFault> {
        let class = self.removed.get(&camera.key).copied().filter(|_| before.is_none())?;
        let same = camera.class == class && camera.class_confirmed;
        (!same).then_some(CameraFault { field: Field::Class, wrong: Wrong::ClassWas(class) })
    }
}

fn taken_back(camera: &Camera, before: Option<&Camera>) -> Option<CameraFault> {
    let is_back = before.is_some_and(|before| before.class_confirmed) && !camera.class_confirmed;
    is_back.then_some(CameraFault { field: Field::ClassConfirmed, wrong: Wrong::Confirmed })
}
