//! Questions about cases.

use serde::Deserialize;
use serde::Serialize;

use crate::case::Case;
use crate::case::Stage;
use crate::clock::TimestampMs;
use crate::id::AccountName;
use crate::id::UnitId;
use crate::place::code::PlaceCode;

/// Most cases of one answer.
pub const MAX_PAGE: u32 = 200;

/// Most rows of figures.
pub const MAX_ROWS: u32 = 500;

/// Most steps of a history.
pub const MAX_STEPS: u32 = 500;

/// Which cases somebody looks for, newest first; what is not said does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseQuery {
    /// Only these stages; empty: all.
    pub stages: Vec<Stage>,
    /// Only at this place and below.
    pub place: Option<PlaceCode>,
    /// Only of these units; empty: all.
    pub units: Vec<UnitId>,
    /// Only of this person.
    pub handler: Option<AccountName>,
    /// Only in this grid cell.
    pub grid: Option<String>,
    /// Only about one of these codes, of whatever set; empty: all.
    pub codes: Vec<String>,
    /// Only with a limit that ended unkept.
    pub overdue: bool,
    /// Opened at this time or later.
    pub from_ms: Option<TimestampMs>,
    /// Opened before this time.
    pub to_ms: Option<TimestampMs>,
    /// At most so many, 1 to [`MAX_PAGE`].
    pub limit: u32,
    /// Behind this one.
    pub after: Option<CaseMark>,
}

/// Where a case stands in an answer, the newest first: by when it was opened, then by its number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaseMark {
    /// When it was opened.
    pub opened_ms: TimestampMs,
    /// Its number.
    pub id: String,
}

/// Part of an answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CasePage {
    /// The cases.
    pub cases: Vec<Case>,
    /// The last of them, when more follow.
    pub next: Option<CaseMark>,
}

/// How figures are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// All in one row, with an empty key.
    All,
    /// By place.
    Place,
    /// By unit.
    Unit,
    /// By grid cell.
    Grid,
    /// By matter code.
    Code,
    /// By matter code with its set before it: `gbt30428:01-02`.
    Matter,
    /// By source.
    Source,
}

impl CaseMark {
    /// Where a case stands.
    pub fn of(case: &Case) -> Self {
        Self { opened_ms: case.opened_ms, id: case.id.to_string() }
    }
}

/// As a token that is handed out and comes back.
impl std::fmt::Display for CaseMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}", self.opened_ms, self.id)
    }
}

/// Reads a token; `()` when it is none.
impl std::str::FromStr for CaseMark {
    type Err = ();

    fn from_str(token: &str) -> Result<Self, ()> {
        let (opened_ms, id) = token.split_once('~').ok_or(())?;
        let id: crate::id::CaseId = id.parse().map_err(|_| ())?;
        Ok(Self { opened_ms: opened_ms.parse().map_err(|_| ())?, id: id.to_string() })
    }
}

impl CaseQuery {
    /// Whether a case is one of them, apart from where the answer begins and ends.
    pub fn fits(&self, case: &Case) -> bool {
        (self.stages.is_empty() || self.stages.contains(&case.stage))
            && self.place.as_ref().is_none_or(|place| case.place.as_str().starts_with(place.significant()))
            && (self.units.is_empty() || case.unit.as_ref().is_some_and(|unit| self.units.contains(unit)))
            && self.handler.as_ref().is_none_or(|handler| case.handler.as_ref() == Some(handler))
            && self.grid.as_ref().is_none_or(|grid| case.grid.as_ref() == Some(grid))
            && (self.codes.is_empty() || self.codes.contains(&case.matter.code))
            && (!self.overdue || case.is_overdue())
            && self.from_ms.is_none_or(|from_ms| case.opened_ms >= from_ms)
            && self.to_ms.is_none_or(|to_ms| case.opened_ms < to_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_as_written_and_nothing_else_is_one() {
        let mark = CaseMark { opened_ms: -5, id: "371122102-2026-000017".to_owned() };
        assert_eq!(mark.to_string().parse(), Ok(mark));
        for token in ["", "5", "5~", "x~371122102-2026-000017", "5~' OR 1=1"] {
            assert!(token.parse::<CaseMark>().is_err(), "{token}");
        }
    }
}
