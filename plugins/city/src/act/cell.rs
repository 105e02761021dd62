//! Registers, changes and removes a grid cell.

use xl_plugin::Done;
use xl_plugin::settings::township;

use super::ADMINS;
use super::Pressed;
use super::Refused;
use super::link;
use crate::cell::entry::COLUMNS;
use crate::cell::entry::Entry;
use crate::grid::Grid;
use crate::store;
use crate::text::wrong;

/// Saves a cell; `known` is the one that the page shows, whose id stays.
pub(super) fn save(mut pressed: Pressed, known: Option<String>) -> Result<Done, Refused> {
    pressed.only(&ADMINS)?;
    let fields = &mut pressed.fields;
    let values = COLUMNS.map(|name| fields.optional_lines(name, 10_000).unwrap_or_default());
    let mut entry = Entry::of_cells(values.each_ref().map(String::as_str));
    match known {
        Some(id) => entry.id = id,
        None => {
            if let Some(taken) = store::cell(&entry.id)? {
                fields.wrong_with("id", &wrong::CELL_TAKEN, &[("name", &taken.name)]);
            }
        }
    }
    let cell = entry.cell(&township());
    for wrong in cell.as_ref().err().into_iter().flatten() {
        let words: Vec<(&str, &str)> = wrong.words.iter().map(|(name, word)| (*name, word.as_str())).collect();
        fields.wrong_with(wrong.field, &wrong.why, &words);
    }
    let mut grid = Grid::default();
    for camera in cell.iter().flat_map(|cell| &cell.cameras) {
        if let Some(owner) = grid.owner(camera)?.filter(|owner| *owner != entry.id) {
            fields.wrong_with("cameras", &wrong::CAMERA_TAKEN, &[("camera", camera), ("cell", &owner)]);
        }
    }
    pressed.fields.checked()?;
    let cell = cell.map_err(|_| Refused::NotFound)?;
    grid.put(&entry.id, cell)?;
    grid.write()?;
    Ok(Done::to("cell", [("cell", entry.id.as_str())]))
}

pub(super) fn remove(pressed: Pressed, id: &str) -> Result<Done, Refused> {
    pressed.only(&ADMINS)?;
    pressed.fields.checked()?;
    let mut grid = Grid::default();
    if !grid.remove(id)? {
        return Err(Refused::NotFound);
    }
    link::drop_of(Some(id))?;
    grid.write()?;
    Ok(Done::to("cells", []))
}
