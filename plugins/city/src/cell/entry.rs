//! A grid cell as somebody wrote it, on its way to a cell.

use serde::Deserialize;

use super::Cell;
use super::MOST_CAMERAS;
use crate::ground::Area;
use crate::ground::NoArea;
use crate::text::Phrase;
use crate::text::wrong;

/// The columns of a table of cells; the fields of an entry.
pub const COLUMNS: [&str; 7] = ["id", "name", "place", "village", "member", "area", "cameras"];

/// What somebody wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The cell's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its division code.
    pub place: String,
    /// The village's name; may be empty, like all below.
    #[serde(default)]
    pub village: String,
    /// The responsible account.
    #[serde(default)]
    pub member: String,
    /// The corners.
    #[serde(default)]
    pub area: String,
    /// Camera ids.
    #[serde(default)]
    pub cameras: Vec<String>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field.
    pub field: &'static str,
    /// Why, and the remedy.
    pub why: Phrase,
    /// What is filled into it.
    pub words: Vec<(&'static str, String)>,
}

impl Entry {
    /// From the cells of a table's line, in the order of [`COLUMNS`]; what is missing is empty.
    pub fn of_cells(cells: [&str; 7]) -> Self {
        let [id, name, place, village, member, area, cameras] = cells.map(str::to_owned);
        let cameras = cameras.split_whitespace().map(str::to_owned).collect();
        Self { id, name, place, village, member, area, cameras }
    }

    /// The cell, inside `township`.
    ///
    /// # Errors
    /// Everything that is wrong, field by field.
    pub fn cell(&self, township: &str) -> Result<Cell, Vec<Wrong>> {
        let mut all = Vec::new();
        let mut wrong = |field, why: Phrase, words| all.push(Wrong { field, why, words });
        if !super::is_id(&self.id) {
            wrong("id", wrong::NO_CELL_ID, vec![]);
        }
        for (field, value, most, required) in [("name", &self.name, 40, true), ("village", &self.village, 40, false)] {
            if value.trim().is_empty() && required {
                wrong(field, wrong::REQUIRED, vec![]);
            } else if value.chars().count() > most {
                wrong(field, wrong::TOO_LONG, vec![("most", most.to_string())]);
            } else if value.chars().any(char::is_control) {
                wrong(field, wrong::ONE_LINE, vec![]);
            }
        }
        if !super::is_place(&self.place, township) {
            wrong("place", wrong::NO_PLACE, vec![("township", township.to_owned())]);
        }
        if !self.member.is_empty() && !super::is_account(&self.member) {
            wrong("member", wrong::NO_ACCOUNT, vec![]);
        }
        let area = match (self.area.trim().is_empty(), self.area.parse::<Area>()) {
            (true, _) => None,
            (false, Ok(area)) => Some(area),
            (false, Err(NoArea::Corner(corner))) => {
                wrong("area", wrong::NO_CORNER, vec![("corner", corner.to_string())]);
                None
            }
            (false, Err(NoArea::Corners)) => {
                wrong("area", wrong::NO_AREA, vec![]);
                None
            }
            (false, Err(NoArea::TooLarge)) => {
                wrong("area", wrong::AREA_TOO_LARGE, vec![]);
                None
            }
        };
        if self.cameras.len() > MOST_CAMERAS || self.cameras.iter().any(|camera| camera.len() > 64) {
            wrong("cameras", wrong::TOO_MANY_CAMERAS, vec![("most", MOST_CAMERAS.to_string())]);
        }
        if !all.is_empty() {
            return Err(all);
        }
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut cameras = self.cameras.clone();
        cameras.sort();
        cameras.dedup();
        Ok(Cell {
            name: self.name.trim().to_owned(),
            place: self.place.clone(),
            village: some(&self.village),
            member: some(&self.member),
            area,
            cameras,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(cells: [&str; 7]) -> Result<Cell, Vec<&'static str>> {
        Entry::of_cells(cells).cell("371122102").map_err(|wrong| wrong.into_iter().map(|wrong| wrong.field).collect())
    }

    #[test]
    fn a_whole_entry_becomes_a_cell() {
        let area = "35.58,118.83; 35.59,118.83; 35.59,118.84";
        let cell = entry(["371122102001-01", "一网格", "371122102001", "某村", "grid.01", area, "cam-2 cam-1 cam-2"]);
        let cell = cell.unwrap();
        assert_eq!((cell.member.as_deref(), cell.village.as_deref()), (Some("grid.01"), Some("某村")));
        assert_eq!(cell.cameras, ["cam-1", "cam-2"]);
        assert_eq!(cell.area.unwrap().to_string(), area);
        let least = entry(["a", "b", "371122102000", "", "", "", ""]).unwrap();
        assert_eq!((least.member, least.area, least.village), (None, None, None));
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let wrong = entry(["a/b", " ", "371122103001", &"x".repeat(41), "a b", "35,118", ""]);
        assert_eq!(wrong, Err(vec!["id", "name", "village", "place", "member", "area"]));
    }
}
