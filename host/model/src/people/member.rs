//! Which responsible units somebody belongs to: what narrows the power to handle cases to those of his units.
//!
//! Which units there are is the county's table; whether one exists was asked where the membership was given.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

use crate::id::IdError;
use crate::id::UnitId;
use crate::people::reach::Reach;

/// Most units that one account belongs to.
pub const MOST_UNITS: usize = 32;

/// A place in a unit of a township, or in the units of this id of all townships below; written `sanitation@371122102`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Which unit.
    pub unit: UnitId,
    /// Of which township, or of all below a county or city.
    pub reach: Reach,
}

impl Member {
    /// Whether units are held there: they are a township's, so a village has none of its own.
    pub fn fits(&self) -> bool {
        self.reach.digits().len() <= 9
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.unit, self.reach)
    }
}

impl FromStr for Member {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let rule = "`{unit}@{place}`, such as `sanitation@371122102`";
        let wrong = || IdError { what: "unit", text: text.chars().take(64).collect(), rule };
        let (unit, reach) = text.split_once('@').ok_or_else(wrong)?;
        Ok(Self { unit: unit.parse()?, reach: reach.parse()? })
    }
}

/// For which units somebody acts at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActsFor {
    /// For every unit: he was put into none.
    All,
    /// For these and the units below them; none of them here: he was put into units elsewhere.
    Units(Vec<UnitId>),
}

impl ActsFor {
    /// For which units whoever belongs to these acts at a place.
    ///
    /// Who was put into no unit at all acts for every one, so that a hub on which nobody was put into any works on as it
    /// did; who was put into one is narrowed everywhere, so that a unit given in one township opens nothing in another.
    pub fn of(members: &[Member], at: &Reach) -> Self {
        if members.is_empty() {
            return Self::All;
        }
        Self::Units(members.iter().filter(|held| held.reach.covers(at)).map(|held| held.unit.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(texts: &[&str]) -> Vec<Member> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_membership_reads_back_as_written_and_stands_at_a_township_or_above() {
        for (text, fits) in
            [("sanitation@371122102", true), ("works@371122", true), ("works@*", true), ("works@371122102201", false)]
        {
            let member: Member = text.parse().unwrap();
            assert_eq!((member.to_string().as_str(), member.fits()), (text, fits));
        }
        for text in ["sanitation", "@371122102", "sanitation@", "Sanitation@371122102", "a@3711221"] {
            assert!(text.parse::<Member>().is_err(), "{text}");
        }
    }

    #[test]
    fn who_is_in_no_unit_acts_for_all_and_who_is_in_one_for_no_other_wherever_he_is() {
        let (here, beside) = ("371122102".parse().unwrap(), "371122103".parse().unwrap());
        assert_eq!(ActsFor::of(&[], &here), ActsFor::All);
        let held = members(&["sanitation@371122102", "works@371122"]);
        let units = |ids: &[&str]| ActsFor::Units(ids.iter().map(|id| id.parse().unwrap()).collect());
        assert_eq!(ActsFor::of(&held, &here), units(&["sanitation", "works"]));
        assert_eq!(ActsFor::of(&held, &beside), units(&["works"]));
        assert_eq!(ActsFor::of(&held[..1], &beside), units(&[]));
    }
}
