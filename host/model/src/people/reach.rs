//! Where a role holds: everything, or a division code and all below it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::camera::CameraKey;
use crate::id::IdError;
use crate::id::TownshipId;

/// The whole hub (`*`), or a province by 2 digits, a city by 4, a county by 6, a township by 9, a village by 12.
///
/// It covers every code that begins with its own (GB/T 2260, GB/T 10114): what is below, never what is beside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reach(Arc<str>);

impl Reach {
    /// Everything that the hub has, and the hub itself.
    pub fn whole_hub() -> Self {
        Self("".into())
    }

    /// Its digits; none for the whole hub.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Whether it is the whole hub.
    pub fn is_whole_hub(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `other` is the same or lies below.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&*self.0)
    }

    /// Where a camera counts: at its village while that is in its township, else at its township.
    ///
    /// A camera belongs to its township wherever it stands: nobody gets to see one because it stands at his place.
    pub fn of_camera(key: &CameraKey, place: &str) -> Self {
        match place.parse() {
            Ok(village) if place.starts_with(key.township.as_str()) => village,
            _ => Self::from(&key.township),
        }
    }
}

impl From<&TownshipId> for Reach {
    fn from(township: &TownshipId) -> Self {
        Self(township.as_str().into())
    }
}

impl FromStr for Reach {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == "*" {
            Ok(Self::whole_hub())
        } else if matches!(text.len(), 2 | 4 | 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.into()))
        } else {
            let rule = "`*` for the whole hub, or a division code of 2, 4, 6, 9 or 12 digits";
            Err(IdError { what: "reach", text: text.chars().take(64).collect(), rule })
        }
    }
}

impl TryFrom<String> for Reach {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Reach> for String {
    fn from(reach: Reach) -> String {
        reach.to_string()
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_whole_hub() { "*" } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(text: &str) -> Reach {
        text.parse().unwrap()
    }

    #[test]
    fn a_reach_covers_what_is_below_and_never_what_is_beside_or_above() {
        for (one, other, covers) in [
            ("*", "371122102201", true),
            ("*", "*", true),
            ("37", "371122", true),
            ("3711", "371122102", true),
            ("371122", "371122102", true),
            ("371122102", "371122102201", true),
            ("371122102", "371122102", true),
            ("371122102", "371122103", false),
            ("371122102", "371122", false),
            ("371122102201", "371122102202", false),
            ("371122102201", "371122102", false),
            ("371122", "371123102", false),
            ("37", "*", false),
        ] {
            assert_eq!(reach(one).covers(&reach(other)), covers, "{one} {other}");
        }
    }

    #[test]
    fn a_reach_is_a_star_or_a_code_of_a_known_length() {
        for text in ["", "3", "371", "37112210", "3711221022011", "37112x", "３７", "**"] {
            assert!(text.parse::<Reach>().is_err(), "{text}");
        }
        assert_eq!(reach("*").to_string(), "*");
        assert_eq!(reach("371122").to_string(), "371122");
    }

    #[test]
    fn a_camera_counts_in_its_township_wherever_it_stands() {
        let key: CameraKey = "371122102/gh-1".parse().unwrap();
        for (place, counts) in
            [("371122102201", "371122102201"), ("371122103201", "371122102"), ("", "371122102"), ("x", "371122102")]
        {
            assert_eq!(Reach::of_camera(&key, place), reach(counts), "{place}");
        }
    }
}
