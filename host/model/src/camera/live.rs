//! Which cameras may run: a public one has its sign first (Order 799, article 13).

use crate::camera::Attachment;
use crate::camera::Camera;
use crate::camera::LegalClass;
use crate::camera::draft::Field;
use crate::camera::fault::CameraFault;
use crate::camera::fault::Wrong;

/// Whether somebody reads its messages or asks it for pictures.
pub fn runs(camera: &Camera) -> bool {
    camera.attachment != Attachment::None
}

/// Whether its sign is recorded: that it hangs, and since when.
pub fn is_signed(camera: &Camera) -> bool {
    camera.signage.posted && camera.signage.date.is_some()
}

/// What keeps a camera from being registered like this. One that ran as a public camera without a sign `before` runs on, with
/// an open duty; a class that nobody has said counts as the strictest.
pub fn refuses(camera: &Camera, before: Option<&Camera>) -> Option<CameraFault> {
    let lacks = |camera: &Camera| runs(camera) && camera.class != LegalClass::NonPublic && !is_signed(camera);
    let is_new = lacks(camera) && !before.is_some_and(lacks);
    is_new.then_some(CameraFault { field: Field::SignageDate, wrong: Wrong::NoSign })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::check;
    use crate::camera::draft::Draft;

    fn camera(fields: &[(Field, &str)]) -> Camera {
        let mut draft = Draft::default();
        let usual =
            [(Field::Township, "371122102"), (Field::Camera, "a"), (Field::Name, "a"), (Field::Place, "371122102201")];
        for (field, text) in usual.iter().chain(fields) {
            draft.set(*field, *text);
        }
        check::camera(&draft).unwrap()
    }

    fn public(class: &str, attachment: &str, date: &str) -> Camera {
        camera(&[(Field::Class, class), (Field::Attachment, attachment), (Field::SignageDate, date)])
    }

    /// PRIV-6.
    #[test]
    fn a_public_camera_runs_once_its_sign_is_recorded() {
        let is_refused = |class, attachment, date| refuses(&public(class, attachment, date), None).is_some();
        for class in ["C1", "C2", ""] {
            assert!(is_refused(class, "mqtt", ""), "{class}");
            assert!(!is_refused(class, "mqtt", "2026-03-05"), "{class}");
            assert!(!is_refused(class, "none", ""), "{class}: registered, not yet attached");
        }
        assert!(!is_refused("C3", "mqtt", ""));
        let posted = camera(&[(Field::Attachment, "mqtt"), (Field::SignagePosted, "yes")]);
        assert_eq!(refuses(&posted, None).unwrap().field, Field::SignageDate, "a sign has a day");
    }

    #[test]
    fn a_camera_that_ran_without_a_sign_runs_on_and_none_begins_to() {
        let (ran, waits, signed) =
            (public("C2", "mqtt", ""), public("C2", "none", ""), public("C2", "mqtt", "2026-03-05"));
        assert_eq!(refuses(&public("C1", "mqtt", ""), Some(&ran)), None);
        for before in [&waits, &signed, &public("C3", "mqtt", "")] {
            assert!(refuses(&ran, Some(before)).is_some(), "{before:?}");
        }
    }
}
