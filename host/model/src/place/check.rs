//! The rules that a place must meet: alone, and among all others. Pure.

use crate::day::Day;
use crate::place::Kind;
use crate::place::Names;
use crate::place::Place;
use crate::place::code::PlaceCode;
use crate::place::draft::Column;
use crate::place::draft::Draft;
use crate::place::fault::PlaceFault;
use crate::place::fault::PlaceWrong;
use crate::place::gazetteer::Gazetteer;

/// Longest name in characters; the longest of the national table has 27.
pub const MAX_NAME: usize = 64;

/// Makes a place of what was typed.
///
/// # Errors
/// Every column that is wrong, in the order of a table.
pub fn place(draft: &Draft) -> Result<Place, Vec<PlaceFault>> {
    let mut faults = Vec::new();
    let code = match code(draft, Column::Code, &mut faults) {
        None if draft.get(Column::Code).is_empty() => {
            faults.push(PlaceFault { column: Column::Code, wrong: PlaceWrong::Missing });
            None
        }
        code => code,
    };
    let zh = line(draft, Column::Name, &mut faults);
    if zh.is_empty() {
        faults.push(PlaceFault { column: Column::Name, wrong: PlaceWrong::Missing });
    }
    let (pinyin, en) = (line(draft, Column::Pinyin, &mut faults), line(draft, Column::En, &mut faults));
    let kind = match draft.get(Column::Kind) {
        "" => Some(Kind::default()),
        word => Kind::read(word),
    };
    if kind.is_none() {
        faults.push(PlaceFault { column: Column::Kind, wrong: PlaceWrong::Kind });
    }
    let (from, to) = (day(draft, Column::From, &mut faults), day(draft, Column::To, &mut faults));
    if from.zip(to).is_some_and(|(from, to)| to <= from) {
        faults.push(PlaceFault { column: Column::To, wrong: PlaceWrong::Order });
    }
    let successor = self::code(draft, Column::Successor, &mut faults);
    if let Some(successor) = &successor {
        let mut wrong = |wrong| faults.push(PlaceFault { column: Column::Successor, wrong });
        if draft.get(Column::To).is_empty() {
            wrong(PlaceWrong::WithoutEnd);
        }
        if code.as_ref().is_some_and(|code| code.tier() != successor.tier()) {
            wrong(PlaceWrong::Tier);
        }
    }
    match (code, kind) {
        (Some(code), Some(kind)) if faults.is_empty() => {
            Ok(Place { code, names: Names { zh, pinyin, en }, kind, from, to, successor })
        }
        _ => Err(faults),
    }
}

/// What is wrong with a place among all places, itself included.
pub fn among(all: &Gazetteer, place: &Place) -> Vec<PlaceFault> {
    let mut faults = Vec::new();
    let mut wrong = |column, wrong| faults.push(PlaceFault { column, wrong });
    if let Some(parent) = place.code.parent().filter(|parent| all.periods(parent).is_empty()) {
        // The tiers above the county are no tenants and may be left out.
        if place.code.area().is_some_and(|area| area.as_str().len() > 6) {
            wrong(Column::Code, PlaceWrong::NoParent(parent));
        }
    }
    let meets = |other: &&Place| {
        let starts_before =
            |one: &Place, other: &Place| other.to.is_none_or(|to| one.from.is_none_or(|from| from < to));
        other.from != place.from && starts_before(place, other) && starts_before(other, place)
    };
    if let Some(other) = all.periods(&place.code).iter().find(meets) {
        wrong(Column::From, PlaceWrong::Overlaps(other.from));
    }
    if let Some(successor) = &place.successor {
        if all.periods(successor).is_empty() {
            wrong(Column::Successor, PlaceWrong::UnknownSuccessor);
        } else if all.goes_in_a_circle(place) {
            wrong(Column::Successor, PlaceWrong::Circle);
        }
    }
    faults
}

fn code(draft: &Draft, column: Column, faults: &mut Vec<PlaceFault>) -> Option<PlaceCode> {
    let text = draft.get(column);
    if text.is_empty() {
        return None;
    }
    let code = text.parse().ok();
    if code.is_none() {
        let spoiled = text.contains(['E', 'e']) && text.contains('+');
        faults.push(PlaceFault { column, wrong: if spoiled { PlaceWrong::Spoiled } else { PlaceWrong::Code } });
    }
    code
}

fn day(draft: &Draft, column: Column, faults: &mut Vec<PlaceFault>) -> Option<Day> {
    let text = draft.get(column);
    let day = text.parse().ok();
    if day.is_none() && !text.is_empty() {
        faults.push(PlaceFault { column, wrong: PlaceWrong::Day });
    }
    day
}

fn line(draft: &Draft, column: Column, faults: &mut Vec<PlaceFault>) -> String {
    let text = draft.get(column);
    if text.chars().count() > MAX_NAME {
        faults.push(PlaceFault { column, wrong: PlaceWrong::TooLong(MAX_NAME) });
    } else if text.chars().any(char::is_control) {
        faults.push(PlaceFault { column, wrong: PlaceWrong::Control });
    }
    text.to_owned()
}

#[cfg(test)]
mod tests;
