//! Imports grid cells, as JSON or as a table. All of a list is saved, or nothing.

use std::collections::BTreeMap;

use xl_plugin::CallsError;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::calls::Request;
use xl_plugin::calls::Response;
use xl_plugin::settings::township;

use crate::cell::Cell;
use crate::cell::entry::COLUMNS;
use crate::cell::entry::Entry;
use crate::grid::Grid;
use crate::table;
use crate::table::Unclosed;
use crate::text::Phrase;
use crate::text::wrong;

/// Most cells of one list; what they change fits the effects of one call.
const MOST: usize = 1_000;

/// Reads the list, checks all of it, and saves it: known ids are replaced, others stay.
pub(super) fn import(request: &Request) -> Result<Response, CallsError> {
    let locale = request.language();
    let mut errors = FormErrors::default();
    let entries = match request.content_type.as_str() {
        "text/csv" => from_table(request.text()?, locale, &mut errors)?,
        // Counted from 1, as people count.
        _ => (1..).zip(request.json::<Vec<Entry>>()?).collect(),
    };
    if entries.is_empty() && errors.is_empty() {
        return Err(whole(&wrong::EMPTY, locale, &[]));
    }
    if entries.len() > MOST {
        return Err(whole(&wrong::TOO_MANY, locale, &[("most", &MOST.to_string())]));
    }
    let cells = checked(&entries, locale, &mut errors);
    let mut grid = Grid::default();
    for ((number, entry), cell) in entries.iter().zip(&cells) {
        let Some(cell) = cell else { continue };
        for camera in &cell.cameras {
            let owner = grid.owner(camera)?.filter(|owner| *owner != entry.id);
            // An owner that is in the list itself gives the camera up, or claims it again below.
            if let Some(owner) = owner.filter(|owner| !entries.iter().any(|(_, other)| other.id == *owner)) {
                let words = [("camera", camera.as_str()), ("cell", &owner)];
                errors.field(&format!("{number}.cameras"), wrong::CAMERA_TAKEN.fill(locale, &words));
            }
        }
    }
    claimed_twice(&entries, &cells, locale, &mut errors);
    if !errors.is_empty() {
        errors.summary = Some(wrong::NOT_SAVED.say(locale).to_owned());
        return Err(errors.into());
    }
    let saved = cells.iter().flatten().count();
    for ((_, entry), cell) in entries.iter().zip(cells) {
        if let Some(cell) = cell {
            grid.put(&entry.id, cell)?;
        }
    }
    grid.write()?;
    Response::json(&serde_json::json!({ "saved": saved }))
}

/// The cells, and what is wrong with those that are none; an id stands once.
fn checked(entries: &[(u32, Entry)], locale: Locale, errors: &mut FormErrors) -> Vec<Option<Cell>> {
    let township = township();
    let mut first: BTreeMap<&str, u32> = BTreeMap::new();
    let check = |(number, entry): &'_ (u32, Entry)| (*number, entry.cell(&township));
    let mut cells = Vec::with_capacity(entries.len());
    for pair in entries {
        let (number, cell) = check(pair);
        for wrong in cell.as_ref().err().into_iter().flatten() {
            let words: Vec<(&str, &str)> = wrong.words.iter().map(|(name, word)| (*name, word.as_str())).collect();
            errors.field(&format!("{number}.{}", wrong.field), wrong.why.fill(locale, &words));
        }
        if let Some(before) = first.get(pair.1.id.as_str()) {
            let words = [("line", &*before.to_string())];
            errors.field(&format!("{number}.id"), wrong::TWICE.fill(locale, &words));
        }
        first.entry(&pair.1.id).or_insert(number);
        cells.push(cell.ok());
    }
    cells
}

/// Says where two cells of the list claim one camera.
fn claimed_twice(entries: &[(u32, Entry)], cells: &[Option<Cell>], locale: Locale, errors: &mut FormErrors) {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for ((number, entry), cell) in entries.iter().zip(cells) {
        for camera in cell.iter().flat_map(|cell| &cell.cameras) {
            let owner = *first.entry(camera).or_insert(&entry.id);
            if owner != entry.id {
                let words = [("camera", camera.as_str()), ("cell", owner)];
                errors.field(&format!("{number}.cameras"), wrong::CAMERA_TAKEN.fill(locale, &words));
            }
        }
    }
}

/// The entries of a table with their lines; its first line names the columns, in any order.
fn from_table(text: &str, locale: Locale, errors: &mut FormErrors) -> Result<Vec<(u32, Entry)>, CallsError> {
    let lines =
        table::lines(text).map_err(|Unclosed(line)| whole(&wrong::UNCLOSED, locale, &[("line", &line.to_string())]))?;
    let Some((head, rows)) = lines.split_first() else { return Ok(Vec::new()) };
    let names = COLUMNS.join(",");
    if let Some(unknown) = head.cells.iter().find(|column| !COLUMNS.contains(&column.as_str())) {
        return Err(whole(&wrong::UNKNOWN_COLUMN, locale, &[("column", unknown), ("columns", &names)]));
    }
    if let Some(missing) = COLUMNS[..3].iter().find(|column| !head.cells.iter().any(|cell| cell == *column)) {
        return Err(whole(&wrong::NO_COLUMN, locale, &[("column", missing), ("columns", &names)]));
    }
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        if row.cells.len() != head.cells.len() {
            let (cells, columns) = (row.cells.len().to_string(), head.cells.len().to_string());
            let words = [("cells", cells.as_str()), ("columns", columns.as_str())];
            errors.field(&row.number.to_string(), wrong::LINE_LENGTH.fill(locale, &words));
            continue;
        }
        let of = |name: &str| {
            let at = head.cells.iter().position(|column| column == name);
            at.and_then(|at| row.cells.get(at)).map_or("", String::as_str)
        };
        entries.push((row.number, Entry::of_cells(COLUMNS.map(of))));
    }
    Ok(entries)
}

fn whole(phrase: &Phrase, locale: Locale, words: &[(&str, &str)]) -> CallsError {
    FormErrors::whole(phrase.fill(locale, words)).into()
}
