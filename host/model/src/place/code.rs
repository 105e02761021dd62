//! The code of a place: 12 digits, of which the zeros at the end say how high it stands (GB/T 2260, GB/T 10114).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::id::IdError;
use crate::rate::area::Area;

/// A division by its 12 digits: 2 of the province, 2 of the city, 2 of the county, 3 of the township, 3 of the village.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlaceCode(Arc<str>);

/// How high a place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// 省.
    Province,
    /// 市.
    City,
    /// 县.
    County,
    /// 镇街.
    Township,
    /// 村 or community 社区.
    Village,
}

impl Tier {
    /// How many digits of the code say which one it is.
    pub fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::County => 6,
            Self::Township => 9,
            Self::Village => 12,
        }
    }

    /// The word that stands in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
        }
    }

    /// The tier above.
    fn above(self) -> Option<Self> {
        match self {
            Self::Province => None,
            Self::City => Some(Self::Province),
            Self::County => Some(Self::City),
            Self::Township => Some(Self::County),
            Self::Village => Some(Self::Township),
        }
    }
}

impl PlaceCode {
    /// Its 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How high it stands.
    pub fn tier(&self) -> Tier {
        let zeros = self.0.bytes().rev().take_while(|b| *b == b'0').count();
        match zeros {
            0..=2 => Tier::Village,
            3..=5 => Tier::Township,
            6..=7 => Tier::County,
            8..=9 => Tier::City,
            _ => Tier::Province,
        }
    }

    /// The digits that say which one it is, without the zeros behind them.
    pub fn significant(&self) -> &str {
        &self.0[..self.tier().digits()]
    }

    /// The place that it is a part of.
    pub fn parent(&self) -> Option<Self> {
        let digits = self.tier().above()?.digits();
        Some(Self(format!("{:0<12}", &self.0[..digits]).into()))
    }

    /// The area that rates are told of; nothing above a county.
    pub fn area(&self) -> Option<Area> {
        self.significant().parse().ok()
    }
}

/// Reads 2, 4, 6, 9 or 12 digits; the shorter ones stand for the place itself.
impl FromStr for PlaceCode {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = matches!(text.len(), 2 | 4 | 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit());
        // No province begins with 0 (GB/T 2260).
        if digits && !text.starts_with('0') {
            Ok(Self(format!("{text:0<12}").into()))
        } else {
            let rule = "2, 4, 6, 9 or 12 digits, the first not 0";
            Err(IdError { what: "place", text: text.chars().take(64).collect(), rule })
        }
    }
}

impl TryFrom<String> for PlaceCode {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<&Area> for PlaceCode {
    fn from(area: &Area) -> Self {
        Self(format!("{:0<12}", area.as_str()).into())
    }
}

impl From<PlaceCode> for String {
    fn from(code: PlaceCode) -> String {
        code.0.as_ref().to_owned()
    }
}

impl fmt::Display for PlaceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zeros_at_the_end_say_how_high_a_place_stands_and_what_it_is_a_part_of() {
        let chain = [
            ("371122102201", Tier::Village, Some("371122102000")),
            ("371122102000", Tier::Township, Some("371122000000")),
            ("371122120000", Tier::Township, Some("371122000000")),
            ("371122000000", Tier::County, Some("371100000000")),
            ("371100000000", Tier::City, Some("370000000000")),
            ("370000000000", Tier::Province, None),
            ("371122102200", Tier::Village, Some("371122102000")),
        ];
        for (text, tier, parent) in chain {
            let code: PlaceCode = text.parse().unwrap();
            assert_eq!((code.tier(), code.parent().as_ref().map(PlaceCode::as_str)), (tier, parent), "{text}");
        }
    }

    #[test]
    fn a_shorter_code_is_the_place_itself_and_anything_else_is_refused() {
        for (text, whole) in [("37", "370000000000"), ("371122", "371122000000"), ("371122102", "371122102000")] {
            assert_eq!(text.parse::<PlaceCode>().unwrap().as_str(), whole);
        }
        for text in ["", "3", "3711221", "37112210220a", "３７１１２２", "3711221022011", "000000000000", "3.71122E+11"]
        {
            assert!(text.parse::<PlaceCode>().is_err(), "{text}");
        }
    }

    #[test]
    fn rates_know_counties_towns_and_villages() {
        for (text, area) in [("371122", Some("371122")), ("371122102", Some("371122102")), ("3711", None)] {
            let code: PlaceCode = text.parse().unwrap();
            assert_eq!(code.area().map(|it| it.to_string()).as_deref(), area);
        }
        assert_eq!(PlaceCode::from(&"371122102".parse::<Area>().unwrap()).as_str(), "371122102000");
    }
}
