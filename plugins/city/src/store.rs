//! The module's records by name. What is in them stands in [`crate::cell`], [`crate::sighting`], [`crate::heat`].

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use xl_plugin::Error;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::cell::Cell;
use crate::ground::Point;
use crate::heat::Heat;
use crate::sighting::Record;
use crate::sighting::Sighting;

/// Grid cells by id.
pub const CELLS: &str = "cells";
/// The cells that reach into a tile of the ground.
pub const TILES: &str = "tiles";
/// The cell that a camera looks at.
pub const WATCHED: &str = "watched";
/// The last case of a camera and matter, by `{camera}/{code}`.
pub const SIGHTINGS: &str = "sightings";
/// How well a camera's cases stand up, by camera.
pub const CAMERAS: &str = "cameras";
/// A month of a place, by `{month}/{place}`.
pub const HEAT: &str = "heat";
/// When a matter was last filed in a cell.
pub const RECENT: &str = "recent";
/// The public links, by [`link_key`].
pub const LINKS: &str = "links";

/// Most cells of one grid member that are shown.
pub const MOST_OF_MEMBER: u32 = 8;

/// The cells of a tile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// Their ids.
    pub cells: Vec<String>,
}

/// What a camera looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// The cell's id.
    pub cell: String,
}

/// An open public link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its code.
    pub code: String,
    /// When it was opened.
    pub opened_ms: i64,
}

/// A grid cell.
///
/// # Errors
/// When the host refuses the question.
pub fn cell(id: &str) -> Result<Option<Cell>, Error> {
    get(CELLS, id)
}

/// The cells whose area holds a point: those of its tile that do, by id.
///
/// # Errors
/// When the host refuses the question.
pub fn cell_at(point: Point) -> Result<Option<(String, Cell)>, Error> {
    let tile: Tile = get(TILES, &point.tile())?.unwrap_or_default();
    for id in tile.cells {
        let found = cell(&id)?.filter(|cell| cell.area.as_ref().is_some_and(|area| area.contains(point)));
        if let Some(cell) = found {
            return Ok(Some((id, cell)));
        }
    }
    Ok(None)
}

/// The cell of a place, where it has exactly one.
///
/// # Errors
/// When the host refuses the question.
pub fn only_cell_of(place: &str) -> Result<Option<(String, Cell)>, Error> {
    let found = records::find(&Query::by(CELLS, "place").equals(place).limit(2))?;
    let mut cells = found.entries.into_iter();
    let first = cells.next();
    Ok(first.filter(|_| cells.next().is_none()))
}

/// The name of a place, as a cell in it says; none where no cell names it.
///
/// # Errors
/// When the host refuses the question.
pub fn village(place: &str) -> Result<Option<String>, Error> {
    let found: Found<Cell> = records::find(&Query::by(CELLS, "place").equals(place).limit(1))?;
    Ok(found.entries.into_iter().next().and_then(|(_, cell)| cell.village))
}

/// The first cells of a grid member.
///
/// # Errors
/// When the host refuses the question.
pub fn cells_of(member: &str) -> Result<Vec<(String, Cell)>, Error> {
    let query = Query::by(CELLS, "member").equals(member).limit(MOST_OF_MEMBER);
    Ok(records::find(&query)?.entries)
}

/// The cell that a camera looks at.
///
/// # Errors
/// When the host refuses the question.
pub fn cell_before(camera: &str) -> Result<Option<(String, Cell)>, Error> {
    let Some(watched) = get::<Watched>(WATCHED, camera)? else { return Ok(None) };
    Ok(cell(&watched.cell)?.map(|cell| (watched.cell, cell)))
}

/// The last case of a camera and matter.
///
/// # Errors
/// When the host refuses the question.
pub fn sighting(key: &str) -> Result<Option<Sighting>, Error> {
    get(SIGHTINGS, key)
}

/// How well a camera's cases stand up.
///
/// # Errors
/// When the host refuses the question.
pub fn camera(camera: &str) -> Result<Record, Error> {
    Ok(get(CAMERAS, camera)?.unwrap_or_default())
}

/// A month of a place.
///
/// # Errors
/// When the host refuses the question.
pub fn heat(key: &str) -> Result<Heat, Error> {
    Ok(get(HEAT, key)?.unwrap_or_default())
}

/// The months of all places of a township together, at most [`records::MAX_PAGE`] places.
///
/// # Errors
/// When the host refuses the question.
pub fn month(name: &str) -> Result<Heat, Error> {
    let found: Found<Heat> = records::find(&Query::keys(HEAT).prefix(&format!("{name}/")))?;
    Ok(found.entries.iter().fold(Heat::default(), |all, (_, heat)| all.with(heat)))
}

/// Key of the township's public link, or of a cell's.
pub fn link_key(cell: Option<&str>) -> String {
    cell.map_or_else(|| "report".to_owned(), |id| format!("report/{id}"))
}

/// The open public link of the township, or of a cell.
///
/// # Errors
/// When the host refuses the question.
pub fn link(cell: Option<&str>) -> Result<Option<Link>, Error> {
    get(LINKS, &link_key(cell))
}

/// The record under `key`, where there is one.
///
/// # Errors
/// When the host refuses the question.
pub fn get<T: DeserializeOwned>(collection: &str, key: &str) -> Result<Option<T>, Error> {
    // A key comes from an address too, and one that is empty or too long is an error to the host.
    if key.is_empty() || key.len() > 256 { Ok(None) } else { records::get(collection, key) }
}
