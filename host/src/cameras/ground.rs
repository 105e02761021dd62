//! Where a camera may stand: a place that is not valid is told of and taken, for old registers name any code; only where
//! a place ended and its successor is known, whoever enters the old code anew is sent to the new one.

use tracing::warn;
use xl_model::camera::Camera;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::CameraFault;
use xl_model::camera::fault::Wrong;
use xl_model::day::Day;
use xl_model::place::gazetteer::Gazetteer;
use xl_model::place::gazetteer::Standing;

/// How places stand on a day.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    /// All places.
    pub(super) places: &'a Gazetteer,
    /// The day.
    pub(super) day: Day,
}

impl Ground<'_> {
    /// What is wrong with the place of a camera; nothing where it stands there already.
    pub(super) fn refuses(self, camera: &Camera, before: Option<&Camera>) -> Option<CameraFault> {
        match self.standing(camera, before)? {
            Standing::Ended { to, successor: Some(successor) } => {
                let names = self.places.names(&successor, self.day).unwrap_or_default();
                let wrong = Wrong::Ended { to, successor, name: names.zh };
                Some(CameraFault { field: Field::Place, wrong })
            }
            _ => None,
        }
    }

    /// Whether a camera comes to stand where no place is known to be valid.
    pub(super) fn doubts(self, camera: &Camera, before: Option<&Camera>) -> bool {
        matches!(
            self.standing(camera, before),
            Some(Standing::Unknown | Standing::Later { .. } | Standing::Ended { successor: None, .. })
        )
    }

    /// Says so in the log.
    pub(super) fn warn(self, camera: &Camera, before: Option<&Camera>) {
        if self.doubts(camera, before) {
            let (key, place) = (&camera.key, camera.place.as_str());
            warn!(camera = %key, place, "camera `{key}` is registered at {place}, which is no valid place today");
        }
    }

    /// Whether a camera comes to stand at another place, and not at the same under its new code.
    pub(super) fn is_moved(self, before: &Camera, after: &Camera) -> bool {
        let now = |camera: &Camera| camera.place.parse().map(|code| self.places.now(&code, self.day));
        before.place != after.place && !matches!((now(before), now(after)), (Ok(one), Ok(other)) if one == other)
    }

    fn standing(self, camera: &Camera, before: Option<&Camera>) -> Option<Standing> {
        // Without any place there is nothing to compare with.
        if self.places.is_empty() || before.is_some_and(|before| before.place == camera.place) {
            return None;
        }
        Some(camera.place.parse().map_or(Standing::Unknown, |code| self.places.standing(&code, self.day)))
    }
}
