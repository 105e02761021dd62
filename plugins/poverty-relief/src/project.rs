//! Projects (帮扶项目): assets, shares of households, inspections, and pictures of progress.
//!
//! A camera belongs to a collective asset. **It never belongs to a household**, nor to a project that one household runs:
//! such a picture would be a look at a family.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

/// Whose project it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// An asset of the village or of several (集体资产).
    Collective,
    /// One household's own (到户项目).
    Household,
}

/// How far a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Planned.
    Planned,
    /// Under construction.
    Building,
    /// Running.
    Running,
    /// Closed.
    Closed,
}

impl Stage {
    /// All of them in order.
    pub const ALL: [Self; 4] = [Self::Planned, Self::Building, Self::Running, Self::Closed];

    /// As the index has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Building => "building",
            Self::Running => "running",
            Self::Closed => "closed",
        }
    }
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// 12-digit division code of where it stands.
    pub place: String,
    /// Whose it is.
    pub scope: Scope,
    /// How far it is.
    pub stage: Stage,
    /// What the asset cost, in whole yuan.
    pub asset_yuan: i64,
    /// Benefits paid so far, in whole yuan.
    pub paid_yuan: i64,
    /// Output so far, in whole yuan.
    pub output_yuan: i64,
    /// The camera of the asset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// The last day for its next inspection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspect_due: Option<Day>,
    /// Pictures kept.
    pub pictures: u64,
    /// Time of the newest one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_picture_ms: Option<i64>,
}

/// Why a camera is not linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameraRefusal {
    /// It would look at a household.
    Household,
    /// The project is closed.
    Closed,
}

impl Project {
    /// Whether a camera may be linked to it.
    ///
    /// # Errors
    /// `Household` for a project of one household.
    pub fn may_have_camera(&self) -> Result<(), CameraRefusal> {
        match (self.scope, self.stage) {
            (Scope::Household, _) => Err(CameraRefusal::Household),
            (_, Stage::Closed) => Err(CameraRefusal::Closed),
            _ => Ok(()),
        }
    }

    /// Whether a picture of its camera is kept: it runs or is built, and the last one is old enough.
    pub fn takes_picture(&self, time_ms: i64, every_ms: i64) -> bool {
        matches!(self.stage, Stage::Building | Stage::Running)
            && self.newest_picture_ms.is_none_or(|newest| time_ms >= newest + every_ms)
    }
}

/// Whether a camera may be linked to what this key names: only projects have cameras.
///
/// # Errors
/// `Household` for the key of a household.
pub fn camera_owner(key: &str) -> Result<(), CameraRefusal> {
    if key.starts_with('h') { Err(CameraRefusal::Household) } else { Ok(()) }
}

/// A share that a household was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The project.
    pub project: String,
    /// The household.
    pub household: String,
    /// In whole yuan.
    pub yuan: i64,
    /// The day.
    pub day: Day,
    /// Account of who entered it.
    pub by: String,
}

/// Something that happened to a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Entry {
    /// A picture of its camera.
    Picture {
        /// SHA-256 of the picture.
        sha256: String,
        /// The camera.
        camera: String,
    },
    /// It was inspected.
    Inspected {
        /// What was found.
        note: String,
        /// Account of who inspected.
        by: String,
        /// Whether it was in time.
        on_time: bool,
        /// SHA-256 of pictures that he attached.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pictures: Vec<String>,
    },
    /// Output was reported.
    Output {
        /// In whole yuan.
        yuan: i64,
        /// Account of who reported.
        by: String,
    },
    /// It moved to another stage.
    Stage {
        /// Which.
        stage: Stage,
        /// Account of who said so.
        by: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(scope: Scope, stage: Stage) -> Project {
        Project {
            name: "草莓大棚".to_owned(),
            place: "371122102001".to_owned(),
            scope,
            stage,
            asset_yuan: 200_000,
            paid_yuan: 0,
            output_yuan: 0,
            camera: None,
            inspect_due: None,
            pictures: 0,
            newest_picture_ms: None,
        }
    }

    #[test]
    fn a_camera_is_never_linked_to_a_household_nor_to_its_own_project() {
        assert_eq!(camera_owner("h000001"), Err(CameraRefusal::Household));
        assert_eq!(camera_owner("j000001"), Ok(()));
        assert_eq!(project(Scope::Household, Stage::Running).may_have_camera(), Err(CameraRefusal::Household));
        assert_eq!(project(Scope::Collective, Stage::Running).may_have_camera(), Ok(()));
        assert_eq!(project(Scope::Collective, Stage::Closed).may_have_camera(), Err(CameraRefusal::Closed));
    }

    #[test]
    fn pictures_are_kept_at_intervals_while_a_project_is_built_or_runs() {
        let mut one = project(Scope::Collective, Stage::Building);
        assert!(one.takes_picture(1_000, 500));
        one.newest_picture_ms = Some(1_000);
        assert!(!one.takes_picture(1_499, 500) && one.takes_picture(1_500, 500));
        assert!(!project(Scope::Collective, Stage::Planned).takes_picture(1_000, 500));
    }
}
