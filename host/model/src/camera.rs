//! Cameras: what is registered about each, however it is attached.
//!
//! [`draft`] is a camera as somebody typed it, in a table, a form or a request; [`check`] makes a camera of it or says
//! everything that is wrong; [`live`] says which cameras may run, [`class_wish`] what becomes of a class only by two persons.
//! No password stands here: credentials are kept apart, sealed.

pub mod banned;
pub mod check;
pub mod class_wish;
pub mod draft;
pub mod duty;
pub mod fault;
pub mod live;

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::day::Day;
use crate::id::CameraId;
use crate::id::IdError;
use crate::id::TownshipId;
use crate::region::Masks;

/// Purposes that the county's rules name. The vocabulary is open: a township may add words of the same form.
///
/// - `public-security` 公共安全: alarms, key areas, patrols, evidence.
/// - `city-management` 城市管理, `sanitation` 环境卫生, `beautiful-village` 美丽乡村: order and cleanliness of places.
/// - `traceability` 农产品追溯: what grows, is packed and leaves.
/// - `poverty-relief` 帮扶资产: assets of relief projects.
/// - `forest-fire` 森林防火, `flood` 防汛: smoke, water levels.
/// - `work-safety` 安全生产: construction sites, plants.
pub const PURPOSES: [&str; 9] = [
    "public-security",
    "city-management",
    "sanitation",
    "beautiful-village",
    "traceability",
    "poverty-relief",
    "forest-fire",
    "flood",
    "work-safety",
];

/// Which camera, in the whole county.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CameraKey {
    /// The township that registered it.
    pub township: TownshipId,
    /// Its id there.
    pub camera: CameraId,
}

impl fmt::Display for CameraKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.township, self.camera)
    }
}

impl std::str::FromStr for CameraKey {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError { what: "camera", text: text.chars().take(64).collect(), rule: "`{township}/{camera}`" };
        let (township, camera) = text.split_once('/').ok_or_else(wrong)?;
        Ok(Self { township: township.parse()?, camera: camera.parse()? })
    }
}

/// A registered camera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// Which one.
    #[serde(flatten)]
    pub key: CameraKey,
    /// Its name for people, 1 to 100 characters.
    pub name: String,
    /// 12-digit division code of where it stands.
    pub place: String,
    /// Who answers for it.
    pub owner: Owner,
    /// What the law calls the place that it watches.
    pub class: LegalClass,
    /// Whether a person has said so; a proposal from a GB/T 28181 id or a default waits for one.
    pub class_confirmed: bool,
    /// What it may be looked at for, see [`PURPOSES`]; nothing: for nothing.
    pub purposes: Vec<String>,
    /// The sign that tells people of it.
    pub signage: Signage,
    /// Its filing with the police, which public-security systems owe within 30 days.
    pub filing: Filing,
    /// Whether a unit that keeps state secrets is near, and what it said.
    pub secret_unit: SecretUnit,
    /// How it is attached.
    pub attachment: Attachment,
    /// Its streams as a probe found them.
    pub profiles: Vec<Profile>,
    /// What is covered before anybody sees a picture.
    pub masks: Masks,
    /// How long its pictures shall be kept, in days; nothing: as the hub is configured.
    pub retention_days: Option<u16>,
    /// How often it promises a sign of life, in seconds; nothing: not at all, or as its device says.
    pub heartbeat_s: Option<u16>,
    /// What else people should know.
    pub notes: String,
}

/// Who answers for a camera.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// What kind of body it is.
    pub kind: OwnerKind,
    /// Its name; empty where it is not known yet.
    pub name: String,
}

/// What kind of body owns a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerKind {
    /// A company, a cooperative, a farm.
    Enterprise,
    /// A government department, a village, a school.
    #[default]
    PublicUnit,
}

/// What the law (State Council Order 799) calls the place that a camera watches, the strictest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegalClass {
    /// C1, article 7: part of a public-security system.
    PublicSecurity,
    /// C2, article 9: another public place.
    OtherPublicPlace,
    /// C3, article 33: a non-public place, such as a greenhouse.
    NonPublic,
}

impl LegalClass {
    /// So many days nothing about a camera of this class is deleted: article 17 for public-security systems.
    pub fn days_at_least(self) -> u16 {
        match self {
            Self::PublicSecurity => 30,
            Self::OtherPublicPlace | Self::NonPublic => 0,
        }
    }
}

/// The sign that tells people of a camera (Order 799, article 13).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Signage {
    /// Whether it hangs.
    pub posted: bool,
    /// Since when.
    pub date: Option<Day>,
    /// Where, and what it says.
    pub note: String,
}

/// The filing of a camera with the police (Order 799, article 14).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filing {
    /// The number that was given.
    pub number: Option<String>,
    /// When it was filed.
    pub date: Option<Day>,
    /// Since when it is owed because something became another: the class, or what was filed; nothing: since the registration.
    #[serde(default)]
    pub owed_since: Option<Day>,
}

/// A unit nearby that keeps state secrets, without whose consent no camera runs (Order 799, article 10).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SecretUnit {
    /// Whether there is one.
    pub near: bool,
    /// Where its consent stands: document, number, day; empty: it has not consented.
    pub consent: String,
}

/// How a camera is attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Attachment {
    /// It publishes itself, with a login of its own.
    Mqtt,
    /// The hub or a bridge asks it.
    Onvif {
        /// Its address: a name or an IP address, no URL.
        host: String,
        /// The port of its device service.
        port: u16,
        /// The user that the hub signs in as; the password is kept apart.
        user: Option<String>,
    },
    /// Somebody else publishes for it: a bridge, Home Assistant, Frigate.
    Mapped {
        /// Who publishes, by the name it gives itself.
        publisher: String,
    },
    /// Not yet.
    None,
}

impl Attachment {
    /// Its kind as a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Mqtt => "mqtt",
            Self::Onvif { .. } => "onvif",
            Self::Mapped { .. } => "mapped",
            Self::None => "none",
        }
    }

    /// The bridge of ours that it is attached through: it is `mapped` with the publisher `bridge:{bridge}`.
    pub fn bridge(&self) -> Option<CameraId> {
        match self {
            Self::Mapped { publisher } => publisher.strip_prefix("bridge:")?.parse().ok(),
            Self::Mqtt | Self::Onvif { .. } | Self::None => None,
        }
    }
}

/// A stream of a camera as a probe found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// What the camera calls it.
    pub token: String,
    /// Its name for people.
    pub name: String,
    /// `H264`, `H265`, `JPEG`, as the camera says it.
    pub encoding: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

macro_rules! words {
    ($kind:ident: $($variant:ident $word:literal $also:pat, $zh:literal;)*) => {
        impl $kind {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its word in tables and requests.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Its Chinese word.
            pub fn zh(self) -> &'static str {
                match self {
                    $(Self::$variant => $zh,)*
                }
            }

            /// Reads either word.
            pub fn read(text: &str) -> Option<Self> {
                match text {
                    $($word | $zh | $also => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

words! { OwnerKind:
    Enterprise "enterprise" "Enterprise", "企业";
    PublicUnit "public-unit" "Public-unit", "公共单位";
}

words! { LegalClass:
    PublicSecurity "public-security" "C1", "公共安全";
    OtherPublicPlace "other-public-place" "C2", "其他公共场所";
    NonPublic "non-public" "C3", "非公共场所";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_s_key_reads_back_as_written() {
        let key: CameraKey = "371122102/gh-1".parse().unwrap();
        assert_eq!(key.to_string(), "371122102/gh-1");
        for text in ["371122102.gh-1", "37/gh-1", "371122102/", "371122102/a/b", ""] {
            assert!(text.parse::<CameraKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_word_is_read_in_both_languages() {
        for class in LegalClass::ALL {
            assert_eq!((LegalClass::read(class.word()), LegalClass::read(class.zh())), (Some(*class), Some(*class)));
            assert_eq!(serde_json::to_value(class).unwrap(), class.word());
        }
        for kind in OwnerKind::ALL {
            assert_eq!((OwnerKind::read(kind.word()), OwnerKind::read(kind.zh())), (Some(*kind), Some(*kind)));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
        assert_eq!(LegalClass::read("C2"), Some(LegalClass::OtherPublicPlace));
    }
}
