//! A table of places against those that are known: what it would add and change, and everything that is wrong with it.
//! Pure.
//!
//! A line with the code and first day of a known place (where the table has no column for first days: with the code of one,
//! in its newest period) changes the columns that the table has and leaves the rest; every other line adds a period. With
//! one fault in it, nothing of a table is taken.

use std::collections::BTreeMap;
use std::collections::HashMap;

use xl_model::day::Day;
use xl_model::place::Place;
use xl_model::place::check;
use xl_model::place::code::PlaceCode;
use xl_model::place::draft::Column;
use xl_model::place::draft::Draft;
use xl_model::place::fault::PlaceWrong;
use xl_model::place::gazetteer::Gazetteer;

use super::table;
use super::table::RowWrong;
use crate::sheet::Faults;
use crate::sheet::SheetError;

/// What a table did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Lines with something in them, without the first.
    pub rows: u64,
    /// Periods that are new.
    pub added: u64,
    /// Periods that are changed.
    pub changed: u64,
    /// Periods that are known like this already.
    pub unchanged: u64,
    /// Everything that is wrong.
    pub faults: Faults<RowWrong>,
}

/// What is to be written.
#[derive(Debug)]
pub(super) struct Plan {
    /// In figures.
    pub(super) outcome: Outcome,
    /// All places as they would be.
    pub(super) all: Gazetteer,
    /// Those that are new or changed.
    pub(super) places: Vec<Place>,
}

/// Compares a table with the places that are known.
///
/// # Errors
/// When the bytes are no table at all.
pub(super) fn plan(bytes: &[u8], known: &Gazetteer) -> Result<Plan, SheetError> {
    let sheet = table::read(bytes)?;
    let mut outcome = Outcome::default();
    for (column, wrong) in sheet.faults {
        outcome.faults.push(1, column, RowWrong::Sheet(wrong));
    }
    let (mut all, mut read) = (known.clone(), Vec::new());
    let mut lines: HashMap<(PlaceCode, Option<Day>), u64> = HashMap::new();
    for line in sheet.lines {
        outcome.rows += 1;
        let cells = match line.cells {
            Ok(cells) => cells,
            Err(wrong) => {
                outcome.faults.push(line.number, "", RowWrong::Sheet(wrong));
                continue;
            }
        };
        match check::place(&draft(cells, known)) {
            Err(faults) => {
                for fault in faults {
                    outcome.faults.push(line.number, fault.column.name(), RowWrong::Place(fault.wrong));
                }
            }
            Ok(place) => match lines.insert((place.code.clone(), place.from), line.number) {
                Some(first) => {
                    outcome.faults.push(line.number, Column::Code.name(), RowWrong::Place(PlaceWrong::Repeated(first)));
                }
                None => {
                    all.put(place.clone());
                    read.push((line.number, place));
                }
            },
        }
    }
    // Only now every line knows all others: a village may stand before its township, a town before its successor.
    let mut places = Vec::new();
    for (number, place) in read {
        for fault in check::among(&all, &place) {
            outcome.faults.push(number, fault.column.name(), RowWrong::Place(fault.wrong));
        }
        match known.periods(&place.code).iter().find(|period| period.from == place.from) {
            Some(before) if *before == place => outcome.unchanged += 1,
            Some(_) => {
                outcome.changed += 1;
                places.push(place);
            }
            None => {
                outcome.added += 1;
                places.push(place);
            }
        }
    }
    outcome.faults.listed.sort_by_key(|fault| fault.line);
    Ok(Plan { outcome, all, places })
}

/// What a line says, over what is known of its period.
fn draft(cells: BTreeMap<Column, String>, known: &Gazetteer) -> Draft {
    let cell = |column| cells.get(&column).map(|text| text.trim());
    let periods = cell(Column::Code).and_then(|text| text.parse().ok()).map(|code| known.periods(&code));
    let periods = periods.unwrap_or_default();
    let before = match cell(Column::From) {
        Some("") => periods.iter().find(|period| period.from.is_none()),
        Some(from) => periods.iter().find(|period| period.from.is_some() && period.from == from.parse().ok()),
        None => periods.last(),
    };
    let mut draft = before.map_or_else(Draft::default, Draft::from);
    for (column, text) in cells {
        draft.set(column, text);
    }
    draft
}
