//! What unit tests of this crate start from.

use xl_model::camera::Camera;
use xl_model::camera::check;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::event::NewEvent;

/// An observation of `township` with this id.
pub(crate) fn fact(township: &str, id: &str) -> NewEvent {
    NewEvent {
        township: township.parse().unwrap(),
        source: "test".into(),
        id: id.into(),
        kind: "test.event".parse().unwrap(),
        camera: None,
        subject: None,
        time_ms: 1_795_420_800_000,
        received_ms: 1_795_420_800_000,
        data: "{}".into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

/// A camera of `township` with this id.
pub(crate) fn camera(township: &str, id: &str) -> Camera {
    let mut draft = Draft::default();
    for (field, text) in
        [(Field::Township, township), (Field::Camera, id), (Field::Name, id), (Field::Place, "371122102001")]
    {
        draft.set(field, text);
    }
    check::camera(&draft).unwrap()
}
