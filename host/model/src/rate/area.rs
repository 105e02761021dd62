//! Areas of the county: a division code at one of its levels.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::id::IdError;

/// A county by 6 digits, a town by 9, a village or community by 12 (GB/T 2260, GB/T 10114).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Area(Arc<str>);

impl Area {
    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The area that it is a part of; a county is a part of nothing that we know.
    pub fn parent(&self) -> Option<Self> {
        match self.0.len() {
            12 => Some(Self(self.0[..9].into())),
            9 => Some(Self(self.0[..6].into())),
            _ => None,
        }
    }

    /// Whether it is a village or community; `…000` stands for the town itself.
    pub fn is_village(&self) -> bool {
        self.0.len() == 12 && !self.0.ends_with("000")
    }
}

impl FromStr for Area {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if matches!(text.len(), 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.into()))
        } else {
            Err(IdError { what: "area", text: text.chars().take(64).collect(), rule: "6, 9 or 12 digits" })
        }
    }
}

impl TryFrom<String> for Area {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Area> for String {
    fn from(area: Area) -> String {
        area.0.as_ref().to_owned()
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Codes that were given anew: an area with two codes is one area.
#[derive(Debug, Clone, Default)]
pub struct Recoded(BTreeMap<Area, Area>);

impl Recoded {
    /// A table from the old code of an area to its code now; both must be of one level, or the line is left out.
    pub fn new(lines: impl IntoIterator<Item = (Area, Area)>) -> Self {
        Self(lines.into_iter().filter(|(old, new)| old.as_str().len() == new.as_str().len()).collect())
    }

    /// The code of a place now: its own, or with that of its town or county put in front.
    pub fn now(&self, place: &Area) -> Area {
        let mut above = Some(place.clone());
        while let Some(area) = above {
            if let Some(new) = self.0.get(&area) {
                return Area(format!("{new}{}", &place.0[area.0.len()..]).into());
            }
            above = area.parent();
        }
        place.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_part_of_the_one_with_fewer_digits() {
        let village: Area = "371122102201".parse().unwrap();
        let town = village.parent().unwrap();
        assert_eq!((town.as_str(), town.parent().unwrap().as_str()), ("371122102", "371122"));
        assert_eq!(town.parent().unwrap().parent(), None);
        assert!(village.is_village() && !town.is_village());
        assert!(!"371122102000".parse::<Area>().unwrap().is_village());
        for text in ["", "3711221", "37112210220a", "３７１１２２", "3711221022011"] {
            assert!(text.parse::<Area>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_area_with_two_codes_is_one_area() {
        let area = |text: &str| text.parse::<Area>().unwrap();
        let recoded = Recoded::new([
            (area("371122102"), area("371122110")),
            (area("371122103201"), area("371122103202")),
            (area("371122104"), area("371122")),
        ]);
        assert_eq!(recoded.now(&area("371122102201")), area("371122110201"));
        assert_eq!(recoded.now(&area("371122103201")), area("371122103202"));
        assert_eq!(recoded.now(&area("371122104201")), area("371122104201"));
    }
}
