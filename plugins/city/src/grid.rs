//! Changes to the grid: cells with the tiles and cameras by which they are found, gathered and written once.

use std::collections::BTreeMap;

use xl_plugin::Error;
use xl_plugin::records;

use crate::cell::Cell;
use crate::store;
use crate::store::Tile;
use crate::store::Watched;

/// What one call changes; nothing is written before [`Grid::write`].
#[derive(Debug, Default)]
pub struct Grid {
    cells: BTreeMap<String, Option<Cell>>,
    tiles: BTreeMap<String, Tile>,
    watched: BTreeMap<String, Option<Watched>>,
}

impl Grid {
    /// Makes `cell` what stands under `id`.
    ///
    /// # Errors
    /// When the host refuses a question.
    pub fn put(&mut self, id: &str, cell: Cell) -> Result<(), Error> {
        self.remove(id)?;
        for tile in cell.area.iter().flat_map(|area| area.tiles()) {
            let cells = &mut self.tile(tile)?.cells;
            // By id, so that the same cells give the same record whatever the order they came in.
            if let Err(at) = cells.binary_search_by(|known| known.as_str().cmp(id)) {
                cells.insert(at, id.to_owned());
            }
        }
        for camera in &cell.cameras {
            self.watched.insert(camera.clone(), Some(Watched { cell: id.to_owned() }));
        }
        self.cells.insert(id.to_owned(), Some(cell));
        Ok(())
    }

    /// Takes away what stands under `id`; whether there was anything.
    ///
    /// # Errors
    /// When the host refuses a question.
    pub fn remove(&mut self, id: &str) -> Result<bool, Error> {
        let Some(before) = self.cell(id)? else { return Ok(false) };
        for tile in before.area.iter().flat_map(|area| area.tiles()) {
            self.tile(tile)?.cells.retain(|known| known != id);
        }
        for camera in before.cameras {
            if self.owner(&camera)?.as_deref() == Some(id) {
                self.watched.insert(camera, None);
            }
        }
        self.cells.insert(id.to_owned(), None);
        Ok(true)
    }

    /// The cell that has this camera.
    ///
    /// # Errors
    /// When the host refuses a question.
    pub fn owner(&mut self, camera: &str) -> Result<Option<String>, Error> {
        let watched = match self.watched.get(camera) {
            Some(known) => known.clone(),
            None => store::get(store::WATCHED, camera)?,
        };
        Ok(watched.map(|watched| watched.cell))
    }

    /// Writes everything.
    ///
    /// # Errors
    /// When the host refuses a write.
    pub fn write(self) -> Result<(), Error> {
        for (id, cell) in self.cells {
            match cell {
                Some(cell) => records::put(store::CELLS, &id, &cell)?,
                None => records::delete(store::CELLS, &id)?,
            }
        }
        for (key, tile) in self.tiles {
            match tile.cells.is_empty() {
                false => records::put(store::TILES, &key, &tile)?,
                true => records::delete(store::TILES, &key)?,
            }
        }
        for (camera, watched) in self.watched {
            match watched {
                Some(watched) => records::put(store::WATCHED, &camera, &watched)?,
                None => records::delete(store::WATCHED, &camera)?,
            }
        }
        Ok(())
    }

    fn cell(&self, id: &str) -> Result<Option<Cell>, Error> {
        match self.cells.get(id) {
            Some(known) => Ok(known.clone()),
            None => store::cell(id),
        }
    }

    fn tile(&mut self, key: String) -> Result<&mut Tile, Error> {
        use std::collections::btree_map::Entry;
        match self.tiles.entry(key) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(empty) => {
                let tile = store::get(store::TILES, empty.key())?.unwrap_or_default();
                Ok(empty.insert(tile))
            }
        }
    }
}
