//! What is still owed for the cameras of the register.

use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::duty;
use xl_model::camera::duty::Duty;
use xl_model::day::Day;

use super::Cameras;

/// Something that is owed for a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Which camera.
    pub key: CameraKey,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: String,
    /// Its class.
    pub class: LegalClass,
    /// What is owed.
    pub duty: Duty,
    /// The last day on which it is in time.
    pub due: Day,
    /// Whether that day has passed.
    pub overdue: bool,
}

impl Cameras {
    /// What is owed for the cameras that `own` picks: the overdue first, each part by place, day and camera.
    pub fn owed(&self, own: impl Fn(&CameraKey, &str) -> bool) -> Vec<Owed> {
        let today = self.places().today();
        let mut all = Vec::new();
        for (key, entry) in self.read().iter() {
            let camera = &entry.row.camera;
            let duties = duty::owed(camera);
            if duties.is_empty() || !own(key, &camera.place) {
                continue;
            }
            all.extend(duties.into_iter().map(|duty| {
                let due = duty::due(duty, camera, entry.row.registered_ms);
                Owed {
                    key: key.clone(),
                    name: camera.name.clone(),
                    place: camera.place.clone(),
                    class: camera.class,
                    duty,
                    due,
                    overdue: due < today,
                }
            }));
        }
        all.sort_by(|a, b| {
            let by_place = b.overdue.cmp(&a.overdue).then_with(|| a.place.cmp(&b.place));
            by_place.then_with(|| (a.due, &a.key, a.duty).cmp(&(b.due, &b.key, b.duty)))
        });
        all
    }
}
