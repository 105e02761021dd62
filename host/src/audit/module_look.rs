//! Looks of modules: of a module, a camera and a purpose the first look of an hour is a row before anything is shown, and those
//! that follow are counted into one row more.

use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::LookedAt;
use xl_model::audit::Outcome;
use xl_model::audit::text::Text;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::id::ModuleKey;

use crate::audit::counted::Often;

/// Looks of a module at a camera.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModuleLook {
    /// Who looked.
    pub module: ModuleKey,
    /// At which camera.
    pub camera: CameraKey,
    /// For which purpose.
    pub purpose: String,
    /// What was shown, or asked for.
    pub shown: Shown,
    /// Whether it was shown nothing, because it may not be.
    pub is_refused: bool,
}

/// What a module was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// Figures about a picture, no pixels.
    Figures,
    /// A picture under the camera's masks.
    Masked,
    /// A picture as it is.
    Raw,
    /// A picture that was taken because it asked.
    Snapshot,
    /// A picture that was taken on its plan.
    Sample,
}

impl Shown {
    /// Its word in the register.
    fn word(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Masked => "masked",
            Self::Raw => "raw",
            Self::Snapshot => "snapshot",
            Self::Sample => "sample",
        }
    }
}

impl Often for ModuleLook {
    const MORE: &'static str = "more looks";

    fn row(&self, looks: u64, now_ms: TimestampMs) -> Entry {
        let Self { module, camera, purpose, shown, is_refused } = self;
        let actor = Actor::new(&format!("module {}", module.plugin), module.township.as_str());
        Entry::new(now_ms, actor, "look.module", &format!("{looks} × {}", shown.word()))
            .in_township(Some(camera.township.clone()))
            .with_look(LookedAt {
                camera: camera.camera.clone(),
                purpose: Text::new(purpose),
                reason: Text::new("granted to the module"),
            })
            .with_outcome(if *is_refused { Outcome::Refused } else { Outcome::Allowed })
    }
}
