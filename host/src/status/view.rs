//! Where every camera stands now, for whoever asks. Answers from memory, without waiting for the stage.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;

use serde::Deserialize;
use xl_model::camera::CameraKey;
use xl_model::id::TownshipId;
use xl_model::ladder::output::Shown;
use xl_model::ladder::output::Standing;
use xl_model::rate::Figures;
use xl_model::rate::area::Area;
use xl_model::rate::area::Recoded;
use xl_model::rate::roll_up::RollUp;
use xl_model::status::Level;
use xl_model::status::Reason;
use xl_model::status::evidence::Enrolment;

/// A device's clock may differ from ours by so many milliseconds before it counts as wrong; as in [`crate::devices`].
const WRONG_CLOCK_MS: u64 = 5_000;

/// Where cameras stand; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Statuses(Arc<RwLock<HashMap<CameraKey, Entry>>>);

#[derive(Debug)]
struct Entry {
    place: Area,
    owner: Option<Arc<str>>,
    standing: Option<Standing>,
    is_flapping: bool,
    skew_ms: Option<i64>,
}

/// Where one camera stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How high, why, since when, who says so.
    pub standing: Standing,
    /// Whether it changed six times within an hour.
    pub is_flapping: bool,
    /// By how much its clock is ahead of ours, in milliseconds, where it told the time.
    pub skew_ms: Option<i64>,
}

/// What somebody who keeps a county running asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// Cameras that change all the time.
    Flapping,
    /// Cameras whose clock is wrong by more than five seconds.
    WrongClock,
    /// Cameras that refuse our credentials.
    AuthFailed,
    /// Cameras that nobody knows when to expect something of.
    NoCadence,
}

/// Whether a camera, which stands at the place of this code, is counted for whoever asks.
pub type Sees<'a> = dyn Fn(&CameraKey, &str) -> bool + Sync + 'a;

/// Which cameras somebody looks for; what is not said is not asked for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Of this township.
    pub township: Option<TownshipId>,
    /// At this level.
    pub level: Option<Level>,
    /// On this list.
    pub list: Option<List>,
}

impl Wish {
    fn wants(&self, camera: &CameraKey, entry: &Entry) -> bool {
        self.township.as_ref().is_none_or(|township| *township == camera.township)
            && self.level.is_none_or(|level| entry.standing.as_ref().is_some_and(|it| it.level == level))
            && self.list.is_none_or(|list| entry.is_on(list))
    }
}

impl List {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::AuthFailed, Self::Flapping, Self::WrongClock, Self::NoCadence];

    /// The word that it is asked for by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flapping => "flapping",
            Self::WrongClock => "wrong-clock",
            Self::AuthFailed => "auth-failed",
            Self::NoCadence => "no-cadence",
        }
    }
}

impl Statuses {
    /// Where a camera stands; nothing: it is not registered.
    pub fn of(&self, camera: &CameraKey) -> Option<Status> {
        let all = self.read();
        let entry = all.get(camera)?;
        let standing = entry.standing.clone()?;
        Some(Status { standing, is_flapping: entry.is_flapping, skew_ms: entry.skew_ms })
    }

    /// How many cameras stand at each level now, by place and by owner, of those that `sees` lets pass.
    pub fn counts(&self, sees: &Sees<'_>, recoded: Recoded) -> RollUp {
        let mut rolled = RollUp::new(recoded);
        for (camera, entry) in self.read().iter() {
            if sees(camera, entry.place.as_str())
                && let Some(standing) = &entry.standing
            {
                rolled.add(&entry.place, entry.owner.clone(), Figures::of(standing.level, 1));
            }
        }
        rolled
    }

    /// The cameras that somebody looks for, by township and id.
    pub fn find(&self, wish: &Wish) -> Vec<(CameraKey, Status)> {
        let all = self.read();
        let mut found: Vec<_> = all
            .iter()
            .filter(|(camera, entry)| wish.wants(camera, entry))
            .filter_map(|(camera, entry)| {
                let standing = entry.standing.clone()?;
                let status = Status { standing, is_flapping: entry.is_flapping, skew_ms: entry.skew_ms };
                Some((camera.clone(), status))
            })
            .collect();
        drop(all);
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    }

    /// Notes where a camera stands in the county.
    pub(super) fn place(&self, enrolment: &Enrolment) {
        let place = enrolment.place.parse().ok().filter(|place: &Area| place.as_str().len() == 12);
        // A place that is none is the township itself.
        let place = place.or_else(|| format!("{}000", enrolment.camera.township).parse().ok());
        let Some(place) = place else { return };
        let owner = enrolment.owner.clone();
        let mut all = self.write();
        match all.get_mut(&enrolment.camera) {
            Some(entry) => (entry.place, entry.owner) = (place, owner),
            None => {
                let entry = Entry { place, owner, standing: None, is_flapping: false, skew_ms: None };
                all.insert(enrolment.camera.clone(), entry);
            }
        }
    }

    /// Notes by how much a camera's clock is ahead.
    pub(super) fn note_skew(&self, camera: &CameraKey, skew_ms: i64) {
        if let Some(entry) = self.write().get_mut(camera) {
            entry.skew_ms = Some(skew_ms);
        }
    }

    /// Shows what changed.
    pub(super) fn publish(&self, shown: Vec<Shown>) {
        if shown.is_empty() {
            return;
        }
        let mut all = self.write();
        for Shown { camera, now, is_flapping, .. } in shown {
            if now.is_none() {
                all.remove(&camera);
            } else if let Some(entry) = all.get_mut(&camera) {
                (entry.standing, entry.is_flapping) = (now, is_flapping);
            }
        }
    }

    // A holder that panicked left whole entries: each is written at once.
    fn read(&self) -> RwLockReadGuard<'_, HashMap<CameraKey, Entry>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<CameraKey, Entry>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn is_on(&self, list: List) -> bool {
        let standing = self.standing.as_ref();
        match list {
            List::Flapping => self.is_flapping,
            List::WrongClock => self.skew_ms.is_some_and(|ms| ms.unsigned_abs() > WRONG_CLOCK_MS),
            List::AuthFailed => standing.is_some_and(|it| it.level == Level::AuthFailed),
            List::NoCadence => standing.is_some_and(|it| it.reason.as_str() == Reason::NO_CADENCE),
        }
    }
}
